/**
 * A rumor and nothing else: who knows it tells some peers each round, who does not may ask for
 * it. A rumor that was told often enough is old, and no longer told.
 */
import type { Address, Millis } from '../../../src/base/machine.js'
import type { Random } from '../../../src/base/random.js'
import { Toy, type Birth, type Words } from './toy.js'

export interface Infected {
  readonly kind: 'infected'
}

export interface RumorSettings {
  readonly period: Millis
  readonly fanOut: number
  readonly way: 'push' | 'pull' | 'both'
  /** Rounds in which a node tells it; 0: for ever. */
  readonly rounds: number
}

// ANCHOR: gossiper
export class Gossiper extends Toy<Infected> {
  knows = false
  private readonly settings: RumorSettings
  /** All the others; bounded by the village. */
  private readonly peers: readonly Address[]
  private readonly random: Random
  private told = 0

  constructor(settings: RumorSettings, { peers, random, now }: Birth) {
    super()
    this.settings = settings
    this.peers = peers
    this.random = random
    this.wakeAt = now + random.between(0, settings.period)
  }

  protected override asked([word]: Words): void {
    if (word === 'learn') this.learn()
  }

  protected hear(from: Address, [word]: Words): void {
    if (word === 'rumor') this.learn()
    if (word === 'any?' && this.knows) this.send(from, 'rumor')
  }

  protected due(now: Millis): void {
    this.wakeAt = now + this.settings.period
    const { way, fanOut } = this.settings
    const pushes = this.knows && way !== 'pull' && this.isFresh()
    const pulls = !this.knows && way !== 'push'
    if (!pushes && !pulls) return
    if (pushes) this.told++
    for (const peer of this.random.sample(this.peers, fanOut)) {
      this.send(peer, pushes ? 'rumor' : 'any?')
    }
  }

  private isFresh(): boolean {
    return this.settings.rounds === 0 || this.told < this.settings.rounds
  }

  private learn(): void {
    if (this.knows) return
    this.knows = true
    this.say({ kind: 'infected' })
  }
}
// ANCHOR_END: gossiper
