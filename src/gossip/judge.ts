/**
 * Decides what to believe of others: weighs claims against what is held, failures against one's own
 * health, and verdicts of others against one's own ping. First-hand evidence proves life; hearsay
 * only raises questions.
 */
import type { Millis } from '../base/machine.js'
import type { Accusation, Claim, Introduction } from './claim.js'
import type { Counters } from './counters.js'
import type { Edges } from './edges.js'
import type { Health } from './health.js'
import type { Identity, Incarnation } from './identity.js'
import type { Isolation } from './isolation.js'
import { NO_ROW, SELF, type Members, type Row } from './members.js'
import type { Missing } from './missing.js'
import { isBanned, isGone, isPresent, supersedes } from './precedence.js'
import type { Probe, Prober } from './prober.js'
import type { Probing } from './probing.js'
import type { Roster } from './roster.js'
import type { RoundTrips } from './round-trip.js'
import type { Strangers } from './strangers.js'
import type { Suspicions } from './suspicions.js'
import { NEWS, type Rumors } from './rumors.js'
import type { Verdicts } from './verdicts.js'

export interface JudgeSettings {
  readonly checkGap: Millis
  readonly probePeriod: Millis
  readonly relayWait: Millis
  readonly tombstoneFloor: Millis
  readonly phiThreshold: number
  readonly phiAccuses: boolean
  readonly nacks: boolean
  readonly lifeProof: boolean
  readonly secondChance: boolean
}

export interface JudgeParts {
  readonly members: Members
  readonly roster: Roster
  readonly rumors: Rumors
  readonly suspicions: Suspicions
  readonly verdicts: Verdicts
  readonly probing: Probing
  readonly prober: Prober
  readonly strangers: Strangers
  readonly missing: Missing
  readonly edges: Edges
  readonly trips: RoundTrips
  readonly health: Health
  readonly isolation: Isolation
  readonly counters: Counters
}

/** A verdict reached while nobody answers us waits so long before it is looked at again. */
const ISOLATED_WAIT: Millis = 500

export class Judge {
  private readonly settings: JudgeSettings
  private readonly parts: JudgeParts
  private readonly members: Members
  /** At hand, as the next two: every answer asks them. */
  private readonly edges: Edges
  private readonly verdicts: Verdicts
  private readonly suspicions: Suspicions

  constructor(settings: JudgeSettings, parts: JudgeParts) {
    this.settings = settings
    this.parts = parts
    this.members = parts.members
    this.edges = parts.edges
    this.verdicts = parts.verdicts
    this.suspicions = parts.suspicions
  }

  /** A message came from the member itself. */
  heardFrom(row: Row, incarnation: Incarnation, now: Millis): void {
    if (incarnation <= this.members.incarnation(row)) return
    const standing = this.members.standing(row)
    if (isGone(standing)) return
    if (standing === 'alive') return this.members.set(row, 'alive', incarnation, now)
    if (standing === 'suspect' && !this.settings.lifeProof) return
    this.revive(row, incarnation, now, `spoke for itself, incarnation ${incarnation}`)
  }

  /** The member answered one of our pings: it lives, whatever was said. */
  answered(row: Row, now: Millis): void {
    this.edges.of(row)?.touch(now)
    this.verdicts.passing.delete(row)
    if (this.settings.lifeProof) this.suspicions.postpone(row, now)
  }

  /** What others say of an instance that is known here. @returns whether it changed anything */
  hear(claim: Claim, now: Millis): boolean {
    const row = this.members.rowOfTag(claim.about)
    if (row === NO_ROW || row === SELF) {
      this.parts.counters.add('rumors.unknown')
      return false
    }
    const held = this.members.member(row)
    const same = claim.standing === held.standing && claim.incarnation === held.incarnation
    if (same && held.standing === 'suspect') return this.confirm(row, claim.accusers, now)
    if (!supersedes(claim, held)) return false
    this.accept(row, claim, now)
    return true
  }

