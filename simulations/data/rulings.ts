/**
 * What the fence that ships says to a request, asked again and again of the same replicas: a ruling
 * follows from the records that a replica holds, and none of these ever changes.
 */
import { known } from '../../src/base/assert.js'
import { changedSince, rule } from '../../src/cluster/data/fence.js'
import { rowPlace } from '../../src/cluster/data/places.js'
import type { RingRecord } from '../../src/cluster/record/record.js'
import type { HostId } from '../../src/gossip/identity.js'

type History = readonly RingRecord[]
type ByRequest = Map<string, boolean>

export class Rulings {
  /** By the history, the key and the request; bounded by the histories that replicas hold. */
  private readonly made = new WeakMap<History, Map<Uint8Array, ByRequest>>()
  /** By the key and both epochs; bounded by the keys and the pairs of epochs of a run. */
  private readonly past = new Map<Uint8Array, ByRequest>()

  /** Whether a replica that holds these records answers. */
  serves(
    history: History,
    by: HostId,
    epoch: number,
    kind: 'read' | 'write',
    key: Uint8Array,
  ): boolean {
    const byKey = entryOf(this.made, history, () => new Map<Uint8Array, ByRequest>())
    const rulings = entryOf(byKey, key, (): ByRequest => new Map())
    return entryOf(rulings, `${kind} ${epoch} ${by}`, () => {
      const ask = kind === 'read' ? ({ kind, key } as const) : { kind, entry: { key, value: key } }
      const ruling = rule({ epoch, by, to: by, ask }, by, history)
      return ruling.kind === 'serve' || ruling.kind === 'behind'
    })
  }

  /** Whether a replica at one epoch, which had all records up to it, refuses what is of another. */
  isPast(records: History, applied: number, epoch: number, key: Uint8Array): boolean {
    if (applied <= epoch) return false
    const rulings = entryOf(this.past, key, (): ByRequest => new Map())
    return entryOf(rulings, `${applied} ${epoch}`, () => {
      const history = records.filter((record) => record.epoch <= applied)
      return changedSince(history, known(rowPlace(key), 'the place of a key'), epoch)
    })
  }
}

interface Store<K, V> {
  get(key: K): V | undefined
  set(key: K, value: V): unknown
}

function entryOf<K, V>(store: Store<K, V>, key: K, make: () => V): V {
  const held = store.get(key)
  if (held !== undefined) return held
  const made = make()
  store.set(key, made)
  return made
}
