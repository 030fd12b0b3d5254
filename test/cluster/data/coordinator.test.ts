/** One operation told what happens, step by step; and against the words of the rules. */
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { compareBytes } from '../../../src/base/byte-order.js'
import { known } from '../../../src/base/assert.js'
import { encodeUtf8 } from '../../../src/base/utf8.js'
import { Coordinator, type CoordinatorEffect } from '../../../src/cluster/data/coordinator.js'
import type { Outcome } from '../../../src/cluster/data/coordinator.js'
import type { Level } from '../../../src/cluster/data/level.js'
import type { Answer, Ask } from '../../../src/cluster/data/request.js'
import { rowKey } from '../../../src/cluster/data/row.js'
import type { RingRecord } from '../../../src/cluster/record/record.js'
import { after, allAcks, founders, idOf, newcomer, withKeyspace } from '../fixture.js'

const [old, prepared, readNew] = stages()
const key = rowKey('shop@2', encodeUtf8('a key'))
const write: Ask = { kind: 'write', entry: { key, value: version(5) } }
const read: Ask = { kind: 'read', key }

/** n4 takes the place of n3 where there are three nodes, each with every key. */
function stages(): [RingRecord, RingRecord, RingRecord] {
  const first = withKeyspace(founders('n1', 'n2', 'n3'))
  const wish = { kind: 'replace', hostId: idOf('n3'), by: newcomer('n4'), loseData: false } as const
  const second = after(first, [wish])
  return [first.record, second.record, after(second, [], allAcks(second)).record]
}

function version(n: number): Uint8Array {
  return Uint8Array.of(1, n)
}

/** An operation of n1 with what it wants done; names stand for host ids. */
class Story {
  record: RingRecord | undefined
  readonly down = new Set<string>()
  readonly coordinator: Coordinator
  outcome: Outcome | undefined
  /** `n2 write`, each once, in order; bounded by the story. */
  asked: string[] = []
  caughtUp = 0
  private attempt = 0

  constructor(ask: Ask, level: Level = 'QUORUM', record: RingRecord | undefined = old) {
    this.record = record
    const outlook = {
      self: idOf('n1'),
      dc: 'dc1',
      story: this,
      get record() {
        return this.story.record
      },
      isPresent: (hostId: string) => ![...this.down].some((name) => idOf(name) === hostId),
    }
    this.coordinator = new Coordinator({ level, ask }, outlook, 1000)
  }

  begin(): this {
    this.take(this.coordinator.begin(0))
    return this
  }

  answer(name: string, answer: Answer, attempt = this.attempt): this {
    this.take(this.coordinator.answered(idOf(name), attempt, answer, 1))
    return this
  }

  get isOver(): boolean {
    return this.outcome !== undefined
  }

  row(name: string, held: Uint8Array | null): this {
    return this.answer(name, { kind: 'row', value: held })
  }

  written(name: string): this {
    return this.answer(name, { kind: 'written' })
  }

  lose(name: string): this {
    this.take(this.coordinator.unreachable(idOf(name), this.attempt, 1))
    return this
  }

  at(now: number): this {
    this.take(this.coordinator.work(now))
    return this
  }

  news(record: RingRecord): this {
    this.record = record
    return this.at(2)
  }

  private take(effects: readonly CoordinatorEffect[]): void {
    for (const effect of effects) {
      if (effect.kind === 'done') this.outcome = effect.outcome
      else if (effect.kind === 'catch up') this.caughtUp = effect.epoch
      else {
        this.attempt = effect.attempt
        this.asked.push(`n${Number(effect.to.slice(-3))} ${effect.request.ask.kind}`)
      }
    }
  }
}

