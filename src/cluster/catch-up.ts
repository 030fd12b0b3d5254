/**
 * Learning what was decided elsewhere: whoever hears of a higher epoch asks for what follows its
 * own. Order is total, so any peer that has it will do; a silent one is followed by another. One
 * that claims what nobody else has must not hold up the rest: what is asked for in vain for long is
 * asked for rarely.
 */
import { NEVER, type Millis } from '../base/machine.js'
import type { Random } from '../base/random.js'
import type { HostId } from '../gossip/identity.js'
import type { Ledger } from './ledger.js'
import type { Peers } from './peers.js'
import type { RingOutbox } from './ring-outbox.js'

/** So many askings without a new record are usual; then something is wrong with the claim. */
const ROUNDS = 6
/** From then on it is asked so much more rarely. */
const SLOWER = 10

export class CatchUp {
  private readonly outbox: RingOutbox
  private readonly ledger: Ledger
  private readonly peers: Peers
  private readonly patience: Millis
  private readonly random: Random
  private goal = 0
  private askedAt: Millis = -Infinity
  private asked: HostId | undefined
  /** Askings since there was a new record, and which one was held then. */
  private rounds = 0
  private from = 0

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

  /** It is behind, and what it lacks should be here soon: nothing else is worth trying before. */
  get isHopeful(): boolean {
    return this.behind && this.rounds <= ROUNDS
  }

  get wakeAt(): Millis {
    if (!this.behind) return NEVER
    return this.askedAt + this.patience * (this.isHopeful ? 1 : SLOWER)
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
    if (!this.behind) {
      this.rounds = 0
      return
    }
    // An answer holds only so much: the rest is asked for at once.
    const goesOn = this.ledger.epoch > this.from && !this.ledger.busy
    if (!goesOn && now < this.wakeAt) return
    const ahead: HostId[] = []
    for (const { hostId, ring } of this.peers.all())
      if ((ring?.epoch ?? 0) > this.ledger.epoch && this.peers.isPresent(hostId)) ahead.push(hostId)
    const others = ahead.filter((hostId) => hostId !== this.asked).sort()
    // Nobody who is there claims it any more.
    if (ahead.length === 0 && !this.isHopeful) this.goal = this.ledger.epoch
    this.askedAt = now
    const next = others.length > 0 ? this.random.pick(others) : this.asked
    if (next !== undefined) this.ask(next, now)
  }

  private ask(of: HostId, now: Millis): void {
    this.asked = of
    this.askedAt = now
    const { epoch, digest } = this.ledger
    this.rounds = epoch > this.from ? 1 : this.rounds + 1
    this.from = epoch
    this.outbox.say(of, { kind: 'ask', epoch, digest })
  }
}
