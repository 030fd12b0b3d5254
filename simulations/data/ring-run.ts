/**
 * Runs a scenario of ring changes with clients at work: trouble, in which nothing acknowledged may
 * be lost and no two records of one epoch appear, and a calm, after which all who can agree do and
 * every promised row is read.
 */
import type { Millis } from '../../src/base/machine.js'
import { withDefaults } from '../../src/base/settings.js'
import { ringSettings } from '../../src/cluster/ring-settings.js'
import { Random } from '../../src/base/random.js'
import type { Entry } from '../../src/cluster/data/storage.js'
import type { Spare } from '../../src/cluster/ring-event.js'
import type { HostId } from '../../src/gossip/identity.js'
import type { Outcome } from '../run.js'
import type { VirtualHost } from '../host.js'
import { World } from '../world.js'
import { isSalvageable, tidyUp } from './aftermath.js'
import { Clients, KEYSPACE } from './clients.js'
import { Guard } from './guard.js'
import { Keeper } from './keeper.js'
import { createWish, perform, type Act, type RingScenario } from './ring-scenario.js'
import type { RingCount, RingCounts } from './ring-counts.js'
import { Traps } from './traps.js'

export interface RingOutcome extends Omit<Outcome, 'counts' | 'measures'> {
  readonly counts: RingCounts
  readonly seconds: number
  readonly nodeHours: number
  readonly agreedAfter: Millis | null
}

const FOUNDING: Millis = 20_000
const CALM: Millis = 120_000
/** After so long without agreement an operator looks after things. */
const ROUND: Millis = 8000
/** Where disks are slow and ranges still move, an attempt fails now and then. */
const READING: Millis = 60_000
/** Old copies go soon, so that it can be seen whether they go too soon. */
const HASTY = withDefaults(ringSettings, { dropGrace: 1000 })

export function runRing(scenario: RingScenario, seed: number): RingOutcome {
  return new RingRun(scenario, seed).run()
}

export class RingRun {
  private readonly scenario: RingScenario
  private readonly seed: number
  private readonly world: World
  private readonly guard: Guard
  private readonly clients: Clients
  /** The others join, also a founder that lost its disk; bounded by the founders. */
  private readonly founders = new Set<HostId>()
  private readonly traps: Traps
  private nodeMillis = 0

  constructor(scenario: RingScenario, seed: number) {
    this.scenario = scenario
    this.seed = seed
    const random = Random.from(seed).fork('data')
    const dcs = [...new Set(scenario.nodes.map(({ dc }) => dc))].sort()
    const guard = new Guard(
      () => this.world.hosts,
      () => this.world.now,
      dcs,
    )
    this.guard = guard
    this.world = new World({
      seed,
      links: scenario.links,
      expect: scenario.founders,
      tokens: scenario.tokens,
      keepsData: true,
      make: (options, now, host) => {
        const { life } = host
        const founds = this.founders.has(options.hostId)
        const keeping = {
          life,
          rows: guard.rowsOf(options.hostId),
          latency: () => Math.max(scenario.disk, host.writes),
          random: random.fork(`${host.name} ${life}`),
          count: (what: RingCount) => guard.count(what),
          onSaid: (bytes: Uint8Array) => guard.said(host, bytes),
          onDropped: (spare: Spare, gone: readonly Entry[]) => guard.dropped(host, spare, gone),
          onDone: (operation: number, outcome: Parameters<Clients['done']>[3]) => {
            this.clients.done(host, life, operation, outcome)
          },
        }
        const expect = founds ? scenario.founders : 0
        return new Keeper({ ...options, expect, ringSettings: HASTY }, keeping, now)
      },
    })
    this.clients = new Clients(
      this.world,
      guard.history,
      guard,
      random.fork('clients'),
      scenario.load,
    )
    this.traps = new Traps(this.world)
    this.world.onStep = (host) => guard.look(host)
    this.world.onTold = ({ by, event }) => {
      guard.told(this.world.host(by), event)
      this.traps.told(by, event)
    }
  }

