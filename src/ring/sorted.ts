/**
 * Tokens in order with their owners, as three typed arrays, and a table over their leading bits:
 * hashed keys spread evenly, so the table leads to within a token or two of the answer, and a
 * binary search covers rings that do not.
 */
import { at } from '../base/assert.js'

export interface Sorted {
  /** Upper halves, signed, ascending. */
  readonly hi: Int32Array
  /** Lower halves, unsigned. */
  readonly lo: Uint32Array
  /** Index of the member that owns each token. */
  readonly owners: Uint16Array
}

/** The first position at or after each value of the leading bits, and how far to shift for them. */
export interface Lead {
  readonly starts: Uint32Array
  readonly shift: number
}

/** Most tokens of one ring. */
export const MOST_TOKENS = 2097151

/** Sorts by token, then by owner: of equal tokens the first is the winner's. */
export function sortTokens(unsorted: Sorted): Sorted {
  const size = unsorted.hi.length
  let order: Uint32Array = new Uint32Array(size)
  for (let i = 0; i < size; i++) order[i] = i
  for (const shift of [0, DIGIT, 2 * DIGIT]) order = scatter(order, unsorted.hi, shift)
  settleTies(order, unsorted)
  const sorted = emptySorted(size)
  for (let i = 0; i < size; i++) copyToken(unsorted, order[i] ?? 0, sorted, i)
  return sorted
}

/** Bits that one pass of the radix sort takes: three passes cover 32. */
const DIGIT = 11
const DIGITS = 1 << DIGIT

/** One pass of a radix sort: stable, by the digit at `shift`. */
function scatter(order: Uint32Array, hi: Int32Array, shift: number): Uint32Array {
  const ends = new Uint32Array(DIGITS)
  for (let i = hi.length; i-- > 0;) {
    const digit = (leading(hi[i] ?? 0) >>> shift) & (DIGITS - 1)
    ends[digit] = (ends[digit] ?? 0) + 1
  }
  for (let digit = 1; digit < DIGITS; digit++)
    ends[digit] = (ends[digit] ?? 0) + (ends[digit - 1] ?? 0)
  const next = new Uint32Array(order.length)
  for (let k = order.length - 1; k >= 0; k--) {
    const i = order[k] ?? 0
    const digit = (leading(hi[i] ?? 0) >>> shift) & (DIGITS - 1)
    const place = (ends[digit] ?? 0) - 1
    ends[digit] = place
    next[place] = i
  }
  return next
}

/** Puts runs of equal upper halves in order of the lower ones, then of the owners. */
function settleTies(order: Uint32Array, { hi, lo, owners }: Sorted): void {
  const before = (a: number, b: number): number =>
    at(lo, a) - at(lo, b) || at(owners, a) - at(owners, b)
  for (let from = 0; from < order.length;) {
    const same = hi[order[from] ?? 0]
    let to = from + 1
    while (to < order.length && hi[order[to] ?? 0] === same) to++
    if (to - from > 1) order.subarray(from, to).sort(before)
    from = to
  }
}

export function emptySorted(size: number): Sorted {
  return {
    hi: new Int32Array(size),
    lo: new Uint32Array(size),
    owners: new Uint16Array(size),
  }
}

export function copyToken(from: Sorted, i: number, to: Sorted, j: number): void {
  to.hi[j] = from.hi[i] ?? 0
  to.lo[j] = from.lo[i] ?? 0
  to.owners[j] = from.owners[i] ?? 0
}

/** The first `size` entries; a copy only when that is fewer than there are. */
export function cutSorted(sorted: Sorted, size: number): Sorted {
  if (size === sorted.hi.length) return sorted
  const { hi, lo, owners } = sorted
  return { hi: hi.slice(0, size), lo: lo.slice(0, size), owners: owners.slice(0, size) }
}

/**
 * Two sorted lists as one; of equal tokens the lower owner comes first. `b` should be the short
 * one.
 */
export function mergeSorted(a: Sorted, b: Sorted): Sorted {
  const both = emptySorted(a.hi.length + b.hi.length)
  let done = 0
  for (let j = 0; j <= b.hi.length; j++) {
    const upTo = j === b.hi.length ? a.hi.length : placeOf(a, b, j, done)
    for (let i = done; i < upTo; i++) copyToken(a, i, both, i + j)
    if (j < b.hi.length) copyToken(b, j, both, upTo + j)
    done = upTo
  }
  return both
}

/** How many entries of `a` come before entry `j` of `b`, of which `from` are known to. */
function placeOf(a: Sorted, b: Sorted, j: number, from: number): number {
  let low = from
  let high = a.hi.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (comesFirst(a, middle, b, j)) low = middle + 1
    else high = middle
  }
  return low
}

function comesFirst(a: Sorted, i: number, b: Sorted, j: number): boolean {
  const upper = at(a.hi, i) - at(b.hi, j)
  const order = upper === 0 ? at(a.lo, i) - at(b.lo, j) : upper
  return order < 0 || (order === 0 && at(a.owners, i) < at(b.owners, j))
}

/** About one token an entry of the table, 4 bytes each, and one entry more. */
export function leadOf({ hi }: Sorted): Lead {
  const size = hi.length
  const bits = Math.min(Math.max(32 - Math.clz32(size), 1), 20)
  const shift = 32 - bits
  const starts = new Uint32Array((1 << bits) + 1)
  let entry = 0
  for (let i = 0; i < size; i++) {
    const lead = leading(hi[i] ?? 0) >>> shift
    while (entry <= lead) starts[entry++] = i
  }
  starts.fill(size, entry)
  return { starts, shift }
}

/**
 * The position of the first token at or after (hi, lo): 0 past the last one, for the ring wraps.
 */
export function findToken(sorted: Sorted, lead: Lead, hi: number, lo: number): number {
  const entry = leading(hi) >>> lead.shift
  let from = lead.starts[entry] ?? 0
  let to = lead.starts[entry + 1] ?? 0
  while (to - from > 6) {
    const middle = (from + to) >>> 1
    if (isBelow(sorted, middle, hi, lo)) from = middle + 1
    else to = middle
  }
  while (from < to && isBelow(sorted, from, hi, lo)) from++
  return from === sorted.hi.length ? 0 : from
}

function isBelow(sorted: Sorted, i: number, hi: number, lo: number): boolean {
  const upper = sorted.hi[i] ?? 0
  return upper < hi || (upper === hi && (sorted.lo[i] ?? 0) < lo)
}

/** A signed upper half as an unsigned number of the same order. */
function leading(hi: number): number {
  return (hi ^ 0x80000000) >>> 0
}
