/**
 * The copies that this node owes the movements of the record: it asks for each once the first
 * barrier has fallen, and acknowledges it for good once all of it is durable here. The bytes
 * themselves never pass through a node.
 */
import type { Ticket } from '../base/machine.js'
import { ringKeys } from './durable-ring.js'
import { appliedBy, type Own } from './acks.js'
import type { Peers } from './peers.js'
import { tasksOf } from './copy-tasks.js'
import { footprintOf } from './plan/footprint.js'
import { survivors } from './plan/begin.js'
import { majority, type Move, type RingRecord } from './record/record.js'
import { COPIED_FACT, copiedBytes } from './ring-fact.js'
import type { PendingCopy } from './ring-event.js'
import type { RingOutbox } from './ring-outbox.js'

export class Copying {
  private readonly outbox: RingOutbox
  /** Nothing is kept beside this node: there is nothing to copy. */
  private readonly empty: boolean
  /** Movements whose copies are durable here; bounded by the movements of the record. */
  private done: readonly string[]
  /** Those of them that the disk says so of too, at most all: others hear of no other. */
  private confirmed: readonly string[]
  /** What was asked for in this life, by movement; bounded alike. */
  private readonly asked = new Map<string, PendingCopy>()
  private ticket: Ticket = 0

  constructor(outbox: RingOutbox, empty: boolean, restored: readonly string[]) {
    this.outbox = outbox
    this.empty = empty
    this.done = restored
    this.confirmed = restored
    if (restored.length > 0) outbox.publish(COPIED_FACT, copiedBytes(restored))
  }

  get copied(): readonly string[] {
    return this.confirmed
  }

  /** What was asked for and is not acknowledged yet. */
  get pending(): readonly PendingCopy[] {
    return [...this.asked.values()].filter(({ move }) => !this.done.includes(move))
  }

  /** Asks for the copies that may begin. */
  work(record: RingRecord, peers: Peers, own: Own): void {
    for (const move of record.moves) {
      if (this.asked.has(move.id) || this.done.includes(move.id)) continue
      if (!mayCopy(record, move, peers, own)) continue
      if (this.empty && isKept(record, move, peers)) continue
      const tasks = this.empty ? [] : tasksOf(record, move, own.hostId)
      const asked = { move: move.id, epoch: move.since, tasks }
      this.asked.set(move.id, asked)
      if (tasks.length === 0) this.acknowledge(move.id)
      else this.outbox.event({ kind: 'ring.copy', ...asked })
    }
  }

  /** All that this node gains by the movement is on its disk. */
  acknowledge(move: string): void {
    if (this.done.includes(move)) return
    this.keep([...this.done, move])
  }

  /** A new record: what is over need not be remembered. */
  settle(record: RingRecord): void {
    const ids = new Set(record.moves.map(({ id }) => id))
    for (const id of this.asked.keys()) if (!ids.has(id)) this.asked.delete(id)
    const left = this.done.filter((id) => ids.has(id))
    if (left.length < this.done.length) this.keep(left)
  }

  /** @returns whether it was one of the copies' */
  stored(ticket: Ticket, ok: boolean): boolean {
    if (ticket !== this.ticket) return false
    if (!ok) this.outbox.storeFailed(ringKeys.copied)
    else {
      this.confirmed = this.done
      const bytes = this.done.length === 0 ? null : copiedBytes(this.done)
      this.outbox.publish(COPIED_FACT, bytes)
    }
    return true
  }

  private keep(done: readonly string[]): void {
    this.done = done
    const bytes = done.length === 0 ? null : copiedBytes(done)
    this.ticket = this.outbox.persist(ringKeys.copied, bytes)
  }
}

/**
 * Whether a replica keeps anything: then a node that keeps nothing would acknowledge rows that it
 * does not have, and the movement waits for it instead.
 */
function isKept(record: RingRecord, move: Move, peers: Peers): boolean {
  const { olds, news } = footprintOf(record, move)
  return [...olds, ...news].flat().some((hostId) => peers.keeps(hostId) !== '')
}

/**
 * The first barrier: every coordinator of a write that a majority of the old replicas accepts knows
 * of the new ones by now, so what the copy misses reaches them as a write.
 */
function mayCopy(record: RingRecord, move: Move, peers: Peers, own: Own): boolean {
  if (move.stage !== 'prepare') return false
  const { targets, olds } = footprintOf(record, move)
  if (!targets.includes(own.hostId)) return false
  return olds.every((group) => {
    const held = move.loseData ? survivors(group, move) : group
    // Nothing of it is left to be copied.
    if (held.length === 0) return true
    const ready = held.filter((hostId) => appliedBy(hostId, peers, own) >= move.since)
    return ready.length >= majority(held.length)
  })
}
