/**
 * Runs a scenario: trouble, in which nothing unsafe may ever happen, and then calm, after which all
 * who live must agree. The same scenario and seed give the same outcome on every machine.
 */
import type { Millis } from '../src/base/machine.js'
import type { Check, Violation } from './checks/check.js'
import type { Ground } from './checks/ground.js'
import { agree, livingOf } from './checks/agreement.js'
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
  const running = new Run(scenario, seed, options)
  while (running.step(LOOK)) continue
  return running.outcome()
}

/** A run in steps, for whoever wants to look at it on the way. */
export class Run {
  readonly world: World
  readonly end: Millis
  private readonly scenario: Scenario
  private readonly seed: number
  private readonly options: RunOptions
  private readonly inspector: Inspector
  private readonly tally = new Tally()
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

  /**
   * Lets at most so much time pass, and at most so many things happen.
   * @returns whether there is more to come
   */
  step(span: Millis, most = Infinity): boolean {
    const { world } = this
    const look = Math.min(this.end, (Math.floor(world.now / LOOK) + 1) * LOOK)
    const passed = world.run(Math.min(span, look - world.now), most)
    if (!passed || world.now < look) return true
    this.look()
    return world.now < this.end && this.goesOn()
  }

  /** Of the run so far: what must hold after the calm is asked only when it is over. */
  outcome(): Outcome {
    const { violations } = this.inspector
    if (violations.length === 0 && this.over) this.inspector.end()
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
    const hosts = scenario.nodes.map(({ name, dc, rack }) => world.add(name, { dc, rack }))
    const first = hosts.filter((_, i) => scenario.nodes[i]?.startAt === 0)
    if (scenario.settled === true) world.settle(first)
    for (const { name, startAt } of scenario.nodes) {
      if (startAt === null || (scenario.settled === true && startAt === 0)) continue
      this.at(startAt, () => inflict(world, { kind: 'start', nodes: [name] }))
    }
    for (const { at, fault } of scenario.steps) this.at(at, () => inflict(world, fault))
  }

  /**
   * At a time of the run, or at once if that is past: a settled cluster takes a moment to begin.
   */
  at(time: Millis, act: () => void): void {
    this.world.after(Math.max(0, time - this.world.now), act)
  }

  private get over(): boolean {
    return this.world.now >= this.end || this.settled
  }

  private look(): void {
    const { world, scenario } = this
    if (world.now % RESOLVE === 0 && scenario.settled !== true) this.resolveSeeds()
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
    return agree(livingOf(this.world.hosts))
  }

  /** What agrees and stays so is not looked at for ever. */
  private goesOn(): boolean {
    const { world, options, inspector } = this
    if (options.hasty === true && inspector.violations.length > 0) return false
    if (options.onSecond?.(world.now, this.end) === false) return false
    return !this.settled
  }

  private get settled(): boolean {
    const { world, options, agreedAt } = this
    return options.hasty === true && agreedAt !== null && world.now - agreedAt >= STAY
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
