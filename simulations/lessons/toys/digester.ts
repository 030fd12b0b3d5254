/**
 * Cassandra's gossip reduced to its cost: each second, everything one knows about everybody, to
 * one peer.
 */
import type { Address, Millis } from '../../../src/base/machine.js'
import type { Random } from '../../../src/base/random.js'
import { Toy, type Birth, type Words } from './toy.js'

interface Silence {
  readonly kind: 'silence'
}

// ANCHOR: digester
export class Digester extends Toy<Silence> {
  private readonly self: Address
  private readonly random: Random
  /** The heartbeat of each, as far as it is known; bounded by the members. */
  private readonly heartbeats = new Map<Address, number>()

  constructor({ self, peers, random, now }: Birth) {
    super()
    this.self = self
    this.random = random
    for (const member of [self, ...peers]) this.heartbeats.set(member, 0)
    this.wakeAt = now + random.between(0, 1000)
  }

  protected due(now: Millis): void {
    this.wakeAt = now + 1000
    this.heartbeats.set(this.self, (this.heartbeats.get(this.self) ?? 0) + 1)
    const others = [...this.heartbeats.keys()].filter((member) => member !== this.self)
    for (const peer of this.random.sample(others, 1)) this.send(peer, 'digest', ...this.digest())
  }

  protected hear(from: Address, [word, ...entries]: Words): void {
    for (const entry of entries) {
      const [member = '', beat] = entry.split('=')
      this.heartbeats.set(member, Math.max(Number(beat), this.heartbeats.get(member) ?? 0))
    }
    if (word === 'digest') this.send(from, 'answer', ...this.digest())
  }

  private digest(): string[] {
    return [...this.heartbeats].map(([member, beat]) => `${member}=${beat}`)
  }
}
// ANCHOR_END: digester
