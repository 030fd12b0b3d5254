/**
 * What is copied although nobody gains a range. Where a range is to have fewer replicas, those who
 * stay may hold too little: of three copies two acknowledged a row, one of these two goes, and a
 * quorum of the next smaller set might not know the row any more. So those who stay are brought up
 * to date first, from so many of the others that one of every quorum is among them.
 */
import type { HostId } from '../../gossip/identity.js'
import type { Member } from '../../ring/member.js'
import type { Placement } from '../../ring/placement.js'
import type { Range } from '../../ring/range.js'
import { shareBetween } from '../../ring/token.js'
import { differences, type Difference } from '../../ring/transfer.js'
import { majority } from '../record/record.js'
import { byPlace } from './places.js'

export interface Refill {
  readonly range: Range
  /** A replica before and after. */
  readonly target: Member
  /** All replicas before, the target among them. */
  readonly olds: readonly Member[]
  /** Width of the range as a share of the ring. */
  readonly share: number
}

/** In order of range, then of the replicas. */
export function refills(before: Placement, after: Placement): Refill[] {
  return [...differences(before, after)].flatMap((difference) => {
    if (!isThinned(before, after, difference)) return []
    const { range, olds, news } = difference
    const share = shareBetween(range.left, range.right)
    return news
      .filter(({ id }) => olds.some((old) => old.id === id))
      .map((target) => ({ range, target, olds, share: share === 0 ? 1 : share }))
  })
}

/**
 * By all replicas, for QUORUM, or by those of a datacenter, for LOCAL_QUORUM: where one is to have
 * none any more, what was written at its own quorum alone is left to the others.
 */
function isThinned(before: Placement, after: Placement, { olds, news }: Difference): boolean {
  const all = idsOf(olds)
  const former = byPlace(olds, before.replication)
  const comparable = before.replication.kind === after.replication.kind
  const groups = byPlace(news, after.replication)
  return (
    isLess(all, idsOf(news)) ||
    (comparable && [...former.keys()].some((dc) => !groups.has(dc))) ||
    [...groups].some(([dc, group]) => isLess(former.get(dc) ?? (comparable ? [] : all), group))
  )
}

/**
 * Whether fewer than a majority of the new replicas are sure to hold what a majority of the old
 * ones acknowledged. One that takes the place of another holds what that one held.
 */
function isLess(olds: readonly HostId[], news: readonly HostId[]): boolean {
  const lost = olds.filter((hostId) => !news.includes(hostId)).length
  const gained = news.filter((hostId) => !olds.includes(hostId)).length
  const fewer = lost - gained
  return fewer > 0 && majority(olds.length) - fewer < majority(news.length)
}

function idsOf(members: readonly Member[]): HostId[] {
  return members.map(({ id }) => id)
}
