/**
 * The fields that records, intents and messages are written with: host ids, digests, tokens, names
 * and lists with their bounds. Reading is total: what cannot be fails the reader.
 */
import { Writer, type Reader } from '../../base/bytes.js'
import { NAME_MAX, readNumber } from '../../gossip/claim.js'
import { hostIdFromWords, hostIdWords, type HostId } from '../../gossip/identity.js'
import type { Token } from '../../ring/token.js'
import { bytesOfHex, hexOf } from './digest.js'
import { NO_DIGEST, type Digest } from './record.js'

/** Largest record, proposal or message: a frame of a stream, with room for its head. */
export const BYTES_MAX = 1_000_000

const DIGEST_BYTES = 32
const FIRST_CAPACITY = 8192

/** Most things fit in it, and making one costs more than filling it; absent while it is in use. */
let spare: Writer | undefined = new Writer(FIRST_CAPACITY)

/** Writes something of unknown size in a buffer that grows; undefined when over the bound. */
export function written(write: (out: Writer) => void): Uint8Array | undefined {
  const first = spare ?? new Writer(FIRST_CAPACITY)
  spare = undefined
  write(first.reset())
  const bytes = first.full ? writtenAtLength(write) : first.take()
  spare = first
  return bytes
}

function writtenAtLength(write: (out: Writer) => void): Uint8Array | undefined {
  for (let capacity = FIRST_CAPACITY * 4; capacity < BYTES_MAX * 4; capacity *= 4) {
    const out = new Writer(Math.min(capacity, BYTES_MAX))
    write(out)
    if (!out.full) return out.take()
  }
  return undefined
}

export function writeHostId(out: Writer, hostId: HostId): void {
  for (const word of hostIdWords(hostId)) out.u32(word)
}

export function readHostId(from: Reader): HostId {
  return hostIdFromWords(from.u32(), from.u32(), from.u32(), from.u32())
}

/** A host id, or ''. */
export function writeMaybeHostId(out: Writer, hostId: HostId): void {
  out.u8(hostId === '' ? 0 : 1)
  if (hostId !== '') writeHostId(out, hostId)
}

export function readMaybeHostId(from: Reader): HostId {
  return readFlag(from) ? readHostId(from) : ''
}

export function writeDigest(out: Writer, digest: Digest): void {
  out.u8(digest === NO_DIGEST ? 0 : DIGEST_BYTES)
  out.raw(bytesOfHex(digest))
}

export function readDigest(from: Reader): Digest {
  const size = from.u8()
  if (size !== 0 && size !== DIGEST_BYTES) from.fail()
  return from.failed ? NO_DIGEST : hexOf(from.raw(size))
}

export function writeToken(out: Writer, token: Token): void {
  out.u32(token.hi >>> 0)
  out.u32(token.lo)
}

export function readToken(from: Reader): Token {
  return { hi: from.u32() | 0, lo: from.u32() }
}

export function writeFlag(out: Writer, flag: boolean): void {
  out.u8(flag ? 1 : 0)
}

/** Only 0 and 1, so that one value has one form. */
export function readFlag(from: Reader): boolean {
  const byte = from.u8()
  if (byte > 1) from.fail()
  return byte === 1
}

export function writeList<T>(out: Writer, list: readonly T[], write: (item: T) => void): void {
  out.varint(list.length)
  for (const item of list) write(item)
}

/** @param most items taken for sane */
export function readList<T>(from: Reader, most: number, read: () => T): T[] {
  const count = readNumber(from)
  if (count > most) from.fail()
  const list: T[] = []
  for (let i = 0; i < count && !from.failed; i++) list.push(read())
  return list
}

/** A name that must not be empty. */
export function readName(from: Reader): string {
  const name = from.text(NAME_MAX)
  if (name === '') from.fail()
  return name
}

/** One of a few words, by its place. */
export function writeChoice<T extends string>(out: Writer, choices: readonly T[], value: T): void {
  out.u8(choices.indexOf(value))
}

export function readChoice<T extends string>(from: Reader, choices: readonly [T, ...T[]]): T {
  const value = choices[from.u8()]
  if (value === undefined) from.fail()
  return value ?? choices[0]
}

/** A list that is in strict ascending order by some key: one set has one form. */
export function ascending<T>(list: readonly T[], key: (item: T) => string): boolean {
  return list.every((item, i) => {
    const before = list[i - 1]
    return before === undefined || key(before) < key(item)
  })
}

export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i])
}
