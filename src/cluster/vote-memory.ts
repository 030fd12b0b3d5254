/**
 * The most that each voter was ever seen to have stored: an old copy of its disk would have
 * forgotten votes, and must be told so. It is on the disk too, for the witnesses of a vote may all
 * start again between it and the return of the old disk.
 */
import { NEVER, type Millis, type Ticket } from '../base/machine.js'
import type { HostId } from '../gossip/identity.js'
import { ringKeys, sightingsBytes, type Sighting } from './durable-ring.js'
import { sameBytes } from './record/fields.js'
import { votersOf, type RingRecord } from './record/record.js'
import type { RingOutbox } from './ring-outbox.js'

/** It is written at most so often: what it guards against takes several restarts. */
const WRITE_EVERY: Millis = 1000

export type Stored = Pick<Sighting, 'epoch' | 'ballots'>

export class VoteMemory {
  private readonly outbox: RingOutbox
  /** Bounded by the host ids ever heard of, as the member table of gossip is. */
  private readonly seen = new Map<HostId, Stored>()
  private written: Uint8Array = new Uint8Array(0)
  private grown = false
  private writeAt: Millis = 0
  private ticket: Ticket = 0

  constructor(outbox: RingOutbox, restored: readonly Sighting[]) {
    this.outbox = outbox
    for (const { hostId, epoch, ballots } of restored) this.seen.set(hostId, { epoch, ballots })
  }

  get wakeAt(): Millis {
    return this.grown ? this.writeAt : NEVER
  }

  /** It showed that it has stored so much. */
  remember(hostId: HostId, { epoch, ballots }: Stored): void {
    const held = this.seen.get(hostId) ?? { epoch: 0, ballots: 0 }
    if (epoch <= held.epoch && ballots <= held.ballots) return
    this.grown = true
    this.seen.set(hostId, {
      epoch: Math.max(held.epoch, epoch),
      ballots: Math.max(held.ballots, ballots),
    })
  }

  /** More than it says now to have stored, if it once did. */
  forgot(hostId: HostId, says: Stored): Stored | undefined {
    const held = this.seen.get(hostId)
    const less = held !== undefined && (says.epoch < held.epoch || says.ballots < held.ballots)
    return less ? held : undefined
  }

  /** Writes what is known of the voters, where that has grown. */
  work(record: RingRecord, now: Millis): void {
    if (!this.grown || now < this.writeAt) return
    this.grown = false
    this.writeAt = now + WRITE_EVERY
    const sightings = votersOf(record).flatMap(({ hostId }) => {
      const held = this.seen.get(hostId)
      return held === undefined ? [] : [{ hostId, ...held }]
    })
    const bytes = sightingsBytes(sightings)
    if (sameBytes(bytes, this.written)) return
    this.written = bytes
    this.ticket = this.outbox.persist(ringKeys.seen, bytes)
  }

  /** @returns whether it was one of the memory's; one that failed is tried again */
  stored(ticket: Ticket, ok: boolean): boolean {
    if (ticket !== this.ticket) return false
    if (ok) return true
    this.written = new Uint8Array(0)
    this.grown = true
    this.outbox.storeFailed(ringKeys.seen)
    return true
  }
}
