/**
 * Whom the movements of a record concern: they are told of it first, and say first that they act on
 * it, to those whose turn it is to propose what follows. Gossip tells everybody in time; a barrier
 * among a thousand nodes would wait seconds for it.
 */
import type { HostId } from '../gossip/identity.js'
import type { Peers } from './peers.js'
import { inOrder } from './plan/committee.js'
import { footprintOf } from './plan/footprint.js'
import type { Sealed } from './record/record-bytes.js'
import { votersOf, type RecordMember, type RingRecord } from './record/record.js'

/** The first in turn may not be there any more, or not know it yet. */
const PROPOSERS_TOLD = 3
/** Of those that copy once the first barrier has fallen; the rest hear of it by gossip. */
const TARGETS_TOLD = 8

/** Concerned by records that are still held. */
const concerned = new WeakMap<RingRecord, ReadonlySet<HostId>>()

/** Who gains, gives or keeps a range that is moved, and who votes, while anything is moved. */
export function isConcerned(record: RingRecord, hostId: HostId): boolean {
  return record.moves.length > 0 && concernedBy(record).has(hostId)
}

/** All members, those first who are concerned. */
export function byConcern(record: RingRecord): readonly RecordMember[] {
  const first = concernedBy(record)
  return [
    ...record.members.filter(({ hostId }) => first.has(hostId)),
    ...record.members.filter(({ hostId }) => !first.has(hostId)),
  ]
}

/** Who waits to hear that a member acts on the record: who proposes next, and who copies. */
export function awaiting(sealed: Sealed, peers: Peers): ReadonlySet<HostId> {
  const { record } = sealed
  const copies = record.moves.filter(({ stage }) => stage === 'prepare')
  const targets = copies.flatMap((move) => footprintOf(record, move).targets)
  return new Set([...nextProposers(sealed, peers), ...targets.slice(0, TARGETS_TOLD)])
}

/** The voters that are there, in the order in which they propose; a few. */
function nextProposers({ record, digest }: Sealed, peers: Peers): HostId[] {
  const there = votersOf(record).filter(({ hostId }) => peers.isPresent(hostId))
  const first = inOrder(there, digest).slice(0, PROPOSERS_TOLD)
  return first.map(({ hostId }) => hostId)
}

function concernedBy(record: RingRecord): ReadonlySet<HostId> {
  const held = concerned.get(record)
  if (held !== undefined) return held
  const parties = record.moves.flatMap((move) => {
    const { targets, olds, news } = footprintOf(record, move)
    return [...targets, ...olds.flat(), ...news.flat()]
  })
  const found = new Set([...votersOf(record).map(({ hostId }) => hostId), ...parties])
  concerned.set(record, found)
  return found
}
