/**
 * When a row was written: a hybrid logical clock (Kulkarni and others, OPODIS 2014). It follows the
 * wall, and goes on by counting where the wall stands still, steps back, or lies behind what was
 * seen: so whoever has seen a write stamps the next one later, however far clocks are apart.
 */
import { assert } from '../../base/assert.js'
import type { Millis } from '../../base/machine.js'
import type { HostId } from '../../gossip/identity.js'
import type { Stamp } from './row.js'

/** What a stamp says without its author. */
export type Moment = Pick<Stamp, 'millis' | 'counter'>

/** The counter of a stamp has 16 bits, its milliseconds 48. */
const COUNTER_MAX = 65_535
const MILLIS_LIMIT = 2 ** 48

/**
 * A stamp so far ahead of the wall is not followed: one broken clock would carry all others with
 * it, and every later write would hide behind it.
 */
export const AHEAD_MAX: Millis = 3_600_000

export const NO_MOMENT: Moment = { millis: 0, counter: 0 }

export class HybridClock {
  private readonly hostId: HostId
  private last: Moment = NO_MOMENT

  constructor(hostId: HostId) {
    this.hostId = hostId
  }

  /** The latest that it gave or saw. */
  get moment(): Moment {
    const { millis, counter } = this.last
    return { millis, counter }
  }

  /**
   * Later than all that it gave or saw. @param wall milliseconds since 1970
   * @param seen by the session that writes; it must not be too far ahead
   */
  next(wall: Millis, seen: Moment = NO_MOMENT): Stamp {
    assert(!isTooFarAhead(seen, wall), 'a session has seen what can be followed')
    const least = following(later(this.last, seen))
    const now = { millis: Math.floor(wall), counter: 0 }
    this.last = compareMoments(now, least) > 0 ? now : least
    assert(this.last.millis < MILLIS_LIMIT, 'a time of 48 bits')
    return { ...this.last, hostId: this.hostId }
  }

  /** A stamp came with an answer. @returns whether it is followed */
  saw(moment: Moment, wall: Millis): boolean {
    if (isTooFarAhead(moment, wall)) return false
    this.last = later(this.last, moment)
    return true
  }
}

export function isTooFarAhead({ millis }: Moment, wall: Millis): boolean {
  return millis > wall + AHEAD_MAX
}

/** Below, equal, above: less than 0, 0, more than 0. */
export function compareMoments(a: Moment, b: Moment): number {
  return a.millis === b.millis ? a.counter - b.counter : a.millis - b.millis
}

function later(a: Moment, b: Moment): Moment {
  return compareMoments(a, b) >= 0 ? a : b
}

function following({ millis, counter }: Moment): Moment {
  return counter < COUNTER_MAX
    ? { millis, counter: counter + 1 }
    : { millis: millis + 1, counter: 0 }
}
