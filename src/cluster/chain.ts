/**
 * The chain of records on one node: what arrives goes to the part whose business it is, and what
 * has become due is done. It holds no decision of its own; each idea has a file.
 */
import { NEVER, type Address, type Millis, type Ticket } from '../base/machine.js'
import type { HostId } from '../gossip/identity.js'
import type { Own } from './acks.js'
import { assembleChain, type ChainOptions, type ChainParts } from './chain-parts.js'
import type { Wish } from './intent.js'
import { intentOf } from './intent-bytes.js'
import { awaiting, byConcern, isConcerned } from './concern.js'
import { Mailbox } from './mailbox.js'
import type { Peers } from './peers.js'
import { isAnswered, type Body, type ChainMessage, type Head } from './ratify/message.js'
import type { Outcome } from './ratify/proposer.js'
import { bannedIn, type Digest } from './record/record.js'
import { unseal, type Sealed } from './record/record-bytes.js'
import { foundBytes, FOUND_FACT } from './ring-fact.js'
import type { RingOutbox } from './ring-outbox.js'
import { RingSpeech } from './ring-speech.js'

/** Members that a proposer tells of a new record itself. */
const TOLD_MAX = 128
export class Chain {
  readonly parts: ChainParts
  private readonly self: HostId
  private readonly expect: number
  private readonly outbox: RingOutbox
  private readonly peers: Peers
  private readonly mailbox = new Mailbox()
  /** The next record applied is this node's own doing: others do not know of it yet. */
  private tellsAll = false
  private readonly speech: RingSpeech
  private worked = -1
  private dirty = true
  private running = false

  constructor(options: ChainOptions, outbox: RingOutbox, peers: Peers) {
    this.self = options.self
    this.expect = options.expect
    this.outbox = outbox
    this.peers = peers
    this.speech = new RingSpeech(outbox)
    this.parts = assembleChain(options, outbox, peers)
  }

  get current(): Sealed | undefined {
    return this.parts.ledger.current
  }

  get wakeAt(): Millis {
    if (!this.running) return NEVER
    if (this.dirty || this.peers.revision !== this.worked) return 0
    if (this.current === undefined) {
      const other = this.parts.founding.holds === null ? this.parts.joining : this.parts.catchUp
      return Math.min(this.parts.founding.wakeAt, other.wakeAt, this.parts.vouching.wakeAt)
    }
    return Math.min(
      this.parts.catchUp.wakeAt,
      this.parts.recalling.wakeAt,
      this.parts.vouching.wakeAt,
      this.parts.probation.wakeAt,
      this.parts.wishes.wakeAt,
      this.parts.policies.wakeAt,
      this.parts.memory.wakeAt,
      this.parts.ratifier.wakeAt,
      this.parts.dropping.wakeAt,
    )
  }

  get head(): Head {
    const { clusterId, epoch, digest } = this.parts.ledger
    return { sender: this.self, clusterId, epoch, digest, ballots: this.parts.acceptor.ballots }
  }

  /** Its disk has forgotten nothing, and what it had missed at its start is on it. */
  get trusted(): boolean {
    return this.parts.probation.caughtUp && this.parts.acceptor.votes
  }

  /** Somebody holds this epoch. */
  heard(epoch: number, by: HostId, now: Millis): void {
    if (this.current === undefined) return
    this.parts.catchUp.heard(epoch, by, now)
    this.dirty = true
  }

  /** Gossip speaks: from now on this node has a say. */
  start(): void {
    this.running = true
    if (this.expect > 0 && this.current === undefined)
      this.outbox.publish(FOUND_FACT, foundBytes(this.expect))
  }

  /** An intent of an operator, or of this node itself. @returns its id */
  intend(wish: Wish, author: HostId, stamp: number): string {
    const intent = intentOf(author, this.parts.ledger.epoch, stamp, wish)
    this.parts.book.add(intent)
    this.dirty = true
    return intent.id
  }

