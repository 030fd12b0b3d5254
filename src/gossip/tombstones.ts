/**
 * When the memory of one that left may be dropped: never by age alone, but once it is old *and*
 * every member that is not itself a tombstone, those that are down included, has shown that it has
 * it. Equal digests are that proof, so it costs no packet. A ban is never dropped.
 */
import { NEVER, type Millis } from '../base/machine.js'
import { SELF, type Members, type Row } from './members.js'
import { isGone } from './precedence.js'

/** How often they are looked at, as a share of the floor. */
const LOOKS = 60

export class Tombstones {
  private readonly floor: Millis
  private readonly members: Members
  /** The revision that first held each tombstone; bounded by the tombstones of the member table. */
  private readonly revisions = new Map<Row, number>()
  private nextAt: Millis = NEVER

  constructor(floor: Millis, members: Members) {
    this.floor = floor
    this.members = members
  }

  start(now: Millis): void {
    this.nextAt = now + this.period
  }

  /** The tombstones that may be dropped now; those past the floor are taken out of comparisons. */
  take(now: Millis): Row[] {
    if (now < this.nextAt) return []
    this.nextAt = now + this.period
    const dropped: Row[] = []
    for (let row: Row = SELF + 1; row < this.members.end; row++) {
      if (!this.members.has(row) || this.members.standing(row) !== 'left')
        this.revisions.delete(row)
      else if (this.look(row, now)) dropped.push(row)
    }
    for (const row of dropped) this.revisions.delete(row)
    return dropped
  }

  get wakeAt(): Millis {
    return this.nextAt
  }

  private look(row: Row, now: Millis): boolean {
    const revision = this.revisions.get(row) ?? this.members.revision
    this.revisions.set(row, revision)
    const buried = this.members.since(row)
    if (now - buried < this.floor) return false
    if (!this.members.isRetired(row)) this.members.retire(row)
    for (let other: Row = SELF + 1; other < this.members.end; other++) {
      if (!this.members.has(other) || isGone(this.members.standing(other))) continue
      if (this.members.agreed(other) < revision) return false
    }
    return true
  }

  private get period(): Millis {
    return this.floor / LOOKS
  }
}
