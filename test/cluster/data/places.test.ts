/** Who keeps a row while something moves: the old replicas and the new ones, whatever moves. */
import { describe, expect, test } from '@jest/globals'
import { placesOf } from '../../../src/cluster/data/places.js'
import type { Wish } from '../../../src/cluster/intent.js'
import type { Sealed } from '../../../src/cluster/record/record-bytes.js'
import { network } from '../../../src/ring/replication.js'
import { tokenOf } from '../../../src/ring/token.js'
import { after, allAcks, finished, founders, idOf, newcomer, withKeyspace } from '../fixture.js'

const shop = withKeyspace(founders('n1', 'n2', 'n3', 'n4'), 2)
const keys = Array.from({ length: 64 }, (_, i) => Uint8Array.of(i))
const wishes: readonly Wish[] = [
  { kind: 'alter', name: 'shop', replication: network({ dc1: 3 }) },
  { kind: 'alter', name: 'shop', replication: network({ dc1: 1 }) },
  { kind: 'join', who: newcomer('n5') },
  { kind: 'leave', hostId: idOf('n2'), force: false },
]

/** The ids of those a key is written to, set by set, and of those it is read from. */
function heldUnder({ record }: Sealed, key: Uint8Array) {
  const places = placesOf(record, { keyspace: 'shop@2', token: tokenOf(key) })
  const ids = (copies = places?.reads): string[] =>
    (copies?.members ?? []).map(({ id }) => id).sort()
  return { writes: (places?.writes ?? []).map((copies) => ids(copies)), reads: ids() }
}

describe.each(wishes)('while the ring does what $kind asks for', (wish) => {
  const prepared = after(shop, [wish])
  const reading = after(prepared, [], allAcks(prepared))
  const done = finished(prepared)

  test('a row is written to the replicas of before and to those of after it', () => {
    for (const key of keys) {
      const [olds, news] = [heldUnder(shop, key).reads, heldUnder(done, key).reads]
      const both = String(olds) === String(news) ? [olds] : [olds, news]
      expect(heldUnder(prepared, key)).toEqual({ writes: both, reads: olds })
      expect(heldUnder(reading, key)).toEqual({ writes: both, reads: news })
    }
  })

  test('some rows move', () => {
    expect(keys.some((key) => heldUnder(prepared, key).writes.length === 2)).toBe(true)
  })
})
