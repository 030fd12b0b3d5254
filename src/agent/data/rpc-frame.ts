/**
 * Frames of the data plane's transport: checksum, size, call, kind and size of the head, 16 bytes;
 * then the head, then the body. The checksum is the CRC-32 of zlib over all that follows it, so a
 * frame is whole or nothing that follows can be trusted.
 */
import { crc32 } from 'node:zlib'
import { PIECE_BYTES } from '../../cluster/data/rpc.js'

export const frameKinds = [
  'hello',
  'welcome',
  'deny',
  'ask',
  'answer',
  'refuse',
  'open',
  'piece',
  'end',
  'credit',
] as const

export type FrameKind = (typeof frameKinds)[number]

export interface Frame {
  readonly kind: FrameKind
  /** Which question or stream of this connection it belongs to; 0 for the connection itself. */
  readonly call: number
  /** Small: a method, a position. */
  readonly head: Uint8Array
  readonly body: Uint8Array
}

/** Longest head: a position may be as long as a key of a store, with a method beside it. */
const HEAD_BYTES = 96 * 1024
/** Header of every frame. */
export const HEADER = 16

const NOTHING = new Uint8Array()

/** The parts to be written one after the other; the body is not copied. */
export function framed(
  kind: FrameKind,
  call: number,
  head: Uint8Array = NOTHING,
  body: Uint8Array = NOTHING,
): Uint8Array[] {
  const front = Buffer.allocUnsafe(HEADER + head.length)
  front.writeUInt32BE(head.length + body.length, 4)
  front.writeUInt32BE(call, 8)
  front.writeUInt32BE(head.length, 12)
  front.writeUInt8(frameKinds.indexOf(kind), 12)
  front.set(head, HEADER)
  front.writeUInt32BE(crc32(body, crc32(front.subarray(4))), 0)
  return body.length === 0 ? [front] : [front, body]
}

/** Why nothing that follows can be trusted. */
export type Junk = 'oversized' | 'damaged'

/** Cuts a byte stream into frames; each is copied once, out of the pieces in which it came. */
export class FrameCutter {
  private readonly header = Buffer.alloc(HEADER)
  private headerFill = 0
  /** Head and body of the frame that is not whole yet: at most one frame. */
  private content: Buffer | undefined
  private contentFill = 0

  /** Hands over the frames that are whole now, in order. @returns what ended it, if anything did */
  push(piece: Uint8Array, take: (frame: Frame) => void): Junk | undefined {
    let offset = 0
    while (offset < piece.length) {
      if (this.content === undefined) {
        offset += this.fillHeader(piece, offset)
        if (this.headerFill < HEADER) return undefined
        const size = this.header.readUInt32BE(4)
        if (size > PIECE_BYTES + HEAD_BYTES) return 'oversized'
        this.content = Buffer.allocUnsafe(size)
        this.contentFill = 0
      }
      const some = piece.subarray(offset, offset + this.content.length - this.contentFill)
      this.content.set(some, this.contentFill)
      this.contentFill += some.length
      offset += some.length
      if (this.contentFill < this.content.length) return undefined
      const frame = this.frameOf(this.content)
      if (frame === undefined) return 'damaged'
      this.content = undefined
      this.headerFill = 0
      take(frame)
    }
    return undefined
  }

  private fillHeader(piece: Uint8Array, offset: number): number {
    const some = piece.subarray(offset, offset + HEADER - this.headerFill)
    this.header.set(some, this.headerFill)
    this.headerFill += some.length
    return some.length
  }

  private frameOf(content: Buffer): Frame | undefined {
    if (crc32(content, crc32(this.header.subarray(4))) !== this.header.readUInt32BE(0))
      return undefined
    const kind = frameKinds[this.header.readUInt8(12)]
    const headSize = this.header.readUIntBE(13, 3)
    if (kind === undefined || headSize > content.length) return undefined
    const call = this.header.readUInt32BE(8)
    return { kind, call, head: content.subarray(0, headSize), body: content.subarray(headSize) }
  }
}
