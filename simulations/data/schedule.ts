/** What a virtual disk has been asked to do, and when it is done. */
import { NEVER, type Effect, type Millis } from '../../src/base/machine.js'
import type { NodeEvent } from '../../src/cluster/node.js'

type Act = (step: Effect<NodeEvent>[], now: Millis) => void

interface Due {
  readonly at: Millis
  readonly act: Act
}

export class Schedule {
  /** In the order in which they were asked for; bounded by what is under way. */
  private waiting: Due[] = []
  next: Millis = NEVER

  add(at: Millis, act: Act): void {
    this.waiting.push({ at, act })
    this.next = Math.min(this.next, at)
  }

  /** Those that are due, the earliest first. */
  take(now: Millis): Act[] {
    if (now < this.next) return []
    const due = this.waiting.filter(({ at }) => at <= now)
    this.waiting = this.waiting.filter(({ at }) => at > now)
    this.next = this.waiting.reduce((first, { at }) => Math.min(first, at), NEVER)
    return due.sort((a, b) => a.at - b.at).map(({ act }) => act)
  }
}
