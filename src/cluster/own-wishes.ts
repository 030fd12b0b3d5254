/**
 * Intents that nobody has to ask for: a node that is no member wants to be one, in a place of its
 * own or in that of a dead member; and seats of a committee do not stay with the dead.
 */
import type { Millis } from '../base/machine.js'
import type { HostId } from '../gossip/identity.js'
import type { IntentBook } from './intent-book.js'
import { NOBODY_ASKED, type Wish } from './intent.js'
import { intentOf } from './intent-bytes.js'
import { newcomerOf, type Peers } from './peers.js'
import { bannedIn, memberOf, type RingRecord } from './record/record.js'

/** A node that wants to join says so again after so long, should it have been refused. */
const JOIN_AGAIN: Millis = 30_000

export class OwnWishes {
  private readonly self: HostId
  private readonly parts: { readonly peers: Peers; readonly book: IntentBook }
  private readonly replaces: HostId
  private readonly silentFor: Millis
  private joinAt: Millis = 0

  /** @param replaces the dead member whose place this node takes, or '' */
  constructor(
    self: HostId,
    parts: { readonly peers: Peers; readonly book: IntentBook },
    replaces: HostId,
    silentFor: Millis,
  ) {
    this.self = self
    this.parts = parts
    this.replaces = replaces
    this.silentFor = silentFor
  }

  work(record: RingRecord, now: Millis): void {
    this.comeIn(record, now)
    this.relieve(record, now)
  }

  private comeIn(record: RingRecord, now: Millis): void {
    if (memberOf(record, this.self) !== undefined || now < this.joinAt) return
    if (bannedIn(record, this.self) !== undefined) return
    const { peers, book } = this.parts
    const identity = peers.identity(this.self)
    if (identity === undefined) return
    this.joinAt = now + JOIN_AGAIN
    const wish = this.wishOf(newcomerOf(identity))
    if (book.mine.some((intent) => intent.wish.kind === wish.kind)) return
    book.add(intentOf(this.self, record.epoch, identity.generation, wish))
  }

  private wishOf(who: ReturnType<typeof newcomerOf>): Wish {
    if (this.replaces === '') return { kind: 'join', who }
    return { kind: 'replace', hostId: this.replaces, by: who, loseData: false }
  }

  /** Every node forms the same intent, so it is one. */
  private relieve(record: RingRecord, now: Millis): void {
    const { peers, book } = this.parts
    const down = record.committee.filter(
      (hostId) =>
        peers.identity(hostId) !== undefined && !peers.isHeard(hostId, this.silentFor, now),
    )
    if (down.length === 0) return
    book.add(intentOf(NOBODY_ASKED, record.epoch, 0, { kind: 'relieve', hostIds: down }))
  }
}
