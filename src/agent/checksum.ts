/**
 * One number over a whole set of keys and values, written with every batch, so that a value that
 * changed on the disk or an entry that vanished from it is noticed at the next start. It guards
 * against accidents, not against forgery.
 */
import { crc32 } from 'node:zlib'
import { Reader, Writer } from '../base/bytes.js'

/** Where the sum is kept, beside the keys that it covers. */
export const SUM_KEY = '~sum'

export class Checksum {
  private sum = 0
  /** CRC of each entry; bounded like the entries: one a member remembered, and a few. */
  private readonly parts = new Map<string, number>()

  static over(entries: ReadonlyMap<string, Uint8Array>): Checksum {
    const checksum = new Checksum()
    for (const [key, bytes] of entries) checksum.set(key, bytes)
    return checksum
  }

  /**
   * Counts an entry in, instead of the former one of that key, or with null out. Gives what `put`
   * needs to undo it.
   */
  set(key: string, bytes: Uint8Array | null): number | undefined {
    return this.put(key, bytes === null ? undefined : crc32(bytes, crc32(key)))
  }

  put(key: string, part: number | undefined): number | undefined {
    const former = this.parts.get(key)
    this.sum = (this.sum - (former ?? 0) + (part ?? 0)) >>> 0
    if (part === undefined) this.parts.delete(key)
    else this.parts.set(key, part)
    return former
  }

  /** Count and sum. */
  bytes(): Uint8Array {
    const out = new Writer(8)
    out.u32(this.parts.size)
    out.u32(this.sum)
    return out.take()
  }

  matches(bytes: Uint8Array): boolean {
    const from = new Reader(bytes)
    return from.u32() === this.parts.size && from.u32() === this.sum && !from.failed
  }
}
