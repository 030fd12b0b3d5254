/**
 * A token: a signed 64-bit place on the ring, held as a signed high and an unsigned low half.
 * Tokens wrap: after 2^63-1 comes -2^63. The text form is decimal, as Cassandra prints it; only
 * that form passes through BigInt.
 */
import { encodeUtf8 } from '../base/utf8.js'
import { hashAsciiInto, hashInto } from './murmur3.js'

export interface Token {
  /** Upper 32 bits, -2^31..2^31-1. */
  readonly hi: number
  /** Lower 32 bits, 0..2^32-1. */
  readonly lo: number
}

/** What an empty key hashes to; no other key does. */
export const MIN_TOKEN: Token = { hi: -0x80000000, lo: 0 }

const WORD = 4294967296
const scratch = new Int32Array(2)

/**
 * The token of a key, as Cassandra's Murmur3Partitioner gives it. Text is hashed as UTF-8.
 * Source: org.apache.cassandra.dht.Murmur3Partitioner.getToken, normalize.
 */
export function tokenOf(key: Uint8Array | string): Token {
  tokenInto(scratch, key)
  return { hi: scratch[0] ?? 0, lo: (scratch[1] ?? 0) >>> 0 }
}

/**
 * The same, the halves going to `out[0]` and `out[1]`, both signed; nothing is allocated but for a
 * text that is long or not ASCII.
 */
export function tokenInto(out: Int32Array, key: Uint8Array | string): void {
  if (typeof key !== 'string') hashInto(out, key)
  else if (!hashAsciiInto(out, key)) hashInto(out, encodeUtf8(key))
  if (key.length === 0) out[0] = -0x80000000
  else if (out[0] === -0x80000000 && out[1] === 0) {
    out[0] = 0x7fffffff
    out[1] = -1
  }
}

/** The first 64 bits of the hash alone, before the empty key and the least value are folded. */
export function hashOf(key: Uint8Array): Token {
  hashInto(scratch, key)
  return { hi: scratch[0] ?? 0, lo: (scratch[1] ?? 0) >>> 0 }
}

/** Below, equal, above: -1, 0, 1 in the signed order. */
export function compareTokens(a: Token, b: Token): -1 | 0 | 1 {
  if (a.hi !== b.hi) return a.hi < b.hi ? -1 : 1
  return a.lo === b.lo ? 0 : a.lo < b.lo ? -1 : 1
}

export function sameToken(a: Token, b: Token): boolean {
  return a.hi === b.hi && a.lo === b.lo
}

/**
 * How far one walks clockwise from `from` to `to`, as a share of the ring: 0 when equal, below 1,
 * within 2^-53.
 */
export function shareBetween(from: Token, to: Token): number {
  return shareOfHalves(from.hi, from.lo, to.hi, to.lo)
}

export function shareOfHalves(fromHi: number, fromLo: number, toHi: number, toLo: number): number {
  const lo = toLo - fromLo
  const hi = (toHi - fromHi - (lo < 0 ? 1 : 0)) >>> 0
  return (hi * WORD + (lo < 0 ? lo + WORD : lo)) / (WORD * WORD)
}

/**
 * The token that lies `share` of the ring clockwise of `from`, or before it when negative; |share|
 * < 1.
 */
export function stepFrom(from: Token, share: number): Token {
  const size = share < 0 ? -share : share
  const hi = Math.floor(size * WORD)
  const lo = Math.floor((size * WORD - hi) * WORD)
  return share < 0 ? subtract(from, hi, lo) : add(from, hi, lo)
}

function add(token: Token, hi: number, lo: number): Token {
  const sum = token.lo + lo
  return { hi: (token.hi + hi + (sum >= WORD ? 1 : 0)) | 0, lo: sum >>> 0 }
}

function subtract(token: Token, hi: number, lo: number): Token {
  const rest = token.lo - lo
  return { hi: (token.hi - hi - (rest < 0 ? 1 : 0)) | 0, lo: rest >>> 0 }
}

/** The token after `token`; the least follows the greatest. */
export function nextToken(token: Token): Token {
  return add(token, 0, 1)
}

/**
 * Half way clockwise from `left` to `right`, rounded down; of the whole ring when they are equal.
 */
export function midpoint(left: Token, right: Token): Token {
  const lo = right.lo - left.lo
  const hi = (right.hi - left.hi - (lo < 0 ? 1 : 0)) >>> 0
  const whole = hi === 0 && lo === 0
  const halfHi = whole ? 0x80000000 : hi >>> 1
  const halfLo = whole ? 0 : Math.floor(((hi & 1) * WORD + (lo >>> 0)) / 2)
  return add(left, halfHi, halfLo)
}

export function formatToken(token: Token): string {
  return ((BigInt(token.hi) << 32n) | BigInt(token.lo)).toString()
}

/** The token of a decimal text, or undefined when it is none or lies outside -2^63..2^63-1. */
export function parseToken(text: string): Token | undefined {
  if (!/^[+-]?\d{1,20}$/.test(text)) return undefined
  const value = BigInt(text.startsWith('+') ? text.slice(1) : text)
  if (BigInt.asIntN(64, value) !== value) return undefined
  return { hi: Number(value >> 32n), lo: Number(value & 0xffffffffn) }
}
