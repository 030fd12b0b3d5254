/**
 * Those heard of at second hand: probed, not believed. They wait here for their first ping; only an
 * answer makes a member of one, so nobody who is gone comes back on the word of others.
 */
import type { Identity, Incarnation, Tag } from './identity.js'

/** Most strangers that wait; further ones are dropped, to be heard of again by the next repair. */
const WAITING_MAX = 4096

/** Pings to strangers under way at once: their answers must fit into a socket's buffer. */
const UNDER_WAY_MAX = 64

/** Unanswered pings after which a stranger is forgotten. */
const TRIES_MAX = 8

export interface Stranger {
  readonly identity: Identity
  readonly incarnation: Incarnation
  /** Pings that went unanswered so far. */
  readonly tries: number
}

interface Heard extends Stranger {
  /** How often somebody told of it. */
  told: number
}

/** Remembers them after they are given up. */
interface Unmet {
  told(identity: Identity, incarnation: Incarnation): void
}

export class Strangers {
  private readonly unmet: Unmet
  /** By tag; bounded: WAITING_MAX. */
  private readonly waiting = new Map<Tag, Heard>()
  /** Those pinged and not yet answered; bounded: UNDER_WAY_MAX. */
  private readonly underWay = new Map<Tag, Heard>()

  constructor(unmet: Unmet) {
    this.unmet = unmet
  }

  hear(identity: Identity, incarnation: Incarnation): void {
    this.unmet.told(identity, incarnation)
    const { tag } = identity
    const known = this.underWay.get(tag) ?? this.waiting.get(tag)
    if (known !== undefined) known.told++
    if (this.underWay.has(tag) || this.waiting.size >= WAITING_MAX) return
    const { tries, told } = known ?? { tries: 0, told: 1 }
    this.waiting.set(tag, { identity, incarnation, tries, told })
  }

  /** The next to ping, as many as may be under way at once. */
  take(): Stranger[] {
    const taken: Stranger[] = []
    for (const [tag, stranger] of this.waiting) {
      if (this.underWay.size >= UNDER_WAY_MAX) break
      this.waiting.delete(tag)
      this.underWay.set(tag, stranger)
      taken.push(stranger)
    }
    return taken
  }

  /** It answered, or became known otherwise. @returns how often it was told of before */
  met(tag: Tag): number {
    const { told } = this.underWay.get(tag) ?? this.waiting.get(tag) ?? { told: 0 }
    this.waiting.delete(tag)
    this.underWay.delete(tag)
    return told
  }

  silent(tag: Tag): void {
    const stranger = this.underWay.get(tag)
    this.underWay.delete(tag)
    if (stranger === undefined || stranger.tries + 1 >= TRIES_MAX) return
    this.waiting.set(tag, { ...stranger, tries: stranger.tries + 1 })
  }

  /** Strangers could be pinged now. */
  get ready(): boolean {
    return this.waiting.size > 0 && this.underWay.size < UNDER_WAY_MAX
  }

  get size(): number {
    return this.waiting.size + this.underWay.size
  }

  get bound(): number {
    return WAITING_MAX + UNDER_WAY_MAX
  }
}
