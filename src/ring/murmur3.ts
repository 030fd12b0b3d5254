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
 * Writes the high and the low half of h1 for the bytes of the key into `out[0]` and `out[1]`, as
 * signed integers. Seed 0. Any length is allowed; nothing is allocated.
 */
export function hashInto(out: Int32Array, key: Uint8Array): void {
  const { length } = key
  const tail = length & ~15
  state[0] = state[1] = state[2] = state[3] = 0
  for (let i = 0; i < tail; i += 16)
    mixBlock(wordAt(key, i), wordAt(key, i + 4), wordAt(key, i + 8), wordAt(key, i + 12))
  if (tail < length) mixTail(key, tail, length)
  finish(out, length)
}

/** Texts up to this length are hashed without a copy in UTF-8, where they are ASCII. */
const MOST_TEXT = 1024
/** The text as words of four characters, and a block of zeros behind. */
const words = new Int32Array(MOST_TEXT / 4 + 4)

/**
 * The same for a text of ASCII characters alone, which are their own bytes in UTF-8 and never
 * negative; false, and nothing written, for any other and for a long one.
 */
export function hashAsciiInto(out: Int32Array, text: string): boolean {
  const { length } = text
  if (length > MOST_TEXT || !wordsOf(text)) return false
  const blocks = (length >> 4) << 2
  state[0] = state[1] = state[2] = state[3] = 0
  for (let i = 0; i < blocks; i += 4)
    mixBlock(words[i] ?? 0, words[i + 1] ?? 0, words[i + 2] ?? 0, words[i + 3] ?? 0)
  if ((length & 15) > 8) mixSecond(words[blocks + 2] ?? 0, words[blocks + 3] ?? 0)
  if ((length & 15) > 0) mixFirst(words[blocks] ?? 0, words[blocks + 1] ?? 0)
  finish(out, length)
  return true
}

/** Fills the words, little-endian, zeros behind; false when a character is not ASCII. */
function wordsOf(text: string): boolean {
  const whole = text.length & ~3
  let all = 0
  let count = 0
  for (let i = 0; i < whole; i += 4) {
    const a = text.charCodeAt(i)
    const b = text.charCodeAt(i + 1)
    const c = text.charCodeAt(i + 2)
    const d = text.charCodeAt(i + 3)
    all |= a | b | c | d
    words[count++] = a | (b << 8) | (c << 16) | (d << 24)
  }
  let last = 0
  for (let i = text.length - 1; i >= whole; i--) {
    const unit = text.charCodeAt(i)
    all |= unit
    last = (last << 8) | unit
  }
  words[count] = last
  words[count + 1] = words[count + 2] = words[count + 3] = 0
  return all <= 127
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

/** 16 bytes as four words; each half of the block goes into its half of the state. */
function mixBlock(
  firstLow: number,
  firstHigh: number,
  secondLow: number,
  secondHigh: number,
): void {
  mixFirst(firstLow, firstHigh)
  const aHigh = state[0] ?? 0
  const aLow = state[1] ?? 0
  const bHigh = state[2] ?? 0
  const bLow = state[3] ?? 0
  let low = (((aLow << 27) | (aHigh >>> 5)) + bLow) | 0
  let high = (((aHigh << 27) | (aLow >>> 5)) + bHigh + carryOf(low, bLow)) | 0
  const nextLow = (Math.imul(low, 5) + 0x52dce729) | 0
  const nextHigh = (fiveTimesUpper(high, low) + carryOf(nextLow, 0x52dce729)) | 0
  state[0] = nextHigh
  state[1] = nextLow
  mixSecond(secondLow, secondHigh)
  const cHigh = state[2] ?? 0
  const cLow = state[3] ?? 0
  low = (((cHigh >>> 1) | (cLow << 31)) + nextLow) | 0
  high = (((cHigh << 31) | (cLow >>> 1)) + nextHigh + carryOf(low, nextLow)) | 0
  const lastLow = (Math.imul(low, 5) + 0x38495ab5) | 0
  state[2] = (fiveTimesUpper(high, low) + carryOf(lastLow, 0x38495ab5)) | 0
  state[3] = lastLow
}

function mixFirst(low: number, high: number): void {
  const upper = timesUpper(high, low, C1_HIGH, C1_LOW)
  const lower = Math.imul(low, C1_LOW)
  const turnedHigh = (upper << 31) | (lower >>> 1)
  const turnedLow = (lower << 31) | (upper >>> 1)
  state[0] = (state[0] ?? 0) ^ timesUpper(turnedHigh, turnedLow, C2_HIGH, C2_LOW)
  state[1] = (state[1] ?? 0) ^ Math.imul(turnedLow, C2_LOW)
}

function mixSecond(low: number, high: number): void {
  const upper = timesUpper(high, low, C2_HIGH, C2_LOW)
  const lower = Math.imul(low, C2_LOW)
  const turnedHigh = (lower << 1) | (upper >>> 31)
  const turnedLow = (upper << 1) | (lower >>> 31)
  state[2] = (state[2] ?? 0) ^ timesUpper(turnedHigh, turnedLow, C1_HIGH, C1_LOW)
  state[3] = (state[3] ?? 0) ^ Math.imul(turnedLow, C1_LOW)
}

/** The upper half of (high, low) * 5 modulo 2^64. */
function fiveTimesUpper(high: number, low: number): number {
  const sum = (low + (low << 2)) | 0
  return (Math.imul(high, 5) + (low >>> 30) + carryOf(sum, low)) | 0
}

/** Up to 15 bytes, each sign-extended to 64 bits before it is shifted into place. */
function mixTail(key: Uint8Array, from: number, to: number): void {
  const split = Math.min(from + 8, to)
  if (to > split) mixSecond(signedLow(key, split, to), signedHigh(key, split, to))
  mixFirst(signedLow(key, from, split), signedHigh(key, from, split))
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