describe('writing', () => {
  test('goes to all replicas and is done with a majority', () => {
    const story = new Story(write).begin()
    expect(story.asked.sort()).toEqual(['n1 write', 'n2 write', 'n3 write'])
    expect(story.written('n2').outcome).toBeUndefined()
    expect(story.written('n3').outcome).toMatchObject({ kind: 'written', missed: [idOf('n1')] })
  })

  test('while a range moves it needs the level in the old set and in the new one', () => {
    const story = new Story(write, 'QUORUM', prepared).begin()
    expect(story.asked).toContain('n4 write')
    expect(story.written('n3').written('n1').outcome).toBeUndefined()
    expect(story.written('n4').outcome).toMatchObject({ kind: 'written' })
  })

  test('two of the union are no majority of each', () => {
    const story = new Story(write, 'QUORUM', prepared).begin()
    expect(story.written('n3').written('n4').outcome).toBeUndefined()
  })

  test('too many that are down: nobody is asked, and the failure names them', () => {
    const story = new Story(write)
    story.down.add('n2').add('n3')
    expect(story.begin().asked).toEqual([])
    expect(story.outcome).toMatchObject({
      trouble: 'unavailable',
      short: [{ needed: 2, got: 0, missing: expect.arrayContaining([idOf('n2'), idOf('n3')]) }],
    })
  })

  test('refusals end it at once when the level cannot be met any more', () => {
    const story = new Story(write).begin().answer('n2', { kind: 'refused', why: 'its disk failed' })
    expect(story.outcome).toBeUndefined()
    expect(story.lose('n3').outcome).toMatchObject({
      trouble: 'refused',
      said: [`${idOf('n2')}: its disk failed`, `${idOf('n3')}: it cannot be reached`],
    })
  })

  test('silence ends it at its deadline', () => {
    const story = new Story(write).begin().written('n1')
    expect(story.at(999).outcome).toBeUndefined()
    expect(story.at(1000).outcome).toMatchObject({ trouble: 'timeout', short: [{ got: 1 }] })
    expect(story.coordinator.wakeAt).toBe(Infinity)
  })

  test('no keyspace, or no ring', () => {
    const other: Ask = { kind: 'read', key: rowKey('none', encodeUtf8('a')) }
    expect(new Story(other).begin().outcome).toMatchObject({ trouble: 'no keyspace', epoch: 2 })
    const lost = new Story(write, 'ONE')
    lost.record = undefined
    expect(lost.begin().outcome).toMatchObject({ trouble: 'no keyspace', epoch: 0 })
  })
})

describe('a ring that changes', () => {
  test('a stale answer makes it catch up and try again, and earlier answers do not count', () => {
    const story = new Story(write).begin().written('n1')
    story.answer('n2', { kind: 'stale', epoch: prepared.epoch })
    expect(story.caughtUp).toBe(prepared.epoch)
    expect(story.lose('n3').outcome).toBeUndefined()
    story.asked = []
    story.news(prepared)
    expect(story.asked.sort()).toEqual(['n1 write', 'n2 write', 'n3 write', 'n4 write'])
    story.answer('n1', { kind: 'written' }, 1).answer('n4', { kind: 'written' }, 1)
    expect(story.written('n2').written('n4').outcome).toBeUndefined()
    expect(story.written('n1').outcome).toMatchObject({ kind: 'written', attempts: 2 })
  })

  test('answers gathered under replicas that are no longer asked are not given', () => {
    const story = new Story(read, 'QUORUM', prepared).begin()
    story.row('n1', version(1))
    story.record = readNew
    story.row('n2', version(1))
    expect(story.outcome).toBeUndefined()
    expect(story.asked.length).toBe(4)
    expect(story.row('n1', version(2)).row('n2', version(2)).outcome).toMatchObject({
      value: version(2),
      attempts: 2,
    })
  })

  test('a new record that leaves the key where it is changes nothing', () => {
    const story = new Story(write).begin().written('n1')
    story.news({ ...old, epoch: old.epoch + 1 })
    expect(story.written('n2').outcome).toMatchObject({ attempts: 1 })
  })

  test('reads go to the old set before the new one is read, then to the new one', () => {
    const asked = (record: RingRecord): string[] =>
      new Story(read, 'ALL', record).begin().asked.sort()
    expect(asked(prepared)).toEqual(['n1 read', 'n2 read', 'n3 read'])
    expect(asked(readNew)).toEqual(['n1 read', 'n2 read', 'n4 read'])
  })
})

