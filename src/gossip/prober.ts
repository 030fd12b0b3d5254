/**
 * SWIM's probe, with its schedule: a direct ping; when it is late, relays and a ping by stream;
 * then an outcome. One probe a member at a time. What an outcome means is decided by the judge.
 */
import { NEVER, type Address, type Millis } from '../base/machine.js'
import type { Sequence } from './contacts.js'
import type { Edges } from './edges.js'
import type { Health } from './health.js'
import type { Tag } from './identity.js'
import type { Isolation } from './isolation.js'
import { SELF, type Members, type Row } from './members.js'
import type { Random } from '../base/random.js'
import { isGone } from './precedence.js'
import type { Rotation } from './rotation.js'
import type { RoundTrips } from './round-trip.js'

/** How much of the wait for an indirect answer a relay takes before it says nack. */
const NACK_SHARE = 0.7

/** Factor on the pace of one that nobody answers: one that is only deaf accuses all it probes. */
const ALONE = 3

export interface ProbeSettings {
  readonly probePeriod: Millis
  readonly relayWait: Millis
  readonly relays: number
}

export interface Probe {
  readonly seq: number
  readonly row: Row
  readonly tag: Tag
  /** A steady one, whose answer is a heartbeat of its edge. */
  readonly steady: boolean
  /** The second in a row of an accuser that distrusts itself. */
  readonly again: boolean
  readonly startedAt: Millis
  stage: 'direct' | 'indirect'
  deadline: Millis
  /** Relays asked that have said nothing yet; bounded by `relays`. */
  unheard: readonly Row[]
  /** Its address refused a connection: nobody listens there, and our own network works. */
  refused: boolean
}

interface Ping {
  readonly kind: 'ping'
  readonly probe: Probe
}

export type Step =
  | Ping
  | {
      readonly kind: 'relay'
      readonly probe: Probe
      readonly relays: readonly Row[]
      readonly patience: Millis
    }
  | { readonly kind: 'failed'; readonly probe: Probe }

const NONE: readonly Row[] = []

export class Prober {
  private readonly settings: ProbeSettings
  private readonly members: Members
  private readonly sequence: Sequence
  private readonly health: Health
  private readonly isolation: Isolation
  private readonly trips: RoundTrips
  private readonly rotation: Rotation
  private readonly edges: Edges
  private readonly random: Random
  /**
   * In the order of their beginning: a few, which are looked through faster than a map is asked.
   * Bounded by the present members, since each is probed once at a time.
   */
  private probes: Probe[] = []
  private nextRound: Millis

  constructor(
    settings: ProbeSettings,
    members: Members,
    parts: {
      readonly sequence: Sequence
      readonly health: Health
      readonly isolation: Isolation
      readonly trips: RoundTrips
      readonly rotation: Rotation
      readonly edges: Edges
    },
    random: Random,
    now: Millis,
  ) {
    this.settings = settings
    this.members = members
    this.sequence = parts.sequence
    this.health = parts.health
    this.isolation = parts.isolation
    this.trips = parts.trips
    this.rotation = parts.rotation
    this.edges = parts.edges
    this.random = random
    this.nextRound = now + random.between(0, settings.probePeriod)
  }

  /** What is due now: probes to start, to widen and to give up. */
  wake(now: Millis): Step[] {
    const steps: Step[] = []
    for (const probe of this.probes) {
      if (probe.deadline <= now) steps.push(this.late(probe, now))
    }
    for (const step of steps) if (step.kind === 'failed') this.answered(step.probe.seq)
    const round = now >= this.nextRound
    for (const row of this.edges.take(now, round)) {
      steps.push(...this.begin(row, now, { steady: true }))
    }
    if (!round) return steps
    this.nextRound = now + this.settings.probePeriod * this.slowness(now)
    const row = this.rotation.take()
    if (row !== undefined) steps.push(...this.begin(row, now, {}))
    return steps
  }

