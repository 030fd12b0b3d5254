/**
 * The chain as one node holds it: the last record, a little history for those who are behind, and
 * the record that is being stored. A record is acted on, and said to be known, only once it is on
 * the disk; then it takes the place of the one before it as a whole.
 */
import type { Ticket } from '../base/machine.js'
import { ringKeys, type RestoredRing } from './durable-ring.js'
import { History, type HistoryBounds } from './history.js'
import type { RingOutbox } from './ring-outbox.js'
import type { Sealed } from './record/record-bytes.js'
import { clusterIdOf, NO_DIGEST, type Digest } from './record/record.js'

/** What one answer has room for: bytes of records, and how many. */
const ANSWER_BYTES = 500_000
const ANSWER_RECORDS = 64

export interface Conflict {
  readonly own: Digest
  readonly other: Digest
  readonly epoch: number
}

interface Storing {
  readonly ticket: Ticket
  /** Ascending; the last one is on its way to the disk. */
  readonly records: readonly Sealed[]
}

export class Ledger {
  private readonly outbox: RingOutbox
  private held: Sealed | undefined
  readonly history: History
  private storing: Storing | undefined

  constructor(
    outbox: RingOutbox,
    bounds: HistoryBounds,
    { record, history }: Pick<RestoredRing, 'record' | 'history'>,
  ) {
    this.outbox = outbox
    this.history = new History(outbox, bounds, history, record)
    this.held = record ?? undefined
  }

  get current(): Sealed | undefined {
    return this.held
  }

  get epoch(): number {
    return this.held?.record.epoch ?? 0
  }

  get digest(): Digest {
    return this.held?.digest ?? NO_DIGEST
  }

  get clusterId(): Digest {
    return this.held === undefined ? NO_DIGEST : clusterIdOf(this.held.record, this.held.digest)
  }

  /** A record is on its way to the disk: what was to be decided is. */
  get busy(): boolean {
    return this.storing !== undefined
  }

  /** The records kept, oldest first, without a gap up to the one held. */
  get kept(): readonly Sealed[] {
    return this.history.kept
  }

  /** Newer than all that is held or on its way to the disk. */
  isNews({ record }: Sealed): boolean {
    return record.epoch > (this.storing?.records.at(-1)?.record.epoch ?? this.epoch)
  }

  /**
   * Records that were agreed on, ascending: what is new of them is stored. @returns two records of
   * one epoch, if it comes to that: then nothing is stored
   */
  learn(records: readonly Sealed[]): Conflict | undefined {
    const conflict = this.conflictWith(records)
    if (conflict !== undefined) return conflict
    const news = records.filter((sealed) => this.isNews(sealed))
    const newest = news.at(-1)
    if (newest === undefined) return undefined
    const before = this.storing?.records ?? []
    const former = [...before, ...news.slice(0, -1)]
    this.history.secure(this.held === undefined ? former : [this.held, ...former])
    const ticket = this.outbox.persist(ringKeys.record, newest.bytes)
    this.storing = { ticket, records: [...before, ...news] }
    return undefined
  }

  /** @returns the records acted on from now on, oldest first; undefined: not the ledger's ticket */
  stored(ticket: Ticket, ok: boolean): readonly Sealed[] | undefined {
    const { storing } = this
    if (storing?.ticket !== ticket) return undefined
    this.storing = undefined
    if (!ok) {
      this.outbox.storeFailed(ringKeys.record)
      return []
    }
    this.history.push(storing.records)
    this.held = storing.records.at(-1)
    return storing.records
  }

  /** Whether what is new of these follows from the newest, digest by digest. */
  continues(records: readonly Sealed[]): boolean {
    const latest = this.storing?.records.at(-1) ?? this.held
    const news = records.filter((sealed) => this.isNews(sealed))
    return latest !== undefined && isChain([latest, ...news])
  }

  /**
   * What follows a record, oldest first, as much as fits in one answer; the last one alone where
   * the history has a gap, or for whoever has none.
   */
  after(epoch: number, digest: Digest): readonly Sealed[] {
    if (this.held === undefined || this.epoch <= epoch) return []
    const { kept } = this
    const from = kept.findIndex(({ record }) => record.epoch === epoch + 1)
    const first = kept[from]
    if (first === undefined || (epoch > 0 && first.record.parent !== digest)) return [this.held]
    const follows = kept.slice(from)
    const fits = fitting(follows)
    return fits.length < follows.length && epoch === 0 ? [this.held] : fits
  }

  /** The latest up to an epoch, oldest first: what somebody lacks who knows what followed. */
  upTo(epoch: number): readonly Sealed[] {
    const found = this.kept.filter(({ record }) => record.epoch <= epoch)
    return [...fitting(found.reverse())].reverse()
  }

  /** Compared with what is held: equal epochs have equal digests, and parents are parents. */
  conflictWith(records: readonly Sealed[]): Conflict | undefined {
    const known = new Map(this.kept.map((sealed) => [sealed.record.epoch, sealed.digest]))
    for (const { record, digest } of [...(this.storing?.records ?? []), ...records]) {
      const { epoch } = record
      const own = known.get(epoch)
      if (own !== undefined && own !== digest) return { own, other: digest, epoch }
      known.set(epoch, digest)
      const parent = known.get(epoch - 1)
      if (parent !== undefined && parent !== record.parent)
        return { own: parent, other: record.parent, epoch: epoch - 1 }
    }
    return undefined
  }
}

/** Each names the one before it. */
export function isChain(records: readonly Sealed[]): boolean {
  return records.every(({ record }, i) => i === 0 || record.parent === records[i - 1]?.digest)
}

/** The first of them, at least one, that one answer has room for. */
function fitting(records: readonly Sealed[]): readonly Sealed[] {
  let bytes = 0
  const over = records.findIndex(
    (sealed, i) => (bytes += sealed.bytes.length) > ANSWER_BYTES && i > 0,
  )
  return records.slice(0, Math.min(over < 0 ? records.length : over, ANSWER_RECORDS))
}
