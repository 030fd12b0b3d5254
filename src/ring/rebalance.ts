/**
 * After leaves a ring is uneven and no joiner comes to mend it: token moves that bring it back
 * under a bar with the least data moved. Nothing is proposed below the bar, and the plan says what
 * it gains and what it costs.
 */
import { at } from '../base/assert.js'
import { level, type TokenMove } from './level.js'
import { imbalanceOf, ownershipOf, type Ownership } from './ownership.js'
import { Placement } from './placement.js'
import type { Replication } from './replication.js'
import type { Ring } from './ring.js'
import { formatToken } from './token.js'
import { movedShare, transfer } from './transfer.js'
import { partsOf } from './zones.js'

/** Largest share over the mean of its rack that is left alone. */
export const DEFAULT_BAR = 1.05
/**
 * Where racks share copies, data passes between racks and their means shift: then it is levelled
 * again.
 */
const MOST_PASSES = 4

export interface Rebalance {
  /** The ring with the moves done; the same ring when there are none. */
  readonly ring: Ring
  readonly moves: readonly TokenMove[]
  /** Largest share over the mean of its rack, before and after. */
  readonly before: number
  readonly after: number
  /** Data copied, as a share of the ring: 1 is one copy of everything. */
  readonly moved: number
  /** What no plan with these shares could copy less than: the sum of what nodes gain. */
  readonly unavoidable: number
  readonly reason: string
}

/** @param bar 1.001 or more; closer to 1 costs more data */
export function rebalance(ring: Ring, replication: Replication, bar = DEFAULT_BAR): Rebalance {
  const before = new Placement(ring, replication)
  const owned = ownershipOf(before)
  const uneven = imbalanceOf(before, owned)
  if (uneven <= bar) return nothing(ring, uneven, bar)
  const { ring: levelled, moves } = levelAll(before, bar)
  const after = new Placement(levelled, replication)
  const ownedAfter = ownershipOf(after)
  const even = imbalanceOf(after, ownedAfter)
  const reached = even <= bar + 1e-6 ? 'bring' : 'cannot bring more than'
  const span = `the fullest node from ${ratio(uneven)} to ${ratio(even)} times its rack's mean`
  return {
    ring: levelled,
    moves,
    before: uneven,
    after: even,
    moved: movedShare(transfer(before, after)),
    unavoidable: gains(owned, ownedAfter),
    reason: `${moves.length} token moves ${reached} ${span}`,
  }
}

function nothing(ring: Ring, uneven: number, bar: number): Rebalance {
  const reason = `the fullest node holds ${ratio(uneven)} of its rack's mean: within ${ratio(bar)}`
  return { ring, moves: [], before: uneven, after: uneven, moved: 0, unavoidable: 0, reason }
}

function levelAll(
  { ring, replication, quotas }: Placement,
  bar: number,
): { ring: Ring; moves: TokenMove[] } {
  const held = new Set(quotas.map(({ dc }) => dc))
  let result = ring
  let moves: TokenMove[] = []
  for (let pass = 0; pass < MOST_PASSES; pass++) {
    for (const part of partsOf(ring, replication).filter(({ dc }) => held.has(dc))) {
      const levelled = level(result, part, bar)
      moves = chain(moves, levelled.moves)
      result = levelled.ring
    }
    if (imbalanceOf(new Placement(result, replication)) <= bar + 1e-6) break
  }
  return { ring: result, moves }
}

/** Moves done one after the other, as one move a token. */
function chain(first: readonly TokenMove[], then: readonly TokenMove[]): TokenMove[] {
  const byEnd = new Map(first.map((move) => [formatToken(move.to), move]))
  for (const move of then) {
    const key = formatToken(move.from)
    const from = byEnd.get(key)?.from ?? move.from
    byEnd.delete(key)
    byEnd.set(formatToken(move.to), { ...move, from })
  }
  return [...byEnd.values()]
}

function gains(before: Ownership, after: Ownership): number {
  return after.effective.reduce(
    (sum, share, i) => sum + Math.max(0, share - at(before.effective, i)),
    0,
  )
}

function ratio(value: number): string {
  return value.toFixed(3)
}
