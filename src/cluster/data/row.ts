/**
 * A row of the reference data plane as bytes. The storage key sorts by keyspace, token and key, so
 * that a range of the ring is a span of the store (two where it wraps). The stored value begins
 * with the stamp, so that of two versions of a row the greater bytes are the newer one: merging is
 * taking the greater, hence in any order, any grouping and any number of times the same.
 */
import { compareBytes } from '../../base/byte-order.js'
import { Reader, Writer } from '../../base/bytes.js'
import { encodeUtf8, readUtf8 } from '../../base/utf8.js'
import { hostIdFromWords, hostIdWords, type HostId } from '../../gossip/identity.js'
import type { Range } from '../../ring/range.js'
import {
  compareTokens,
  MIN_TOKEN,
  nextToken,
  sameToken,
  tokenOf,
  type Token,
} from '../../ring/token.js'
import type { Entry, Span } from './storage.js'

/** Largest key and value of a row, in bytes; a tombstone has no value. */
export const ROW_KEY_BYTES = 32 * 1024
export const ROW_VALUE_BYTES = 512 * 1024

/**
 * When a row was written, by a hybrid logical clock (Kulkarni and others, OPODIS 2014); the host id
 * breaks ties. No two writes have the same.
 */
export interface Stamp {
  /** Milliseconds since 1970, 48 bits. */
  readonly millis: number
  /** Writes of the same millisecond, 16 bits. */
  readonly counter: number
  readonly hostId: HostId
}

export interface Row {
  /** Its label in the record: a name of at most 48 letters, digits and `_`, `@`, an epoch. */
  readonly keyspace: string
  readonly key: Uint8Array
  /** null: deleted. */
  readonly value: Uint8Array | null
  readonly stamp: Stamp
}

/** The first byte of every stored value: a later format wins over an earlier one. */
const FORMAT = 1
const STAMP_BYTES = 24
const HEAD_BYTES = STAMP_BYTES + 2
const TOKEN_BYTES = 8
/** Ends the name of the keyspace, which holds no such byte. */
const END = 0
const KEYSPACE_BYTES = 48 + 1 + 16

/** Names begin with a letter, digit or `_`: keys below '0' are free for other uses of a store. */
export function rowKey(keyspace: string, key: Uint8Array): Uint8Array {
  const out = beginning(keyspace, key.length)
  writeToken(out, tokenOf(key))
  out.raw(key)
  return out.take()
}

export function rowEntry({ keyspace, key, value, stamp }: Row): Entry {
  const out = new Writer(HEAD_BYTES + (value?.length ?? 0))
  out.u8(FORMAT)
  out.u48(stamp.millis)
  out.u16(stamp.counter)
  for (const word of hostIdWords(stamp.hostId)) out.u32(word)
  // A stamp that were used twice would still merge to the same everywhere: the deletion wins.
  out.u8(value === null ? 1 : 0)
  if (value !== null) out.raw(value)
  return { key: rowKey(keyspace, key), value: out.take() }
}

/** The row of an entry; undefined where it is none. */
export function readRow({ key, value }: Entry): Row | undefined {
  const keyspace = keyspaceIn(key)
  const head = readHead(value)
  if (keyspace === undefined || head === undefined) return undefined
  const end = keyspace.length
  if (key.length < end + 1 + TOKEN_BYTES) return undefined
  return {
    keyspace,
    key: key.subarray(end + 1 + TOKEN_BYTES),
    value: head.deleted ? null : value.subarray(HEAD_BYTES),
    stamp: head.stamp,
  }
}

/** The token of a storage key: where on the ring the row lies. Undefined where it is no row's. */
export function tokenIn(key: Uint8Array): Token | undefined {
  const end = key.indexOf(END)
  const from = new Reader(key.subarray(end + 1))
  const token = { hi: (from.u32() ^ 0x80000000) | 0, lo: from.u32() }
  return end < 1 || from.failed ? undefined : token
}

/** The keyspace of a storage key; undefined where it is no row's. */
export function keyspaceIn(key: Uint8Array): string | undefined {
  const end = key.indexOf(END)
  return end < 1 || end > KEYSPACE_BYTES ? undefined : readUtf8(key, 0, end)
}

/** All rows of a keyspace. */
export function spanOfKeyspace(keyspace: string): Span {
  return { from: bound(keyspace), to: behind(keyspace) }
}

/** All rows of all keyspaces: what else is kept in the store lies before them. */
export const ALL_ROWS: Span = { from: Uint8Array.of(0x30), to: null }

/** Of two stored values of one row the newer. */
export function newer(a: Uint8Array, b: Uint8Array): Uint8Array {
  return compareBytes(a, b) >= 0 ? a : b
}

/** The spans in which the rows of a range lie, in order. */
export function spansOf(keyspace: string, { left, right }: Range): readonly Span[] {
  if (sameToken(left, right)) return [spanOfKeyspace(keyspace)]
  if (compareTokens(left, right) < 0) return [between(keyspace, nextToken(left), right)]
  const start = { from: bound(keyspace), to: after(keyspace, right) }
  const first = nextToken(left)
  // Nothing lies above the greatest token.
  if (sameToken(first, MIN_TOKEN)) return [start]
  return [start, { from: bound(keyspace, first), to: behind(keyspace) }]
}

function between(keyspace: string, first: Token, last: Token): Span {
  return { from: bound(keyspace, first), to: after(keyspace, last) }
}

/** The first key of the keyspace, or of a token of it. */
function bound(keyspace: string, token?: Token): Uint8Array {
  const out = beginning(keyspace, 0)
  if (token !== undefined) writeToken(out, token)
  return out.take()
}

/** The first key behind all of a token. */
function after(keyspace: string, token: Token): Uint8Array {
  const next = nextToken(token)
  return sameToken(next, MIN_TOKEN) ? behind(keyspace) : bound(keyspace, next)
}

/** The first key behind all of the keyspace. */
function behind(keyspace: string): Uint8Array {
  const out = new Writer(KEYSPACE_BYTES + 1)
  out.raw(encodeUtf8(keyspace))
  out.u8(END + 1)
  return out.take()
}

function beginning(keyspace: string, keyBytes: number): Writer {
  const name = encodeUtf8(keyspace)
  const out = new Writer(name.length + 1 + TOKEN_BYTES + keyBytes)
  out.raw(name)
  out.u8(END)
  return out
}

function writeToken(out: Writer, { hi, lo }: Token): void {
  // The sign turned over: the least token comes first.
  out.u32((hi ^ 0x80000000) >>> 0)
  out.u32(lo)
}

function readHead(value: Uint8Array): { stamp: Stamp; deleted: boolean } | undefined {
  const from = new Reader(value)
  const format = from.u8()
  const millis = from.u48()
  const counter = from.u16()
  const hostId = hostIdFromWords(from.u32(), from.u32(), from.u32(), from.u32())
  const kind = from.u8()
  if (from.failed || format !== FORMAT || kind > 1) return undefined
  if (kind === 1 && from.left > 0) return undefined
  return { stamp: { millis, counter, hostId }, deleted: kind === 1 }
}
