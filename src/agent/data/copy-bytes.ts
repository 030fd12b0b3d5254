/** What is said between those who copy and those who are copied, as bytes. */
import { Reader, Writer } from '../../base/bytes.js'
import type { CopyFrom } from '../../cluster/data/copy-permit.js'
import type { HostId } from '../../gossip/identity.js'
import { KEY_BYTES, type Digest, type Entry, type Span } from '../../cluster/data/storage.js'

/** The rows of a span, for a movement. */
export interface CopyRequest extends Span, CopyFrom {}

const HOST_BYTES = 64
const MOVE_BYTES = 128
const HASH_BYTES = 64

export function requestBytes({ of, move, epoch, from, to }: CopyRequest): Uint8Array {
  const out = new Writer(HOST_BYTES + MOVE_BYTES + 32 + from.length + (to?.length ?? 0))
  out.text(of)
  out.text(move)
  out.varint(epoch)
  writeSpan(out, { from, to })
  return out.take()
}

export function readRequest(bytes: Uint8Array): CopyRequest | undefined {
  const from = new Reader(bytes)
  const head = { of: from.text(HOST_BYTES), move: from.text(MOVE_BYTES), epoch: from.varint() }
  const request = { ...head, ...readSpan(from) }
  return from.failed ? undefined : request
}

/** A question to one host: another may live at its address by now. */
export interface Addressed {
  readonly of: HostId
  readonly body: Uint8Array
}

export function addressedBytes({ of, body }: Addressed): Uint8Array {
  const out = new Writer(HOST_BYTES + body.length)
  out.text(of)
  out.raw(body)
  return out.take()
}

export function readAddressed(bytes: Uint8Array): Addressed | undefined {
  const from = new Reader(bytes)
  const addressed = { of: from.text(HOST_BYTES), body: from.raw(from.left) }
  return from.failed ? undefined : addressed
}

export function spanBytes(span: Span): Uint8Array {
  const out = new Writer(32 + span.from.length + (span.to?.length ?? 0))
  writeSpan(out, span)
  return out.take()
}

export function readSpanBytes(bytes: Uint8Array): Span | undefined {
  const from = new Reader(bytes)
  const span = readSpan(from)
  return from.failed ? undefined : span
}

function writeSpan(out: Writer, { from, to }: Span): void {
  out.blob(from)
  out.u8(to === null ? 0 : 1)
  if (to !== null) out.blob(to)
}

function readSpan(from: Reader): Span {
  const start = from.blob(KEY_BYTES)
  return { from: start, to: from.u8() === 0 ? null : from.blob(KEY_BYTES) }
}

export function digestBytes({ entries, bytes, hash }: Digest): Uint8Array {
  const out = new Writer(HASH_BYTES + 32)
  out.varint(entries)
  out.varint(bytes)
  out.text(hash)
  return out.take()
}

export function readDigest(from: Uint8Array): Digest | undefined {
  const reader = new Reader(from)
  const digest = { entries: reader.varint(), bytes: reader.varint(), hash: reader.text(HASH_BYTES) }
  return reader.failed ? undefined : digest
}

/** Entries one after the other, each part behind its length: bulk, so that nothing is checked. */
export function packed(entries: readonly Entry[]): Uint8Array {
  const size = entries.reduce((sum, { key, value }) => sum + key.length + value.length + 10, 0)
  const bytes = Buffer.allocUnsafe(size)
  let end = 0
  for (const { key, value } of entries) {
    end = put(bytes, end, key)
    end = put(bytes, end, value)
  }
  return bytes.subarray(0, end)
}

function put(into: Buffer, offset: number, part: Uint8Array): number {
  let [end, left] = [offset, part.length]
  for (; left >= 128; left >>>= 7) into[end++] = (left & 127) | 128
  into[end++] = left
  into.set(part, end)
  return end + part.length
}

/** The entries, which share the bytes; undefined where they are none. */
export function unpacked(bytes: Uint8Array): Entry[] | undefined {
  const entries: Entry[] = []
  const cursor = { bytes, at: 0, failed: false }
  while (cursor.at < bytes.length) {
    const key = taken(cursor)
    const value = taken(cursor)
    if (cursor.failed) return undefined
    entries.push({ key, value })
  }
  return entries
}

interface Cursor {
  readonly bytes: Uint8Array
  at: number
  failed: boolean
}

function taken(cursor: Cursor): Uint8Array {
  const { bytes } = cursor
  let size = 0
  for (let shift = 0; ; shift += 7) {
    const byte = bytes[cursor.at++] ?? 0
    size |= (byte & 127) << shift
    if (byte < 128) break
    if (shift > 21) cursor.failed = true
    if (cursor.failed) break
  }
  const end = cursor.at + size
  if (end > bytes.length) cursor.failed = true
  const part = bytes.subarray(cursor.at, end)
  cursor.at = end
  return part
}
