/**
 * What the disk holds of the others. A write is remembered until the disk has taken it, and given
 * again when it was refused or never answered. As long as one of a tombstone is under way this node
 * does not say that it has it: an acknowledgement that a crash undoes would bring back the dead.
 */
import { NEVER, type Millis, type Ticket } from '../base/machine.js'
import { keys, rememberedBytes } from './durable.js'
import type { HostId } from './identity.js'
import type { Member } from './members.js'
import type { Outbox } from './outbox.js'
import { isGone, isPresent } from './precedence.js'

/** A refused write is given again after so long, twice as long each time in a row, at most. */
const AGAIN: Millis = 1000
const AGAIN_MAX: Millis = 60_000

/** A write without an answer for so long is given again: it may have been lost. */
const SILENCE: Millis = 10_000

interface Write {
  /** The last attempt; its answer alone counts. */
  readonly ticket: Ticket
  /** null deletes. */
  readonly bytes: Uint8Array | null
  /** It buries somebody. */
  readonly grave: boolean
  /** When it is given again, if nothing comes of the last attempt. */
  readonly dueAt: Millis
}

export class MemberStore {
  private readonly outbox: Outbox
  /** By host id, in the order of their attempts; bounded by the table and what it dropped. */
  private readonly writes = new Map<HostId, Write>()
  /** Whose write a ticket is; bounded as the writes are. */
  private readonly owners = new Map<Ticket, HostId>()
  private graves = 0
  private earliest: Millis = NEVER
  private wait = AGAIN
  private failing = false

  constructor(outbox: Outbox) {
    this.outbox = outbox
  }

  /** Every tombstone is on the disk. */
  get settled(): boolean {
    return this.graves === 0
  }

  get size(): number {
    return this.writes.size
  }

  /** @param since wall time of the last change of standing */
  remember(member: Member, since: number, now: Millis): void {
    const standing = isPresent(member.standing) ? 'alive' : member.standing
    const bytes = rememberedBytes({ ...member, standing }, since)
    this.write(member.identity.hostId, bytes, isGone(standing), now)
  }

  forget(hostId: HostId, now: Millis): void {
    this.write(hostId, null, false, now)
  }

  stored(ticket: Ticket, ok: boolean, now: Millis): void {
    if (ok) this.succeeded()
    else this.failed()
    const hostId = this.owners.get(ticket)
    const write = hostId === undefined ? undefined : this.writes.get(hostId)
    if (hostId === undefined || write === undefined) return
    if (ok) return this.settle(hostId, write)
    this.writes.set(hostId, { ...write, dueAt: now + this.wait })
    this.earliest = Math.min(this.earliest, now + this.wait)
  }

  wake(now: Millis): void {
    if (now < this.earliest) return
    const due = [...this.writes].filter(([, write]) => write.dueAt <= now)
    if (due.length > 0) this.wait = Math.min(AGAIN_MAX, this.wait * 2)
    for (const [hostId, { bytes, grave }] of due) this.write(hostId, bytes, grave, now)
    this.earliest = NEVER
    for (const { dueAt } of this.writes.values()) this.earliest = Math.min(this.earliest, dueAt)
  }

  get wakeAt(): Millis {
    return this.earliest
  }

  private write(hostId: HostId, bytes: Uint8Array | null, grave: boolean, now: Millis): void {
    const former = this.writes.get(hostId)
    if (former !== undefined) this.settle(hostId, former)
    const ticket = this.outbox.persist(keys.member(hostId), bytes)
    const dueAt = now + Math.max(SILENCE, this.wait)
    this.writes.set(hostId, { ticket, bytes, grave, dueAt })
    this.owners.set(ticket, hostId)
    if (grave) this.graves++
    this.earliest = Math.min(this.earliest, dueAt)
  }

  private settle(hostId: HostId, write: Write): void {
    this.writes.delete(hostId)
    this.owners.delete(write.ticket)
    if (write.grave) this.graves--
    if (this.writes.size === 0) this.earliest = NEVER
  }

  private succeeded(): void {
    this.failing = false
    this.wait = AGAIN
  }

  /** Told once, until a write succeeds. */
  private failed(): void {
    if (!this.failing) this.outbox.event({ kind: 'store.failed', key: 'member' })
    this.failing = true
  }
}
