/**
 * MurmurHash3 x64-128 as Cassandra computes it, its first 64 bits, in 32-bit halves: a JavaScript
 * engine has no 64-bit integer that is fast, and two halves in registers are eight times a BigInt.
 * Cassandra's quirk is kept: the bytes of the tail are signed
 * (org.apache.cassandra.utils.MurmurHash.hash3_x64_128), so they differ from the textbook hash.
 */

const C1_HIGH = 0x87c37b91 | 0
const C1_LOW = 0x114253d5
const C2_HIGH = 0x4cf5ad43
const C2_LOW = 0x2745937f

/**
 * h1 high, h1 low, h2 high, h2 low between the steps of one hash; never read before it is written.
 */
const state = new Int32Array(4)

/**
 * Writes the high and the low half of h1 for the bytes `from` to `to` into `out[0]` and `out[1]`,
 * as signed integers. Seed 0. Any length is allowed; nothing is allocated.
 */
export function hashInto(out: Int32Array, key: Uint8Array, from = 0, to = key.length): void {
  const length = to - from
  const tail = from + (length & ~15)
  state[0] = state[1] = state[2] = state[3] = 0
  if (tail > from) mixBlocks(key, from, tail)
  if (tail < to) mixTail(key, tail, to)
  finish(out, length)
}

/** The upper half of the 64-bit product of two unsigned 32-bit integers, in 16-bit limbs. */
function highProduct(a: number, b: number): number {
  const a0 = a & 0xffff
  const a1 = a >>> 16
  const b0 = b & 0xffff
  const b1 = b >>> 16
  const middle = (Math.imul(a1, b0) + (Math.imul(a0, b0) >>> 16)) >>> 0
  const carry = (Math.imul(a0, b1) + (middle & 0xffff)) >>> 0
  return (Math.imul(a1, b1) + (middle >>> 16) + (carry >>> 16)) | 0
}

/**
 * The upper half of (high, low) * (timesHigh, timesLow) modulo 2^64; the lower is `imul` of the
 * lower ones.
 */
function timesUpper(high: number, low: number, timesHigh: number, timesLow: number): number {
  return (highProduct(low, timesLow) + Math.imul(high, timesLow) + Math.imul(low, timesHigh)) | 0
}

/** 1 when the sum of two unsigned 32-bit integers, given as `sum` modulo 2^32, passed 2^32. */
function carryOf(sum: number, part: number): number {
  return sum >>> 0 < part >>> 0 ? 1 : 0
}

function wordAt(key: Uint8Array, i: number): number {
  const low = (key[i] ?? 0) | ((key[i + 1] ?? 0) << 8)
  return low | ((key[i + 2] ?? 0) << 16) | ((key[i + 3] ?? 0) << 24)
}

function mixBlocks(key: Uint8Array, from: number, to: number): void {
  let aHigh = 0
  let aLow = 0
  let bHigh = 0
  let bLow = 0
  for (let i = from; i < to; i += 16) {
    let low = wordAt(key, i)
    let high = timesUpper(wordAt(key, i + 4), low, C1_HIGH, C1_LOW)
    low = Math.imul(low, C1_LOW)
    let turned = (high << 31) | (low >>> 1)
    low = (low << 31) | (high >>> 1)
    aHigh ^= timesUpper(turned, low, C2_HIGH, C2_LOW)
    aLow ^= Math.imul(low, C2_LOW)
    turned = (aHigh << 27) | (aLow >>> 5)
    low = (((aLow << 27) | (aHigh >>> 5)) + bLow) | 0
    high = (turned + bHigh + carryOf(low, bLow)) | 0
    aLow = (Math.imul(low, 5) + 0x52dce729) | 0
    aHigh = (Math.imul(high, 5) + highProduct(low, 5) + carryOf(aLow, 0x52dce729)) | 0

    low = wordAt(key, i + 8)
    high = timesUpper(wordAt(key, i + 12), low, C2_HIGH, C2_LOW)
    low = Math.imul(low, C2_LOW)
    turned = (low << 1) | (high >>> 31)
    low = (high << 1) | (low >>> 31)
    bHigh ^= timesUpper(turned, low, C1_HIGH, C1_LOW)
    bLow ^= Math.imul(low, C1_LOW)
    turned = (bHigh << 31) | (bLow >>> 1)
    low = (((bLow << 31) | (bHigh >>> 1)) + aLow) | 0
    high = (turned + aHigh + carryOf(low, aLow)) | 0
    bLow = (Math.imul(low, 5) + 0x38495ab5) | 0
    bHigh = (Math.imul(high, 5) + highProduct(low, 5) + carryOf(bLow, 0x38495ab5)) | 0
  }
  state[0] = aHigh
  state[1] = aLow
  state[2] = bHigh
  state[3] = bLow
}

