/**
 * Nobody believes himself suspected or dead: an accusation is refuted in the very step in which it
 * is heard. Only who announced an end holds himself for gone, and then falls silent.
 */
import type { Millis } from '../../src/base/machine.js'
import { SELF } from '../../src/gossip/members.js'
import { isPresent } from '../../src/gossip/precedence.js'
import type { Sent } from '../network.js'
import { told, type Check, type Turn } from './check.js'
import type { Ground } from './ground.js'
import { longestHold } from './hold.js'

/** Beyond the time of telling others; clocks drift, and a step may be late. */
const SLACK: Millis = 5000

export class SelfBelief implements Check {
  readonly name = 'self-belief'
  private readonly ground: Ground
  private readonly silentAfter: Millis

  constructor(ground: Ground) {
    this.ground = ground
    this.silentAfter = ground.settings.leaveWait + SLACK + longestHold(ground.scenario)
  }

  changed({ host, change: { row, after } }: Turn): void {
    if (row !== SELF || after === null) return
    const ends = after.standing === 'left' || after.standing === 'down'
    if (after.standing === 'alive' || ends) return
    this.ground.say(host, `believes of itself: ${told(after)}`)
  }

  sent({ from, at }: Sent): void {
    const table = from.node?.table
    if (table === undefined || isPresent(table.standing(SELF))) return
    const instance = this.ground.truth.at(from)
    const since = instance?.endedAt ?? at
    if (at - since <= this.silentAfter) return
    this.ground.say(from, `speaks, though it ended ${Math.round(at - since)} ms ago`)
  }
}
