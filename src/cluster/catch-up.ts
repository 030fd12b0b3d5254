/**
 * Learning what was decided elsewhere: whoever hears of a higher epoch asks for what follows its
 * own. Order is total, so any peer that has it will do; a silent one is followed by another.
 */
import { NEVER, type Millis } from '../base/machine.js'
import type { Random } from '../base/random.js'
import type { HostId } from '../gossip/identity.js'
import type { Ledger } from './ledger.js'
import type { Peers } from './peers.js'
import type { RingOutbox } from './ring-outbox.js'

export class CatchUp {
  private readonly outbox: RingOutbox
  private readonly ledger: Ledger
  private readonly peers: Peers
  private readonly patience: Millis
  private readonly random: Random
  private goal = 0
  private askedAt: Millis = -Infinity
  private asked: HostId | undefined

  constructor(
    parts: { readonly outbox: RingOutbox; readonly ledger: Ledger; readonly peers: Peers },
    patience: Millis,
    random: Random,
  ) {
    this.outbox = parts.outbox
    this.ledger = parts.ledger
    this.peers = parts.peers
    this.patience = patience
    this.random = random
  }

  get behind(): boolean {
    return this.goal > this.ledger.epoch
  }

  get wakeAt(): Millis {
    return this.behind ? this.askedAt + this.patience : NEVER
  }

  /** Somebody holds this epoch. */
  heard(epoch: number, by: HostId, now: Millis): void {
    if (epoch <= this.ledger.epoch) return
    const news = epoch > this.goal
    this.goal = Math.max(this.goal, epoch)
    if (news || now >= this.wakeAt) this.ask(by, now)
  }

  /** One that holds a later epoch, by its own word, is asked when the last one did not answer. */
  work(now: Millis): void {
    if (!this.behind || now < this.wakeAt) return
    const ahead: HostId[] = []
    for (const { hostId, ring } of this.peers.all())
      if ((ring?.epoch ?? 0) > this.ledger.epoch && this.peers.isPresent(hostId)) ahead.push(hostId)
    const others = ahead.filter((hostId) => hostId !== this.asked).sort()
    this.askedAt = now
    const next = others.length > 0 ? this.random.pick(others) : this.asked
    if (next !== undefined) this.ask(next, now)
  }

  private ask(of: HostId, now: Millis): void {
    this.asked = of
    this.askedAt = now
    const { epoch, digest } = this.ledger
    this.outbox.say(of, { kind: 'ask', epoch, digest })
  }
}
