/**
 * From a tag to a row of the member table: open addressing with linear probing over two typed
 * arrays, 12 bytes a slot, because ten thousand nodes of ten thousand rows each must fit into one
 * simulating process.
 */
import { assert } from '../base/assert.js'

const EMPTY = -1

export class TagIndex {
  /** Tags are never 0 here, so 0 marks a free slot. Bounded by 4x the rows of the table. */
  private keys = new Float64Array(16)
  private rows = new Int32Array(16)
  private used = 0

  /** The row, or -1; nobody has tag 0. */
  find(tag: number): number {
    const slot = this.slotOf(tag)
    return tag !== 0 && this.keys[slot] === tag ? (this.rows[slot] ?? EMPTY) : EMPTY
  }

  set(tag: number, row: number): void {
    assert(tag > 0, 'a tag is positive')
    if ((this.used + 1) * 2 > this.keys.length) this.grow()
    const slot = this.slotOf(tag)
    if (this.keys[slot] !== tag) this.used++
    this.keys[slot] = tag
    this.rows[slot] = row
  }

  /** Closes the gap by moving later entries of the run back (Knuth, volume 3, algorithm R). */
  delete(tag: number): void {
    let gap = this.slotOf(tag)
    if (this.keys[gap] !== tag) return
    this.used--
    const mask = this.keys.length - 1
    for (let slot = (gap + 1) & mask; this.keys[slot] !== 0; slot = (slot + 1) & mask) {
      const home = home48(this.keys[slot] ?? 0) & mask
      const between = gap <= slot ? gap < home && home <= slot : gap < home || home <= slot
      if (between) continue
      this.keys[gap] = this.keys[slot] ?? 0
      this.rows[gap] = this.rows[slot] ?? EMPTY
      gap = slot
    }
    this.keys[gap] = 0
  }

  private slotOf(tag: number): number {
    const mask = this.keys.length - 1
    let slot = home48(tag) & mask
    while (this.keys[slot] !== 0 && this.keys[slot] !== tag) slot = (slot + 1) & mask
    return slot
  }

  private grow(): void {
    const { keys, rows } = this
    this.keys = new Float64Array(keys.length * 2)
    this.rows = new Int32Array(rows.length * 2)
    this.used = 0
    for (let slot = 0; slot < keys.length; slot++) {
      const tag = keys[slot] ?? 0
      if (tag !== 0) this.set(tag, rows[slot] ?? EMPTY)
    }
  }
}

/** Tags are hashes already: their low 32 bits are as good as random. */
function home48(tag: number): number {
  return (tag % 4294967296) | 0
}
