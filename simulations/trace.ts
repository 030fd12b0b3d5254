/**
 * The hash of all that happened in a world: each step of a machine with its time, each effect with
 * its bytes. Two 32-bit lanes of integer operations, the same on every machine and engine; equal
 * hashes, equal runs, but for one chance in 2^64 that nobody aims at.
 */
import { scramble } from '../src/base/random.js'

/** FNV-1a's prime; the second lane has one of its own, so that lanes do not fail together. */
const PRIME = 0x01000193
const OTHER = 0x85ebca6b

export class Trace {
  private low = 0x811c9dc5
  private high = 0x9e3779b9

  /** One whole number below 2^53. */
  number(value: number): void {
    const rest = Math.floor(value / 4294967296)
    this.low = Math.imul(this.low ^ value, PRIME)
    this.low = Math.imul(this.low ^ (this.low >>> 15) ^ rest, PRIME)
    this.high = Math.imul(this.high ^ (this.high >>> 13) ^ value, OTHER) + rest
  }

  bytes(bytes: Uint8Array): void {
    let { low, high } = this
    for (const byte of bytes) {
      low = Math.imul(low ^ byte, PRIME)
      high = Math.imul(high + byte, OTHER) ^ (high >>> 11)
    }
    this.low = low
    this.high = high
    this.number(bytes.length)
  }

  text(text: string): void {
    for (let i = 0; i < text.length; i++) this.low = Math.imul(this.low ^ text.charCodeAt(i), PRIME)
    this.number(text.length)
  }

  /** 16 hexadecimal digits. */
  get hash(): string {
    const words = [scramble(this.low, this.high), scramble(this.high, this.low)]
    return words.map((word) => word.toString(16).padStart(8, '0')).join('')
  }
}
