/**
 * The order of the round robin: every present member once a cycle, shuffled, a newcomer at a random
 * place of the rest (SWIM section 4.3). So each is probed within 2N - 1 periods, whatever chance
 * does.
 */
import type { Random } from '../base/random.js'
import { at } from '../base/assert.js'
import { SELF, type Members, type Row } from './members.js'

export class Rotation {
  private readonly members: Members
  private readonly random: Random
  /** Bounded by the rows of the member table. */
  private order: Row[] = []
  private next = 0

  constructor(members: Members, random: Random) {
    this.members = members
    this.random = random
  }

  add(row: Row): void {
    if (row === SELF) return
    const place = this.next + this.random.int(this.order.length - this.next + 1)
    this.order.push(row)
    const last = this.order.length - 1
    this.order[last] = at(this.order, place)
    this.order[place] = row
  }

  /**
   * The next member to probe, or undefined when there is none. Rows that are no longer present fall
   * out here.
   */
  take(): Row | undefined {
    for (let tries = this.order.length; tries >= 0; tries--) {
      if (this.next >= this.order.length) this.renew()
      const row = this.order[this.next]
      if (row === undefined) return undefined
      this.next++
      if (this.members.isPresent(row)) return row
    }
    return undefined
  }

  private renew(): void {
    const present: Row[] = []
    for (let row = SELF + 1; row < this.members.end; row++) {
      if (this.members.isPresent(row)) present.push(row)
    }
    this.random.shuffle(present)
    this.order = present
    this.next = 0
  }
}