  /** Who somebody is, told by itself or by others. */
  meet(told: Introduction, firstHand: boolean, now: Millis): void {
    const { identity, standing, incarnation } = told
    const row = this.members.rowOf(identity)
    if (row === SELF) return
    if (row === NO_ROW) return this.meetNew(told, firstHand, now)
    const held = this.members.identity(row)
    if (isBanned(standing)) return this.ban(row, told, standing, now)
    if (isBanned(this.members.standing(row))) return
    const earlier = identity.generation < held.generation
    // Of one that left long ago no comparison tells whoever holds an earlier generation.
    if (earlier && this.members.isRetired(row)) this.parts.rumors.spread(row, NEWS.introduction)
    if (earlier) return
    if (identity.generation > held.generation) return this.meetNew(told, firstHand, now)
    if (!firstHand) this.parts.rumors.echo(row)
    if (firstHand && isPresent(standing)) this.heardFrom(row, incarnation, now)
    else this.hear({ kind: 'claim', about: held.tag, standing, incarnation, accusers: [] }, now)
  }

  /** A probe got no answer by any way. */
  failed(probe: Probe, now: Millis): void {
    const { health, counters, isolation } = this.parts
    counters.add('probes.failed')
    if (!this.concerns(probe)) return
    if (probe.refused) return this.accuse(probe.row, this.phiOf(probe, now), now)
    if (isolation.explains(probe.startedAt, now, this.members.present)) {
      counters.add('probes.void')
      return health.worsen(1)
    }
    health.worsen(this.settings.nacks ? this.owing(probe) : 1)
    const again = health.score > 0 && this.settings.secondChance && !probe.again
    if (again) return this.parts.probing.start(probe.row, now, true)
    this.accuse(probe.row, this.phiOf(probe, now), now)
  }

  /** Relays that owe an answer: of one found dead meanwhile none was to be expected. */
  private owing({ unheard }: Probe): number {
    return unheard.filter((relay) => this.members.isPresent(relay)).length
  }

  /** Another instance answered at its address: it is not there, however well or ill we are. */
  displaced(probe: Probe, now: Millis): void {
    if (!this.concerns(probe)) return
    this.parts.counters.add('probes.displaced')
    this.accuse(probe.row, this.phiOf(probe, now), now)
  }

  /** The instance that was probed is still one that takes part. */
  private concerns({ row, tag }: Probe): boolean {
    return this.members.isPresent(row) && this.members.tag(row) === tag
  }

  /**
   * Edges whose silence became too improbable, though no single probe was found to have failed: a
   * first accusation, or a further one. Where nobody else was heard either since it was due, it is
   * our silence, and begins anew: the first answer after that must not accuse all others.
   * @returns whether there was an accusation
   */
  silent(now: Millis): boolean {
    let accused = false
    if (!this.settings.phiAccuses) return accused
    const silences = this.edges.silent(now, this.settings.phiThreshold)
    if (silences.length === 0) return accused
    const { edges, isolation, counters } = this.parts
    for (const { row, phi, since } of silences) {
      if (!this.members.isPresent(row) || this.accuses(row)) continue
      if (isolation.explains(since, now, this.members.present)) {
        edges.forgive(row, now)
        continue
      }
      counters.add('suspicions.phi')
      this.accuse(row, phi, now)
      accused = true
    }
    return accused
  }

  private accuses(row: Row): boolean {
    const own = this.members.ownTag
    return this.suspicions.accusers(row).some(({ by }) => by === own)
  }

  /** Suspicions whose last checks or verdicts are due. */
  wake(now: Millis): void {
    for (const { row, act } of this.suspicions.take(now)) {
      if (act === 'check') {
        this.parts.probing.contact(row, { kind: 'check', row }, now, this.settings.checkGap)
      } else this.decide(row, now)
    }
  }

  /** The ping that was to verify a verdict of others went unanswered; it may be settled since. */
  believe(row: Row, claim: Claim, now: Millis): void {
    if (this.verdicts.passing.get(row) !== claim) return
    this.verdicts.passing.delete(row)
    const held = this.members.member(row)
    if (!isPresent(held.standing) || !supersedes(claim, held)) return
    const detail = 'a verdict of others, verified by a ping'
    this.down(row, claim.incarnation, claim.accusers, now, detail)
  }

