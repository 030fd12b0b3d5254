/**
 * Only the living are believed alive: whoever becomes a member, or comes back from 'down', was
 * there a moment ago. What others say, and what an old disk remembers, never makes a member.
 */
import type { Millis } from '../../src/base/machine.js'
import { SELF } from '../../src/gossip/members.js'
import { isPresent } from '../../src/gossip/precedence.js'
import { told, type Check, type Turn } from './check.js'
import type { Ground } from './ground.js'
import { longestHold } from './hold.js'

/** A frame may be on its way for so long, and a datagram be overtaken. */
const UNDER_WAY: Millis = 6000

export class OnlyTheLiving implements Check {
  readonly name = 'only the living'
  private readonly ground: Ground
  private readonly grace: Millis

  constructor(ground: Ground) {
    this.ground = ground
    this.grace = UNDER_WAY + longestHold(ground.scenario)
  }

  changed({ host, change: { row, before, after }, now }: Turn): void {
    if (row === SELF || after === null || !isPresent(after.standing)) return
    const was = before !== null && isPresent(before.standing)
    if (was && before.identity.tag === after.identity.tag) return
    const { truth } = this.ground
    const instance = truth.of(after.identity.tag)
    const gone = instance === undefined ? null : truth.gone(instance)
    if (gone === null || now - gone <= this.grace) return
    const ago = `gone for ${Math.round(now - gone)} ms`
    this.ground.say(host, `${told(after)} came from ${told(before)}, but it is ${ago}`)
  }
}
