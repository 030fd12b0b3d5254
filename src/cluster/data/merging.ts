/**
 * The one door by which rows enter a store, so that no row is ever overwritten by an older one: a
 * write of a client, a repair and a copy of a movement may meet here in any order. What waits
 * behind a write goes out together with the next one (group commit): a store that syncs a batch in
 * a millisecond takes thousands of rows a second from clients that each wait for their own.
 */
import { at } from '../../base/assert.js'
import { compareBytes } from '../../base/byte-order.js'
import { newer } from './row.js'
import { successor } from './span.js'
import type { Change, Entry, Storage } from './storage.js'

const NOTHING = new Uint8Array()

interface Waiting {
  /** What is to be changed, by what is held. */
  readonly changes: () => Promise<readonly Change[]>
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

  /**
   * Deletes entries in order, as far as they are still held as they are given: what came since is
   * somebody's write.
   * @param may asked when its turn has come, at which nothing else is written
   */
  async remove(entries: readonly Entry[], may: () => boolean): Promise<boolean> {
    let allowed = false
    await this.enter(async () => {
      allowed = may()
      if (!allowed || entries.length === 0) return []
      const held = await this.placesOf(entries, (given, found) => compareBytes(given, found) === 0)
      return entries.flatMap(({ key }, i) => (held.has(i) ? [{ key, value: null }] : []))
    })
    return allowed
  }

  /** Whether each of these, in order and not empty, or a newer version of it, is held. */
  async holds(entries: readonly Entry[]): Promise<boolean> {
    const held = await this.placesOf(entries, (given, found) => !isFresh(given, found))
    return held.size === entries.length
  }

  private enter(changes: Waiting['changes']): Promise<void> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ changes, resolve, reject })
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
      const wanted = await Promise.all(group.map((each) => each.changes()))
      const changes = newest(wanted.flat())
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
    const stale = await this.placesOf(entries, (given, held) => !isFresh(given, held))
    return stale.size === 0 ? [...entries] : entries.filter((_, i) => !stale.has(i))
  }

  /** Places of those whose version here is so; the entries are in order and not empty. */
  private async placesOf(
    entries: readonly Entry[],
    isSo: (given: Uint8Array, held: Uint8Array) => boolean,
  ): Promise<Set<number>> {
    const from = at(entries, 0).key
    const to = successor(at(entries, entries.length - 1).key)
    const places = new Set<number>()
    let place = 0
    for await (const batch of this.storage.scan({ from, to })) {
      for (const { key, value } of batch) {
        while (place < entries.length && compareBytes(at(entries, place).key, key) < 0) place++
        const entry = entries[place]
        if (entry === undefined || compareBytes(entry.key, key) !== 0) continue
        if (isSo(entry.value, value)) places.add(place)
      }
    }
    return places
  }
}

function isFresh(value: Uint8Array, held: Uint8Array | undefined): boolean {
  return held === undefined || newer(held, value) !== held
}

/** In order of key, of each the newest version; a write wins over the removal of a former one. */
function newest(changes: readonly Change[]): Change[] {
  const sorted = [...changes].sort(
    (a, b) => compareBytes(a.key, b.key) || compareBytes(b.value ?? NOTHING, a.value ?? NOTHING),
  )
  return sorted.filter(({ key }, i) => {
    const before = sorted[i - 1]
    return before === undefined || compareBytes(before.key, key) !== 0
  })
}
