/**
 * What was written of late, by its bytes: whoever reads the same bytes gets the same value, without
 * reading them word by word. So the nodes of one simulating process share what they tell each
 * other. Only what this process itself had to tell comes in here, nothing that others say.
 */
import { Reader } from '../base/bytes.js'

/** Values kept; with one more all are forgotten, and those in use are soon written again. */
const KEPT_MAX = 16384

/** Longer values are rare, and not worth keeping. */
const BYTES_MAX = 512

interface Imprint<T> {
  readonly bytes: Uint8Array
  readonly value: T
}

export class Imprints<T> {
  private readonly read: (from: Reader) => T
  private readonly offset: number
  /** By four bytes of each, as good as random; bounded: KEPT_MAX. */
  private readonly kept = new Map<number, Imprint<T>>()

  /** @param offset where the four bytes stand */
  constructor(read: (from: Reader) => T, offset: number) {
    this.read = read
    this.offset = offset
  }

  /** Bytes as they were written. @returns what they read as from now on, if they are kept */
  keep(bytes: Uint8Array): T | undefined {
    if (bytes.length > BYTES_MAX) return undefined
    const key = new Reader(bytes).glance(this.offset)
    const held = this.find(new Reader(bytes))
    if (held !== undefined) return held
    const from = new Reader(bytes)
    const value = this.read(from)
    if (from.failed || from.left > 0) return undefined
    if (this.kept.size >= KEPT_MAX) this.kept.clear()
    this.kept.set(key, { bytes: bytes.slice(), value })
    return value
  }

  /** The value whose bytes come next, and goes on behind them. */
  find(from: Reader): T | undefined {
    const imprint = this.kept.get(from.glance(this.offset))
    return imprint !== undefined && from.skipSame(imprint.bytes) ? imprint.value : undefined
  }
}
