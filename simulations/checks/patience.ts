/**
 * Nobody is called down sooner than the shortest suspicion after the first accusation anywhere: the
 * accused had that long to refute.
 */
import type { Millis } from '../../src/base/machine.js'
import type { Tag } from '../../src/gossip/identity.js'
import { SELF } from '../../src/gossip/members.js'
import { isPresent } from '../../src/gossip/precedence.js'
import { told, type Check, type Turn } from './check.js'
import type { Ground } from './ground.js'

export class Patience implements Check {
  readonly name = 'patience'
  private readonly ground: Ground
  private readonly least: Millis
  /**
   * Whose clocks step forward: to them the time did pass, and others believe their verdicts;
   * bounded by the hosts.
   */
  private readonly jumped: ReadonlySet<string>
  /** What they called down, which incarnation; bounded by the refutations. */
  private readonly hasty = new Map<Tag, Set<number>>()
  /** When each incarnation was first accused; bounded by the refutations. */
  private readonly accused = new Map<Tag, Map<number, Millis>>()

  constructor(ground: Ground) {
    this.ground = ground
    const rates = ground.scenario.steps.map(({ fault }) =>
      fault.kind === 'drift' ? fault.rate : 1,
    )
    const fastest = rates.reduce((most, rate) => Math.max(most, rate), 1)
    this.least = (ground.settings.suspicionFactor * 1000) / fastest
    const jumps = ground.scenario.steps.flatMap(({ fault }) =>
      fault.kind === 'clock' && fault.jump > 0 ? fault.nodes : [],
    )
    this.jumped = new Set(jumps)
  }

  changed({ host, change: { row, before, after }, now }: Turn): void {
    if (row === SELF || after === null) return
    const { tag } = after.identity
    if (after.standing === 'suspect') return this.accuse(tag, after.incarnation, now)
    if (after.standing !== 'down' || before?.identity.tag !== tag) return
    if (!isPresent(before.standing)) return
    if (this.jumped.has(host.name)) return this.excuse(tag, after.incarnation)
    if (this.hasty.get(tag)?.has(after.incarnation) === true) return
    const since = this.accused.get(tag)?.get(after.incarnation)
    const drained = (this.ground.truth.of(tag)?.endedAt ?? null) !== null
    if (drained || (since !== undefined && now - since >= this.least - 1)) return
    const after_ = since === undefined ? 'without an accusation' : `${Math.round(now - since)} ms`
    this.ground.say(host, `${told(after)} after ${after_}`)
  }

  private excuse(tag: Tag, incarnation: number): void {
    this.hasty.set(tag, (this.hasty.get(tag) ?? new Set()).add(incarnation))
  }

  private accuse(tag: Tag, incarnation: number, now: Millis): void {
    const first = this.accused.get(tag) ?? new Map<number, Millis>()
    this.accused.set(tag, first)
    if (!first.has(incarnation)) first.set(incarnation, now)
  }
}
