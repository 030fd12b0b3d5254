/** Rows enter a store by one door: whatever the order, the newest version is what is left. */
import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { compareBytes } from '../../../src/base/byte-order.js'
import { MemoryStorage } from '../../../src/cluster/data/memory-storage.js'
import { Merging } from '../../../src/cluster/data/merging.js'
import type { Change, Entry } from '../../../src/cluster/data/storage.js'

const ALL = { from: new Uint8Array(), to: null }

async function contents(storage: MemoryStorage): Promise<Map<string, string>> {
  const found = new Map<string, string>()
  for await (const batch of storage.scan(ALL))
    for (const { key, value } of batch) found.set(key.join(), value.join())
  return found
}

const anyEntry: fc.Arbitrary<Entry> = fc.record({
  key: fc.uint8Array({ maxLength: 2, max: 3 }),
  value: fc.uint8Array({ maxLength: 3 }),
})
/** As sets of entries, some of them sorted runs of distinct keys. */
const anyWork = fc.array(fc.tuple(fc.boolean(), fc.array(anyEntry, { maxLength: 8 })), {
  maxLength: 6,
})

test('what is merged at the same time in sets and runs leaves the newest of each key', async () => {
  await fc.assert(
    fc.asyncProperty(anyWork, async (work) => {
      const storage = new MemoryStorage()
      const merging = new Merging(storage)
      // The dumb one: the greatest value ever given, key by key.
      const expected = new Map<string, Uint8Array>()
      const done = work.map(([isRun, entries]) => {
        for (const { key, value } of entries) {
          const held = expected.get(key.join())
          if (held === undefined || compareBytes(held, value) < 0) expected.set(key.join(), value)
        }
        return isRun ? merging.mergeRun(run(entries)) : merging.merge(entries)
      })
      await Promise.all(done)
      const values = [...expected].map(([key, value]): [string, string] => [key, value.join()])
      expect(await contents(storage)).toEqual(new Map(values))
    }),
  )
})

/** Sorted, of each key the greatest. */
function run(entries: readonly Entry[]): Entry[] {
  const sorted = [...entries].sort(
    (a, b) => compareBytes(a.key, b.key) || compareBytes(b.value, a.value),
  )
  return sorted.filter(({ key }, i) => key.join() !== sorted[i - 1]?.key.join())
}

test('those who wait share one write, and nothing is written that is held already', async () => {
  let writes = 0
  class Counted extends MemoryStorage {
    override write(changes: readonly Change[]): Promise<void> {
      writes++
      return super.write(changes)
    }
  }
  const merging = new Merging(new Counted())
  const entry = (n: number): Entry => ({ key: Uint8Array.of(n), value: Uint8Array.of(n) })
  await Promise.all(Array.from({ length: 50 }, (_, n) => merging.merge([entry(n)])))
  expect(writes).toBe(2)
  await Promise.all(Array.from({ length: 50 }, (_, n) => merging.merge([entry(n)])))
  expect(writes).toBe(2)
})

test('a write that fails is told to all who waited for it, and the next one goes on', async () => {
  let fails = true
  class Full extends MemoryStorage {
    override write(changes: readonly Change[]): Promise<void> {
      return fails ? Promise.reject(new Error('full')) : super.write(changes)
    }
  }
  const merging = new Merging(new Full())
  const entry = { key: Uint8Array.of(1), value: Uint8Array.of(1) }
  const [first, second] = await Promise.allSettled([merging.merge([entry]), merging.merge([entry])])
  expect([first.status, second.status]).toEqual(['rejected', 'rejected'])
  fails = false
  await merging.merge([entry])
})
