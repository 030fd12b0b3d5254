/**
 * A node that coordinates writes by the ring it knows. It hears of a new owner by rumor; until
 * then it writes to the old one alone. With a fence, the old owner refuses a write that was sent
 * by the old ring, and says why.
 */
import type { Address, Millis } from '../../../src/base/machine.js'
import { Gossiper, type RumorSettings } from './gossiper.js'
import { Toy, type Birth, type Words } from './toy.js'

export interface Kept {
  readonly kind: 'kept' | 'refused' | 'learnt'
  readonly key: string
  /** By which ring it was sent. */
  readonly ring: string
}

export interface RingSettings {
  readonly gossip: RumorSettings
  readonly fence: boolean
  readonly oldOwner: Address
  readonly newOwner: Address
}

// ANCHOR: ring-member
export class RingMember extends Toy<Kept> {
  knows = false
  private readonly settings: RingSettings
  /** Spreads the word of the new ring. */
  private readonly rumor: Gossiper

  constructor(settings: RingSettings, birth: Birth) {
    super()
    this.settings = settings
    this.rumor = new Gossiper(settings.gossip, birth)
    this.wakeAt = this.rumor.wakeAt
  }

  protected hear(from: Address, words: Words, now: Millis): void {
    const [word, key = '', ring = ''] = words
    if (word === 'write' && this.settings.fence && this.knows && ring === 'old') {
      this.send(from, 'stale', key)
      this.say({ kind: 'refused', key, ring })
    } else if (word === 'write') this.say({ kind: 'kept', key, ring })
    else if (word === 'stale') {
      this.learn(now)
      this.write(key)
    } else if (word === 'rumor') this.learn(now)
  }

  protected override asked([word, key = '']: Words, now: Millis): void {
    if (word === 'learn') this.learn(now)
    if (word === 'write') this.write(key)
  }

  protected due(now: Millis): void {
    this.pass(this.rumor.wake(now))
    this.wakeAt = this.rumor.wakeAt
  }

  /** To the old owner in any case; to the new one as well by those who know of it. */
  private write(key: string): void {
    this.send(this.settings.oldOwner, 'write', key, this.knows ? 'new' : 'old')
    if (this.knows) this.send(this.settings.newOwner, 'write', key, 'new')
  }

  private learn(now: Millis): void {
    if (this.knows) return
    this.knows = true
    this.pass(this.rumor.command(['learn'], now))
    this.say({ kind: 'learnt', key: '', ring: 'new' })
  }

  /** What the rumor wants sent is sent; what it says is said by others here. */
  private pass(effects: ReturnType<Gossiper['wake']>): void {
    for (const effect of effects) if (effect.kind === 'send') this.send(effect.to, 'rumor')
  }
}
// ANCHOR_END: ring-member
