/**
 * Runs a scenario: trouble, in which nothing unsafe may ever happen, and then calm, after which all
 * who live must agree. The same scenario and seed give the same outcome on every machine.
 */
import type { Millis } from '../src/base/machine.js'
import type { Check, Violation } from './checks/check.js'
import type { Ground } from './checks/ground.js'
import { disagreements, livingOf } from './checks/agreement.js'
import { Inspector } from './checks/inspector.js'
import { properties } from './checks/properties.js'
import { Tally, type Counts } from './checks/tally.js'
import { inflict } from './fault.js'
import { endOfTrouble, type Scenario } from './scenario.js'
import { World } from './world.js'

export interface RunOptions {
  /** Further watchers, that measure or check; each is made for the run. */
  readonly watchers?: readonly ((ground: Ground) => Check)[]
  /** Without, nothing is checked: for what only measures, on large clusters. */
  readonly checked?: boolean
  /** Ends the run at the first violation. */
  readonly hasty?: boolean
  /** Called after each second of virtual time. @returns whether to go on */
  readonly onSecond?: (now: Millis, end: Millis) => boolean
}

export interface Measures {
  /** Virtual time of the run. */
  readonly seconds: number
  readonly nodeHours: number
  /** Bytes that all nodes sent, headers included. */
  readonly bytes: number
  /** After so long of calm all who live agreed; null: not at all. */
  readonly agreedAfter: Millis | null
}

export interface Outcome {
  readonly scenario: string
  readonly nodes: number
  readonly seed: number
  readonly traceHash: string
  readonly passed: boolean
  readonly violations: readonly Violation[]
  readonly counts: Counts
  readonly measures: Measures
}

const CLUSTER = 'world'

/** How often it is looked whether they agree, and for how long they must then stay so. */
const LOOK: Millis = 1000
const STAY: Millis = 5000

/** An agent resolves its seeds again this often, and so finds those that moved. */
const RESOLVE: Millis = 30_000

export function run(scenario: Scenario, seed: number, options: RunOptions = {}): Outcome {
  return new Run(scenario, seed, options).outcome()
}

class Run {
  private readonly scenario: Scenario
  private readonly seed: number
  private readonly options: RunOptions
  private readonly world: World
  private readonly inspector: Inspector
  private readonly tally = new Tally()
  private readonly end: Millis
  private nodeMillis = 0
  private agreedAt: Millis | null = null

  constructor(scenario: Scenario, seed: number, options: RunOptions) {
    this.scenario = scenario
    this.seed = seed
    this.options = options
    const { profile, ...settings } = scenario.settings
    this.world = new World({ seed, profile, settings, links: scenario.links, cluster: CLUSTER })
    const checks = options.checked === false ? [] : properties
    const makers = [() => this.tally, ...checks, ...(options.watchers ?? [])]
    this.inspector = new Inspector(this.world, scenario, CLUSTER, makers)
    this.end = endOfTrouble(scenario) + scenario.calm
    this.prepare()
  }

  outcome(): Outcome {
    while (this.world.now < this.end && this.goesOn()) this.second()
    const { violations } = this.inspector
    if (violations.length === 0) this.inspector.end()
    const { world, scenario, seed, tally } = this
    return {
      scenario: scenario.name,
      nodes: scenario.nodes.length,
      seed,
      traceHash: world.traceHash,
      passed: violations.length === 0,
      violations,
      counts: tally.counts,
      measures: this.measures(),
    }
  }

  private prepare(): void {
    const { world, scenario } = this
    for (const { name, dc, rack } of scenario.nodes) world.add(name, { dc, rack })
    for (const { name, startAt } of scenario.nodes) {
      if (startAt !== null) {
        world.after(startAt, () => inflict(world, { kind: 'start', nodes: [name] }))
      }
    }
    for (const { at, fault } of scenario.steps) world.after(at, () => inflict(world, fault))
  }

  private second(): void {
    const { world } = this
    if (world.now % RESOLVE === 0) this.resolveSeeds()
    world.run(Math.min(LOOK, this.end - world.now))
    this.nodeMillis += LOOK * world.live.length
    const calm = world.now - endOfTrouble(this.scenario)
    if (calm < 0) return
    if (!this.agree()) this.agreedAt = null
    else this.agreedAt ??= world.now
  }

  private resolveSeeds(): void {
    const { world } = this
    for (const host of world.live) {
      world.tell(host, { kind: 'seeds', addresses: world.seedsOf(host) })
    }
  }

  private agree(): boolean {
    const living = livingOf(this.world.hosts)
    return living.every(({ table }) => disagreements(table, living).length === 0)
  }

  /** What agrees and stays so is not looked at for ever. */
  private goesOn(): boolean {
    const { world, options, inspector, agreedAt } = this
    if (options.hasty === true && inspector.violations.length > 0) return false
    if (options.onSecond?.(world.now, this.end) === false) return false
    return options.hasty !== true || agreedAt === null || world.now - agreedAt < STAY
  }

  private measures(): Measures {
    const { world, agreedAt } = this
    return {
      seconds: world.now / 1000,
      nodeHours: this.nodeMillis / 3_600_000,
      bytes: world.hosts.reduce((sum, { bytesSent }) => sum + bytesSent, 0),
      agreedAfter: agreedAt === null ? null : agreedAt - endOfTrouble(this.scenario),
    }
  }
}
