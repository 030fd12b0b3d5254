/**
 * What becomes of the records that others show. What follows from the record in hand, digest by
 * digest, is stored: only what a majority accepted is ever shown as a record. What does not follow
 * is on offer, until enough others vouch for it. Whoever has no record believes none but so, or the
 * first one if it has pledged that.
 */
import type { Millis } from '../base/machine.js'
import type { HostId } from '../gossip/identity.js'
import type { Acceptor } from './acceptor.js'
import type { Founding } from './founding.js'
import type { Joining } from './joining.js'
import { isChain, type Ledger } from './ledger.js'
import type { Head } from './ratify/message.js'
import { clusterIdOf, memberOf, type RingRecord } from './record/record.js'
import { unseal, type Sealed } from './record/record-bytes.js'
import type { Outgrown } from './ring-event.js'
import type { RingOutbox } from './ring-outbox.js'
import type { Vouching } from './vouching.js'

interface Parts {
  readonly outbox: RingOutbox
  readonly ledger: Ledger
  readonly vouching: Vouching
  readonly joining: Joining
  readonly founding: Founding
  readonly acceptor: Acceptor
  /** The highest feature level that this program understands. */
  readonly features: number
}

export class Learning {
  private readonly self: HostId
  private readonly parts: Parts
  /** The record of the highest level that this program is too old for; null: none was shown. */
  outgrown: Outgrown | null = null

  constructor(self: HostId, parts: Parts) {
    this.self = self
    this.parts = parts
  }

  /** @param bytes oldest first */
  learn(bytes: readonly Uint8Array[], head: Head, now: Millis): void {
    const records = bytes.flatMap((each) => unseal(each) ?? [])
    const newest = records.at(-1)
    this.parts.vouching.heard(head)
    if (newest !== undefined && this.isOfOurs(newest)) {
      if (this.follows(records)) this.take(records, head.sender)
      else if (this.parts.ledger.isNews(newest)) this.offer(records, head.sender, now)
    }
    this.settle()
  }

  /** This node knows for itself that they were agreed on, or that they follow from its own. */
  take(records: readonly Sealed[], by: HostId): void {
    const newest = records.at(-1)?.record
    if (newest !== undefined && newest.features > this.parts.features) return this.outgrow(newest)
    const conflict = this.parts.ledger.learn(records)
    if (conflict !== undefined) this.parts.outbox.event({ kind: 'ring.conflict', ...conflict, by })
  }

  /** What this program does not understand it does not go by: it stays where it is, and says so. */
  private outgrow({ epoch, features }: RingRecord): void {
    if (features <= (this.outgrown?.features ?? 0)) return
    this.outgrown = { epoch, features, understood: this.parts.features }
    this.parts.outbox.event({ kind: 'ring.outgrown', ...this.outgrown })
  }

  /** Asks on, and takes what is vouched for by now. */
  work(now: Millis): void {
    this.parts.vouching.work(now)
    this.settle()
  }

  /** Of the founding that this node has pledged, where it has. */
  private isOfOurs({ record, digest }: Sealed): boolean {
    const { holds } = this.parts.founding
    if (this.parts.ledger.current !== undefined || holds === null) return true
    return clusterIdOf(record, digest) === holds.digest
  }

  private follows(records: readonly Sealed[]): boolean {
    const { holds } = this.parts.founding
    const { ledger } = this.parts
    if (ledger.current === undefined && !ledger.busy)
      return holds !== null && records[0]?.digest === holds.digest && isChain(records)
    return ledger.continues(records)
  }

  private offer(records: readonly Sealed[], by: HostId, now: Millis): void {
    const conflict = this.parts.ledger.conflictWith(records)
    if (conflict !== undefined)
      return this.parts.outbox.event({ kind: 'ring.conflict', ...conflict, by })
    const newest = records.at(-1)
    if (newest !== undefined) this.parts.vouching.see(newest, by, now)
  }

  private settle(): void {
    const { ledger, vouching, joining, founding } = this.parts
    const found = vouching.vouched()
    if (found === undefined) return
    if (ledger.current === undefined && founding.holds === null) {
      if (!joining.isClear) return
      this.muteIfForgotten(found)
    }
    this.take([found], this.self)
    vouching.settle(found.record.epoch)
  }

  /** Who is a member already had a record once: the disk is older than that, or empty. */
  private muteIfForgotten({ record }: Sealed): void {
    if (memberOf(record, this.self) === undefined) return
    this.parts.acceptor.muteForGood(
      `this node is a member at epoch ${record.epoch}, its disk knows of no ring: an old copy, ` +
        'replace the node',
    )
  }
}
