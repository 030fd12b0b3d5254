/**
 * What was heard and concluded about each member, so that `explain` can tell why it is seen as it
 * is.
 */
import type { Millis } from '../base/machine.js'
import type { HostId } from './identity.js'
import type { Evidence } from './view.js'

/** Entries kept of one member; the oldest is dropped. */
const ENTRIES_MAX = 32
/** Members remembered; the one that was longest without news is dropped. */
const MEMBERS_MAX = 512

/**
 * Wall time as it was at the start, carried on by the monotonic clock: a clock set back moves no
 * evidence.
 */
export class WallTime {
  private readonly offset: number

  /** @param wall epoch milliseconds at `now` */
  constructor(wall: number, now: Millis) {
    this.offset = wall - now
  }

  /** Epoch milliseconds, whole. */
  at(now: Millis): number {
    return Math.round(this.offset + now)
  }

  /** The monotonic time of a wall time. */
  monotonic(wall: number): Millis {
    return wall - this.offset
  }
}

export class EvidenceLog {
  private readonly wall: WallTime
  /**
   * Bounded: MEMBERS_MAX members of ENTRIES_MAX entries; insertion order is the order of last news.
   */
  private readonly logs = new Map<HostId, Evidence[]>()

  constructor(wall: WallTime) {
    this.wall = wall
  }

  note(hostId: HostId, entry: Omit<Evidence, 'time'>, now: Millis): void {
    const log = this.logs.get(hostId) ?? []
    log.push({ time: this.wall.at(now), ...entry })
    if (log.length > ENTRIES_MAX) log.shift()
    this.logs.delete(hostId)
    this.logs.set(hostId, log)
    if (this.logs.size <= MEMBERS_MAX) return
    for (const [oldest] of this.logs) {
      this.logs.delete(oldest)
      return
    }
  }

  of(hostId: HostId): readonly Evidence[] {
    return [...(this.logs.get(hostId) ?? [])]
  }
}
