/**
 * The digest of entries in order: SHA-256 over each key and value, each after its length as four
 * bytes. Plain enough that a store in any language, or with a faster SHA-256, gets the same.
 */
import { sha256 } from '@noble/hashes/sha2.js'
import { hexOf } from '../record/digest.js'
import type { Digest, Entry } from './storage.js'

/** Takes bytes one after the other, as every implementation of SHA-256 does. */
export interface Hash {
  update(bytes: Uint8Array): unknown
  digest(): Uint8Array
}

export class Digester {
  private readonly hash: Hash
  private readonly length = new Uint8Array(4)
  private entries = 0
  private bytes = 0

  constructor(hash: Hash = sha256.create()) {
    this.hash = hash
  }

  add({ key, value }: Entry): void {
    this.entries++
    this.bytes += key.length + value.length
    this.put(key)
    this.put(value)
  }

  /** Once, at the end. */
  digest(): Digest {
    return { entries: this.entries, bytes: this.bytes, hash: hexOf(this.hash.digest()) }
  }

  private put(bytes: Uint8Array): void {
    const { length } = bytes
    this.length.set([length >>> 24, length >>> 16, length >>> 8, length])
    this.hash.update(this.length)
    this.hash.update(bytes)
  }
}

export function sameDigest(a: Digest, b: Digest): boolean {
  return a.entries === b.entries && a.bytes === b.bytes && a.hash === b.hash
}
