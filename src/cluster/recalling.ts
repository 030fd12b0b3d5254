/**
 * Learning earlier records from others: a newcomer, or a node that was away for long, holds only
 * what it was shown last. Each record names the digest of the one before it, so anybody may tell
 * what came before, and nobody need be believed.
 */
import { NEVER, type Millis } from '../base/machine.js'
import type { Random } from '../base/random.js'
import type { HostId } from '../gossip/identity.js'
import type { Ledger } from './ledger.js'
import type { Peers } from './peers.js'
import { unseal } from './record/record-bytes.js'
import type { RingOutbox } from './ring-outbox.js'

/**
 * Times that somebody is asked for the same record before it is held for forgotten by all. While
 * nobody is there to ask, the waits between double: in all about two minutes.
 */
const TRIES = 6

export class Recalling {
  private readonly self: HostId
  private readonly outbox: RingOutbox
  private readonly ledger: Ledger
  private readonly peers: Peers
  private readonly patience: Millis
  private readonly random: Random
  /** The oldest record when somebody was asked last, and how many were asked for what is before. */
  private oldest = 0
  private tries = 0
  private asked: HostId | undefined
  private askAt: Millis = NEVER

  constructor(
    self: HostId,
    parts: { readonly outbox: RingOutbox; readonly ledger: Ledger; readonly peers: Peers },
    patience: Millis,
    random: Random,
  ) {
    this.self = self
    this.outbox = parts.outbox
    this.ledger = parts.ledger
    this.peers = parts.peers
    this.patience = patience
    this.random = random
  }

  get wakeAt(): Millis {
    return this.askAt
  }

  /** Earlier records may still come. */
  get goesOn(): boolean {
    return this.ledger.history.hasRoom && this.tries <= TRIES
  }

  work(now: Millis): void {
    const { history } = this.ledger
    const oldest = history.oldest?.record.epoch ?? 0
    if (oldest !== this.oldest) [this.oldest, this.tries, this.askAt] = [oldest, 0, now]
    if (!this.goesOn || now < this.askAt) {
      if (!this.goesOn) this.askAt = NEVER
      return
    }
    if (this.tries++ === TRIES) {
      this.askAt = NEVER
      return this.tell(0)
    }
    this.asked = this.next()
    this.askAt = now + this.patience * (this.asked === undefined ? 1 << this.tries : 1)
    if (this.asked !== undefined) this.outbox.say(this.asked, { kind: 'recall', epoch: oldest - 1 })
  }

  hear(bytes: readonly Uint8Array[]): void {
    const records = bytes.flatMap((each) => unseal(each) ?? [])
    const added = this.ledger.history.recall(records)
    if (added > 0) this.tell(added)
    else if (this.askAt !== NEVER) this.askAt = 0
  }

  /** Another one than before, if there is one. */
  private next(): HostId | undefined {
    const able: HostId[] = []
    for (const { hostId, ring } of this.peers.all())
      if (ring?.clusterId === this.ledger.clusterId && this.peers.isPresent(hostId))
        if (hostId !== this.self) able.push(hostId)
    const others = able.filter((hostId) => hostId !== this.asked).sort()
    return others.length > 0 ? this.random.pick(others) : able[0]
  }

  private tell(records: number): void {
    this.outbox.event({ kind: 'ring.recalled', oldest: this.oldestEpoch(), records })
  }

  private oldestEpoch(): number {
    return this.ledger.history.oldest?.record.epoch ?? 0
  }
}
