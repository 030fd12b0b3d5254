/**
 * The members under suspicion, who accuses them and until when. A deadline is counted from the
 * first accusation and only ever shortened by further accusers: nobody can restart it by repeating
 * himself.
 */
import { NEVER, type Millis } from '../base/machine.js'
import { ACCUSERS_MAX, type Accusation } from './claim.js'
import type { Row } from './members.js'
import { suspicionTime, type SuspicionSettings } from './suspicion.js'

/** After a stall, or an answer that did not refute, at least so long passes before a verdict. */
const RESPITE: Millis = 1000

interface Suspicion {
  readonly startedAt: Millis
  /** Bounded: ACCUSERS_MAX, different ones. */
  readonly accusers: Accusation[]
  /** Last checks sent: 0, 1 or 2. */
  checks: number
  /** The deadline as long as no further accuser comes. */
  deadline: Millis
  /** What is to be done next, and when. */
  due: Millis
}

export interface Due {
  readonly row: Row
  readonly act: 'check' | 'verdict'
}

export interface SuspicionLimits extends SuspicionSettings {
  readonly checkGap: Millis
}

export class Suspicions {
  private readonly settings: SuspicionLimits
  /** Bounded by the present members. */
  private readonly held = new Map<Row, Suspicion>()
  private earliest: Millis = NEVER

  constructor(settings: SuspicionLimits) {
    this.settings = settings
  }

  has(row: Row): boolean {
    return this.held.has(row)
  }

  get size(): number {
    return this.held.size
  }

  accusers(row: Row): readonly Accusation[] {
    return this.held.get(row)?.accusers ?? []
  }

  start(row: Row, now: Millis): void {
    const fresh = { startedAt: now, accusers: [], checks: 0, deadline: NEVER, due: NEVER }
    this.held.set(row, fresh)
  }

  /** Adds an accuser; false when that one accuses already or enough do. */
  accuse(row: Row, accusation: Accusation): boolean {
    const suspicion = this.held.get(row)
    if (suspicion === undefined || suspicion.accusers.length >= ACCUSERS_MAX) return false
    if (suspicion.accusers.some((other) => other.by === accusation.by)) return false
    suspicion.accusers.push(accusation)
    return true
  }

  /**
   * Sets the deadline anew, after an accuser, or a change of the cluster's size or of one's own
   * health.
   */
  time(row: Row, present: number, stretch: number): void {
    const suspicion = this.held.get(row)
    if (suspicion === undefined) return
    const span = suspicionTime(this.settings, present, suspicion.accusers.length) * stretch
    suspicion.deadline = suspicion.startedAt + span
    if (suspicion.checks === 0) this.plan(suspicion)
  }

  timeAll(present: number, stretch: number): void {
    for (const row of this.held.keys()) this.time(row, present, stretch)
  }

  /**
   * What is due: a last check, or the verdict. Each is given once; `postpone` or `end` follows a
   * verdict.
   */
  take(now: Millis): Due[] {
    if (now < this.earliest) return []
    const due: Due[] = []
    this.earliest = NEVER
    for (const [row, suspicion] of this.held) {
      if (suspicion.due <= now) due.push({ row, act: this.advance(suspicion, now) })
      this.earliest = Math.min(this.earliest, suspicion.due)
    }
    return due
  }

  /** It answered, though it did not refute: no verdict for a while, and then with new checks. */
  postpone(row: Row, now: Millis, by: Millis = RESPITE): void {
    const suspicion = this.held.get(row)
    if (suspicion === undefined) return
    suspicion.checks = 0
    suspicion.deadline = Math.max(suspicion.deadline, now + by)
    this.plan(suspicion)
  }

  end(row: Row): void {
    this.held.delete(row)
  }

  /** This process stood still: its clocks move on, and each suspicion gets a respite. */
  shift(by: Millis, now: Millis): void {
    for (const [row, suspicion] of this.held) {
      const startedAt = suspicion.startedAt + by
      const deadline = Math.max(suspicion.deadline + by, now + RESPITE)
      this.held.set(row, { ...suspicion, startedAt, deadline, checks: 0 })
    }
    for (const suspicion of this.held.values()) this.plan(suspicion)
  }

  get wakeAt(): Millis {
    return this.earliest
  }

  private plan(suspicion: Suspicion): void {
    suspicion.due = suspicion.deadline - 2 * this.settings.checkGap
    this.earliest = Math.min(this.earliest, suspicion.due)
  }

  private advance(suspicion: Suspicion, now: Millis): Due['act'] {
    if (this.settings.checkGap === 0 || suspicion.checks === 2) {
      suspicion.due = NEVER
      return 'verdict'
    }
    suspicion.checks++
    suspicion.due = now + this.settings.checkGap
    return 'check'
  }
}
