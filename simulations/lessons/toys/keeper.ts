/**
 * One value on several replicas: a client writes to all and waits for W, then reads from all and
 * believes the first R. A replica keeps the highest version it has heard of.
 */
import { NEVER, type Address, type Millis } from '../../../src/base/machine.js'
import { Toy, type Birth, type Words } from './toy.js'

export interface Read {
  readonly kind: 'read'
  readonly stale: boolean
  /** From asking until R had answered. */
  readonly took: Millis
}

export interface QuorumSettings {
  readonly write: number
  readonly read: number
  /** From the acknowledged write to the read. */
  readonly gap: Millis
}

// ANCHOR: keeper
export class Keeper extends Toy<Read> {
  private readonly settings: QuorumSettings
  /** The replicas, for a client; bounded by the village. */
  private readonly peers: readonly Address[]
  private version = 0
  private phase: 'idle' | 'writes' | 'reads' = 'idle'
  private answers = 0
  private best = 0
  private askedAt: Millis = 0

  constructor(settings: QuorumSettings, { peers }: Birth) {
    super()
    this.settings = settings
    this.peers = peers
  }

  protected override asked([word]: Words): void {
    if (word !== 'write') return
    this.version++
    this.phase = 'writes'
    this.answers = 0
    for (const peer of this.peers) this.send(peer, 'put', this.version)
  }

  protected hear(from: Address, [word, first, second]: Words, now: Millis): void {
    const [version, round] = [Number(first), Number(second)]
    if (word === 'put') {
      this.version = Math.max(this.version, version)
      this.send(from, 'ok', version)
    }
    if (word === 'get') this.send(from, 'has', this.version, version)
    if (word === 'ok' && version === this.version) this.acknowledge(now)
    if (word === 'has' && round === this.version) this.believe(version, now)
  }

  private acknowledge(now: Millis): void {
    if (this.phase !== 'writes' || ++this.answers < this.settings.write) return
    this.phase = 'idle'
    this.wakeAt = now + this.settings.gap
  }

  protected due(now: Millis): void {
    this.wakeAt = NEVER
    this.phase = 'reads'
    this.answers = 0
    this.best = 0
    this.askedAt = now
    for (const peer of this.peers) this.send(peer, 'get', this.version)
  }

  private believe(version: number, now: Millis): void {
    if (this.phase !== 'reads') return
    this.best = Math.max(this.best, version)
    if (++this.answers < this.settings.read) return
    this.say({ kind: 'read', stale: this.best < this.version, took: now - this.askedAt })
    this.phase = 'idle'
  }
}
// ANCHOR_END: keeper
