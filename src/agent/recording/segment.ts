/**
 * A segment of a recording: a head that names whose it is and when it begins, a snapshot of the
 * machine at that moment, then one frame a step (length, step, CRC-32), and at an orderly end a
 * frame of length nothing with the trace hash. Each segment can be replayed by itself.
 */
import { createHash } from 'node:crypto'
import { crc32 } from 'node:zlib'
import { Reader, Writer } from '../../base/bytes.js'
import { encodeUtf8 } from '../../base/utf8.js'

/** The first bytes of every segment. */
export const MAGIC = encodeUtf8('murmur recording\n')

/** Raised when an older program could not read what a newer one wrote. */
export const FORMAT = 1

export const HASH_BYTES = 32
const HEAD_MAX = 4096

export interface Head {
  /** The version of the program that wrote it: only the same one decides the same. */
  readonly release: string
  readonly hostId: string
  readonly name: string
  /** Counts from 1 over all segments of one FILE. */
  readonly number: number
  /** Steps recorded before this segment. */
  readonly steps: number
  /** Epoch milliseconds, and the machine's time, at its beginning. */
  readonly wall: number
  readonly now: number
  /** The trace hash up to here. */
  readonly hash: Uint8Array
}

/** The beginning of a segment. @param packed the snapshot, deflated */
export function headBytes(head: Head, packed: Uint8Array): Uint8Array {
  const out = new Writer(HEAD_MAX)
  out.raw(MAGIC)
  out.varint(FORMAT)
  out.text(head.release)
  out.text(head.hostId)
  out.text(head.name)
  out.varint(head.number)
  out.varint(head.steps)
  out.varint(Math.round(head.wall))
  out.varint(Math.round(head.now * 1000))
  out.raw(head.hash)
  out.varint(packed.length)
  const first = out.take()
  return sealed(Buffer.concat([first, packed]))
}

export function frameBytes(step: Uint8Array): Uint8Array {
  const out = new Writer(8)
  out.varint(step.length)
  return sealed(Buffer.concat([out.take(), step]))
}

export function endBytes(hash: Uint8Array): Uint8Array {
  return sealed(Buffer.concat([Uint8Array.of(0), hash]))
}

/** Followed by the CRC-32 of it all. */
function sealed(bytes: Uint8Array): Uint8Array {
  const sum = Buffer.alloc(4)
  sum.writeUInt32BE(crc32(bytes))
  return Buffer.concat([bytes, sum])
}

/** SHA-256 over all steps since the start of the agent, carried from segment to segment. */
export class TraceHash {
  private hash = createHash('sha256')

  /** @param before the hash up to here */
  constructor(before: Uint8Array) {
    this.hash.update(before)
  }

  add(step: Uint8Array): void {
    this.hash.update(step)
  }

  /** As of now. */
  bytes(): Uint8Array {
    return this.hash.copy().digest()
  }
}

/** What people compare: 16 hexadecimal digits. */
export function hashText(hash: Uint8Array): string {
  return Buffer.from(hash).toString('hex').slice(0, 16)
}

export type Piece =
  | { readonly kind: 'step'; readonly bytes: Uint8Array }
  | { readonly kind: 'end'; readonly hash: Uint8Array }
  /** Nothing more, or the beginning of a piece: a crash ended the file here. */
  | { readonly kind: 'cut' }
  | { readonly kind: 'damaged' }

/** The head of a segment, then its pieces, each checked. */
export class SegmentReader {
  private readonly bytes: Uint8Array
  private offset = 0

  constructor(bytes: Uint8Array) {
    this.bytes = bytes
  }

  /** @param offset behind the magic and the format, which the caller has looked at */
  head(offset: number): { readonly head: Head; readonly packed: Uint8Array } | 'cut' | 'damaged' {
    const from = new Reader(this.bytes.subarray(offset))
    const head = {
      release: from.text(255),
      hostId: from.text(255),
      name: from.text(255),
      number: from.varint(),
      steps: from.varint(),
      wall: from.varint(),
      now: from.varint() / 1000,
      hash: from.raw(HASH_BYTES),
    }
    const size = from.varint()
    const start = this.bytes.length - from.left
    if (from.failed) return this.bytes.length < HEAD_MAX ? 'cut' : 'damaged'
    if (size + 4 > from.left) return 'cut'
    if (!this.isSealed(0, start + size)) return 'damaged'
    this.offset = start + size + 4
    return { head, packed: this.bytes.subarray(start, start + size) }
  }

  next(): Piece {
    const from = new Reader(this.bytes.subarray(this.offset))
    const size = from.varint()
    const start = this.bytes.length - from.left
    const end = start + (size === 0 ? HASH_BYTES : size)
    if (from.failed) return { kind: this.bytes.length - this.offset < 8 ? 'cut' : 'damaged' }
    if (end + 4 > this.bytes.length) return { kind: 'cut' }
    const content = this.bytes.subarray(start, end)
    const sealed = this.isSealed(this.offset, end)
    this.offset = end + 4
    if (!sealed) return { kind: this.restIsEmpty() ? 'cut' : 'damaged' }
    if (size > 0) return { kind: 'step', bytes: content }
    return this.offset < this.bytes.length ? { kind: 'damaged' } : { kind: 'end', hash: content }
  }

  private isSealed(from: number, to: number): boolean {
    const sum = new Reader(this.bytes.subarray(to, to + 4)).u32()
    return crc32(this.bytes.subarray(from, to)) === sum
  }

  /** A crash of the whole machine may leave zeros where bytes were still to come. */
  private restIsEmpty(): boolean {
    return this.bytes.subarray(this.offset).every((byte) => byte === 0)
  }
}
