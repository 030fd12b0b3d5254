/** Generation, incarnation and version of a member only ever grow in the eyes of one process. */
import { told, type Check, type Turn } from './check.js'
import type { Ground } from './ground.js'

export class Monotone implements Check {
  readonly name = 'monotone'
  private readonly ground: Ground

  constructor(ground: Ground) {
    this.ground = ground
  }

  changed({ host, change: { before, after } }: Turn): void {
    if (before === null || after === null) return
    const [older, newer] = [before.identity.generation, after.identity.generation]
    const same = older === newer
    const back =
      newer < older ||
      (same && after.incarnation < before.incarnation) ||
      (same && after.version < before.version)
    if (back) this.ground.say(host, `back from ${told(before)} to ${told(after)}`)
  }
}
