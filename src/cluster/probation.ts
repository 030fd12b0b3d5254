/**
 * A voter that starts again asks the others first whether they have seen it further on than its
 * disk is: an old copy of a disk has forgotten promises. It votes once all voters that are there
 * have answered, or after a while a majority with itself.
 */
import { NEVER, type Millis } from '../base/machine.js'
import type { HostId } from '../gossip/identity.js'
import type { Peers } from './peers.js'
import { majority, votersOf } from './record/record.js'
import type { Sealed } from './record/record-bytes.js'
import type { RingOutbox } from './ring-outbox.js'

/** After so many rounds of asking those who answered are enough, if they are a majority. */
const ROUNDS = 3

export class Probation {
  private readonly self: HostId
  private readonly outbox: RingOutbox
  private readonly peers: Peers
  private readonly patience: Millis
  /** Voters that answered in this life; at most all of them. */
  private readonly answered = new Set<HostId>()
  private rounds = 0
  private askAt: Millis
  private over: boolean
  private sure = false

  /** @param over there is nothing that the disk could have forgotten */
  constructor(
    self: HostId,
    parts: { readonly outbox: RingOutbox; readonly peers: Peers },
    patience: Millis,
    over: boolean,
  ) {
    this.self = self
    this.outbox = parts.outbox
    this.peers = parts.peers
    this.patience = patience
    this.over = over
    this.askAt = over ? NEVER : 0
  }

  get passed(): boolean {
    return this.over
  }

  /** It was seen once, after that, that nobody knows of a later record than its disk holds. */
  get caughtUp(): boolean {
    return this.sure
  }

  notice(isUpToDate: boolean): void {
    this.sure ||= this.over && isUpToDate
  }

  get wakeAt(): Millis {
    return this.askAt
  }

  heard(by: HostId): void {
    if (!this.over) this.answered.add(by)
  }

  work({ record, digest }: Sealed, now: Millis): void {
    if (this.over) return
    const others = votersOf(record).filter(({ hostId }) => hostId !== this.self)
    const silent = others.filter(({ hostId }) => !this.answered.has(hostId))
    const enough = others.length - silent.length + 1 >= majority(others.length + 1)
    const present = silent.filter(({ hostId }) => this.peers.isPresent(hostId))
    if (others.length === 0 || (enough && (present.length === 0 || this.rounds > ROUNDS))) {
      this.over = true
      this.askAt = NEVER
      return
    }
    if (now < this.askAt) return
    this.askAt = now + this.patience
    this.rounds++
    for (const { hostId, address } of silent)
      this.outbox.say(hostId, { kind: 'ask', epoch: record.epoch, digest }, address)
  }
}