describe('reading', () => {
  test('asks as many as it needs, and the others when those are slow or say no', () => {
    const slow = new Story(read).begin()
    const first = [...slow.asked]
    expect(first.length).toBe(2)
    expect(slow.at(known(slow.coordinator.wakeAt, 'a hedge')).asked.length).toBe(3)
    const refused = new Story(read).begin()
    expect(refused.lose(known(first[0], 'the first').slice(0, 2)).asked.length).toBe(3)
  })

  test('does not ask who is down', () => {
    const story = new Story(read)
    story.down.add('n1')
    expect(story.begin().asked.sort()).toEqual(['n2 read', 'n3 read'])
  })

  test('the newest version wins, and is given to who had an older one before the reader', () => {
    const story = new Story(read, 'ALL').begin()
    story.row('n1', version(3)).row('n2', null).row('n3', version(3))
    expect(story.asked.slice(3)).toEqual(['n2 write'])
    expect(story.outcome).toBeUndefined()
    expect(story.written('n2').outcome).toMatchObject({
      value: version(3),
      repaired: [idOf('n2')],
    })
  })

  test('a level that the newest version meets already does not wait for repairs', () => {
    const story = new Story(read).begin()
    story.at(story.coordinator.wakeAt)
    story.row('n1', version(3)).row('n2', version(2))
    expect(story.asked.slice(3)).toEqual(['n2 write'])
    expect(story.row('n3', version(3)).outcome).toMatchObject({ value: version(3) })
  })

  test('a repair that fails fails the read, unless another holds the version', () => {
    const story = new Story(read).begin()
    story.row('n1', version(3)).row('n2', version(2)).lose('n2')
    expect(story.outcome).toBeUndefined()
    expect(story.lose('n3').outcome).toMatchObject({ trouble: 'refused' })
  })

  test('nobody has a row: that is an answer', () => {
    const story = new Story(read).begin().row('n1', null).row('n2', null)
    expect(story.outcome).toMatchObject({ kind: 'row', value: null, repaired: [] })
  })
})

const said = fc.constantFrom('yes', 'no', 'stale', 'lost')

test('whatever replicas say and in whatever order, a write is done with its level in each set', () => {
  const all = ['n1', 'n2', 'n3', 'n4']
  const answers = fc
    .shuffledSubarray(all)
    .chain((order) => fc.tuple(fc.constant(order), fc.array(said, { minLength: 4, maxLength: 4 })))
  fc.assert(
    fc.property(answers, ([order, words]) => {
      const story = new Story(write, 'QUORUM', prepared).begin()
      const yes: string[] = []
      order.forEach((name, i) => {
        if (story.isOver) return
        if (words[i] === 'yes') yes.push(name)
        if (words[i] === 'yes') story.written(name)
        else if (words[i] === 'no') story.answer(name, { kind: 'refused', why: 'no' })
        else if (words[i] === 'stale') story.answer(name, { kind: 'stale', epoch: 99 })
        else story.lose(name)
        const among = (set: string[]): number => set.filter((each) => yes.includes(each)).length
        const enough = among(['n1', 'n2', 'n3']) >= 2 && among(['n1', 'n2', 'n4']) >= 2
        expect(story.outcome?.kind === 'written').toBe(enough)
      })
    }),
  )
})

test('a read gives the newest of what it heard, once so many hold it', () => {
  const held = fc.array(fc.option(fc.nat(3).map(version)), { minLength: 3, maxLength: 3 })
  fc.assert(
    fc.property(held, fc.shuffledSubarray(['n1', 'n2', 'n3'], { minLength: 3 }), (rows, order) => {
      const story = new Story(read, 'QUORUM').begin()
      story.at(story.coordinator.wakeAt)
      const stored = new Map(order.map((name, i) => [name, rows[i] ?? null]))
      for (const name of order) if (!story.isOver) story.row(name, stored.get(name) ?? null)
      for (const name of order)
        if (story.asked.includes(`${name} write`) && !story.isOver) story.written(name)
      const { outcome } = story
      if (outcome?.kind !== 'row') throw new Error('no answer')
      const value = outcome.value ?? undefined
      const heard = rows.filter((row) => row !== null)
      const holders = order.filter((name, i) => {
        const row = rows[i]
        const same = row && value ? compareBytes(row, value) === 0 : !row && !value
        return same || story.asked.includes(`${name} write`)
      })
      expect(holders.length).toBeGreaterThanOrEqual(2)
      const first = rows.slice(0, 2).filter((row) => row !== null)
      for (const row of first) expect(compareBytes(row, value ?? version(0))).toBeLessThanOrEqual(0)
      expect(value === undefined || heard.some((row) => compareBytes(row, value) === 0)).toBe(true)
    }),
  )
})
