/**
 * The steady edges: each member is observed by the member before it in each of K hash orders, so
 * each node observes the K that follow it. Every such edge is a heartbeat on which phi can be
 * judged. An order is a hash with a salt: to find who follows needs one pass and no memory.
 */
import { at } from '../base/assert.js'
import { NEVER, type Millis } from '../base/machine.js'
import { scramble, type Random } from '../base/random.js'
import { SELF, NO_ROW, type Members, type Row } from './members.js'
import { Accrual, deviationsFor, type PhiSettings } from './phi.js'
import { NOBODY, type Tag } from './identity.js'

export interface EdgeSettings extends PhiSettings {
  readonly edges: number
  readonly edgesThin: number
  readonly edgePeriod: Millis
}

/** The subjects are chosen anew so long after a change. */
const CHOOSE_WAIT: Millis = 200

/**
 * A steady probe may come this share of its period early or late, to go along with a round: each
 * waking of an idle process costs more than all that is done in it.
 */
const SLACK = 1 / 12

interface Edge {
  readonly row: Row
  readonly tag: Tag
  readonly accrual: Accrual
  nextAt: Millis
  /** Whether a steady probe was ever answered. */
  answered: boolean
}

/** An edge that has been silent for improbably long. */
export interface Silence {
  readonly row: Row
  readonly phi: number
  /** When it should have been heard from. */
  readonly since: Millis
}

const NOTHING: readonly Silence[] = []

export class Edges {
  private readonly settings: EdgeSettings
  private readonly members: Members
  private readonly random: Random
  /** Bounded by `edges`: different subjects. */
  private edges: Edge[] = []
  private chooseAt: Millis = 0
  /** How they were chosen: by which tag of our own, and how near the nearest of each order was. */
  private chosenBy: Tag = NOBODY
  /** Bounded by `edges`. */
  private least: readonly number[] = []
  /** The earliest steady probe, slack included. */
  private earliest: Millis = NEVER
  /** Until then no silence can have reached the threshold that was asked for last. */
  private quietUntil: Millis = -Infinity
  /** When the next silence reaches it, if nothing arrives; those that have are told already. */
  private loudNext: Millis = NEVER
  private threshold = 0
  private deviations = 0

  constructor(settings: EdgeSettings, members: Members, random: Random) {
    this.settings = settings
    this.members = members
    this.random = random
  }

  /**
   * A member came, went or was renewed. Only where that concerns us are the subjects chosen anew;
   * many changes at once are one choice.
   */
  changed(row: Row, now: Millis): void {
    if (this.chooseAt === NEVER && this.concerns(row)) this.chooseAgain(now)
  }

  /** Many members have changed at once. */
  chooseAgain(now: Millis): void {
    this.chooseAt = Math.min(this.chooseAt, now + CHOOSE_WAIT)
  }

  of(row: Row): Accrual | undefined {
    return this.edgeOf(row)?.accrual
  }

  observes(row: Row): boolean {
    return this.edgeOf(row) !== undefined
  }

  /** The subjects whose steady probe is due, in a round those that soon will be too. */
  take(now: Millis, round: boolean): Row[] {
    if (this.chooseAt <= now) this.choose(now)
    const due: Row[] = []
    for (const edge of this.edges) {
      // The same sum as in wakeAt: rounded otherwise it could be due for ever and never done.
      if ((round ? edge.nextAt - this.slack : edge.nextAt + this.slack) > now) continue
      edge.nextAt = now + this.settings.edgePeriod
      due.push(edge.row)
    }
    if (due.length > 0) this.plan()
    return due
  }

  /** A steady answer. */
  arrive(row: Row, now: Millis): void {
    const edge = this.edgeOf(row)
    if (edge === undefined) return
    if (edge.answered) edge.accrual.arrive(now)
    else edge.accrual.begin(now)
    edge.answered = true
    // What was seen has changed: a shorter silence may say as much as a longer one did.
    this.quietUntil = Math.min(this.quietUntil, this.loudAt(edge.accrual))
    this.listen(now)
  }

  /**
   * Edges whose silence has reached the threshold. The silence of an earlier instance says nothing
   * of the one that took its row, until the subjects are chosen anew.
   */
  silent(now: Millis, threshold: number): readonly Silence[] {
    if (now < this.quietUntil && threshold === this.threshold) return NOTHING
    if (threshold !== this.threshold) this.deviations = deviationsFor(threshold)
    this.threshold = threshold
    this.quietUntil = Math.min(...this.edges.map(({ accrual }) => this.loudAt(accrual)))
    this.listen(now)
    return this.edges.flatMap(({ row, tag, accrual }) => {
      if (tag !== this.members.tag(row)) return []
      const phi = accrual.phi(now)
      return phi >= threshold ? [{ row, phi, since: accrual.expectedAt }] : []
    })
  }

  /** It could not have been heard. */
  forgive(row: Row, now: Millis): void {
    this.of(row)?.touch(now)
    this.listen(now)
  }

