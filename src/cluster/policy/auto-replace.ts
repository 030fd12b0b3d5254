/**
 * Which dead members are given up without anybody asking: those that have been down long enough,
 * together with those that fell at about the same time, so that ten crashes are one change. A
 * member is kept where a range of it has no live majority left: what it alone may hold is not
 * given up by a policy.
 */
import type { Millis } from '../../base/machine.js'
import type { HostId } from '../../gossip/identity.js'
import { Placement } from '../../ring/placement.js'
import { majority, type RingRecord } from '../record/record.js'
import { ringOf } from '../plan/layout.js'

/** Nodes that fell within so long belong to one cut; it covers what observers differ by. */
export const CUT_SPREAD: Millis = 30_000

export interface Fallen {
  readonly hostId: HostId
  readonly generation: number
  readonly downFor: Millis
}

export type Cut =
  | { readonly kind: 'due'; readonly fallen: readonly Fallen[] }
  /** Not before so long, if all stay down. */
  | { readonly kind: 'in'; readonly millis: Millis }
  | { readonly kind: 'none' }

/** All that are down long enough, once nobody is about to be. */
export function cutOf(fallen: readonly Fallen[], after: Millis): Cut {
  if (fallen.length === 0) return { kind: 'none' }
  const waits = fallen.map(({ downFor }) => after - downFor).filter((wait) => wait > 0)
  const nearest = waits.length === 0 ? Infinity : Math.min(...waits)
  if (waits.length === fallen.length) return { kind: 'in', millis: nearest }
  if (nearest <= CUT_SPREAD) return { kind: 'in', millis: nearest }
  return { kind: 'due', fallen: fallen.filter(({ downFor }) => downFor >= after) }
}

/** Those of them whose ranges all have a majority without any of `down`; in order of host id. */
export function expendable(
  record: RingRecord,
  hostIds: readonly HostId[],
  down: ReadonlySet<HostId>,
): HostId[] {
  const needed = new Set<HostId>()
  const ring = ringOf(record)
  for (const { replication } of record.keyspaces) {
    const placement = new Placement(ring, replication)
    for (let i = 0; i < ring.size; i++) {
      const replicas = placement.replicasAt(i)
      const lost = replicas.filter(({ id }) => down.has(id))
      if (replicas.length - lost.length >= majority(replicas.length)) continue
      for (const { id } of lost) needed.add(id)
    }
  }
  return hostIds.filter((hostId) => !needed.has(hostId)).sort()
}