  run(): RingOutcome {
    const { world, scenario, clients } = this
    this.found()
    const from = world.now
    clients.begin()
    for (const { at, act } of scenario.steps) {
      this.pass(from + at - world.now)
      this.prepare(act)
      if (act.kind === 'ambush' || act.kind === 'trap') this.traps.set(act)
      else perform(world, act)
    }
    this.pass(from + scenario.trouble - world.now)
    this.traps.disarm()
    clients.stop()
    return this.outcome(this.calm())
  }

  private found(): void {
    const { world, scenario } = this
    const hosts = scenario.nodes.map(({ name, dc, rack }) => world.add(name, { dc, rack }))
    const founders = hosts.slice(0, scenario.founders)
    for (const { hostId } of founders) this.founders.add(hostId)
    for (const host of hosts) host.writes = scenario.writes
    for (const host of founders) world.start(host, world.seedsOf(host))
    const [first] = founders
    world.until(() => founders.every(({ node }) => node?.record !== undefined), FOUNDING)
    if (first?.node?.record === undefined) return
    world.tell(first, { kind: 'intend', wish: createWish(world, KEYSPACE, scenario.copies) })
    world.until(() => founders.every(({ node }) => hasKeyspace(node)), FOUNDING)
  }

  /** @returns after how long all who live agreed; null: they did not */
  private calm(): Millis | null {
    const { world, guard } = this
    const from = world.now
    for (const host of world.hosts)
      if (host.node === undefined && host.life > 0) world.start(host, world.seedsOf(host))
    let agreed = false
    while (!agreed && this.salvageable && world.now - from < CALM) {
      agreed = world.until(() => agree(world), ROUND, 250) !== undefined
      if (guard.newest !== undefined && !agreed) tidyUp(world, guard.newest)
    }
    if (!this.salvageable) {
      guard.count('majorities lost')
      return null
    }
    if (!agreed) guard.broken(world.host('n1'), `no agreement: ${standing(world)}`)
    else this.readAll()
    return agreed ? world.now - from : null
  }

  private get salvageable(): boolean {
    const { newest, isSetBack } = this.guard
    return newest !== undefined && !isSetBack && isSalvageable(this.world, newest)
  }

  /** Everything promised is there, and can be read. */
  private readAll(): void {
    const { world, guard } = this
    const { unread } = this.clients.readAll('QUORUM')
    world.until(() => unread.size === 0, READING, 250)
    if (unread.size === 0) return
    // A disk was found to be an old copy only now.
    if (!this.salvageable) return guard.count('majorities lost')
    guard.broken(world.host('n1'), `${unread.size} promised rows cannot be read`)
  }

  private pass(span: Millis): void {
    const { world } = this
    if (span <= 0) return
    this.nodeMillis += span * world.live.length
    world.run(span)
  }

  private prepare(act: Act): void {
    if (act.kind !== 'restart' || act.disk === 'kept') return
    for (const name of act.nodes) this.guard.loses(this.world.host(name), act.disk)
  }

  private outcome(agreedAfter: Millis | null): RingOutcome {
    const { world, scenario, seed, guard } = this
    return {
      scenario: scenario.name,
      nodes: scenario.nodes.length,
      seed,
      traceHash: world.traceHash,
      passed: guard.violations.length === 0,
      violations: guard.violations,
      counts: guard.counts,
      seconds: world.now / 1000,
      nodeHours: this.nodeMillis / 3_600_000,
      agreedAfter,
    }
  }
}

function hasKeyspace(node: VirtualHost['node']): boolean {
  return (node?.record?.record.keyspaces.length ?? 0) > 0
}

/** All who live hold one record, nothing is under way in it, and they know of each other. */
function agree({ live }: World): boolean {
  const records = live.flatMap(({ node }) => node?.record ?? [])
  const [first] = records
  const same = records.every(({ digest }) => digest === first?.digest)
  if (records.length < live.length || !same || first?.record.moves.length !== 0) return false
  return live.every(({ node }) => live.every(({ hostId }) => node?.isPresent(hostId) === true))
}

function standing(world: World): string {
  return world.live
    .map(({ name, node }) => {
      const holds = node?.ringView().holds.map(({ why }) => why) ?? []
      return `${name} ${node?.record?.record.epoch ?? 0} ${[...new Set(holds)].join(', ')}`
    })
    .join('; ')
}
