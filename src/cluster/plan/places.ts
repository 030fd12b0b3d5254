/** Replicas by datacenter, as the levels that count in one see them. */
import type { HostId } from '../../gossip/identity.js'
import type { Member } from '../../ring/member.js'
import { placeOf } from '../../ring/placement.js'
import type { Replication } from '../../ring/replication.js'

/** In order of first appearance; SimpleStrategy knows one place alone. */
export function byPlace(
  replicas: readonly Member[],
  replication: Replication,
): Map<string, HostId[]> {
  const places = new Map<string, HostId[]>()
  for (const member of replicas) {
    const { dc } = placeOf(member, replication)
    places.set(dc, [...(places.get(dc) ?? []), member.id])
  }
  return places
}
