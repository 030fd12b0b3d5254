/** Who was removed or replaced stays so, in every generation, and is never forgotten. */
import { isBanned } from '../../src/gossip/precedence.js'
import { told, type Check, type Turn } from './check.js'
import type { Ground } from './ground.js'

export class Bans implements Check {
  readonly name = 'bans'
  private readonly ground: Ground

  constructor(ground: Ground) {
    this.ground = ground
  }

  changed({ host, change: { before, after } }: Turn): void {
    if (before === null || !isBanned(before.standing)) return
    if (after !== null && isBanned(after.standing)) return
    this.ground.say(host, `${told(before)} became ${told(after)}`)
  }
}
