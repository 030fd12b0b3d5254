/** The rows of one host, in memory: what a disk keeps of a data plane over crashes. */
import { tokenIn, newer } from '../../src/cluster/data/row.js'
import { rowPlace } from '../../src/cluster/data/places.js'
import type { Entry } from '../../src/cluster/data/storage.js'
import { holds, type Range } from '../../src/ring/range.js'

export class RowStore {
  /** By the key's text; bounded by the rows that clients write. */
  private readonly rows = new Map<string, Entry>()

  merge(entry: Entry): void {
    const name = nameOf(entry.key)
    const held = this.rows.get(name)
    const better = held === undefined ? entry.value : newer(held.value, entry.value)
    if (better !== held?.value) this.rows.set(name, entry)
  }

  get(key: Uint8Array): Uint8Array | null {
    return this.rows.get(nameOf(key))?.value ?? null
  }

  within(keyspace: string, range: Range): Entry[] {
    return [...this.rows.values()].filter(({ key }) => {
      const token = tokenIn(key)
      return rowPlace(key)?.keyspace === keyspace && token !== undefined && holds(range, token)
    })
  }

  /** @returns what was there */
  drop(keyspace: string, range: Range): readonly Entry[] {
    const gone = this.within(keyspace, range)
    for (const { key } of gone) this.rows.delete(nameOf(key))
    return gone
  }
}

/** Keys of simulated clients are short. */
function nameOf(key: Uint8Array): string {
  return String.fromCharCode(...key)
}