  /** This node's health or the cluster's size changed: deadlines follow. */
  retime(): void {
    const { present } = this.members
    this.suspicions.timeAll(present, this.parts.health.suspicionStretch(present))
  }

  private accept(row: Row, claim: Claim, now: Millis): void {
    const { standing, incarnation } = claim
    switch (standing) {
      case 'alive':
        return this.disputed(row, incarnation, now)
      case 'suspect':
        return this.isDown(row) ? this.inquire(row, now) : this.suspected(row, claim, now)
      case 'down':
        if (this.isDown(row)) return this.parts.roster.restate(row, incarnation, now)
        return this.verify(row, claim, now)
      case 'left':
      case 'removed':
      case 'replaced':
        return this.bury(row, standing, now)
    }
  }

  /**
   * Others say that it refuted: enough against a suspicion, but the dead must answer for
   * themselves.
   */
  private disputed(row: Row, incarnation: Incarnation, now: Millis): void {
    if (this.isDown(row)) return this.inquire(row, now)
    this.revive(row, incarnation, now, `refuted, incarnation ${incarnation}`)
  }

  private isDown(row: Row): boolean {
    return this.members.standing(row) === 'down'
  }

  /** It is held down, but seems to have been alive after that: only its own answer counts. */
  private inquire(row: Row, now: Millis): void {
    const patience = this.parts.trips.patience(row)
    this.parts.probing.contact(row, { kind: 'revive', row }, now, patience)
  }

  private suspected(row: Row, claim: Claim, now: Millis): void {
    const first = claim.accusers[0]
    if (first === undefined) return
    this.begin(row, claim.incarnation, first, now)
    this.confirm(row, claim.accusers, now)
    if (this.edges.observes(row)) this.parts.probing.start(row, now)
  }

  private begin(row: Row, incarnation: Incarnation, by: Accusation, now: Millis): void {
    this.verdicts.clear(row)
    this.suspicions.start(row, now)
    this.suspicions.accuse(row, by)
    this.parts.roster.suspect(row, incarnation, by, now)
    this.parts.counters.add('suspicions')
    this.time(row)
  }

  /** @returns whether any of them is a further one */
  private confirm(row: Row, accusers: readonly Accusation[], now: Millis): boolean {
    let further = false
    for (const accusation of accusers) {
      if (!this.suspicions.accuse(row, accusation)) continue
      this.parts.roster.accused(row, accusation, 'confirm', now)
      this.time(row)
      further = true
    }
    return further
  }

  private accuse(row: Row, phi: number, now: Millis): void {
    const by = { by: this.members.ownTag, phi }
    if (this.members.standing(row) === 'suspect') this.confirm(row, [by], now)
    else this.begin(row, this.members.incarnation(row), by, now)
  }

  private verify(row: Row, claim: Claim, now: Millis): void {
    const { verdicts, rumors, probing, counters } = this.parts
    if (verdicts.passing.has(row)) return
    counters.add('verdicts.heard')
    verdicts.passing.set(row, claim)
    rumors.spread(row, NEWS.standing)
    if (this.settings.checkGap === 0) return this.believe(row, claim, now)
    const purpose = { kind: 'verify', row, claim } as const
    const asked = probing.contact(row, purpose, now, this.settings.checkGap)
    if (!asked) verdicts.passing.delete(row)
  }

  private decide(row: Row, now: Millis): void {
    const { isolation, suspicions, counters } = this.parts
    const { standing, incarnation } = this.members.member(row)
    if (standing !== 'suspect') return suspicions.end(row)
    if (isolation.explains(now - this.silenceSpan(), now, this.members.present)) {
      counters.add('verdicts.postponed')
      return suspicions.postpone(row, now, ISOLATED_WAIT)
    }
    const detail = 'the suspicion was not refuted, and two last pings went unanswered'
    this.down(row, incarnation, suspicions.accusers(row), now, detail)
  }

