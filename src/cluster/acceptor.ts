/**
 * The voter: what it promises and accepts is on the disk before it is said. A node whose disk fails
 * votes no more in this life; one whose disk is found to be an old copy votes never again, for it
 * may have forgotten a promise.
 */
import type { Ticket } from '../base/machine.js'
import { encodeUtf8 } from '../base/utf8.js'
import type { HostId } from '../gossip/identity.js'
import { ringKeys, voteBytes } from './durable-ring.js'
import type { RingOutbox } from './ring-outbox.js'
import { accept, noVote, promise, type Answer, type Ballot, type Vote } from './ratify/ballot.js'
import type { Body } from './ratify/message.js'

interface Reply {
  readonly to: HostId
  readonly body: Body
  readonly vote: Vote
}

export class Acceptor {
  private readonly outbox: RingOutbox
  private vote: Vote
  private silent: boolean
  /** Votes that are on the disk. */
  ballots: number
  /** What may be said once stored; at most one for each message that came while the disk wrote. */
  private readonly replies = new Map<Ticket, Reply>()

  constructor(outbox: RingOutbox, restored: Vote, muted: boolean) {
    this.outbox = outbox
    this.vote = restored
    this.ballots = restored.ballots
    this.silent = muted
  }

  get votes(): boolean {
    return !this.silent
  }

  prepare(from: HostId, ballot: Ballot, epoch: number): void {
    if (this.silent) return
    const answer = promise(this.voteOn(epoch), ballot)
    const { accepted } = this.voteOn(epoch)
    this.give(from, ballot, answer, { kind: 'promise', ballot, accepted })
  }

  accept(from: HostId, ballot: Ballot, epoch: number, value: Uint8Array): void {
    if (this.silent) return
    const answer = accept(this.voteOn(epoch), ballot, value)
    this.give(from, ballot, answer, { kind: 'accepted', ballot })
  }

  /**
   * A vote whose epoch was decided while it was written is not said: rounds begin anew with each
   * epoch, and with the new record at its head it would count for a ballot of that number there.
   * @param deciding the epoch that is being decided now
   * @returns whether it was one of the acceptor's
   */
  stored(ticket: Ticket, ok: boolean, deciding: number): boolean {
    const reply = this.replies.get(ticket)
    if (reply === undefined) return false
    this.replies.delete(ticket)
    if (ok && !this.silent) {
      this.ballots = Math.max(this.ballots, reply.vote.ballots)
      if (reply.vote.epoch === deciding) this.outbox.say(reply.to, reply.body)
    } else if (!ok) this.fail()
    return true
  }

  /** Never again, not even after a restart. */
  muteForGood(reason: string): void {
    if (this.silent) return
    this.silent = true
    this.outbox.persist(ringKeys.muted, encodeUtf8(reason))
    this.outbox.event({ kind: 'ring.muted', reason })
  }

  /** What is on the disk is not known any more: no vote until the next start reads it. */
  fail(): void {
    this.outbox.storeFailed(ringKeys.vote)
    if (this.silent) return
    this.silent = true
    this.outbox.event({ kind: 'ring.muted', reason: 'a vote could not be stored' })
  }

  private voteOn(epoch: number): Vote {
    return this.vote.epoch === epoch ? this.vote : noVote(epoch, this.vote.ballots)
  }

  private give(to: HostId, ballot: Ballot, answer: Answer, body: Body): void {
    if (answer.kind === 'outranked') {
      this.outbox.say(to, { kind: 'outranked', ballot, by: answer.by })
      return
    }
    this.vote = answer.vote
    const ticket = this.outbox.persist(ringKeys.vote, voteBytes(answer.vote))
    this.replies.set(ticket, { to, body, vote: answer.vote })
  }
}
