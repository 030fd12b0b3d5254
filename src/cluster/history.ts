/**
 * The records that this node keeps, the one it acts on last: for those who are behind, and for
 * whoever watches from an earlier epoch. They are on the disk too, within bounds; each names the
 * digest of the one before it, so what others tell of older ones need not be believed.
 */
import type { Ticket } from '../base/machine.js'
import { historyKey } from './durable-ring.js'
import type { Sealed } from './record/record-bytes.js'
import type { Digest } from './record/record.js'
import type { RingOutbox } from './ring-outbox.js'

export interface HistoryBounds {
  readonly historyRecords: number
  readonly historyBytes: number
}

export class History {
  private readonly outbox: RingOutbox
  private readonly bounds: HistoryBounds
  /** Ascending, each the child of the one before; at most `historyRecords`, `historyBytes`. */
  private records: Sealed[] = []
  /** Epochs that have an entry of their own on the disk; bounded like the records, and one more. */
  private readonly stored = new Set<number>()
  /** At most one for each write under way. */
  private readonly tickets = new Set<Ticket>()

  /** @param restored what the disk has besides the last record, in order of epoch */
  constructor(
    outbox: RingOutbox,
    bounds: HistoryBounds,
    restored: readonly Sealed[],
    last: Sealed | null,
  ) {
    this.outbox = outbox
    this.bounds = bounds
    if (last !== null) this.records = [last]
    this.extend(restored.filter(({ record }) => record.epoch < (last?.record.epoch ?? 0)))
    for (const { record, digest } of restored) {
      if (this.digestOf(record.epoch) === digest) this.stored.add(record.epoch)
      else this.erase(record.epoch)
    }
  }

  get kept(): readonly Sealed[] {
    return this.records
  }

  get oldest(): Sealed | undefined {
    return this.records[0]
  }

  /** Older ones exist, and there is room for one of them. */
  get hasRoom(): boolean {
    const { oldest } = this
    if (oldest === undefined || oldest.record.epoch === 1) return false
    return this.records.length < this.bounds.historyRecords && this.left() >= oldest.bytes.length
  }

  /** A later record is about to take the place of these on the disk. */
  secure(records: readonly Sealed[]): void {
    for (const { record, bytes } of records) {
      if (this.stored.has(record.epoch)) continue
      this.stored.add(record.epoch)
      this.tickets.add(this.outbox.persist(historyKey(record.epoch), bytes))
    }
  }

  /** The next ones, or one over a gap: then nothing follows from what is older any more. */
  push(later: readonly Sealed[]): void {
    for (const sealed of later) {
      if (sealed.record.parent !== this.records.at(-1)?.digest) this.records = []
      this.records.push(sealed)
    }
    while (this.records.length > 1 && this.isOver()) this.records.shift()
    for (const epoch of this.stored) if (this.digestOf(epoch) === undefined) this.erase(epoch)
  }

  /**
   * Puts older ones before the oldest, as far as they are its ancestors and there is room.
   * @param older ascending @returns how many
   */
  recall(older: readonly Sealed[]): number {
    const added = this.extend(older)
    this.secure(added)
    return added.length
  }

  /** What is kept of one epoch. */
  digestOf(epoch: number): Digest | undefined {
    const first = this.oldest?.record.epoch ?? 0
    return this.records[epoch - first]?.digest
  }

  /** @returns whether it was one of the history's: what was not written is learned anew one day */
  took(ticket: Ticket): boolean {
    return this.tickets.delete(ticket)
  }

  private extend(older: readonly Sealed[]): readonly Sealed[] {
    const added: Sealed[] = []
    for (const sealed of [...older].reverse()) {
      const { oldest } = this
      if (oldest?.record.parent !== sealed.digest) break
      this.records.unshift(sealed)
      if (this.isOver()) {
        this.records.shift()
        break
      }
      added.unshift(sealed)
    }
    return added
  }

  private isOver(): boolean {
    return this.records.length > this.bounds.historyRecords || this.left() < 0
  }

  private left(): number {
    return this.records.reduce((left, { bytes }) => left - bytes.length, this.bounds.historyBytes)
  }

  private erase(epoch: number): void {
    this.stored.delete(epoch)
    this.tickets.add(this.outbox.persist(historyKey(epoch), null))
  }
}