  withdraw(id: string): boolean {
    this.dirty = true
    return this.parts.book.withdraw(id)
  }

  acknowledge(move: string): void {
    this.parts.copying.acknowledge(move)
    this.dirty = true
  }

  found(): number {
    this.dirty = true
    return this.parts.founding.found()
  }

  stored(ticket: Ticket, ok: boolean, now: Millis): void {
    const { acceptor, memory, ledger, founding, book } = this.parts
    const remembered =
      acceptor.stored(ticket, ok, ledger.epoch + 1) ||
      memory.stored(ticket, ok) ||
      ledger.history.took(ticket)
    // Once votes, sightings and history are stored, nothing follows here.
    this.dirty ||= !remembered || !ok
    if (remembered) return
    const records = ledger.stored(ticket, ok)
    if (records !== undefined) {
      if (!ok) acceptor.fail()
      return this.applied(records, now)
    }
    const own = founding.stored(ticket, ok) || book.stored(ticket, ok) || this.copied(ticket, ok)
    if (!own && !ok) acceptor.fail()
  }

  private copied(ticket: Ticket, ok: boolean): boolean {
    const taken = this.parts.copying.stored(ticket, ok)
    if (taken && ok) this.report()
    return taken
  }

  receive(message: ChainMessage, from: Address, now: Millis): void {
    const { head } = message
    if (this.isForeign(head)) return
    this.dirty ||= !isAnswered(message.body)
    this.parts.memory.remember(head.sender, head)
    const stale = this.parts.memory.forgot(head.sender, head)
    if (stale !== undefined && message.body.kind === 'ask')
      this.outbox.say(head.sender, { kind: 'stale', ...stale }, from)
    if (message.body.kind === 'records') this.parts.probation.heard(head.sender)
    this.hear(message, from, now)
  }

  /** Does what has become due. */
  work(now: Millis): void {
    if (!this.running || now < this.wakeAt) return
    this.dirty = false
    this.worked = this.peers.revision
    this.parts.learning.work(now)
    const { current } = this
    if (current === undefined) this.seek(now)
    else this.serve(current, now)
    this.parts.probation.notice(!this.parts.catchUp.behind && !this.parts.ledger.busy)
    this.publish(now)
  }

  private seek(now: Millis): void {
    this.parts.founding.work(now)
    const { holds } = this.parts.founding
    if (holds === null) return this.parts.joining.work(now)
    // A founder takes the record it pledged from whoever has it, and no other.
    for (const { hostId, ring } of this.peers.all())
      if (ring?.clusterId === holds.digest) this.parts.catchUp.heard(ring.epoch, hostId, now)
    this.parts.catchUp.work(now)
  }

  private serve(current: Sealed, now: Millis): void {
    for (const { hostId, ring } of this.peers.news())
      if (ring?.clusterId === this.parts.ledger.clusterId)
        this.parts.catchUp.heard(ring.epoch, hostId, now)
    this.parts.catchUp.work(now)
    this.parts.recalling.work(now)
    this.parts.probation.work(current, now)
    const own = this.own()
    this.parts.copying.work(current.record, this.peers, own)
    const outcome = this.parts.proposer.expire(now)
    if (outcome !== undefined) this.decided(outcome, now)
    this.parts.wishes.work(current, this.parts.acceptor.votes, now)
    this.parts.policies.work(current, now)
    this.parts.memory.work(current.record, now)
    const votes = this.parts.acceptor.votes && this.parts.probation.passed
    const { behind, isHopeful } = this.parts.catchUp
    this.parts.dropping.work(current.record, own, votes && !behind, now)
    if (isHopeful || this.parts.ledger.busy) this.parts.ratifier.pause()
    else this.parts.ratifier.work(current, own, votes, now)
  }

