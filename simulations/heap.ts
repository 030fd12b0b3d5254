/**
 * What happens next: a heap over integer time. The order of insertion breaks ties, so the order is
 * total and runs repeat. An entry is four numbers and one reference in arrays of their own: nothing
 * is allocated for it, and a closure is needed only where somebody asks for one.
 */
import { assert } from '../src/base/assert.js'

/** Children of a place: four share a cache line, and the tree is half as deep as one of two. */
const WAYS = 4

export class Heap<T> {
  size = 0
  /** The entry that was taken last. */
  time = 0
  kind = 0
  a = 0
  b = 0
  what: T | undefined
  private pushed = 0
  /** By place in the tree; bounded, like all below, by what is under way in the world. */
  private times = new Float64Array(64)
  private orders = new Float64Array(64)
  private slots = new Int32Array(64)
  /** By slot; slots that are free are those of the places from `size` on. */
  private kinds = new Uint8Array(64)
  private firsts = new Float64Array(64)
  private seconds = new Float64Array(64)
  /** By slot; bounded likewise. */
  private readonly whats: (T | undefined)[] = []

  constructor() {
    for (let slot = 0; slot < this.slots.length; slot++) this.slots[slot] = slot
  }

  /** Time of the earliest, Infinity when there is none. */
  get next(): number {
    return this.size === 0 ? Infinity : (this.times[0] ?? 0)
  }

  push(time: number, kind: number, a: number, b: number, what: T): void {
    assert(Number.isInteger(time), 'a time is whole')
    if (this.size === this.slots.length) this.grow()
    const slot = this.slots[this.size] ?? 0
    this.kinds[slot] = kind
    this.firsts[slot] = a
    this.seconds[slot] = b
    this.whats[slot] = what
    this.rise(this.size++, time, this.pushed++, slot)
  }

  /** Takes the earliest into the fields above. */
  take(): void {
    assert(this.size > 0, 'something is left to take')
    const slot = this.slots[0] ?? 0
    this.time = this.times[0] ?? 0
    this.kind = this.kinds[slot] ?? 0
    this.a = this.firsts[slot] ?? 0
    this.b = this.seconds[slot] ?? 0
    this.what = this.whats[slot]
    this.whats[slot] = undefined
    const last = --this.size
    this.sink(this.times[last] ?? 0, this.orders[last] ?? 0, this.slots[last] ?? 0)
    this.slots[last] = slot
  }

  private rise(from: number, time: number, order: number, slot: number): void {
    const { times, orders, slots } = this
    let place = from
    while (place > 0) {
      const parent = (place - 1) >> 2
      // Whoever rises came last: of equal times it stays below.
      if ((times[parent] ?? 0) <= time) break
      times[place] = times[parent] ?? 0
      orders[place] = orders[parent] ?? 0
      slots[place] = slots[parent] ?? 0
      place = parent
    }
    times[place] = time
    orders[place] = order
    slots[place] = slot
  }

  private sink(time: number, order: number, slot: number): void {
    const { times, orders, slots, size } = this
    let place = 0
    for (;;) {
      const child = this.earliestChild(place)
      if (child >= size) break
      const at = times[child] ?? 0
      if (time < at || (time === at && order < (orders[child] ?? 0))) break
      times[place] = at
      orders[place] = orders[child] ?? 0
      slots[place] = slots[child] ?? 0
      place = child
    }
    times[place] = time
    orders[place] = order
    slots[place] = slot
  }

  private earliestChild(place: number): number {
    const { times, orders } = this
    let best = WAYS * place + 1
    const end = Math.min(best + WAYS, this.size)
    for (let child = best + 1; child < end; child++) {
      const [time, least] = [times[child] ?? 0, times[best] ?? 0]
      const sooner = time === least && (orders[child] ?? 0) < (orders[best] ?? 0)
      if (time < least || sooner) best = child
    }
    return best
  }

  private grow(): void {
    const former = this.slots.length
    this.times = copied(this.times, new Float64Array(former * 2))
    this.orders = copied(this.orders, new Float64Array(former * 2))
    this.firsts = copied(this.firsts, new Float64Array(former * 2))
    this.seconds = copied(this.seconds, new Float64Array(former * 2))
    this.slots = copied(this.slots, new Int32Array(former * 2))
    this.kinds = copied(this.kinds, new Uint8Array(former * 2))
    for (let slot = former; slot < this.slots.length; slot++) this.slots[slot] = slot
  }
}

function copied<T extends Float64Array | Int32Array | Uint8Array>(from: T, into: T): T {
  into.set(from)
  return into
}
