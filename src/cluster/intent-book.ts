/**
 * The intents that one node knows: its own, which it keeps on disk and publishes as a fact, and
 * those of others. One that the record has decided, or that is older than the record remembers, is
 * no intent any more.
 */
import type { Millis, Ticket } from '../base/machine.js'
import { ringKeys } from './durable-ring.js'
import type { Intent } from './intent.js'
import { INTENTS_MAX, intentsBytes, OWN_MAX } from './intent-bytes.js'
import type { Peers } from './peers.js'
import type { RingRecord } from './record/record.js'
import { INTENTS_FACT } from './ring-fact.js'
import type { RingOutbox } from './ring-outbox.js'

export class IntentBook {
  private readonly outbox: RingOutbox
  /** At most OWN_MAX. */
  private own: readonly Intent[]
  /** When each was first heard of here; bounded by the intents that are pending. */
  private heard = new Map<string, Millis>()
  private ticket: Ticket = 0

  constructor(outbox: RingOutbox, restored: readonly Intent[]) {
    this.outbox = outbox
    this.own = restored
    if (restored.length > 0) this.publish()
  }

  get mine(): readonly Intent[] {
    return this.own
  }

  get full(): boolean {
    return this.own.length >= OWN_MAX
  }

  /** It is published once it is stored. */
  add(intent: Intent): void {
    if (this.own.some(({ id }) => id === intent.id)) return
    this.own = [...this.own, intent]
    this.keep()
  }

  /** @returns whether there was such an intent of one's own */
  withdraw(id: string): boolean {
    const left = this.own.filter((intent) => intent.id !== id)
    if (left.length === this.own.length) return false
    this.own = left
    this.keep()
    return true
  }

  /** A record was agreed on: what it decided is over. */
  settle(record: RingRecord): void {
    const left = this.own.filter((intent) => !isOver(intent, record))
    if (left.length === this.own.length) return
    this.own = left
    this.keep()
  }

  /** @returns whether it was one of the book's */
  stored(ticket: Ticket, ok: boolean): boolean {
    if (ticket !== this.ticket) return false
    if (ok) this.publish()
    else this.outbox.storeFailed(ringKeys.intents)
    return true
  }

  /** All that are pending under the record, in order of id; at most INTENTS_MAX. */
  pending(record: RingRecord, peers: Peers, now: Millis): readonly Intent[] {
    const found = new Map(this.own.map((intent) => [intent.id, intent]))
    for (const peer of peers.wishers())
      for (const intent of peer.intents) found.set(intent.id, intent)
    const open = [...found.values()].filter((intent) => !isOver(intent, record))
    open.sort((a, b) => (a.id < b.id ? -1 : 1))
    const kept = open.slice(0, INTENTS_MAX)
    this.heard = new Map(kept.map(({ id }) => [id, this.heard.get(id) ?? now]))
    return kept
  }

  /** When an intent that is pending was first heard of here. */
  heardAt(id: string): Millis {
    return this.heard.get(id) ?? Infinity
  }

  private keep(): void {
    const bytes = this.own.length === 0 ? null : intentsBytes(this.own)
    this.ticket = this.outbox.persist(ringKeys.intents, bytes)
  }

  private publish(): void {
    this.outbox.publish(INTENTS_FACT, this.own.length === 0 ? null : intentsBytes(this.own))
  }
}

function isOver(intent: Intent, record: RingRecord): boolean {
  return intent.base < record.horizon || record.settled.some(({ id }) => id === intent.id)
}
