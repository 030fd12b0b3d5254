/**
 * Who votes in a large cluster: beyond fifty members a committee of nine, spread over racks, that
 * the record names. Seats are filled in an order drawn from the parent's digest, so every node
 * fills them alike; whoever sits stays until it leaves or is relieved.
 */
import { scramble } from '../../base/random.js'
import { hostIdWords, type HostId } from '../../gossip/identity.js'
import { hasVote, type RecordMember, type RingRecord } from '../record/record.js'
import { done, vain, waits, type Verdict } from './verdict.js'

/** Up to so many members all vote. */
export const ALL_VOTE = 50
export const SEATS = 9

/** The record with a full committee where it needs one. @param seed the digest of the parent */
export function seated(
  record: RingRecord,
  seed: string,
  shunned: readonly HostId[] = [],
): RingRecord {
  const able = record.members.filter(hasVote)
  if (able.length <= ALL_VOTE) {
    return record.committee.length === 0 ? record : { ...record, committee: [] }
  }
  const kept = able.filter(
    ({ hostId }) => record.committee.includes(hostId) && !shunned.includes(hostId),
  )
  if (kept.length === SEATS && record.committee.length === SEATS) return record
  const open = able.filter((member) => !kept.includes(member) && !shunned.includes(member.hostId))
  return { ...record, committee: fill(kept, open, seed).sort() }
}

export function judgeRelieve(
  record: RingRecord,
  hostIds: readonly HostId[],
  seed: string,
): Verdict {
  const sitting = hostIds.filter((hostId) => record.committee.includes(hostId))
  if (sitting.length === 0) return vain('none of them sits in the committee')
  const next = seated(record, seed, sitting)
  if (next.committee.length < record.committee.length) return waits('nobody can take the seats')
  return done(next, `${sitting.length} seats of the committee given to others`)
}

/** One after the other from the rack that has the fewest seats. */
function fill(
  kept: readonly RecordMember[],
  open: readonly RecordMember[],
  seed: string,
): HostId[] {
  const seats = [...kept]
  const waiting = inOrder(open, seed)
  const racks = new Map<string, number>()
  for (const member of kept) racks.set(rackOf(member), (racks.get(rackOf(member)) ?? 0) + 1)
  while (seats.length < SEATS && waiting.length > 0) {
    const taken = (member: RecordMember): number => racks.get(rackOf(member)) ?? 0
    const least = waiting.reduce((best, each) => (taken(each) < taken(best) ? each : best))
    waiting.splice(waiting.indexOf(least), 1)
    racks.set(rackOf(least), taken(least) + 1)
    seats.push(least)
  }
  return seats.map(({ hostId }) => hostId)
}

function rackOf({ dc, rack }: RecordMember): string {
  return JSON.stringify([dc, rack])
}

/** In the order that this digest gives. */
export function inOrder(members: readonly RecordMember[], seed: string): RecordMember[] {
  const order = ({ hostId }: RecordMember): number => rankHash(hostId, seed)
  return [...members].sort((a, b) => order(a) - order(b))
}

/** 32 bits of a host id under a digest: who comes first under this record. */
export function rankHash(hostId: HostId, seed: string): number {
  return [parseInt(seed.slice(0, 8) || '0', 16), ...hostIdWords(hostId)].reduce(scramble)
}
