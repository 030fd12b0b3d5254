/** What happens next: a binary heap over time. The order of insertion breaks ties: runs repeat. */
import { at } from '../src/base/assert.js'

interface Entry<T> {
  readonly time: number
  readonly order: number
  readonly what: T
}

export class Heap<T> {
  /** Bounded by what is under way in the world. */
  private readonly entries: Entry<T>[] = []
  private inserted = 0

  get size(): number {
    return this.entries.length
  }

  /** Time of the earliest, Infinity when there is none. */
  get time(): number {
    return this.entries[0]?.time ?? Infinity
  }

  push(time: number, what: T): void {
    const entry = { time, order: this.inserted++, what }
    let place = this.entries.length
    this.entries.push(entry)
    while (place > 0) {
      const parent = (place - 1) >> 1
      if (before(at(this.entries, parent), entry)) break
      this.entries[place] = at(this.entries, parent)
      place = parent
    }
    this.entries[place] = entry
  }

  pop(): T {
    const first = at(this.entries, 0)
    const last = this.entries.pop()
    if (this.entries.length > 0 && last !== undefined) this.sink(last)
    return first.what
  }

  private sink(entry: Entry<T>): void {
    let place = 0
    for (;;) {
      let child = 2 * place + 1
      if (child >= this.entries.length) break
      const right = this.entries[child + 1]
      if (right !== undefined && before(right, at(this.entries, child))) child++
      if (before(entry, at(this.entries, child))) break
      this.entries[place] = at(this.entries, child)
      place = child
    }
    this.entries[place] = entry
  }
}

function before<T>(a: Entry<T>, b: Entry<T>): boolean {
  return a.time < b.time || (a.time === b.time && a.order < b.order)
}