  private hear(message: ChainMessage, from: Address, now: Millis): void {
    const { head, body } = message
    switch (body.kind) {
      case 'ask':
        return this.answer(body.epoch, body.digest, head.sender, from)
      case 'records':
        return this.parts.learning.learn(body.records, head, now)
      case 'recall':
        return this.recall(body.epoch, head.sender, from)
      case 'past':
        return this.parts.recalling.hear(body.records)
      case 'holds':
        return this.peers.reported(head, body)
      case 'stale':
        return this.stale(body.epoch, body.ballots)
      case 'pledge':
        return this.pledge(body.value, head.sender, from)
      case 'pledged': {
        const first = this.parts.founding.heard(head.sender, body.digest)
        return first === undefined || this.current ? undefined : this.founded(first)
      }
      case 'unpledged':
        return this.parts.founding.unpledged(head.sender, body.digest, now)
      case 'prepare':
      case 'accept':
      case 'promise':
      case 'accepted':
      case 'outranked':
      case 'refused':
        return this.ballot(message, from, now)
    }
  }

  private answer(epoch: number, digest: Digest, to: HostId, from: Address): void {
    if (this.current === undefined) return
    const records = this.parts.ledger.after(epoch, digest).map(({ bytes }) => bytes)
    this.outbox.say(to, { kind: 'records', records }, from)
  }

  private recall(epoch: number, to: HostId, from: Address): void {
    const records = this.parts.ledger.upTo(epoch).map(({ bytes }) => bytes)
    this.outbox.say(to, { kind: 'past', records }, from)
  }

  private founded(first: Sealed): void {
    this.tellsAll = true
    this.parts.learning.take([first], this.self)
  }

  private pledge(value: Uint8Array, by: HostId, from: Address): void {
    const { current } = this
    this.parts.founding.asked(by, value, current !== undefined)
    if (current !== undefined) this.answer(0, '', by, from)
  }

  private stale(epoch: number, ballots: number): void {
    if (epoch <= this.parts.ledger.epoch && ballots <= this.parts.acceptor.ballots) return
    this.parts.acceptor.muteForGood(
      `others have seen this node at epoch ${epoch}, its disk holds ${this.parts.ledger.epoch}: ` +
        'an old copy, replace the node',
    )
  }

  /** A part of a ballot: whoever is behind catches up first, whoever is ahead says what follows. */
  private ballot(message: ChainMessage, from: Address, now: Millis): void {
    const { head, body } = message
    const { current } = this
    if (current === undefined || head.epoch > current.record.epoch) {
      this.mailbox.hold(message, from)
      return current && this.parts.catchUp.heard(head.epoch, head.sender, now)
    }
    if (head.epoch < current.record.epoch) {
      return this.answer(head.epoch, head.digest, head.sender, from)
    }
    if (head.digest !== current.digest) {
      const { epoch, digest } = this.parts.ledger
      const told = { epoch, own: digest, other: head.digest, by: head.sender }
      return this.outbox.event({ kind: 'ring.conflict', ...told })
    }
    if (body.kind === 'prepare' || body.kind === 'accept') {
      if (this.parts.probation.passed) this.vote(body, head.sender, current, now)
      else this.mailbox.hold(message, from)
      return
    }
    const outcome = this.count(body, head.sender)
    if (outcome !== undefined) this.decided(outcome, now)
  }

  private vote(
    body: Extract<Body, { kind: 'prepare' | 'accept' }>,
    from: HostId,
    current: Sealed,
    now: Millis,
  ): void {
    const { ballot } = body
    const epoch = current.record.epoch + 1
    this.parts.proposer.saw(ballot)
    if (body.kind === 'prepare') return this.parts.acceptor.prepare(from, ballot, epoch)
    const { value, inputs } = body
    const reason =
      inputs === null ? undefined : this.parts.ratifier.objection(current, value, inputs, now)
    if (reason === undefined) return this.parts.acceptor.accept(from, ballot, epoch, value)
    this.outbox.say(from, { kind: 'refused', ballot, reason })
  }

