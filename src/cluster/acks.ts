/** What barriers need to know, gathered from what members say of themselves. */
import type { HostId } from '../gossip/identity.js'
import type { Peers } from './peers.js'
import { footprintOf } from './plan/footprint.js'
import type { Inputs } from './plan/plan.js'
import type { Digest, RingRecord } from './record/record.js'

/** One's own part, which gossip does not bring. */
export interface Own {
  readonly hostId: HostId
  readonly clusterId: Digest
  readonly epoch: number
  readonly copied: readonly string[]
}

/** The acknowledgements that the movements of a record may be waiting for. */
export function acksFor(
  record: RingRecord,
  peers: Peers,
  own: Own,
): Pick<Inputs, 'applied' | 'copied'> {
  const asked = new Set<HostId>()
  const copied: (readonly [string, HostId])[] = []
  for (const move of record.moves) {
    const { targets, olds, news } = footprintOf(record, move)
    for (const hostId of [...targets, ...olds.flat(), ...news.flat()]) asked.add(hostId)
    for (const hostId of targets)
      if (copiedBy(hostId, peers, own).includes(move.id)) copied.push([move.id, hostId])
  }
  const applied = [...asked].sort().flatMap((hostId) => {
    const epoch = appliedBy(hostId, peers, own)
    return epoch === 0 ? [] : [[hostId, epoch] as const]
  })
  copied.sort(([a, b], [c, d]) => (`${a} ${b}` < `${c} ${d}` ? -1 : 1))
  return { applied, copied }
}

/** The epoch that a member has stored and acts on, as far as is known here; 0 when nothing is. */
export function appliedBy(hostId: HostId, peers: Peers, own: Own): number {
  if (hostId === own.hostId) return own.epoch
  const ring = peers.get(hostId)?.ring
  return ring?.clusterId === own.clusterId ? ring.epoch : 0
}

function copiedBy(hostId: HostId, peers: Peers, own: Own): readonly string[] {
  return hostId === own.hostId ? own.copied : (peers.get(hostId)?.copied ?? [])
}
