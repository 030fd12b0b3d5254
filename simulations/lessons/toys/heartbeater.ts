/**
 * The oldest detector: everybody tells everybody that it lives, and whoever was silent for too
 * long is down until it speaks again.
 */
import type { Address, Millis } from '../../../src/base/machine.js'
import { Toy, type Birth, type Words } from './toy.js'

export interface Opinion {
  readonly kind: 'up' | 'down'
  readonly peer: Address
}

export interface HeartbeatSettings {
  readonly period: Millis
  readonly timeout: Millis
}

// ANCHOR: heartbeater
export class Heartbeater extends Toy<Opinion> {
  private readonly settings: HeartbeatSettings
  /** When each was heard last; bounded by the peers. */
  private readonly heard = new Map<Address, Millis>()
  /** Whom it believes to be down; bounded by the peers. */
  private readonly down = new Set<Address>()
  private nextBeat: Millis

  constructor(settings: HeartbeatSettings, { peers, random, now }: Birth) {
    super()
    this.settings = settings
    for (const peer of peers) this.heard.set(peer, now)
    this.nextBeat = now + random.between(0, settings.period)
    this.wakeAt = this.nextBeat
  }

  protected hear(from: Address, _words: Words, now: Millis): void {
    this.heard.set(from, now)
    if (this.down.delete(from)) this.say({ kind: 'up', peer: from })
  }

  protected due(now: Millis): void {
    if (now >= this.nextBeat) {
      for (const peer of this.heard.keys()) this.send(peer, 'alive')
      this.nextBeat += this.settings.period
    }
    this.wakeAt = this.nextBeat
    for (const [peer, last] of this.heard) this.judge(peer, last + this.settings.timeout, now)
  }

  private judge(peer: Address, deadline: Millis, now: Millis): void {
    if (this.down.has(peer)) return
    if (now < deadline) this.wakeAt = Math.min(this.wakeAt, deadline)
    else {
      this.down.add(peer)
      this.say({ kind: 'down', peer })
    }
  }
}
// ANCHOR_END: heartbeater
