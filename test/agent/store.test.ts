/**
 * The store against a database that the test holds in its hand: batches, tickets in order,
 * failures, the sum.
 */
import { expect, test } from '@jest/globals'
import { setImmediate as turn } from 'node:timers/promises'
import { Checksum, SUM_KEY } from '../../src/agent/checksum.js'
import { Store, type Entry } from '../../src/agent/store.js'

class FakeDatabase {
  /** Batches given so far; bounded by the test. */
  readonly batches: (readonly Entry[])[] = []
  closed = false
  private settle: ((ok: boolean) => void) | undefined

  write(entries: readonly Entry[]): Promise<void> {
    this.batches.push(entries)
    return new Promise((resolve, reject) => {
      this.settle = (ok) => (ok ? resolve() : reject(new Error('disk full')))
    })
  }

  close(): Promise<void> {
    this.closed = true
    return Promise.resolve()
  }

  /** Ends the batch that is being written. */
  async finish(ok: boolean): Promise<void> {
    this.settle?.(ok)
    await turn()
  }

  keys(batch: number): readonly string[] {
    return (this.batches[batch] ?? []).map(({ key }) => key)
  }
}

function scene() {
  const database = new FakeDatabase()
  const answers: (readonly [number, boolean])[] = []
  const store = new Store(database, new Map(), (ticket, ok) => answers.push([ticket, ok]))
  return { database, answers, store }
}

const bytes = new Uint8Array([1, 2, 3])

test('what is persisted in one turn is one batch, answered in the order of tickets', async () => {
  const { database, answers, store } = scene()
  store.persist(1, 'a', bytes)
  store.persist(2, 'b', null)
  expect(database.batches).toHaveLength(0)
  await turn()
  expect(database.keys(0)).toEqual(['a', 'b', SUM_KEY])
  expect(answers).toEqual([])
  await database.finish(true)
  expect(answers).toEqual([
    [1, true],
    [2, true],
  ])
})

test('what comes while a batch is written waits and goes out together', async () => {
  const { database, answers, store } = scene()
  store.persist(1, 'a', bytes)
  await turn()
  store.persist(2, 'b', bytes)
  await turn()
  store.persist(3, 'c', bytes)
  await turn()
  expect(database.batches).toHaveLength(1)
  await database.finish(true)
  await turn()
  expect(database.keys(1)).toEqual(['b', 'c', SUM_KEY])
  await database.finish(true)
  expect(answers.map(([ticket]) => ticket)).toEqual([1, 2, 3])
})

test('a batch that fails is answered so, and the sum is as if it had never been', async () => {
  const { database, answers, store } = scene()
  store.persist(1, 'a', bytes)
  await turn()
  await database.finish(false)
  store.persist(2, 'b', bytes)
  await turn()
  const sum = database.batches[1]?.find(({ key }) => key === SUM_KEY)?.bytes
  expect(sum).toEqual(Checksum.over(new Map([['b', bytes]])).bytes())
  await database.finish(true)
  expect(answers).toEqual([
    [1, false],
    [2, true],
  ])
  expect(store.failures).toBe(1)
})

test('what a hanging disk cannot take is refused in its turn', async () => {
  const { database, answers, store } = scene()
  store.persist(1, 'a', bytes)
  await turn()
  store.persist(2, 'b', new Uint8Array(16 * 1024 * 1024))
  store.persist(3, 'c', bytes)
  await database.finish(true)
  await turn()
  await database.finish(true)
  expect(answers).toEqual([
    [1, true],
    [2, false],
    [3, true],
  ])
})

test('closing waits until everything is written', async () => {
  const { database, store } = scene()
  store.persist(1, 'a', bytes)
  const closing = store.close()
  await turn()
  expect(database.closed).toBe(false)
  await database.finish(true)
  await closing
  expect(database.closed).toBe(true)
})

test('the sum of a changed set is the sum of the set as it is now', () => {
  const grown = Checksum.over(new Map([['a', bytes]]))
  grown.set('b', new Uint8Array([9]))
  grown.set('a', null)
  expect(grown.bytes()).toEqual(Checksum.over(new Map([['b', new Uint8Array([9])]])).bytes())
})

test('the sum notices a changed value, a lost entry and two values changed over', () => {
  const whole = new Map([
    ['a', new Uint8Array([1])],
    ['b', new Uint8Array([2])],
  ])
  const sum = Checksum.over(whole).bytes()
  expect(Checksum.over(whole).matches(sum)).toBe(true)
  for (const other of [
    [['a', [1]]],
    [
      ['a', [1]],
      ['b', [3]],
    ],
    [
      ['a', [2]],
      ['b', [1]],
    ],
  ] as const) {
    const changed = new Map(other.map(([key, value]) => [key, new Uint8Array(value)]))
    expect(Checksum.over(changed).matches(sum)).toBe(false)
  }
})
