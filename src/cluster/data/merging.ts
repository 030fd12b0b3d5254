/**
 * The one door by which rows enter a store, so that no row is ever overwritten by an older one: a
 * write of a client, a repair and a copy of a movement may meet here in any order. What waits
 * behind a write goes out together with the next one (group commit): a store that syncs a batch in
 * a millisecond takes thousands of rows a second from clients that each wait for their own.
 */
import { at } from '../../base/assert.js'
import { compareBytes } from '../../base/byte-order.js'
import { newer } from './row.js'
import type { Entry, Storage } from './storage.js'

interface Waiting {
  /** What of it is newer than what is held. */
  readonly fresh: () => Promise<readonly Entry[]>
  readonly resolve: () => void
  readonly reject: (error: unknown) => void
}

export class Merging {
  private readonly storage: Storage
  /** Handed over and not yet begun; bounded by its callers, each of whom waits. */
  private waiting: Waiting[] = []
  private writing = false

  constructor(storage: Storage) {
    this.storage = storage
  }

  /** Resolves when each of them, or a newer version of it, is on the disk. */
  merge(entries: readonly Entry[]): Promise<void> {
    return this.enter(() => this.freshOf(entries))
  }

  /** The same for entries in order between which this store has few others: it is scanned once. */
  mergeRun(entries: readonly Entry[]): Promise<void> {
    return entries.length === 0 ? Promise.resolve() : this.enter(() => this.freshOfRun(entries))
  }

  private enter(fresh: Waiting['fresh']): Promise<void> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ fresh, resolve, reject })
      if (!this.writing) void this.work()
    })
  }

  private async work(): Promise<void> {
    this.writing = true
    while (this.waiting.length > 0) {
      const group = this.waiting
      this.waiting = []
      await this.write(group)
    }
    this.writing = false
  }

  private async write(group: readonly Waiting[]): Promise<void> {
    try {
      const fresh = await Promise.all(group.map((each) => each.fresh()))
      const changes = newest(fresh.flat())
      if (changes.length > 0) await this.storage.write(changes)
      for (const { resolve } of group) resolve()
    } catch (error) {
      for (const { reject } of group) reject(error)
    }
  }

  private async freshOf(entries: readonly Entry[]): Promise<Entry[]> {
    const held = await Promise.all(entries.map(({ key }) => this.storage.get(key)))
    return entries.filter(({ value }, i) => isFresh(value, held[i]))
  }

  private async freshOfRun(entries: readonly Entry[]): Promise<Entry[]> {
    const from = at(entries, 0).key
    const to = successor(at(entries, entries.length - 1).key)
    // Places of entries whose version here is no older; at most as many as entries.
    const stale = new Set<number>()
    let place = 0
    for await (const batch of this.storage.scan({ from, to })) {
      for (const { key, value } of batch) {
        while (place < entries.length && compareBytes(at(entries, place).key, key) < 0) place++
        const entry = entries[place]
        if (entry === undefined || compareBytes(entry.key, key) !== 0) continue
        if (!isFresh(entry.value, value)) stale.add(place)
      }
    }
    return stale.size === 0 ? [...entries] : entries.filter((_, i) => !stale.has(i))
  }
}

function isFresh(value: Uint8Array, held: Uint8Array | undefined): boolean {
  return held === undefined || (compareBytes(value, held) !== 0 && newer(value, held) === value)
}

/** In order of key, of each the newest version. */
function newest(entries: readonly Entry[]): Entry[] {
  const sorted = [...entries].sort(
    (a, b) => compareBytes(a.key, b.key) || compareBytes(b.value, a.value),
  )
  return sorted.filter(({ key }, i) => {
    const before = sorted[i - 1]
    return before === undefined || compareBytes(before.key, key) !== 0
  })
}

/** The key directly behind. */
function successor(key: Uint8Array): Uint8Array {
  const next = new Uint8Array(key.length + 1)
  next.set(key)
  return next
}
