/**
 * Whether a record is believed that does not follow from the one in hand: whoever shows it may hold
 * the disk of another chain, or an error. It is believed once a majority of its own voters say that
 * they hold it, by letter or by gossip. Voters do not count their own word; where one is needed,
 * for a voter that was away may be part of every majority, all that are there must say the same.
 * Who makes up a record and all of its voters is not found out: hosts are no liars, only mistaken.
 */
import { NEVER, type Millis } from '../base/machine.js'
import type { HostId } from '../gossip/identity.js'
import type { Peers } from './peers.js'
import type { Head } from './ratify/message.js'
import type { Sealed } from './record/record-bytes.js'
import { isVoter, majority, votersOf, type Digest, type RecordMember } from './record/record.js'
import type { Doubt } from './ring-event.js'
import type { RingOutbox } from './ring-outbox.js'

/** Records on offer at a time; the oldest is dropped, and comes again when it is shown again. */
const OFFERS_MAX = 4
/** After so many rounds of asking, those who are there may be enough, and the doubt is said. */
const ROUNDS = 3
/** From then on they are asked so much more rarely. */
const SLOWER = 10

interface Offer {
  readonly sealed: Sealed
  readonly by: HostId
  /** Voters of it that said so by letter; at most all of them. */
  readonly letters: Set<HostId>
  rounds: number
}

export class Vouching {
  private readonly self: HostId
  private readonly outbox: RingOutbox
  private readonly peers: Peers
  private readonly patience: Millis
  /** By digest; at most OFFERS_MAX. */
  private readonly offers = new Map<Digest, Offer>()
  private askAt: Millis = NEVER

  constructor(
    self: HostId,
    parts: { readonly outbox: RingOutbox; readonly peers: Peers },
    patience: Millis,
  ) {
    this.self = self
    this.outbox = parts.outbox
    this.peers = parts.peers
    this.patience = patience
  }

  get wakeAt(): Millis {
    return this.askAt
  }

  /** What was offered for longer than asking takes. */
  get doubts(): readonly Doubt[] {
    return [...this.offers.values()].filter(isOld).map((offer) => this.doubtOf(offer))
  }

  isOffered(digest: Digest): boolean {
    return this.offers.has(digest)
  }

  /** A record was shown. */
  see(sealed: Sealed, by: HostId, now: Millis): void {
    if (this.offers.has(sealed.digest)) return
    const offer = { sealed, by, letters: new Set<HostId>(), rounds: 0 }
    this.offers.set(sealed.digest, offer)
    const [oldest] = this.offers.keys()
    if (this.offers.size > OFFERS_MAX && oldest !== undefined) this.offers.delete(oldest)
    this.ask(offer)
    this.askAt = Math.min(this.askAt, now + this.patience)
  }

  /** Somebody said by letter which record it holds. */
  heard({ sender, digest }: Head): void {
    const offer = this.offers.get(digest)
    if (offer !== undefined && isVoter(offer.sealed.record, sender)) offer.letters.add(sender)
  }

  /** Asks those again that have not answered. */
  work(now: Millis): void {
    if (now < this.askAt) return
    const offers = [...this.offers.values()]
    const pause = this.patience * (offers.every(isOld) ? SLOWER : 1)
    this.askAt = offers.length === 0 ? NEVER : now + pause
    for (const offer of offers) {
      this.ask(offer)
      if (offer.rounds === ROUNDS + 1)
        this.outbox.event({ kind: 'ring.doubted', ...this.doubtOf(offer) })
    }
  }

  /** The latest of those that are vouched for, unless a later one still may be. */
  vouched(): Sealed | undefined {
    const latest = [...this.offers.values()]
    latest.sort((a, b) => b.sealed.record.epoch - a.sealed.record.epoch)
    for (const offer of latest) {
      if (this.isVouched(offer)) return offer.sealed
      if (!isOld(offer)) return undefined
    }
    return undefined
  }

  /** Forgets what is no later than the record in hand. */
  settle(epoch: number): void {
    for (const [digest, { sealed }] of this.offers)
      if (sealed.record.epoch <= epoch) this.offers.delete(digest)
    if (this.offers.size === 0) this.askAt = NEVER
  }

  private isVouched(offer: Offer): boolean {
    const voters = votersOf(offer.sealed.record)
    const needed = majority(voters.length)
    const confirmed = this.confirmed(offer).length
    if (confirmed >= needed) return true
    if (!isOld(offer) || !isVoter(offer.sealed.record, this.self)) return false
    const present = this.others(offer).filter(({ hostId }) => this.peers.isPresent(hostId))
    return confirmed + 1 >= needed && present.every((voter) => this.confirms(offer, voter))
  }

  private ask(offer: Offer): void {
    offer.rounds++
    const { digest, record } = offer.sealed
    for (const voter of this.others(offer)) {
      if (this.confirms(offer, voter)) continue
      const body = { kind: 'ask', epoch: record.epoch, digest } as const
      this.outbox.say(voter.hostId, body, voter.address)
    }
  }

  private others({ sealed }: Offer): RecordMember[] {
    return votersOf(sealed.record).filter(({ hostId }) => hostId !== this.self)
  }

  private confirmed(offer: Offer): RecordMember[] {
    return this.others(offer).filter((voter) => this.confirms(offer, voter))
  }

  private confirms({ sealed, letters }: Offer, { hostId }: RecordMember): boolean {
    if (letters.has(hostId)) return true
    const said = this.peers.get(hostId)?.ring?.digest
    return said === sealed.digest && this.peers.isPresent(hostId)
  }

  private doubtOf(offer: Offer): Doubt {
    const { record, digest } = offer.sealed
    const confirmed = this.confirmed(offer).length
    const needed = majority(votersOf(record).length)
    return { epoch: record.epoch, digest, by: offer.by, confirmed, needed }
  }
}

/** It was asked about for longer than answers take. */
function isOld({ rounds }: Offer): boolean {
  return rounds > ROUNDS
}
