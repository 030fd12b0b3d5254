/**
 * Who must also be written to while several changes are under way. As in Cassandra, every change is
 * imagined done alone, on the ring that all leavers have left: leaving only makes the ranges of
 * others grow and joining only makes them shrink, so the union is an upper bound whatever finishes
 * first. Source: org.apache.cassandra.locator.TokenMetadata.calculatePendingRanges; CASSANDRA-14802
 * for replacements.
 */
import { at, known } from '../base/assert.js'
import { memberOf, type Claim, type Member } from './member.js'
import { Placement } from './placement.js'
import { holds, type Range } from './range.js'
import type { Ring } from './ring.js'
import { compareTokens, sameToken, type Token } from './token.js'
import { transfer } from './transfer.js'

export type Change =
  | { readonly kind: 'leave'; readonly id: string }
  | { readonly kind: 'join'; readonly claim: Claim }
  /** The member takes these tokens in place of all its own. */
  | { readonly kind: 'move'; readonly id: string; readonly tokens: readonly Token[] }
  /** `by` takes the tokens of the member `id`. */
  | { readonly kind: 'replace'; readonly id: string; readonly by: Member }

export interface Pending {
  readonly member: Member
  /** Disjoint, none touching the next, in token order. */
  readonly ranges: readonly Range[]
}

/** The ring with one change done. @throws {Bug} when it concerns a member that is not there */
export function changed(ring: Ring, change: Change): Ring {
  switch (change.kind) {
    case 'leave':
      return ring.without(change.id)
    case 'join':
      return ring.with(change.claim)
    case 'move': {
      const member = known(ring.members[ring.indexOf(change.id) ?? -1], change.id)
      return ring.with({ ...member, tokens: change.tokens })
    }
    case 'replace': {
      const tokens = ring.tokensOf(change.id)
      return ring.without(change.id).with({ ...memberOf(change.by), tokens })
    }
  }
}

/**
 * The ranges that each member does not hold now but may hold when these changes are done, in order
 * of id.
 */
export function pendingRanges(now: Placement, changes: readonly Change[]): Pending[] {
  const leaves = changes.filter(({ kind }) => kind === 'leave')
  const left = leaves.reduce(changed, now.ring)
  const others = changes.filter(({ kind }) => kind !== 'leave')
  const imagined = [left, ...others.map((change) => changed(left, change))]
  const gained = new Map<string, { member: Member; ranges: Range[] }>()
  for (const ring of imagined)
    for (const { target, range } of transfer(now, new Placement(ring, now.replication))) {
      const entry = gained.get(target.id) ?? { member: target, ranges: [] }
      entry.ranges.push(range)
      gained.set(target.id, entry)
    }
  const sorted = [...gained.values()].sort((a, b) => (a.member.id < b.member.id ? -1 : 1))
  return sorted.map(({ member, ranges }) => ({ member, ranges: unionOf(ranges) }))
}

/**
 * Everyone a write of this token goes to: the replicas now, then those with a pending range that
 * holds it.
 */
export function writeReplicas(now: Placement, pending: readonly Pending[], token: Token): Member[] {
  const also = pending.filter(({ ranges }) => ranges.some((range) => holds(range, token)))
  return [...now.replicasOf(token), ...also.map(({ member }) => member)]
}

/** The same tokens in the fewest ranges, in order of their left ends. */
export function unionOf(ranges: readonly Range[]): Range[] {
  const borders = distinct(ranges.flatMap(({ left, right }) => [left, right]))
  const place = (token: Token): number => borders.findIndex((border) => sameToken(border, token))
  const covered = new Uint8Array(borders.length)
  for (const { left, right } of ranges) {
    const end = place(right)
    let i = place(left)
    do {
      i = (i + 1) % borders.length
      covered[i] = 1
    } while (i !== end)
  }
  return runsOf(borders, covered)
}

/**
 * Turns the marked stretches between borders into ranges, those over the end of the line included.
 */
function runsOf(borders: readonly Token[], covered: Uint8Array): Range[] {
  const first = covered.indexOf(0)
  if (first < 0) return borders.length > 0 ? [{ left: at(borders, 0), right: at(borders, 0) }] : []
  const found: Range[] = []
  const size = borders.length
  for (let step = 1; step <= size; step++) {
    const i = (first + step) % size
    if (covered[i] === 0) continue
    const left = at(borders, (i + size - 1) % size)
    const open = found.at(-1)
    if (open !== undefined && sameToken(open.right, left))
      found[found.length - 1] = { left: open.left, right: at(borders, i) }
    else found.push({ left, right: at(borders, i) })
  }
  return found.sort((a, b) => compareTokens(a.left, b.left))
}

function distinct(tokens: readonly Token[]): Token[] {
  const sorted = [...tokens].sort(compareTokens)
  return sorted.filter((token, i) => i === 0 || !sameToken(token, at(sorted, i - 1)))
}
