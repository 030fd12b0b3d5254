/**
 * A store that forgets: one sorted array. Simulations keep their rows in it, and it is the dumb one
 * that cleverer stores are held against.
 */
import { at } from '../../base/assert.js'
import { compareBytes } from '../../base/byte-order.js'
import { batchesOf } from './batches.js'
import { Digester } from './digester.js'
import { StorageError } from './storage.js'
import type { Change, Digest, Entry, Span, Storage } from './storage.js'

export class MemoryStorage implements Storage {
  /** In order of key; bounded by what is written. */
  private entries: Entry[] = []
  private closed = false

  get(key: Uint8Array): Promise<Uint8Array | undefined> {
    return this.once(() => {
      const entry = this.entries[this.find(key)]
      return entry !== undefined && compareBytes(entry.key, key) === 0 ? entry.value : undefined
    })
  }

  write(changes: readonly Change[]): Promise<void> {
    return this.once(() => {
      for (const { key, value } of changes) this.set(key, value)
    })
  }

  async *scan(span: Span): AsyncIterable<readonly Entry[]> {
    yield* batchesOf(await this.once(() => this.within(span)))
  }

  digest(span: Span): Promise<Digest> {
    return this.once(() => {
      const digester = new Digester()
      for (const entry of this.within(span)) digester.add(entry)
      return digester.digest()
    })
  }

  drop(span: Span): Promise<void> {
    return this.once(() => {
      const [from, to] = this.bounds(span)
      this.entries.splice(from, to - from)
    })
  }

  close(): Promise<void> {
    this.closed = true
    return Promise.resolve()
  }

  /** Done at once, or rejected because the store is closed. */
  private once<T>(work: () => T): Promise<T> {
    return new Promise((resolve, reject) => {
      if (this.closed) reject(new StorageError('closed', 'The store is closed.', 'Open it again.'))
      else resolve(work())
    })
  }

  private set(key: Uint8Array, value: Uint8Array | null): void {
    const place = this.find(key)
    const held = this.entries[place]
    const there = held !== undefined && compareBytes(held.key, key) === 0 ? 1 : 0
    // Copies: whoever wrote may go on using its bytes.
    const fresh = value === null ? [] : [{ key: key.slice(), value: value.slice() }]
    this.entries.splice(place, there, ...fresh)
  }

  private within(span: Span): Entry[] {
    return this.entries.slice(...this.bounds(span))
  }

  private bounds({ from, to }: Span): [number, number] {
    const start = this.find(from)
    const end = to === null ? this.entries.length : this.find(to)
    return [start, Math.max(start, end)]
  }

  /** The place of the first entry whose key is not below. */
  private find(key: Uint8Array): number {
    let [low, high] = [0, this.entries.length]
    while (low < high) {
      const middle = (low + high) >>> 1
      if (compareBytes(at(this.entries, middle).key, key) < 0) low = middle + 1
      else high = middle
    }
    return low
  }
}
