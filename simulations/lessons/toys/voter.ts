/**
 * Raft's election and nothing else: no log, only terms and votes. Who hears no leader for a time
 * drawn by chance stands for election; who gets a majority of the votes of a term leads it.
 */
import type { Address, Millis } from '../../../src/base/machine.js'
import type { Random } from '../../../src/base/random.js'
import { Toy, type Birth, type Words } from './toy.js'

export interface Elected {
  readonly kind: 'leads' | 'stands'
  readonly term: number
}

export interface VoterSettings {
  readonly heartbeat: Millis
  /** A follower waits between `wait` and `wait + spread`, drawn anew each time. */
  readonly wait: Millis
  readonly spread: Millis
}

// ANCHOR: voter
export class Voter extends Toy<Elected> {
  private readonly settings: VoterSettings
  /** All the others; bounded by the village. */
  private readonly peers: readonly Address[]
  private readonly random: Random
  private term = 0
  private role: 'follows' | 'stands' | 'leads' = 'follows'
  private votedFor: Address | undefined
  private votes = 0

  constructor(settings: VoterSettings, { peers, random, now }: Birth) {
    super()
    this.settings = settings
    this.peers = peers
    this.random = random
    this.wakeAt = this.patience(now)
  }

  protected hear(from: Address, [word, number]: Words, now: Millis): void {
    const term = Number(number)
    if (term > this.term) this.follow(term, now)
    if (word === 'vote?') this.consider(from, term, now)
    if (word === 'yes' && term === this.term && this.role === 'stands') this.count(now)
    if (word === 'leader' && term === this.term) this.follow(term, now)
  }

  protected due(now: Millis): void {
    if (this.role === 'leads') this.lead(now)
    else this.stand(now)
  }

  private patience(now: Millis): Millis {
    const { wait, spread } = this.settings
    return now + wait + this.random.between(0, spread)
  }

  private follow(term: number, now: Millis): void {
    if (term > this.term) this.votedFor = undefined
    this.term = term
    this.role = 'follows'
    this.wakeAt = this.patience(now)
  }

  /** One vote a term, to whoever asks first. */
  private consider(candidate: Address, term: number, now: Millis): void {
    const free = this.votedFor === undefined || this.votedFor === candidate
    if (term < this.term || this.role !== 'follows' || !free) return
    this.votedFor = candidate
    this.wakeAt = this.patience(now)
    this.send(candidate, 'yes', term)
  }

  private stand(now: Millis): void {
    this.term++
    this.role = 'stands'
    this.votedFor = undefined
    this.votes = 1
    this.wakeAt = this.patience(now)
    this.say({ kind: 'stands', term: this.term })
    for (const peer of this.peers) this.send(peer, 'vote?', this.term)
  }

  private count(now: Millis): void {
    this.votes++
    if (2 * this.votes <= this.peers.length + 1) return
    this.role = 'leads'
    this.say({ kind: 'leads', term: this.term })
    this.lead(now)
  }

  private lead(now: Millis): void {
    for (const peer of this.peers) this.send(peer, 'leader', this.term)
    this.wakeAt = now + this.settings.heartbeat
  }
}
// ANCHOR_END: voter
