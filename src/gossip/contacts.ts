/**
 * Single pings that wait for a single answer: to check, to verify, to meet a stranger, to reach a
 * seed or a member that is down, and those sent for others. A probe, with its relays, is more and
 * lives elsewhere.
 */
import { NEVER, type Address, type Millis } from '../base/machine.js'
import type { Random } from '../base/random.js'
import type { Claim } from './claim.js'
import type { Identity, Incarnation, Tag } from './identity.js'
import type { Row } from './members.js'

/** Most pings that wait for an answer; beyond, none is sent until some are answered or expire. */
const WAITING_MAX = 1024

export type Purpose =
  /** A last look before one's own verdict. */
  | { readonly kind: 'check'; readonly row: Row }
  /** One ping before a verdict of others is believed. */
  | { readonly kind: 'verify'; readonly row: Row; readonly claim: Claim }
  /** Heard of at second hand. */
  | {
      readonly kind: 'stranger'
      readonly identity: Identity
      readonly incarnation: Incarnation
    }
  /** Held down, and perhaps back. */
  | { readonly kind: 'revive'; readonly row: Row }
  | { readonly kind: 'seed'; readonly address: Address }
  /** On behalf of another node, which waits for `relayed` or `nack`. */
  | {
      readonly kind: 'relay'
      readonly origin: Address
      readonly originSeq: number
      readonly target: Tag
    }

export interface Contact {
  readonly seq: number
  readonly purpose: Purpose
  readonly sentAt: Millis
  readonly deadline: Millis
}

/** Numbers pings and probes alike, so that an answer names one of them. */
export class Sequence {
  private next: number

  constructor(random: Random) {
    this.next = random.bits()
  }

  take(): number {
    this.next = (this.next + 1) >>> 0
    return this.next
  }
}

export class Contacts {
  private readonly sequence: Sequence
  /** By sequence number; bounded: WAITING_MAX. */
  private readonly waiting = new Map<number, Contact>()
  private earliest: Millis = NEVER

  constructor(sequence: Sequence) {
    this.sequence = sequence
  }

  get full(): boolean {
    return this.waiting.size >= WAITING_MAX
  }

  get size(): number {
    return this.waiting.size
  }

  get bound(): number {
    return WAITING_MAX
  }

  /** Opens one; the caller sends the ping with its number. */
  open(purpose: Purpose, now: Millis, patience: Millis): Contact {
    const contact = { seq: this.sequence.take(), purpose, sentAt: now, deadline: now + patience }
    this.waiting.set(contact.seq, contact)
    this.earliest = Math.min(this.earliest, contact.deadline)
    return contact
  }

  answered(seq: number): Contact | undefined {
    const contact = this.waiting.get(seq)
    if (contact !== undefined) this.waiting.delete(seq)
    return contact
  }

  /** Takes out those whose time is up, oldest first. */
  expire(now: Millis): Contact[] {
    if (now < this.earliest) return []
    const expired: Contact[] = []
    this.earliest = NEVER
    for (const contact of this.waiting.values()) {
      if (contact.deadline <= now) expired.push(contact)
      else this.earliest = Math.min(this.earliest, contact.deadline)
    }
    for (const contact of expired) this.waiting.delete(contact.seq)
    return expired
  }

  /** This process stood still: everybody gets the time again. */
  shift(by: Millis): void {
    for (const [seq, contact] of this.waiting) {
      this.waiting.set(seq, { ...contact, deadline: contact.deadline + by })
    }
    this.earliest += by
  }

  get wakeAt(): Millis {
    return this.earliest
  }
}
