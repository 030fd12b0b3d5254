/**
 * Nobody floods and nobody spins: what one node sends in a second stays within a bound that grows
 * with its table, and time passes between its steps. A machine whose deadline is due but never met
 * would hold up the world for ever.
 */
import { assert } from '../../src/base/assert.js'
import type { VirtualHost } from '../host.js'
import type { Sent } from '../network.js'
import type { Check, Sight } from './check.js'
import type { Ground } from './ground.js'

/** Messages a second for each row, and beside them; far beyond what any repair takes. */
const A_ROW = 100
const BESIDE = 2000

/** Steps of one node at one instant: what was waiting for it is less. */
const AT_ONCE = 10_000

interface Second {
  number: number
  sent: number
  at: number
  steps: number
}

export class Storm implements Check {
  readonly name = 'storm'
  private readonly ground: Ground
  /** What each sent in the present second, by its number; bounded by the hosts. */
  private readonly seconds: Second[] = []

  constructor(ground: Ground) {
    this.ground = ground
  }

  sent({ from, at }: Sent): void {
    const number = Math.floor(at / 1000)
    const second = this.of(from)
    if (second.number !== number) {
      second.number = number
      second.sent = 0
    }
    second.sent++
    const most = BESIDE + A_ROW * (from.node?.table.size ?? 0)
    if (second.sent === most) this.ground.say(from, `sent ${most} messages within a second`)
  }
  /** Nothing could end such a run from outside, so it is an assertion. */
  stepped({ host, now }: Sight): void {
    const second = this.of(host)
    if (second.at !== now) second.steps = 0
    second.at = now
    second.steps++
    // Asked after every step: the text is made only for the one that needs it.
    if (second.steps >= AT_ONCE) assert(false, `time passes for ${host.name} at ${now} ms`)
  }

  private of(host: VirtualHost): Second {
    return (this.seconds[host.index] ??= { number: -1, sent: 0, at: -1, steps: 0 })
  }
}
