/**
 * Nobody distrusts himself for the death of one other: where the network is whole and a single
 * member is missing, relays answer for themselves, and local health stays as it is. Without their
 * nacks every death would make everybody slow (Lifeguard, section IV-A).
 */
import type { Millis } from '../../src/base/machine.js'
import type { NodeEvent } from '../../src/cluster/node.js'
import { SELF } from '../../src/gossip/members.js'
import { isPresent } from '../../src/gossip/precedence.js'
import type { Table } from '../../src/gossip/table.js'
import { microsOf } from '../clock.js'
import type { VirtualHost } from '../host.js'
import { spanOf } from '../scenario.js'
import type { Check } from './check.js'
import type { Ground } from './ground.js'

/** So long after the last disturbance nothing of it is left. */
const QUIET: Millis = 40_000

/** Fewer cannot relay for each other. */
const LEAST = 4

export class Trust implements Check {
  readonly name = 'trust'
  private readonly ground: Ground
  private readonly whole: boolean
  /** Times in which something other than a crash happens; bounded by the steps. */
  private readonly disturbed: readonly (readonly [from: Millis, to: Millis])[]
  /** The last score of each; bounded by the hosts. */
  private readonly scores = new Map<VirtualHost, number>()

  constructor(ground: Ground) {
    this.ground = ground
    const { links, nodes, steps } = ground.scenario
    this.whole = links.every(({ link }) => (link.loss ?? 0) === 0 && (link.late ?? 0) === 0)
    const starts = nodes.map(({ startAt }) => [startAt ?? 0, startAt ?? 0] as const)
    const others = steps
      .filter(({ fault }) => fault.kind !== 'crash' && fault.kind !== 'outage')
      .map(({ at, fault }) => [at, at + spanOf(fault)] as const)
    this.disturbed = [...starts, ...others]
  }

  told(event: NodeEvent, host: VirtualHost, now: Millis): void {
    if (event.kind !== 'health.changed') return
    const before = this.scores.get(host) ?? 0
    this.scores.set(host, event.score)
    const table = host.node?.table
    if (event.score <= before || !this.whole || table === undefined) return
    if (this.disturbed.some(([from, to]) => now >= from && now <= to + QUIET)) return
    if (this.canBeHelped(table, host.clock.at(microsOf(now))))
      this.ground.say(host, `distrusts itself: ${event.score}`)
  }

  /**
   * At most one that it counts on is missing, and enough are there to relay. Whom it holds for dead
   * since this very step it still counted on in the step.
   */
  private canBeHelped(table: Table, now: Millis): boolean {
    let [there, missing] = [0, 0]
    for (let row = SELF; row < table.end; row++) {
      const counts = isPresent(table.standing(row)) || table.since(row) === now
      if (!table.has(row) || !counts) continue
      const instance = this.ground.truth.of(table.identity(row).tag)
      if (instance !== undefined && this.ground.truth.lives(instance)) there++
      else missing++
    }
    return there >= LEAST && missing <= 1
  }
}
