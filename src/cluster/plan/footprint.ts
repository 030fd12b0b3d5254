/**
 * What a movement touches: for every range whose replicas change, who held it and who will. The
 * barriers of a movement are majorities of these sets, counted in each datacenter because
 * LOCAL_QUORUM is.
 */
import type { HostId } from '../../gossip/identity.js'
import type { Member } from '../../ring/member.js'
import { Placement } from '../../ring/placement.js'
import type { Replication } from '../../ring/replication.js'
import { differences, transfer, type Transfer } from '../../ring/transfer.js'
import type { Keyspace, Move, RingRecord } from '../record/record.js'
import { changesOf, replicationAfter, ringAfter, ringOf } from './layout.js'
import { byPlace } from './places.js'
import { refills, type Refill } from './refill.js'

export interface Footprint {
  /** Who gains a range, or must be brought up to date in one, in order of host id. */
  readonly targets: readonly HostId[]
  /** Each set of replicas that a touched range has before, by datacenter, each once. */
  readonly olds: readonly Group[]
  readonly news: readonly Group[]
  /** Data copied, as a share of the ring, over all keyspaces. */
  readonly share: number
}

/** Replicas of some range in one datacenter, in order of host id; a majority of them decides. */
export type Group = readonly HostId[]

/** Footprints of the movements of records that are still held. */
const footprints = new WeakMap<RingRecord, Map<string, Footprint>>()

export function footprintOf(record: RingRecord, move: Move): Footprint {
  const held = footprints.get(record) ?? new Map<string, Footprint>()
  footprints.set(record, held)
  const found = held.get(move.id)
  if (found !== undefined) return found
  const made = measure(record, move)
  held.set(move.id, made)
  return made
}

/** What is copied in one keyspace, and from whom. */
export function transfersOf(record: RingRecord, move: Move, keyspace: Keyspace): Transfer[] {
  return transfer(...placementsOf(record, move, keyspace))
}

/** What those who stay in a range copy before others leave it. */
export function refillsOf(record: RingRecord, move: Move, keyspace: Keyspace): Refill[] {
  return refills(...placementsOf(record, move, keyspace))
}

/** Where the copies of a keyspace are before the movement, and where they are after it. */
export function placementsOf(
  record: RingRecord,
  move: Move,
  keyspace: Keyspace,
): [before: Placement, after: Placement] {
  const ring = ringOf(record)
  const after = ringAfter(ring, changesOf(record, move))
  return [
    new Placement(ring, keyspace.replication),
    new Placement(after, replicationAfter(move, keyspace)),
  ]
}

function measure(record: RingRecord, move: Move): Footprint {
  const targets = new Set<HostId>()
  const olds = new Groups()
  const news = new Groups()
  let share = 0
  for (const keyspace of record.keyspaces) {
    const [before, after] = placementsOf(record, move, keyspace)
    for (const difference of differences(before, after)) {
      const gained = lacking(difference.news, difference.olds)
      const lost = lacking(difference.olds, difference.news)
      if (gained.length + lost.length === 0) continue
      for (const { id } of gained) targets.add(id)
      olds.add(difference.olds, before.replication)
      news.add(difference.news, after.replication)
    }
    const refilled = refills(before, after)
    for (const { target } of refilled) targets.add(target.id)
    for (const moved of [...transfer(before, after), ...refilled]) share += moved.share
  }
  return { targets: [...targets].sort(), olds: olds.all(), news: news.all(), share }
}

/** Those of `some` that are not among the others. */
function lacking(some: readonly Member[], others: readonly Member[]): Member[] {
  return some.filter(({ id }) => others.every((other) => other.id !== id))
}

class Groups {
  /** By their members; at most as many as ranges are touched, times the datacenters. */
  private readonly sets = new Map<string, Group>()

  add(replicas: readonly Member[], replication: Replication): void {
    for (const group of byPlace(replicas, replication).values())
      this.sets.set(group.sort().join(), group)
  }

  all(): Group[] {
    return [...this.sets.keys()].sort().map((key) => this.sets.get(key) ?? [])
  }
}
