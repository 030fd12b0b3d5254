/**
 * Tries again those that are down, the seeds that are not joined and those missing since an earlier
 * run, at a rate that is constant for the whole cluster, however large: one contact across a healed
 * partition is enough, for the repair does the rest.
 */
import { NEVER, type Address, type Millis } from '../base/machine.js'
import type { Random } from '../base/random.js'
import { NO_ROW, SELF, type Members, type Row } from './members.js'
import type { Missing } from './missing.js'
import { choosePresent } from './prober.js'
import type { Seeds } from './seeds.js'
import type { Stranger } from './strangers.js'

/** No node tries more often than this, however few there are. */
const SHORTEST: Millis = 250

export type Attempt =
  | { readonly kind: 'member'; readonly row: Row }
  | { readonly kind: 'seed'; readonly address: Address }
  | { readonly kind: 'missing'; readonly stranger: Stranger }

export class Reconnect {
  private readonly pace: number
  private readonly members: Members
  private readonly seeds: Seeds
  private readonly missing: Missing
  private readonly random: Random
  private nextAt: Millis = NEVER

  /** @param pace attempts a second, cluster-wide */
  constructor(pace: number, members: Members, seeds: Seeds, missing: Missing, random: Random) {
    this.pace = pace
    this.members = members
    this.seeds = seeds
    this.missing = missing
    this.random = random
  }

  start(now: Millis): void {
    this.nextAt = now + this.random.between(0, this.interval)
  }

  /** Whom to try now, if anybody. */
  take(now: Millis): Attempt | undefined {
    if (now < this.nextAt) return undefined
    this.nextAt = now + this.interval * this.random.between(0.5, 1.5)
    const attempts = this.candidates()
    return attempts.length === 0 ? undefined : this.random.pick(attempts)
  }

  /** Somebody to ask what became of one that is missing, -1 where nobody is. */
  anybody(): Row {
    return choosePresent(this.members, this.random, 1, NO_ROW)[0] ?? NO_ROW
  }

  get wakeAt(): Millis {
    return this.nextAt
  }

  private get interval(): Millis {
    return Math.max(SHORTEST, (this.members.present / this.pace) * 1000)
  }

  private candidates(): Attempt[] {
    const attempts: Attempt[] = this.seeds.unjoined().map((address) => ({ kind: 'seed', address }))
    for (const stranger of this.missing.list()) attempts.push({ kind: 'missing', stranger })
    if (this.members.count('down') === 0) return attempts
    for (let row = SELF + 1; row < this.members.end; row++) {
      if (this.members.has(row) && this.members.standing(row) === 'down')
        attempts.push({ kind: 'member', row })
    }
    return attempts
  }
}
