/**
 * Finds the words for what is to be told of a member: its introduction, its standing with the
 * accusers, its facts.
 */
import type { Writer } from '../base/bytes.js'
import type { Millis } from '../base/machine.js'
import { writeClaim, writeRumor, type Accusation, type Claim } from './claim.js'
import { factsAfter, weighFact } from './fact-set.js'
import type { Members, Row } from './members.js'
import { isGone } from './precedence.js'
import { NEWS, type News } from './rumors.js'

/** Who says that a member is suspect or down, as far as it is known here. */
export interface Accusers {
  accusers(row: Row): readonly Accusation[]
  /** A verdict heard and passed on, though not yet believed here. */
  passed(row: Row): Claim | undefined
}

/** Bytes of a datagram that are not facts: reserved ones, head, the longest introduction. */
const BESIDE_FACTS = 344

/** Bytes of a fact in a rumor beyond what it counts for under the quota, at most. */
const MORE_THAN_WEIGHT = 8

export class Teller {
  private readonly members: Members
  private readonly accusers: Accusers
  private readonly inline: number
  private readonly together: number
  private now: Millis = 0

  /**
   * @param inline the largest fact that rides in a datagram, in bytes
   * @param datagram the largest datagram, in bytes
   */
  constructor(members: Members, accusers: Accusers, inline: number, datagram: number) {
    this.members = members
    this.accusers = accusers
    this.inline = inline
    this.together = datagram - BESIDE_FACTS
  }

  /** The time that ages are told by. */
  at(now: Millis): void {
    this.now = now
  }

  /** One rumor, as things stand. */
  news(out: Writer, news: News): void {
    const { row, what } = news
    if (!this.members.has(row)) return
    if ((what & NEWS.introduction) !== 0) this.introduce(out, row)
    else if ((what & NEWS.standing) !== 0) this.standing(out, row)
    if ((what & NEWS.facts) !== 0) this.inlineFacts(out, row, news.after)
  }

  introduce(out: Writer, row: Row): void {
    const { identity, standing, incarnation } = this.members.member(row)
    const past = this.now - this.members.since(row)
    const age = isGone(standing) ? Math.max(0, Math.floor(past / 1000)) : 0
    writeRumor(out, { kind: 'introduction', identity, standing, incarnation, age })
  }

  standing(out: Writer, row: Row): void {
    const passed = this.accusers.passed(row)
    if (passed !== undefined) return writeClaim(out, passed)
    const standing = this.members.standing(row)
    const disputed = standing === 'suspect' || standing === 'down'
    writeClaim(out, {
      about: this.members.tag(row),
      standing,
      incarnation: this.members.incarnation(row),
      accusers: disputed ? this.accusers.accusers(row) : [],
    })
  }

  /**
   * Facts after a version while they are small, alone and together; from the first that is not on
   * only that they exist, so that a rumor always fits into some datagram.
   */
  inlineFacts(out: Writer, row: Row, after: number): void {
    const about = this.members.tag(row)
    let used = 0
    for (const claim of factsAfter(about, this.members.facts(row), after)) {
      used += weighFact(claim) + MORE_THAN_WEIGHT
      if ((claim.value?.length ?? 0) > this.inline || used > this.together) {
        const version = this.members.version(row)
        return writeRumor(out, { kind: 'version', about, version })
      }
      writeRumor(out, claim)
    }
  }

  /**
   * All facts after a version while they fit, oldest first.
   * @returns the version that the reader then knows: the member's newest when all of them fitted
   */
  facts(out: Writer, row: Row, after: number): number {
    let reached = after
    for (const claim of factsAfter(this.members.tag(row), this.members.facts(row), after)) {
      const mark = out.length
      writeRumor(out, claim)
      if (out.full) {
        out.rewind(mark)
        return reached
      }
      reached = claim.version
    }
    return this.members.version(row)
  }
}