  shift(by: Millis): void {
    for (const edge of this.edges) {
      edge.accrual.shift(by)
      edge.nextAt += by
    }
    this.loudNext += by
    this.plan()
  }

  get wakeAt(): Millis {
    return Math.min(this.chooseAt, this.earliest, this.loudNext)
  }

  /** Plans to look again when the next edge falls silent, if nobody asks before. */
  private listen(now: Millis): void {
    this.loudNext = NEVER
    if (this.threshold === 0) return
    for (const { accrual } of this.edges) {
      const loud = accrual.reaches(this.deviations)
      if (loud > now) this.loudNext = Math.min(this.loudNext, loud)
    }
  }

  private plan(): void {
    this.earliest = NEVER
    for (const edge of this.edges) this.earliest = Math.min(this.earliest, edge.nextAt + this.slack)
  }

  /** Before its silence can have reached the threshold, by less than sums are rounded by. */
  private loudAt(accrual: Accrual): Millis {
    return accrual.reaches(this.deviations) - 1
  }

  private get slack(): Millis {
    return this.settings.edgePeriod * SLACK
  }

  /** Keeps the edges that remain, with their history, and spreads the new ones over a period. */
  private choose(now: Millis): void {
    this.chooseAt = NEVER
    const before = this.edges
    const period = this.settings.edgePeriod
    const { rows, least } = neighbours(this.members, SELF, this.orders(), following)
    this.chosenBy = this.members.ownTag
    this.least = least
    this.edges = rows.map((row) => {
      const tag = this.members.tag(row)
      const kept = before.find((edge) => edge.tag === tag)
      if (kept !== undefined) return kept
      const accrual = new Accrual(this.settings, period, now, SLACK)
      return { row, tag, accrual, nextAt: now + this.random.between(0, period), answered: false }
    })
    this.quietUntil = -Infinity
    this.plan()
  }

  /** A loop, because it is asked with every answer. */
  private edgeOf(row: Row): Edge | undefined {
    for (const edge of this.edges) if (edge.row === row) return edge
    return undefined
  }

  private concerns(row: Row): boolean {
    const { members, least } = this
    if (this.observes(row)) return true
    if (least.length !== this.orders() || this.chosenBy !== members.ownTag) return true
    if (!members.isPresent(row)) return false
    const tag = members.tag(row)
    const far = (order: number): number => following(place(this.chosenBy, order), place(tag, order))
    return least.some((nearest, order) => far(order) < nearest)
  }

  private orders(): number {
    return ordersFor(this.settings, this.members.present)
  }

  observersOf(row: Row): Row[] {
    return observersOf(this.members, row, this.orders())
  }
}

/** How many orders there are in a cluster of so many present members. */
export function ordersFor(settings: EdgeSettings, present: number): number {
  if (present < settings.edgesThin) return settings.edges
  return Math.max(Math.min(settings.edges, 1), settings.edges - 1)
}

/** The different present members that follow a member in each order. */
export function subjectsOf(members: Members, row: Row, orders: number): Row[] {
  return neighbours(members, row, orders, following).rows
}

/** The different present members that precede a member in each order: those that observe it. */
export function observersOf(members: Members, row: Row, orders: number): Row[] {
  return neighbours(members, row, orders, preceding).rows
}

type Distance = (from: number, to: number) => number

function following(from: number, to: number): number {
  return (to - from) >>> 0
}

function preceding(from: number, to: number): number {
  return (from - to) >>> 0
}

function neighbours(
  members: Members,
  row: Row,
  orders: number,
  distance: Distance,
): { readonly rows: Row[]; readonly least: readonly number[] } {
  if (members.present - 1 <= orders) return { rows: presentBut(members, row), least: [] }
  const nearest = Array.from({ length: orders }, () => NO_ROW)
  const least = Array.from({ length: orders }, () => Infinity)
  const own = Array.from({ length: orders }, (_, order) => place(members.tag(row), order))
  for (let other = 0; other < members.end; other++) {
    if (other === row || !members.isPresent(other)) continue
    const tag = members.tag(other)
    for (let order = 0; order < orders; order++) {
      const far = distance(at(own, order), place(tag, order))
      if (far >= at(least, order)) continue
      least[order] = far
      nearest[order] = other
    }
  }
  return { rows: [...new Set(nearest)].filter((found) => found !== NO_ROW), least }
}

/** In a cluster no larger than the orders everybody observes everybody. */
function presentBut(members: Members, row: Row): Row[] {
  const others: Row[] = []
  for (let other = 0; other < members.end; other++) {
    if (other !== row && members.isPresent(other)) others.push(other)
  }
  return others
}

/**
 * Where an instance stands in an order. Equal places are as good as never; both sides then prefer
 * the first row.
 */
function place(tag: Tag, order: number): number {
  return scramble(scramble(tag % 4294967296, order + 1), Math.floor(tag / 4294967296))
}
