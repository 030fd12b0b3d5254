/**
 * Cuts a byte stream into frames: four bytes of length, then the bytes. A length over the limit is
 * junk.
 */

/** Longest frame, without its length. */
export const FRAME_LIMIT = 1024 * 1024

const HEADER = 4

export class FrameReader {
  /**
   * What came of the frame that is not whole yet: at most one frame and the piece that ended it.
   */
  private pieces: Buffer[] = []
  private held = 0
  private needed = HEADER

  /**
   * The frames that are whole now, in order, or 'oversized': then nothing that follows can be
   * trusted.
   */
  push(piece: Buffer): readonly Uint8Array[] | 'oversized' {
    this.pieces.push(piece)
    this.held += piece.length
    // Bounded by the piece: a frame takes four bytes at least.
    const frames: Uint8Array[] = []
    if (this.held < this.needed) return frames
    const bytes = this.pieces.length === 1 ? piece : Buffer.concat(this.pieces, this.held)
    let offset = 0
    for (;;) {
      this.needed = HEADER
      if (bytes.length - offset < HEADER) break
      const size = bytes.readUInt32BE(offset)
      if (size > FRAME_LIMIT) return 'oversized'
      this.needed = HEADER + size
      if (bytes.length - offset < this.needed) break
      frames.push(bytes.subarray(offset + HEADER, offset + this.needed))
      offset += this.needed
    }
    this.keep(bytes.subarray(offset))
    return frames
  }

  private keep(rest: Buffer): void {
    this.pieces = rest.length === 0 ? [] : [rest]
    this.held = rest.length
  }
}

export function frameHeader(size: number): Buffer {
  const header = Buffer.allocUnsafe(HEADER)
  header.writeUInt32BE(size, 0)
  return header
}
