/**
 * From a tag to a row of the member table: open addressing with linear probing. A slot holds the
 * row and half of its tag, and the row tells the whole.
 */
import { assert } from '../base/assert.js'
import { Pages } from './pages.js'

/** The tags of a row, of the instance and of its host: it keeps them while it is in; 0: free. */
export interface TaggedRows {
  tag(row: number): number
  hostTag(row: number): number
}

/** Slots that may be in use, of four. */
const FULL = 3

/** Slots of a page, and of the smallest index. */
const SHIFT = 8
const PLACE = (1 << SHIFT) - 1
const SMALLEST = 16

/** A slot: the row plus one, 0 where it is free, and the low half of its tag. */
export class Slots extends Pages<Int32Array> {
  protected override copyOf(page: Int32Array): Int32Array {
    return page.slice()
  }

  row(slot: number): number {
    return (this.read(slot >> SHIFT)?.[(slot & PLACE) * 2] ?? 0) - 1
  }

  half(slot: number): number {
    return this.read(slot >> SHIFT)?.[(slot & PLACE) * 2 + 1] ?? 0
  }

  put(slot: number, row: number, half: number): void {
    const page = this.write(slot >> SHIFT)
    page[(slot & PLACE) * 2] = row + 1
    page[(slot & PLACE) * 2 + 1] = half
  }
}

export class TagIndex {
  private readonly rows: TaggedRows
  private readonly by: keyof TaggedRows
  private slots = slotsOf(SMALLEST)
  private size = SMALLEST
  private used = 0

  constructor(rows: TaggedRows, by: keyof TaggedRows) {
    this.rows = rows
    this.by = by
  }

  /** The row, or -1; nobody has tag 0. */
  find(tag: number): number {
    return this.slots.row(this.slotOf(tag))
  }

  /** The tag must be that of the row, and of no other row here. */
  add(row: number): void {
    const tag = this.tagOf(row)
    assert(tag > 0, 'a tag is positive')
    this.reserve(this.used + 1)
    this.slots.put(this.slotOf(tag), row, halfOf(tag))
    this.used++
  }

  /** Closes the gap by moving later entries of the run back (Knuth, volume 3, algorithm R). */
  delete(tag: number): void {
    const { slots } = this
    let gap = this.slotOf(tag)
    if (slots.row(gap) < 0) return
    this.used--
    const mask = this.size - 1
    for (let slot = (gap + 1) & mask; slots.row(slot) >= 0; slot = (slot + 1) & mask) {
      const home = slots.half(slot) & mask
      const between = gap <= slot ? gap < home && home <= slot : gap < home || home <= slot
      if (between) continue
      slots.put(gap, slots.row(slot), slots.half(slot))
      gap = slot
    }
    slots.put(gap, -1, 0)
  }

  /** Makes room for so many rows. */
  reserve(rows: number): void {
    let size = this.size
    while (rows * 4 > size * FULL) size *= 2
    if (size === this.size) return
    const [former, formerSize] = [this.slots, this.size]
    this.slots = slotsOf(size)
    this.size = size
    for (let slot = 0; slot < formerSize; slot++) {
      const row = former.row(slot)
      if (row >= 0) this.slots.put(this.slotOf(this.tagOf(row)), row, former.half(slot))
    }
  }

  /** Becomes what another is; the tags of its rows must be the same here. */
  share(from: TagIndex): void {
    this.slots.share(from.slots)
    this.size = from.size
    this.used = from.used
  }

  /** Two rows are about to change their places. */
  swap(one: number, other: number): void {
    const [first, second] = [this.tagOf(one), this.tagOf(other)]
    const [here, there] = [this.slotOf(first), this.slotOf(second)]
    this.slots.put(here, other, halfOf(first))
    this.slots.put(there, one, halfOf(second))
  }

  private tagOf(row: number): number {
    return this.by === 'tag' ? this.rows.tag(row) : this.rows.hostTag(row)
  }

  /** Where it is, or would go. Halves are compared first: whose differ need not be looked at. */
  private slotOf(tag: number): number {
    const { slots } = this
    const mask = this.size - 1
    const half = halfOf(tag)
    let slot = half & mask
    for (let row = slots.row(slot); row >= 0; row = slots.row(slot)) {
      if (slots.half(slot) === half && this.tagOf(row) === tag) return slot
      slot = (slot + 1) & mask
    }
    return slot
  }
}

function slotsOf(size: number): Slots {
  const slots = new Slots()
  for (let from = 0; from < size; from += PLACE + 1) {
    slots.add(new Int32Array(2 * Math.min(size, PLACE + 1)))
  }
  return slots
}

/** Tags are hashes already: their low 32 bits are as good as random. */
function halfOf(tag: number): number {
  return (tag % 4294967296) | 0
}
