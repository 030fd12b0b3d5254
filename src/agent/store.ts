/**
 * What a node must not forget, on disk. Writes of one turn of the event loop go out as one batch,
 * synced in the thread pool, one batch at a time; each ticket is answered in order and nothing of
 * the protocol ever waits for them.
 */
import type { Ticket } from '../base/machine.js'
import { Checksum, SUM_KEY } from './checksum.js'

/** The few things wanted of an ordered key-value store. */
export interface Database {
  /** All or nothing, on the disk when it resolves. */
  write(entries: readonly Entry[]): Promise<void>
  close(): Promise<void>
}

export interface Entry {
  readonly key: string
  /** null deletes. */
  readonly bytes: Uint8Array | null
}

interface Waiting extends Entry {
  readonly ticket: Ticket
}

/** Bytes waiting beyond which a further write is answered as failed: the disk hangs. */
const WAITING_BYTES = 16 * 1024 * 1024

export class Store {
  batches = 0
  failures = 0
  /** Error of the last batch that failed. */
  lastFailure: unknown
  private readonly database: Database
  private readonly answer: (ticket: Ticket, ok: boolean) => void
  private readonly checksum: Checksum
  /** Not yet given to the database: at most WAITING_BYTES, beyond that tickets alone. */
  private waiting: Waiting[] = []
  private waitingBytes = 0
  /**
   * Tickets whose bytes were refused, answered with the batch they came after; bounded like
   * `waiting`.
   */
  private readonly refused = new Set<Ticket>()
  private writing = false
  private scheduled = false
  /** Callers waiting until everything is on the disk; at most one a call of `flush`. */
  private flushed: (() => void)[] = []

  constructor(
    database: Database,
    stored: ReadonlyMap<string, Uint8Array>,
    answer: (ticket: Ticket, ok: boolean) => void,
  ) {
    this.database = database
    this.checksum = Checksum.over(stored)
    this.answer = answer
  }

  persist(ticket: Ticket, key: string, bytes: Uint8Array | null): void {
    const size = key.length + (bytes?.length ?? 0)
    if (this.waitingBytes + size > WAITING_BYTES) {
      this.refused.add(ticket)
      this.waiting.push({ ticket, key, bytes: null })
    } else {
      this.waitingBytes += size
      this.waiting.push({ ticket, key, bytes })
    }
    this.schedule()
  }

  /** Resolves when everything given so far was answered. */
  flush(): Promise<void> {
    if (!this.writing && this.waiting.length === 0) return Promise.resolve()
    return new Promise((resolve) => this.flushed.push(resolve))
  }

  async close(): Promise<void> {
    await this.flush()
    await this.database.close()
  }

  private schedule(): void {
    if (this.writing || this.scheduled) return
    this.scheduled = true
    setImmediate(() => {
      this.scheduled = false
      void this.writeWaiting()
    })
  }

  private async writeWaiting(): Promise<void> {
    const batch = this.waiting
    this.waiting = []
    this.waitingBytes = 0
    this.writing = true
    const ok = await this.write(batch.filter((entry) => !this.refused.has(entry.ticket)))
    this.writing = false
    for (const { ticket } of batch) this.answer(ticket, ok && !this.refused.delete(ticket))
    if (this.waiting.length > 0) this.schedule()
    else for (const resolve of this.flushed.splice(0)) resolve()
  }

  private async write(entries: readonly Entry[]): Promise<boolean> {
    const undo = entries.map(({ key, bytes }) => [key, this.checksum.set(key, bytes)] as const)
    this.batches++
    try {
      await this.database.write([...entries, { key: SUM_KEY, bytes: this.checksum.bytes() }])
      return true
    } catch (error) {
      this.failures++
      this.lastFailure = error
      for (const [key, former] of undo.reverse()) this.checksum.put(key, former)
      return false
    }
  }
}
