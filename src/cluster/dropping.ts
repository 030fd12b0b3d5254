/**
 * When old copies may go: the record that this node has stored says that a range is others',
 * nothing is under way in it, all of them have confirmed that record, a majority is there, and a
 * grace has passed. What belongs to whom is taken from the record alone, so copies that any former
 * life left behind go the same way as those of the last movement.
 */
import { NEVER, type Millis } from '../base/machine.js'
import type { HostId } from '../gossip/identity.js'
import { appliedBy, type Own } from './acks.js'
import type { Peers } from './peers.js'
import { sparesOf } from './plan/spares.js'
import { labelOf, majority, memberOf, votersOf, type RingRecord } from './record/record.js'
import type { Droppable, Spare } from './ring-event.js'
import type { RingOutbox } from './ring-outbox.js'

/** The ranges that may go under one epoch, once confirmed. */
interface Due {
  readonly epoch: number
  readonly spares: readonly Spare[]
  /** When the grace is over; NEVER while somebody has not confirmed. */
  readonly at: Millis
}

export class Dropping {
  private readonly self: HostId
  private readonly outbox: RingOutbox
  private readonly peers: Peers
  private readonly grace: Millis
  /** Nothing is kept beside this node: there is nothing to drop. */
  private readonly empty: boolean
  private due: Due | undefined
  /** What was said last. */
  private said: Droppable | undefined

  constructor(
    self: HostId,
    { outbox, peers }: { readonly outbox: RingOutbox; readonly peers: Peers },
    grace: Millis,
    empty: boolean,
  ) {
    this.self = self
    this.outbox = outbox
    this.peers = peers
    this.grace = grace
    this.empty = empty
  }

  get wakeAt(): Millis {
    return this.due?.at ?? NEVER
  }

  /** What may go under this record, if that was said. */
  under(record: RingRecord | undefined): Droppable | undefined {
    return this.said?.epoch === record?.epoch ? this.said : undefined
  }

  /** @param sure the record is the newest and the disk has forgotten nothing */
  work(record: RingRecord, own: Own, sure: boolean, now: Millis): void {
    if (this.empty || this.said?.epoch === record.epoch) return
    if (!sure || record.moves.length > 0 || memberOf(record, this.self)?.state !== 'normal') {
      this.due = undefined
      return
    }
    const { epoch } = record
    const held = this.due?.epoch === epoch ? this.due : undefined
    const spares = held?.spares ?? sparesOf(record, this.self)
    const confirmed = this.isConfirmed(record, spares, own)
    const since = held === undefined || held.at === NEVER ? now + this.grace : held.at
    this.due = { epoch, spares, at: confirmed ? since : NEVER }
    if (this.due.at > now) return
    this.due = undefined
    this.said = { epoch, spares, keyspaces: record.keyspaces.map(labelOf) }
    this.outbox.event({ kind: 'ring.drop', ...this.said })
  }

  private isConfirmed(record: RingRecord, spares: readonly Spare[], own: Own): boolean {
    const voters = votersOf(record)
    const there = voters.filter(
      ({ hostId }) => hostId === this.self || this.peers.isPresent(hostId),
    )
    if (there.length < majority(voters.length)) return false
    const owners = new Set(spares.flatMap((spare) => spare.owners))
    return [...owners].every((hostId) => appliedBy(hostId, this.peers, own) >= record.epoch)
  }
}
