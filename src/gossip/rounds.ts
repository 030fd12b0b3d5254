/**
 * Dedicated gossip: while there is something to tell, a few members at random are told in each
 * round, within a budget of bytes a second. Probes alone would carry a rumor too slowly
 * (memberlist's reason for the same).
 */
import { NEVER, type Millis } from '../base/machine.js'
import type { Random } from '../base/random.js'
import { NO_ROW, type Members, type Row } from './members.js'
import type { Post } from './post.js'
import { choosePresent } from './prober.js'
import type { Rumors } from './rumors.js'

export interface RoundSettings {
  readonly gossipPeriod: Millis
  readonly gossipFanout: number
  readonly bandwidth: number
}

/** Bytes that may be sent: refilled steadily, at most one second's worth saved up. */
export class Allowance {
  private readonly rate: number
  private left: number
  private at: Millis

  /** @param rate bytes a second */
  constructor(rate: number, now: Millis) {
    this.rate = rate
    this.left = rate
    this.at = now
  }

  /** Whether anything may be sent now. */
  open(now: Millis): boolean {
    this.left = Math.min(this.rate, this.left + ((now - this.at) * this.rate) / 1000)
    this.at = now
    return this.left > 0
  }

  spend(bytes: number): void {
    this.left -= bytes
  }
}

export class Rounds {
  private readonly settings: RoundSettings
  private readonly members: Members
  private readonly rumors: Rumors
  private readonly post: Post
  private readonly allowance: Allowance
  private readonly random: Random
  private lastAt: Millis
  private nextAt: Millis = NEVER

  constructor(
    settings: RoundSettings,
    parts: { readonly members: Members; readonly rumors: Rumors; readonly post: Post },
    random: Random,
    now: Millis,
  ) {
    this.settings = settings
    this.members = parts.members
    this.rumors = parts.rumors
    this.post = parts.post
    this.allowance = new Allowance(settings.bandwidth, now)
    this.random = random
    this.lastAt = now - settings.gossipPeriod
  }

  /** Plans a round when there is something to tell and somebody to be told. */
  arm(now: Millis): void {
    if (this.nextAt !== NEVER || !this.rumors.pending || this.members.present < 2) return
    this.nextAt = Math.max(now, this.lastAt + this.settings.gossipPeriod)
  }

  wake(now: Millis): void {
    if (now < this.nextAt) return
    this.nextAt = NEVER
    this.lastAt = now
    if (!this.rumors.pending || !this.allowance.open(now)) return
    for (const row of choosePresent(
      this.members,
      this.random,
      this.settings.gossipFanout,
      NO_ROW,
    )) {
      this.tell(row)
    }
  }

  get wakeAt(): Millis {
    return this.nextAt
  }

  private tell(row: Row): void {
    if (!this.rumors.pending) return
    const to = this.members.identity(row).address
    this.allowance.spend(this.post.send({ kind: 'gossip' }, { to, via: 'datagram', row }))
  }
}