  private count(body: Body, from: HostId): Outcome | undefined {
    switch (body.kind) {
      case 'promise':
        this.parts.proposer.promised(from, body.ballot, body.accepted)
        return undefined
      case 'accepted':
        return this.parts.proposer.accepted(from, body.ballot)
      case 'outranked':
        return this.parts.proposer.outranked(body.ballot, body.by)
      case 'refused':
        return this.parts.proposer.refused(from, body.ballot, body.reason)
      default:
        return undefined
    }
  }

  private decided(outcome: Outcome, now: Millis): void {
    if (outcome.kind === 'lost')
      return this.parts.ratifier.lost(outcome.reason, this.parts.ledger.epoch, now)
    const chosen = unseal(outcome.value)
    if (chosen === undefined) return
    this.tellsAll = true
    this.parts.learning.take([chosen], this.self)
  }

  /** Records are on the disk: from now on they hold. */
  private applied(records: readonly Sealed[], now: Millis): void {
    const first = records[0]
    const last = records.at(-1)
    if (first === undefined || last === undefined) return
    if (first.record.epoch === 1 && this.parts.founding.holds?.digest === first.digest) {
      const members = first.record.members.length
      this.outbox.event({ kind: 'ring.founded', clusterId: first.digest, members })
    }
    for (const { record, digest } of records) {
      const { epoch, why } = record
      this.outbox.event({ kind: 'ring.changed', epoch, digest, why })
    }
    this.parts.ratifier.reset()
    this.parts.book.settle(last.record)
    this.parts.copying.settle(last.record)
    this.outbox.publish(FOUND_FACT, null)
    this.applyBans(last)
    this.spread(last)
    this.report()
    for (const { message, from } of this.mailbox.release()) this.hear(message, from, now)
  }

  private applyBans({ record }: Sealed): void {
    for (const { hostId, as } of record.banned)
      if (as !== 'left') this.outbox.ban(hostId, as === 'replaced' ? as : 'removed')
    const left = bannedIn(record, this.self)
    if (left?.as === 'left' && left.epoch === record.epoch)
      this.outbox.event({ kind: 'ring.decommissioned', epoch: record.epoch })
  }

  /** Whoever proposed it tells the others at once; gossip reaches those that this does not. */
  private spread({ record, bytes }: Sealed): void {
    if (!this.tellsAll) return
    this.tellsAll = false
    const body = { kind: 'records', records: [bytes] } as const
    const others = byConcern(record).filter(({ hostId }) => hostId !== this.self)
    for (const { hostId, address } of others.slice(0, TOLD_MAX))
      this.outbox.say(hostId, body, address)
  }

  /** Barriers need not wait until gossip has brought this to those who go by it. */
  private report(): void {
    const { current } = this
    if (current === undefined || !isConcerned(current.record, this.self)) return
    const generation = this.peers.identity(this.self)?.generation ?? 0
    const body = { kind: 'holds', generation, copied: this.parts.copying.copied } as const
    for (const hostId of awaiting(current, this.peers))
      if (hostId !== this.self) this.outbox.say(hostId, body)
  }

  private own(): Own {
    const { clusterId, epoch } = this.parts.ledger
    return { hostId: this.self, clusterId, epoch, copied: this.parts.copying.copied }
  }

  private isForeign({ sender, clusterId }: Head): boolean {
    const own = this.parts.ledger.clusterId
    if (clusterId === '' || own === '' || clusterId === own) return false
    if (this.parts.foreigners.meet(clusterId, sender))
      this.outbox.event({ kind: 'ring.foreign', clusterId, own, by: sender })
    return true
  }

  private publish(now: Millis): void {
    const { current, clusterId, epoch, digest } = this.parts.ledger
    if (current === undefined) return
    const pending = this.parts.book.pending(current.record, this.peers, now)
    const { votes, ballots } = this.parts.acceptor
    const ids = pending.map(({ id }) => id)
    this.speech.say({ clusterId, epoch, digest, votes, ballots }, ids)
  }
}
