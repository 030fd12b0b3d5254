/**
 * Chance, reproducible: a small seeded generator (sfc32, Doty-Humphrey's PractRand suite) that is
 * forked by purpose, so that one more draw in one place does not shift the draws of every other.
 */
import { assert, at } from './assert.js'

const WARM_UP = 12

export class Random {
  private readonly seed: number
  private a: number
  private b: number
  private c: number
  private counter = 1

  private constructor(seed: number, a: number, b: number, c: number) {
    this.seed = seed
    this.a = a
    this.b = b
    this.c = c
    for (let i = 0; i < WARM_UP; i++) this.bits()
  }

  /** @param seed any integer; only its low 53 bits count */
  static from(seed: number): Random {
    const low = seed >>> 0
    const high = Math.floor(seed / 4294967296) >>> 0
    return new Random(scramble(low, high), low, high, 0x9e3779b9)
  }

  /** A generator of its own for one purpose; independent of how much this one has drawn. */
  fork(purpose: string): Random {
    let hash = this.seed
    for (let i = 0; i < purpose.length; i++) hash = scramble(hash, purpose.charCodeAt(i))
    return new Random(hash, hash, this.seed, purpose.length)
  }

  /** 32 random bits as an unsigned integer. */
  bits(): number {
    const sum = (this.a + this.b + this.counter) | 0
    this.counter = (this.counter + 1) | 0
    this.a = this.b ^ (this.b >>> 9)
    this.b = (this.c + (this.c << 3)) | 0
    this.c = (((this.c << 21) | (this.c >>> 11)) + sum) | 0
    return sum >>> 0
  }

  /** An integer in [0, below); `below` is in 1..2^32. */
  int(below: number): number {
    assert(below >= 1 && below <= 4294967296, 'int() needs 1..2^32')
    return Math.floor((this.bits() / 4294967296) * below)
  }

  /** A number in [from, to), with 32 bits of resolution. */
  between(from: number, to: number): number {
    return from + (this.bits() / 4294967296) * (to - from)
  }

  pick<T>(list: readonly T[]): T {
    return at(list, this.int(list.length))
  }

  /** Fisher-Yates, in place. */
  shuffle<T>(list: { length: number; [index: number]: T }): void {
    for (let i = list.length - 1; i > 0; i--) {
      const j = this.int(i + 1)
      const held = at(list, i)
      list[i] = at(list, j)
      list[j] = held
    }
  }

  /** Up to `count` different elements, in random order. */
  sample<T>(list: readonly T[], count: number): T[] {
    const pool = [...list]
    const taken = Math.min(count, pool.length)
    for (let i = 0; i < taken; i++) {
      const j = i + this.int(pool.length - i)
      const held = at(pool, i)
      pool[i] = at(pool, j)
      pool[j] = held
    }
    return pool.slice(0, taken)
  }
}

/**
 * Mixes two 32-bit integers into one; every input bit reaches every output bit (MurmurHash3's
 * finaliser, twice).
 */
export function scramble(a: number, b: number): number {
  let h = Math.imul(a ^ Math.imul(b, 0xcc9e2d51), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  h = Math.imul(h ^ (h >>> 16) ^ b, 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return (h ^ (h >>> 16)) >>> 0
}
