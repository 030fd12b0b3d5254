/**
 * How many answers an operation needs, and from whom: Cassandra's consistency levels, counted over
 * the replicas that there are. A majority of all that are there meets every majority of the same
 * replicas; barriers of movements are majorities in each datacenter for the same reason.
 */
import type { HostId } from '../../gossip/identity.js'
import type { Member } from '../../ring/member.js'
import { placeOf } from '../../ring/placement.js'
import type { Replication } from '../../ring/replication.js'
import { majority } from '../record/record.js'
import type { Level } from './level.js'

/** So many answers from among these replicas; more than there are of them: it cannot be met. */
export interface Need {
  readonly count: number
  readonly from: readonly HostId[]
}

/** A set of replicas under the replication that chose them. */
export interface Copies {
  readonly members: readonly Member[]
  readonly replication: Replication
}

/** @param dc the datacenter of whoever coordinates */
export function needsOf(level: Level, copies: Copies, dc: string): Need[] {
  const all = idsOf(copies.members)
  switch (level) {
    case 'ONE':
      return [{ count: 1, from: all }]
    case 'TWO':
      return [{ count: 2, from: all }]
    case 'ALL':
      return [{ count: Math.max(1, all.length), from: all }]
    case 'QUORUM':
      return [majorityOf(all)]
    case 'LOCAL_QUORUM':
      // SimpleStrategy knows no datacenters: everything is local, as in Cassandra.
      return [majorityOf(copies.replication.kind === 'simple' ? all : within(copies, dc))]
    case 'EACH_QUORUM':
      return placesOf(copies).map((place) => majorityOf(within(copies, place)))
  }
}

function majorityOf(from: readonly HostId[]): Need {
  return { count: majority(from.length), from }
}

function placesOf({ members, replication }: Copies): string[] {
  const places = new Set(members.map((member) => placeOf(member, replication).dc))
  // Nobody keeps it: one need that cannot be met, not none that is.
  return places.size === 0 ? [''] : [...places].sort()
}

function within({ members, replication }: Copies, dc: string): HostId[] {
  return idsOf(members.filter((member) => placeOf(member, replication).dc === dc))
}

function idsOf(members: readonly Member[]): HostId[] {
  return members.map(({ id }) => id)
}
