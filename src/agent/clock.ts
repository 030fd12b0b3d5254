/**
 * The two clocks of the real world: one that never goes back, for the machine, and the wall's, for
 * people.
 */
import { randomBytes } from 'node:crypto'
import type { Millis } from '../base/machine.js'
import { Random } from '../base/random.js'

/** Monotonic milliseconds, down to a microsecond. */
export function monotonic(): Millis {
  return Math.round(performance.now() * 1000) / 1000
}

export function wallTime(): number {
  return Date.now()
}

/** A generator seeded with 53 bits of the system's entropy. */
export function entropy(): Random {
  const bytes = randomBytes(8)
  return Random.from((bytes.readUInt32BE(0) & 0x1fffff) * 4294967296 + bytes.readUInt32BE(4))
}
