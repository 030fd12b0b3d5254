/**
 * Founding a cluster: the first record lists exactly those who were expected, and is agreed on when
 * every one of them has durably pledged it. A node holds one pledge, and lets go of it only when
 * another on its list has refused for good: so that record can never be agreed on, whoever still
 * believes in it, and two halves cannot found two clusters that share a node.
 */
import { NEVER, type Millis, type Ticket } from '../base/machine.js'
import type { HostId } from '../gossip/identity.js'
import { pledgeBytes, REFUSED_MAX, ringKeys, type Pledge } from './durable-ring.js'
import { newcomerOf, type Peers } from './peers.js'
import { rankHash } from './plan/committee.js'
import { firstRecord } from './plan/first.js'
import { unseal, type Sealed } from './record/record-bytes.js'
import type { Digest } from './record/record.js'
import type { RingOutbox } from './ring-outbox.js'

export interface FoundingTimes {
  /** For so long those expected must have been there, all of them. */
  readonly quiet: Millis
  readonly rankDelay: Millis
  readonly patience: Millis
}

interface Answer {
  readonly to: HostId
  readonly digest: Digest
  readonly pledged: boolean
}

export class Founding {
  private readonly self: HostId
  private readonly outbox: RingOutbox
  private readonly peers: Peers
  private readonly times: FoundingTimes
  /** How many must be there; 0 when this node was not told to found a cluster. */
  private expect: number
  /** An operator said that those who are there now are all. */
  private now = false
  private pledge: Pledge
  /** Who has pledged the record that this node holds a pledge for; at most all on its list. */
  private pledged = new Set<HostId>()
  /** What may be said once stored; at most one for each message that came while the disk wrote. */
  private readonly answers = new Map<Ticket, Answer[]>()
  private mark = ''
  private askAt: Millis = NEVER

  constructor(
    self: HostId,
    parts: { readonly outbox: RingOutbox; readonly peers: Peers },
    times: FoundingTimes,
    expect: number,
    restored: Pledge,
  ) {
    this.self = self
    this.outbox = parts.outbox
    this.peers = parts.peers
    this.times = times
    this.expect = expect
    this.pledge = restored
  }

  get holds(): Sealed | null {
    return this.pledge.value
  }

  get wakeAt(): Millis {
    return this.askAt
  }

  /** An operator's word: whoever is here without a record founds the cluster. @returns how many */
  found(): number {
    let count = 0
    for (const { hostId } of this.peers.present())
      if (this.peers.get(hostId)?.ring === undefined) count++
    this.now = true
    this.expect = count
    return count
  }

  /** Looks whether all are there, and asks for their pledges when it is this node's turn. */
  work(now: Millis): void {
    const listed = this.listed()
    const mark = listed.join()
    if (mark !== this.mark) {
      this.mark = mark
      this.askAt = listed.includes(this.self) ? this.turn(listed, now) : NEVER
    }
    if (listed.length === 0) this.askAt = NEVER
    if (now < this.askAt) return
    this.askAt = now + this.times.patience + this.times.rankDelay * this.rank(listed)
    const value = this.pledge.value ?? this.propose(listed)
    for (const hostId of listed) this.outbox.say(hostId, { kind: 'pledge', value: value.bytes })
  }

  /** Somebody asks for a pledge. @param founded whether this node has a record already */
  asked(by: HostId, bytes: Uint8Array, founded: boolean): void {
    const value = unseal(bytes)
    if (value?.record.epoch !== 1) return
    const { digest } = value
    const held = this.pledge.value
    const refused = this.pledge.refused.includes(digest)
    if (held?.digest === digest) return this.answer({ to: by, digest, pledged: true })
    if (founded || refused) return this.outbox.say(by, { kind: 'unpledged', digest })
    if (held !== null || !this.agrees(value)) {
      this.refuse(digest, this.pledge.value, { to: by, digest, pledged: false })
      return
    }
    this.pledged = new Set()
    this.pledge = { ...this.pledge, value }
    this.answer({ to: by, digest, pledged: true })
  }

  /** @returns the record, when all on its list have pledged it */
  heard(by: HostId, digest: Digest): Sealed | undefined {
    const { value } = this.pledge
    if (value?.digest !== digest) return undefined
    this.pledged.add(by)
    const { members } = value.record
    return members.every(({ hostId }) => this.pledged.has(hostId)) ? value : undefined
  }

  /** One that was listed will never pledge it: nobody can found by it any more. */
  unpledged(by: HostId, digest: Digest, now: Millis): void {
    const { value } = this.pledge
    if (value?.digest !== digest) return
    if (!value.record.members.some(({ hostId }) => hostId === by)) return
    this.pledge = {
      ...this.pledge,
      attempt: Math.max(this.pledge.attempt, value.record.attempt) + 1,
    }
    this.refuse(digest, null)
    this.mark = ''
    this.askAt = now
  }

  /** @returns whether it was one of the founding's */
  stored(ticket: Ticket, ok: boolean): boolean {
    const answers = this.answers.get(ticket)
    if (answers === undefined) return false
    this.answers.delete(ticket)
    if (!ok) this.outbox.storeFailed(ringKeys.pledge)
    else for (const { to, digest, pledged } of answers) this.reply(to, digest, pledged)
    return true
  }

  private reply(to: HostId, digest: Digest, pledged: boolean): void {
    this.outbox.say(to, { kind: pledged ? 'pledged' : 'unpledged', digest })
  }

  private refuse(digest: Digest, value: Sealed | null, answer?: Answer): void {
    const refused = [...this.pledge.refused, digest].slice(-REFUSED_MAX)
    this.pledge = { ...this.pledge, value, refused }
    this.answer(answer)
  }

  private answer(answer?: Answer): void {
    const ticket = this.outbox.persist(ringKeys.pledge, pledgeBytes(this.pledge))
    this.answers.set(ticket, answer === undefined ? [] : [answer])
  }

  /** The list names this node, and as many as it was told to expect. */
  private agrees({ record }: Sealed): boolean {
    const named = record.members.some(({ hostId }) => hostId === this.self)
    return named && (this.expect === 0 || this.expect === record.members.length)
  }

  /** Whom this node would found with now: its pledge's list, or the first of those who wait. */
  private listed(): HostId[] {
    const { value } = this.pledge
    if (value !== null) return value.record.members.map(({ hostId }) => hostId)
    if (this.expect === 0) return []
    const waiting: HostId[] = []
    for (const hostId of this.there()) if (this.waits(hostId)) waiting.push(hostId)
    if (waiting.length < this.expect) return []
    return waiting.sort().slice(0, this.expect)
  }

  private there(): HostId[] {
    if (!this.now) return [...this.peers.all()].map(({ hostId }) => hostId)
    return [...this.peers.present()].map(({ hostId }) => hostId)
  }

  private waits(hostId: HostId): boolean {
    const peer = this.peers.get(hostId)
    if (!this.peers.isPresent(hostId) || peer?.ring !== undefined) return false
    return this.now || peer?.found === this.expect
  }

  private turn(listed: readonly HostId[], now: Millis): Millis {
    return now + this.times.quiet + this.times.rankDelay * this.rank(listed)
  }

  private rank(listed: readonly HostId[]): number {
    const before = (hostId: HostId): boolean => rankHash(hostId, '') < rankHash(this.self, '')
    return listed.filter(before).length
  }

  private propose(listed: readonly HostId[]): Sealed {
    const founders = listed.flatMap((hostId) => {
      const identity = this.peers.identity(hostId)
      return identity === undefined ? [] : [newcomerOf(identity)]
    })
    return firstRecord(founders, this.pledge.attempt)
  }
}
