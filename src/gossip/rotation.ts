/**
 * The order of the round robin: every present member once a cycle, shuffled, a newcomer at a random
 * place of the rest (SWIM section 4.3). So each is probed within 2N - 1 periods, whatever chance
 * does.
 */
import type { Random } from '../base/random.js'
import { at } from '../base/assert.js'
import { lengthened } from './counts.js'
import { SELF, type Members, type Row } from './members.js'

/** By how much the order grows when it is full. */
const GROWTH = 1.5

export class Rotation {
  private readonly members: Members
  private readonly random: Random
  /** Those still to come in this cycle, from `next` on; bounded by the rows of the member table. */
  private order = new Int32Array(0)
  private count = 0
  private next = 0

  constructor(members: Members, random: Random) {
    this.members = members
    this.random = random
  }

  add(row: Row): void {
    if (row === SELF) return
    if (this.count === this.order.length) {
      this.order = lengthened(this.order, new Int32Array(Math.ceil(this.count * GROWTH) + 8))
    }
    this.order[this.count++] = row
  }

  /**
   * The next member to probe, or undefined when there is none. Rows that are no longer present fall
   * out here. Shuffled as it is dealt: each is drawn from those left in the cycle.
   */
  take(): Row | undefined {
    for (let tries = this.count; tries >= 0; tries--) {
      if (this.next >= this.count) this.renew()
      if (this.next >= this.count) return undefined
      const place = this.next + this.random.int(this.count - this.next)
      const row = at(this.order, place)
      this.order[place] = at(this.order, this.next)
      this.next++
      if (this.members.isPresent(row)) return row
    }
    return undefined
  }

  private renew(): void {
    this.count = 0
    this.next = 0
    if (this.members.end > this.order.length) this.order = new Int32Array(this.members.end)
    for (let row = SELF + 1; row < this.members.end; row++) {
      if (this.members.isPresent(row)) this.order[this.count++] = row
    }
  }
}
