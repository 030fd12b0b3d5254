/**
 * World time in whole microseconds, and what a host's own clock makes of it: ahead by its jumps,
 * fast or slow by its drift. It never goes back: a monotonic clock does not.
 */
import { assert } from '../src/base/assert.js'
import { NEVER, type Millis } from '../src/base/machine.js'

/** Whole microseconds since the world began: sums are exact. */
export type Micros = number

export function microsOf(millis: Millis): Micros {
  return Math.round(millis * 1000)
}

export class HostClock {
  private since: Micros = 0
  /** What it showed then, in its own microseconds. */
  private shown = 0
  private rate = 1

  at(time: Micros): Millis {
    return (this.shown + (time - this.since) * this.rate) / 1000
  }

  /** The first world time at which it shows at least so much. */
  when(millis: Millis): Micros {
    if (millis === NEVER) return NEVER
    let time = Math.ceil((millis * 1000 - this.shown) / this.rate) + this.since
    while (this.at(time) < millis) time++
    return time
  }

  jump(time: Micros, by: Millis): void {
    assert(by >= 0, 'a monotonic clock never goes back')
    this.restart(time)
    this.shown += microsOf(by)
  }

  /** @param rate own seconds a second of the world */
  run(time: Micros, rate: number): void {
    assert(rate > 0, 'a clock that runs')
    this.restart(time)
    this.rate = rate
  }

  private restart(time: Micros): void {
    this.shown += (time - this.since) * this.rate
    this.since = time
  }
}