  /**
   * Starts a probe unless one is under way. The gone are not probed: their edges stay for a moment,
   * and a probe may outlast their tombstone, behind which the row is free.
   */
  begin(row: Row, now: Millis, how: { steady?: boolean; again?: boolean }): Ping[] {
    if (row === SELF || isGone(this.members.standing(row)) || this.probing(row)) return []
    const probe: Probe = {
      seq: this.sequence.take(),
      row,
      tag: this.members.tag(row),
      steady: how.steady ?? false,
      again: how.again ?? false,
      startedAt: now,
      stage: 'direct',
      deadline: now + this.trips.patience(row) * this.health.stretch,
      unheard: NONE,
      refused: false,
    }
    this.probes.push(probe)
    return [{ kind: 'ping', probe }]
  }

  /** Its answer, by whatever way, ends a probe. */
  answered(seq: number): Probe | undefined {
    const place = this.placeOf(seq)
    const probe = this.probes[place]
    if (probe !== undefined) this.probes.splice(place, 1)
    return probe
  }

  /** A relay could not reach the member either, but the relay was reached. */
  nacked(seq: number, relay: Row): boolean {
    const probe = this.probes[this.placeOf(seq)]
    if (probe?.unheard.includes(relay) !== true) return false
    probe.unheard = probe.unheard.filter((other) => other !== relay)
    return true
  }

  /** Nobody listens at an address. Relays may still find somebody there, so the probes go on. */
  refused(address: Address): void {
    for (const probe of this.probes) {
      if (this.members.identity(probe.row).address === address) probe.refused = true
    }
  }

  /** The member is another instance now, or not probed any more. */
  forget(row: Row): void {
    if (this.probing(row)) this.probes = this.probes.filter((probe) => probe.row !== row)
  }

  shift(by: Millis): void {
    for (const probe of this.probes) probe.deadline += by
    this.nextRound += by
  }

  get size(): number {
    return this.probes.length
  }

  get wakeAt(): Millis {
    let least = Math.min(this.nextRound, this.edges.wakeAt)
    for (const probe of this.probes) least = Math.min(least, probe.deadline)
    return this.members.present > 1 ? least : this.probes.length > 0 ? least : NEVER
  }

  /**
   * One that distrusts itself goes slow; but the last survivor of many, or one cut off, would take
   * minutes to find that out.
   */
  private slowness(now: Millis): number {
    const { stretch } = this.health
    return this.isolation.outlasted(now) ? Math.min(ALONE, stretch) : stretch
  }

  private placeOf(seq: number): number {
    for (let place = 0; place < this.probes.length; place++)
      if (this.probes[place]?.seq === seq) return place
    return -1
  }

  private probing(row: Row): boolean {
    for (const probe of this.probes) if (probe.row === row) return true
    return false
  }

  private late(probe: Probe, now: Millis): Step {
    if (probe.stage === 'indirect') return { kind: 'failed', probe }
    const relays = this.chooseRelays(probe.row)
    const wait = this.settings.relayWait * this.health.stretch
    probe.stage = 'indirect'
    probe.deadline = now + wait
    probe.unheard = relays
    return { kind: 'relay', probe, relays, patience: wait * NACK_SHARE }
  }

  private chooseRelays(target: Row): Row[] {
    return choosePresent(this.members, this.random, this.settings.relays, target)
  }
}

/** Different live members, at random, without this node and without one other. */
export function choosePresent(
  members: Members,
  random: Random,
  count: number,
  without: Row,
): Row[] {
  const chosen: Row[] = []
  const fits = (row: Row): boolean =>
    row !== without && members.has(row) && members.standing(row) === 'alive'
  for (let tries = 0; tries < 4 * count && chosen.length < count; tries++) {
    const row = 1 + random.int(Math.max(1, members.end - 1))
    if (fits(row) && !chosen.includes(row)) chosen.push(row)
  }
  if (chosen.length === count || members.end > 64) return chosen
  const all = Array.from({ length: members.end - 1 }, (_, index) => index + 1).filter(fits)
  return random.sample(all, count)
}
