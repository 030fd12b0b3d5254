/**
 * Precedence, stated a second time and plainly: within one generation what is believed moves on
 * only to a claim that outranks it (SWIM section 4.2). The clever table of production is held
 * against these sentences.
 */
import { SELF } from '../../src/gossip/members.js'
import type { Stood } from '../../src/gossip/table.js'
import { told, type Check, type Turn } from './check.js'
import type { Ground } from './ground.js'

export class Precedence implements Check {
  readonly name = 'precedence'
  private readonly ground: Ground

  constructor(ground: Ground) {
    this.ground = ground
  }

  changed({ host, change: { row, before, after } }: Turn): void {
    if (row === SELF || before === null || after === null) return
    if (before.identity.generation !== after.identity.generation) return
    if (before.standing === after.standing || outranks(after, before)) return
    this.ground.say(host, `${told(after)} took the place of ${told(before)}`)
  }
}

function outranks(after: Stood, before: Stood): boolean {
  const later = after.incarnation > before.incarnation
  const asLate = after.incarnation >= before.incarnation
  switch (after.standing) {
    case 'alive':
      return later && (before.standing === 'suspect' || before.standing === 'down')
    case 'suspect':
      return asLate && before.standing === 'alive'
    case 'down':
      return asLate && (before.standing === 'alive' || before.standing === 'suspect')
    case 'left':
      return ['alive', 'suspect', 'down'].includes(before.standing)
    case 'replaced':
      return before.standing !== 'removed'
    case 'removed':
      return true
  }
}
