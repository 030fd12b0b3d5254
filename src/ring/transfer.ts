/**
 * What has to move between two placements: for every range, who holds it after and not before, and
 * from whom it is copied first: the replica whose place is taken, for only that one is sure to have
 * what a quorum acknowledged (CASSANDRA-2434). The difference is taken range by range over the
 * borders of both rings.
 */
import { at } from '../base/assert.js'
import type { Member } from './member.js'
import { placeOf, type Placement } from './placement.js'
import type { Range } from './range.js'
import { compareTokens, sameToken, shareBetween, type Token } from './token.js'

export interface Transfer {
  readonly range: Range
  readonly target: Member
  /**
   * The replica that loses the range to the target; undefined when copies are added and nobody
   * loses it.
   */
  readonly source: Member | undefined
  /**
   * The other replicas before, in case the source is dead: those of the target's datacenter first.
   */
  readonly others: readonly Member[]
  /** The target's datacenter. */
  readonly dc: string
  /** Width of the range as a share of the ring. */
  readonly share: number
}

/** A range and its replicas before and after, in their order; they differ. */
export interface Difference {
  readonly range: Range
  readonly olds: readonly Member[]
  readonly news: readonly Member[]
}

/** The ranges whose replicas differ, in token order, over the borders of both rings. */
export function* differences(before: Placement, after: Placement): Generator<Difference> {
  const old = before.table()
  const next = after.table()
  for (const { left, right, i, j } of bordersOf(before, after)) {
    const olds = old.subarray(i * before.width, (i + 1) * before.width)
    const news = next.subarray(j * after.width, (j + 1) * after.width)
    if (sameMembers(before, olds, after, news)) continue
    yield { range: { left, right }, olds: membersOf(before, olds), news: membersOf(after, news) }
  }
}

/**
 * The transfers in order of their ranges, then of the replicas; neighbours of equal parties are
 * one.
 */
export function transfer(before: Placement, after: Placement): Transfer[] {
  const result = new Merged()
  for (const { range, olds, news } of differences(before, after))
    for (const moving of differ(olds, news, after)) result.add(range, moving)
  return result.transfers()
}

/** What a transfer costs in all: the sum of the shares. */
export function movedShare(transfers: readonly Transfer[]): number {
  return transfers.reduce((sum, { share }) => sum + share, 0)
}

interface Borders {
  readonly left: Token
  readonly right: Token
  /** The positions of the ranges that hold this one, before and after. */
  readonly i: number
  readonly j: number
}

/** The finest ranges: between neighbouring tokens of either ring, both of which are walked once. */
function* bordersOf(before: Placement, after: Placement): Generator<Borders> {
  const a = before.ring
  const b = after.ring
  if (b.size === 0) return
  let i = 0
  let j = 0
  let left = lastOf(a.size > 0 ? a.tokenAt(a.size - 1) : undefined, b.tokenAt(b.size - 1))
  while (i < a.size || j < b.size) {
    const x = i < a.size ? a.tokenAt(i) : undefined
    const y = j < b.size ? b.tokenAt(j) : undefined
    const order = x === undefined ? 1 : y === undefined ? -1 : compareTokens(x, y)
    const right = order <= 0 && x !== undefined ? x : (y ?? left)
    yield { left, right, i: i < a.size ? i : 0, j: j < b.size ? j : 0 }
    if (order <= 0) i++
    if (order >= 0) j++
    left = right
  }
}

function lastOf(a: Token | undefined, b: Token): Token {
  return a !== undefined && compareTokens(a, b) > 0 ? a : b
}

function sameMembers(a: Placement, olds: Uint16Array, b: Placement, news: Uint16Array): boolean {
  if (olds.length !== news.length) return false
  for (let k = 0; k < olds.length; k++)
    if (a.ring.members[olds[k] ?? 0]?.id !== b.ring.members[news[k] ?? 0]?.id) return false
  return true
}

function membersOf({ ring }: Placement, indices: Uint16Array): Member[] {
  const members: Member[] = []
  for (const index of indices) members.push(at(ring.members, index))
  return members
}

interface Moving {
  readonly target: Member
  readonly source: Member | undefined
  readonly others: readonly Member[]
}

/**
 * Pairs those who gain with those who lose: of the same rack first, else of the same datacenter in
 * order.
 */
function differ(olds: readonly Member[], news: readonly Member[], after: Placement): Moving[] {
  const gains = news.filter(({ id }) => olds.every((member) => member.id !== id))
  const losses = olds.filter(({ id }) => news.every((member) => member.id !== id))
  const dcOf = (member: Member): string => placeOf(member, after.replication).dc
  const sources = new Map<Member, Member>()
  const pair = (fits: (target: Member, source: Member) => boolean): void => {
    for (const target of gains) {
      if (sources.has(target)) continue
      const k = losses.findIndex((source) => fits(target, source))
      if (k >= 0) for (const source of losses.splice(k, 1)) sources.set(target, source)
    }
  }
  pair((target, source) => target.dc === source.dc && target.rack === source.rack)
  pair((target, source) => dcOf(target) === dcOf(source))
  return gains.map((target) => {
    const source = sources.get(target)
    const rest = olds.filter((member) => member !== source)
    const near = rest.filter((member) => member.dc === target.dc)
    const far = rest.filter((member) => member.dc !== target.dc)
    return { target, source, others: [...near, ...far] }
  })
}

/** Transfers that grow while the next range has the same parties. */
class Merged {
  /** In order of range; at most the finest ranges times the copies. */
  private readonly all: { range: Range; moving: Moving }[] = []
  /** Per target the place of its last entry in `all`; at most one for each member. */
  private readonly last = new Map<string, number>()

  add(range: Range, moving: Moving): void {
    const place = this.last.get(moving.target.id)
    const open = place === undefined ? undefined : this.all[place]
    if (
      open !== undefined &&
      sameToken(open.range.right, range.left) &&
      sameParties(open.moving, moving)
    )
      open.range = { left: open.range.left, right: range.right }
    else this.last.set(moving.target.id, this.all.push({ range, moving }) - 1)
  }

  transfers(): Transfer[] {
    return this.all.map(({ range, moving }) => {
      const share = shareBetween(range.left, range.right)
      return { range, ...moving, dc: moving.target.dc, share: share === 0 ? 1 : share }
    })
  }
}

function sameParties(a: Moving, b: Moving): boolean {
  const same = a.others.length === b.others.length && a.source?.id === b.source?.id
  return same && a.others.every(({ id }, k) => id === b.others[k]?.id)
}
