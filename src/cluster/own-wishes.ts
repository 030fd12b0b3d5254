/**
 * Intents that nobody has to ask for: a node that is no member wants to be one, in a place of its
 * own or in that of a dead member; and seats of a committee do not stay with the dead.
 */
import { NEVER, type Millis } from '../base/machine.js'
import type { HostId } from '../gossip/identity.js'
import { keeping } from './copy-fact.js'
import type { IntentBook } from './intent-book.js'
import { NOBODY_ASKED, type Newcomer, type Wish } from './intent.js'
import { intentOf } from './intent-bytes.js'
import { newcomerOf, type Peers } from './peers.js'
import { preview } from './preview.js'
import { bannedIn, isVoter, memberOf, type RingRecord } from './record/record.js'
import type { Sealed } from './record/record-bytes.js'
import type { RingOutbox } from './ring-outbox.js'

/** A node that wants to join says so again after so long, should it have been refused. */
const JOIN_AGAIN: Millis = 30_000

interface Parts {
  readonly outbox: RingOutbox
  readonly peers: Peers
  readonly book: IntentBook
  /** The highest feature level that this program understands. */
  readonly features: number
}

export class OwnWishes {
  private readonly self: HostId
  private readonly parts: Parts
  private readonly replaces: string
  private readonly silentFor: Millis
  private joinAt: Millis = 0
  /** The record that was looked at for what it says of this node's program. */
  private told: RingRecord | undefined
  /** The committee looked at last, at most SEATS; who was there then, and when to look again. */
  private committee: readonly HostId[] = []
  private standings = -1
  private relieveAt: Millis = NEVER

  /** @param replaces name or host id of the dead member whose place this node takes, or '' */
  constructor(self: HostId, parts: Parts, replaces: string, silentFor: Millis) {
    this.self = self
    this.parts = parts
    this.replaces = replaces
    this.silentFor = silentFor
  }

  get wakeAt(): Millis {
    return this.relieveAt
  }

  /** @param votes its disk works, and has forgotten nothing */
  work(current: Sealed, votes: boolean, now: Millis): void {
    if (votes) this.comeIn(current, now)
    else this.stayOut()
    this.understand(current.record)
    this.relieve(current.record, now)
  }

  private comeIn(current: Sealed, now: Millis): void {
    const { record } = current
    if (memberOf(record, this.self) !== undefined || now < this.joinAt) return
    if (bannedIn(record, this.self) !== undefined) return
    const { peers, book } = this.parts
    const identity = peers.identity(this.self)
    if (identity === undefined) return
    this.joinAt = now + JOIN_AGAIN
    const { features } = this.parts
    const wish = this.wishOf(record, { ...newcomerOf(identity), features })
    if (wish === undefined || this.isUnlike(record, wish) || this.isRefused(current, wish)) return
    if (book.mine.some((intent) => intent.wish.kind === wish.kind)) return
    book.add(intentOf(this.self, record.epoch, identity.generation, wish))
  }

  /** It would be a replica that answers nothing: whoever replaces it comes in instead. */
  private stayOut(): void {
    for (const { id, wish } of this.parts.book.mine)
      if (wish.kind === 'join' || wish.kind === 'replace') this.parts.book.withdraw(id)
  }

  /** Whoever keeps other data than the members would be a replica of rows that it does not have. */
  private isUnlike({ members }: RingRecord, { kind }: Wish): boolean {
    const { peers, outbox } = this.parts
    const own = peers.keeps(this.self)
    const there = members.filter(({ hostId }) => peers.isPresent(hostId) && peers.get(hostId)?.ring)
    const unlike = there.filter(({ hostId }) => peers.keeps(hostId) !== own)
    const [first] = unlike
    if (first === undefined) return false
    const names = unlike.map(({ name }) => name).join(', ')
    const theirs = keeping(peers.keeps(first.hostId))
    const reason =
      `this node keeps ${keeping(own)} beside it, and members of the ring ${theirs}: ${names}. ` +
      'Start it anew as they were started.'
    outbox.event({ kind: 'ring.refused', wish: kind, reason })
    return true
  }

  /** What would be refused is said here, and not asked of the others over and over. */
  private isRefused(current: Sealed, wish: Wish): boolean {
    const seen = preview(current, wish, this.self)
    if (seen.kind !== 'refused') return false
    const reason = `${seen.why}. ${seen.next}`
    this.parts.outbox.event({ kind: 'ring.refused', wish: wish.kind, reason })
    return true
  }

  /** undefined where nobody, or more than one, is called as the one to be replaced. */
  private wishOf(record: RingRecord, who: Newcomer): Wish | undefined {
    if (this.replaces === '') return { kind: 'join', who }
    const called = record.members.filter(
      ({ name, hostId }) => name === this.replaces || hostId === this.replaces,
    )
    const [old] = called
    if (old !== undefined && called.length === 1)
      return { kind: 'replace', hostId: old.hostId, by: who, loseData: false }
    const reason = `${called.length} members of the ring are called ${this.replaces}`
    this.parts.outbox.event({ kind: 'ring.refused', wish: 'replace', reason })
    return undefined
  }

  /** The program was exchanged since the record was told what it understands. */
  private understand(record: RingRecord): void {
    if (record === this.told) return
    this.told = record
    const { features, book } = this.parts
    const { self: hostId } = this
    const member = memberOf(record, hostId)
    const isNews = member !== undefined && member.features !== features
    const wished = book.mine.filter(({ wish }) => wish.kind === 'understand')
    const wish = { kind: 'understand', hostId, features } as const
    const isWished = wished.some((intent) => isSame(intent.wish, wish))
    for (const { id, wish: old } of wished) if (!isNews || !isSame(old, wish)) book.withdraw(id)
    if (isNews && !isWished && features >= record.features)
      book.add(intentOf(hostId, record.epoch, 0, wish))
  }

  /** Every voter forms the same intent, so it is one. */
  private relieve(record: RingRecord, now: Millis): void {
    const { peers, book } = this.parts
    const { committee } = record
    const same = committee === this.committee && peers.standings === this.standings
    if (same && now < this.relieveAt) return
    this.committee = committee
    this.standings = peers.standings
    this.relieveAt = NEVER
    if (!isVoter(record, this.self)) return
    const down = committee.filter((hostId) => this.isSilent(hostId, now))
    if (down.length === 0) return
    book.add(intentOf(NOBODY_ASKED, record.epoch, 0, { kind: 'relieve', hostIds: down }))
  }

  private isSilent(hostId: HostId, now: Millis): boolean {
    const since = this.parts.peers.absentSince(hostId)
    if (since === undefined) return false
    const due = since + this.silentFor
    if (now < due) this.relieveAt = Math.min(this.relieveAt, due)
    return now >= due
  }
}

function isSame(a: Wish, b: Extract<Wish, { kind: 'understand' }>): boolean {
  return a.kind === b.kind && a.features === b.features
}