  private down(
    row: Row,
    incarnation: Incarnation,
    accusers: readonly Accusation[],
    now: Millis,
    detail: string,
  ): void {
    this.verdicts.clear(row)
    this.verdicts.final.set(row, accusers)
    this.parts.prober.forget(row)
    this.parts.counters.add('verdicts.down')
    this.parts.roster.down(row, incarnation, accusers, now, detail)
    this.retime()
  }

  private revive(row: Row, incarnation: Incarnation, now: Millis, detail: string): void {
    if (this.members.standing(row) !== 'alive') this.parts.counters.add('revived')
    this.edges.of(row)?.touch(now)
    this.verdicts.clear(row)
    this.parts.roster.revive(row, incarnation, now, detail)
  }

  /** It announced leaving, or was banned. */
  bury(row: Row, standing: 'left' | 'removed' | 'replaced', now: Millis): void {
    this.verdicts.clear(row)
    this.parts.prober.forget(row)
    this.parts.roster.bury(row, standing, now)
  }

  /** A ban is of every generation: all keep the latest that was told, or tables never agreed. */
  private ban(row: Row, told: Introduction, as: 'removed' | 'replaced', now: Millis): void {
    const { identity, incarnation, age } = told
    const held = this.members.member(row)
    const outranks = supersedes({ standing: as, incarnation }, held)
    if (identity.generation <= held.identity.generation) {
      return outranks ? this.bury(row, as, now) : undefined
    }
    this.forgetInstance(identity)
    const standing = outranks ? as : held.standing
    this.parts.roster.record({ identity, standing, incarnation }, now - age * 1000, now)
  }

  private meetNew(told: Introduction, firstHand: boolean, now: Millis): void {
    const { identity, standing, incarnation, age } = told
    if (isPresent(standing) && firstHand) return this.admit(told, now)
    if (isPresent(standing)) return this.parts.strangers.hear(identity, incarnation)
    const expired = standing === 'left' && age * 1000 >= this.settings.tombstoneFloor
    // One that is missing, or held in an earlier generation, is asked for however old that is.
    const held = this.members.rowOf(identity) !== NO_ROW
    if (expired && !held && !this.parts.missing.has(identity.hostId))
      return this.parts.counters.add('tombstones.expired')
    this.forgetInstance(identity)
    const row = this.parts.roster.record({ identity, standing, incarnation }, now - age * 1000, now)
    if (row !== NO_ROW && standing === 'left') this.parts.counters.add('tombstones.made')
    if (row === NO_ROW || !expired) return
    this.members.retire(row) // Nobody else need hear of it.
    this.parts.rumors.forget(row)
  }

  private admit(told: Introduction, now: Millis): void {
    this.forgetInstance(told.identity)
    const times = this.parts.strangers.met(told.identity.tag)
    const row = this.parts.roster.admit(told.identity, told.incarnation, now)
    if (row !== NO_ROW) this.parts.rumors.echo(row, times)
    this.retime()
  }

  /** What was held against an earlier generation does not concern the new one. */
  private forgetInstance(identity: Identity): void {
    const row = this.members.rowOf(identity)
    if (row === NO_ROW) return
    this.verdicts.clear(row)
    this.parts.prober.forget(row)
  }

  private time(row: Row): void {
    const { present } = this.members
    this.suspicions.time(row, present, this.parts.health.suspicionStretch(present))
  }

  /** Over this span somebody would have answered, were we not alone. */
  private silenceSpan(): Millis {
    return 2 * this.settings.probePeriod * this.parts.health.stretch
  }

  /** How improbable the silence is: by the edge where there is one, and by the round trips. */
  private phiOf(probe: Probe, now: Millis): number {
    const edge = this.edges.of(probe.row)?.phi(now) ?? 0
    return Math.max(edge, this.parts.trips.phi(probe.row, now - probe.startedAt))
  }
}
