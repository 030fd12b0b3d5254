/**
 * When the memory of one that left may be dropped: never by age alone, but once it is old *and*
 * every member that is not itself a tombstone, those that are down included, has shown that it has
 * it. The equal digest of one that is settled is that proof, so it costs no packet. A ban is never
 * dropped.
 */
import { NEVER, type Millis } from '../base/machine.js'
import type { MemberStore } from './member-store.js'
import { SELF, type Members, type Row } from './members.js'
import type { Missing } from './missing.js'
import { isGone } from './precedence.js'

/** How often they are looked at, as a share of the floor. */
const LOOKS = 60

export class Tombstones {
  private readonly floor: Millis
  private readonly members: Members
  private readonly store: Pick<MemberStore, 'settled'>
  private readonly missing: Pick<Missing, 'any'>
  /** The revision that first held each tombstone; bounded by the tombstones of the member table. */
  private readonly revisions = new Map<Row, number>()
  private nextAt: Millis = NEVER

  constructor(
    floor: Millis,
    members: Members,
    store: Pick<MemberStore, 'settled'>,
    missing: Pick<Missing, 'any'>,
  ) {
    this.floor = floor
    this.members = members
    this.store = store
    this.missing = missing
  }

  /**
   * The table holds whoever is to be counted on, and every tombstone in it outlives a crash. One
   * that an earlier run knew and that is missing since may be gone, or hold the gone for alive.
   */
  get settled(): boolean {
    return this.store.settled && !this.missing.any
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
    if (!this.settled) return false
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
