/**
 * Facts in motion: publishing one's own, taking in others' without gaps, and noting what must be
 * pulled because it was only announced or something before it is missing.
 */
import { NEVER, type Millis } from '../base/machine.js'
import { utf8Length } from '../base/utf8.js'
import { NAME_MAX, VALUE_MAX, type FactClaim, type VersionClaim } from './claim.js'
import type { Counters } from './counters.js'
import { factOf, weigh, withFact } from './fact-set.js'
import type { Tag } from './identity.js'
import { NO_ROW, SELF, type Members, type Row } from './members.js'
import type { Want } from './message.js'
import type { Outbox } from './outbox.js'
import { isGone } from './precedence.js'
import { NEWS, type Rumors } from './rumors.js'

/** Wants gather for so long, so that many nodes' facts come in one stream. */
const GATHER: Millis = 50

/** Most wants that gather; further ones are found again by the next repair. */
const WANTS_MAX = 1024

/**
 * Facts kept of another are at most so many quotas: until a delta is complete, values that its
 * owner has replaced stand beside new ones.
 */
const QUOTAS_HELD = 4

export class FactKeeper {
  private readonly quota: number
  private readonly members: Members
  private readonly rumors: Rumors
  private readonly outbox: Outbox
  private readonly counters: Counters
  /** What to pull, by tag, and from whom; bounded: WANTS_MAX. */
  private readonly wants = new Map<Tag, { readonly from: Row; readonly want: Want }>()
  private pullAt: Millis = NEVER

  constructor(
    quota: number,
    parts: {
      readonly members: Members
      readonly rumors: Rumors
      readonly outbox: Outbox
      readonly counters: Counters
    },
  ) {
    this.quota = quota
    this.members = parts.members
    this.rumors = parts.rumors
    this.outbox = parts.outbox
    this.counters = parts.counters
  }

  /**
   * Sets or deletes a fact of our own; over the quota, or with an impossible key, it is refused and
   * said why.
   */
  publish(key: string, value: Uint8Array | null): void {
    const held = this.members.facts(SELF)
    const version = this.members.version(SELF) + 1
    const fact = { key, version, value }
    const reason = this.problemOf(key, value) ?? this.overQuota(withFact(held, fact))
    if (reason !== undefined) {
      return this.outbox.event({ kind: 'command.refused', command: 'publish', reason })
    }
    if (value !== null && equalBytes(factOf(held, key)?.value, value)) return
    this.members.setFacts(SELF, withFact(held, fact), version)
    this.rumors.spread(SELF, NEWS.facts, version - 1)
    this.say(SELF, key)
  }

  /**
   * A fact that somebody told of.
   * @param from who told it, to pull from when something before it is missing
   * @param greeting it came with its owner's own introduction, which goes to everybody: no news to
   * pass on
   */
  hear(claim: FactClaim, from: Row, greeting: boolean, now: Millis): void {
    const row = this.members.rowOfTag(claim.about)
    if (row === NO_ROW || row === SELF || isGone(this.members.standing(row))) return
    const known = this.members.version(row)
    if (claim.version <= known) return
    if (claim.after > known) return this.want(claim.about, known, from, now)
    const { key, version, value } = claim
    const facts = withFact(this.members.facts(row), { key, version, value })
    if (weigh(facts) > this.quota * QUOTAS_HELD) return this.counters.add('facts.overquota')
    this.members.setFacts(row, facts, version)
    if (!greeting) this.rumors.spread(row, NEWS.facts, known)
    this.counters.add('facts.heard')
    this.say(row, key)
  }

  /** Facts exist up to a version: pull them when they are not known here. */
  announced(claim: VersionClaim, from: Row, now: Millis): void {
    const row = this.members.rowOfTag(claim.about)
    if (row === NO_ROW || row === SELF || from === NO_ROW) return
    if (claim.version > this.members.version(row))
      this.want(claim.about, this.members.version(row), from, now)
  }

  /** What to pull now, by whom it was announced. */
  take(now: Millis): Map<Row, Want[]> {
    const batches = new Map<Row, Want[]>()
    if (this.pullAt > now) return batches
    this.pullAt = NEVER
    for (const { from, want } of this.wants.values()) {
      batches.set(from, [...(batches.get(from) ?? []), want])
    }
    this.wants.clear()
    return batches
  }

  get wakeAt(): Millis {
    return this.pullAt
  }

  private want(about: Tag, after: number, from: Row, now: Millis): void {
    if (from === NO_ROW || this.wants.size >= WANTS_MAX) return
    this.wants.set(about, { from, want: { about, after } })
    this.pullAt = Math.min(this.pullAt, now + GATHER)
  }

  private problemOf(key: string, value: Uint8Array | null): string | undefined {
    const size = utf8Length(key)
    if (size < 1 || size > NAME_MAX)
      return `the key of a fact has 1 to ${NAME_MAX} bytes, not ${size}`
    if ((value?.length ?? 0) <= VALUE_MAX) return undefined
    return `the value of a fact has at most ${VALUE_MAX} bytes, not ${value?.length ?? 0}`
  }

  private overQuota(facts: Parameters<typeof weigh>[0]): string | undefined {
    const size = weigh(facts)
    if (size <= this.quota) return undefined
    return `the facts of this node would take ${size} bytes, its quota is ${this.quota}`
  }

  private say(row: Row, key: string): void {
    const member = this.members.identity(row)
    this.outbox.event({ kind: 'member.facts', member, keys: [key] })
  }
}

function equalBytes(a: Uint8Array | null | undefined, b: Uint8Array): boolean {
  return a?.length === b.length && a.every((byte, i) => byte === b[i])
}
