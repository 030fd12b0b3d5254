/**
 * A store that holds ranges and decides for itself, from the loads that others told it some time
 * ago, whether to give one away and to whom.
 */
import type { Address, Millis } from '../../../src/base/machine.js'
import type { Random } from '../../../src/base/random.js'
import { Toy, type Birth, type Words } from './toy.js'

export interface Moved {
  readonly kind: 'moved'
  readonly to: Address
}

export interface StoreSettings {
  /** How often a store tells its load. */
  readonly news: Millis
  /** How often it looks whether to give a range away. */
  readonly pace: Millis
  /** Share above the mean that is still fine. */
  readonly slack: number
  /** To the emptiest store, or to any that is below the mean. */
  readonly choice: 'emptiest' | 'any'
  readonly load: number
}

// ANCHOR: store
export class Store extends Toy<Moved> {
  load: number
  private readonly settings: StoreSettings
  private readonly random: Random
  /** What the others said last; bounded by the peers. */
  private readonly loads = new Map<Address, number>()
  private nextNews: Millis
  private nextLook: Millis

  constructor(settings: StoreSettings, { peers, random, now }: Birth) {
    super()
    this.settings = settings
    this.random = random
    this.load = settings.load
    for (const peer of peers) this.loads.set(peer, settings.load)
    this.nextNews = now + random.between(0, settings.news)
    this.nextLook = now + random.between(0, settings.pace)
    this.wakeAt = Math.min(this.nextNews, this.nextLook)
  }

  protected hear(from: Address, [word, load]: Words): void {
    if (word === 'load') this.loads.set(from, Number(load))
    if (word === 'range') this.load++
  }

  protected override asked([word, load]: Words): void {
    if (word === 'hold') this.load = Number(load)
  }

  protected due(now: Millis): void {
    if (now >= this.nextNews) {
      for (const peer of this.loads.keys()) this.send(peer, 'load', this.load)
      this.nextNews = now + this.settings.news
    }
    if (now >= this.nextLook) {
      this.give()
      this.nextLook = now + this.settings.pace
    }
    this.wakeAt = Math.min(this.nextNews, this.nextLook)
  }

  /** One range, if this store holds more than its share as far as it knows. */
  private give(): void {
    const known = [...this.loads.values(), this.load]
    const mean = known.reduce((sum, load) => sum + load, 0) / known.length
    if (this.load <= mean * (1 + this.settings.slack)) return
    const emptier = [...this.loads].filter(([, load]) => load < mean).sort(([, a], [, b]) => a - b)
    const chosen = this.settings.choice === 'any' ? this.random.sample(emptier, 1)[0] : emptier[0]
    if (chosen === undefined) return
    this.load--
    this.send(chosen[0], 'range')
    this.say({ kind: 'moved', to: chosen[0] })
  }
}
// ANCHOR_END: store
