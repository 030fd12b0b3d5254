/**
 * From a tag to a row of the member table: open addressing with linear probing. A slot holds the
 * row alone, four bytes, and the row tells its tag: ten thousand nodes of ten thousand rows each
 * must fit into one simulating process.
 */
import { assert } from '../base/assert.js'

/** The tags of a row: of the instance, and of its host. */
export interface Tagged {
  readonly tag: number
  readonly hostTag: number
}

/** Slots that may be in use, of four. */
const FULL = 3

export class TagIndex {
  /** By row; not the index's own, and bounded where it is filled. */
  private readonly tagged: readonly (Tagged | undefined)[]
  private readonly by: keyof Tagged
  /** Rows plus one, 0 where a slot is free. */
  private slots = new Int32Array(16)
  private used = 0

  /** @param tagged holds the rows of the index; a row keeps its tags while it is in */
  constructor(tagged: readonly (Tagged | undefined)[], by: keyof Tagged) {
    this.tagged = tagged
    this.by = by
  }

  /** The row, or -1; nobody has tag 0. */
  find(tag: number): number {
    return (this.slots[this.slotOf(tag)] ?? 0) - 1
  }

  /** The tag must be that of the row, and of no other row here. */
  add(row: number): void {
    const tag = this.tagOf(row)
    assert(tag > 0, 'a tag is positive')
    this.reserve(this.used + 1)
    this.slots[this.slotOf(tag)] = row + 1
    this.used++
  }

  /** Closes the gap by moving later entries of the run back (Knuth, volume 3, algorithm R). */
  delete(tag: number): void {
    const { slots } = this
    let gap = this.slotOf(tag)
    if (slots[gap] === 0) return
    this.used--
    const mask = slots.length - 1
    for (let slot = (gap + 1) & mask; slots[slot] !== 0; slot = (slot + 1) & mask) {
      const home = homeOf(this.tagOf((slots[slot] ?? 0) - 1)) & mask
      const between = gap <= slot ? gap < home && home <= slot : gap < home || home <= slot
      if (between) continue
      slots[gap] = slots[slot] ?? 0
      gap = slot
    }
    slots[gap] = 0
  }

  /** Makes room for so many rows. */
  reserve(rows: number): void {
    let size = this.slots.length
    while (rows * 4 > size * FULL) size *= 2
    if (size === this.slots.length) return
    const former = this.slots
    this.slots = new Int32Array(size)
    for (const slot of former) if (slot !== 0) this.slots[this.slotOf(this.tagOf(slot - 1))] = slot
  }

  private tagOf(row: number): number {
    const tagged = this.tagged[row]
    if (tagged === undefined) return 0
    return this.by === 'tag' ? tagged.tag : tagged.hostTag
  }

  /** Becomes what another is; the tags of its rows must be the same here. */
  copy(from: TagIndex): void {
    this.slots = from.slots.slice()
    this.used = from.used
  }

  /** Two rows are about to change their places. */
  swap(one: number, other: number): void {
    const [first, second] = [this.slotOf(this.tagOf(one)), this.slotOf(this.tagOf(other))]
    this.slots[first] = other + 1
    this.slots[second] = one + 1
  }

  private slotOf(tag: number): number {
    const { slots } = this
    const mask = slots.length - 1
    let slot = homeOf(tag) & mask
    for (;;) {
      const held = slots[slot] ?? 0
      if (held === 0 || this.tagOf(held - 1) === tag) return slot
      slot = (slot + 1) & mask
    }
  }
}

/** Tags are hashes already: their low 32 bits are as good as random. */
function homeOf(tag: number): number {
  return (tag % 4294967296) | 0
}