/** Up to 15 bytes, each sign-extended to 64 bits before it is shifted into place. */
function mixTail(key: Uint8Array, from: number, to: number): void {
  const split = Math.min(from + 8, to)
  if (to > split) {
    const low = signedLow(key, split, to)
    const upper = timesUpper(signedHigh(key, split, to), low, C2_HIGH, C2_LOW)
    const lower = Math.imul(low, C2_LOW)
    const turned = (upper << 1) | (lower >>> 31)
    const swapped = (lower << 1) | (upper >>> 31)
    state[2] = (state[2] ?? 0) ^ timesUpper(swapped, turned, C1_HIGH, C1_LOW)
    state[3] = (state[3] ?? 0) ^ Math.imul(turned, C1_LOW)
  }
  const low = signedLow(key, from, split)
  const upper = timesUpper(signedHigh(key, from, split), low, C1_HIGH, C1_LOW)
  const lower = Math.imul(low, C1_LOW)
  const turnedHigh = (upper << 31) | (lower >>> 1)
  const turnedLow = (lower << 31) | (upper >>> 1)
  state[0] = (state[0] ?? 0) ^ timesUpper(turnedHigh, turnedLow, C2_HIGH, C2_LOW)
  state[1] = (state[1] ?? 0) ^ Math.imul(turnedLow, C2_LOW)
}

/** The lower half of the exclusive or of up to 8 signed bytes, each shifted to its place. */
function signedLow(key: Uint8Array, from: number, to: number): number {
  let word = 0
  for (let i = Math.min(from + 4, to) - 1; i >= from; i--)
    word = (word << 8) ^ (((key[i] ?? 0) << 24) >> 24)
  return word
}

/** The upper half of the same: the signs of the first four bytes reach into it. */
function signedHigh(key: Uint8Array, from: number, to: number): number {
  let word = 0
  for (let i = to - 1; i >= from + 4; i--) word = (word << 8) ^ (((key[i] ?? 0) << 24) >> 24)
  for (let i = Math.min(from + 4, to) - 1; i >= from; i--) word ^= ((key[i] ?? 0) << 24) >> 31
  return word
}

function finish(out: Int32Array, length: number): void {
  let aLow = (state[1] ?? 0) ^ length
  let bLow = (state[3] ?? 0) ^ length
  const aHigh = state[0] ?? 0
  const bHigh = state[2] ?? 0
  aLow = (aLow + bLow) | 0
  const sumHigh = (aHigh + bHigh + carryOf(aLow, bLow)) | 0
  bLow = (bLow + aLow) | 0
  const otherHigh = (bHigh + sumHigh + carryOf(bLow, aLow)) | 0
  const first = avalanche(out, sumHigh, aLow)
  const firstHigh = out[0] ?? 0
  const second = avalanche(out, otherHigh, bLow)
  const low = (first + second) | 0
  out[0] = (firstHigh + (out[0] ?? 0) + carryOf(low, second)) | 0
  out[1] = low
}

/** The 64-bit finaliser: its upper half goes to `out[0]`, its lower half is returned. */
function avalanche(out: Int32Array, high: number, low: number): number {
  let lower = low ^ (high >>> 1)
  let upper = timesUpper(high, lower, 0xff51afd7 | 0, 0xed558ccd | 0)
  lower = Math.imul(lower, 0xed558ccd)
  lower ^= upper >>> 1
  upper = timesUpper(upper, lower, 0xc4ceb9fe | 0, 0x1a85ec53)
  lower = Math.imul(lower, 0x1a85ec53)
  out[0] = upper
  return lower ^ (upper >>> 1)
}
