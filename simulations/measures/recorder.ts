/**
 * Watches a run from outside and keeps what a report needs: how news spread, whom was called down
 * wrongly, what was sent, how many tables differed, what phi one edge showed. It takes no part in
 * the run: the trace is the same without it.
 */
import type { Millis } from '../../src/base/machine.js'
import type { NodeEvent } from '../../src/cluster/node.js'
import type { Identity } from '../../src/gossip/identity.js'
import type { Table } from '../../src/gossip/table.js'
import type { Check } from '../checks/check.js'
import { AlarmCount, type Alarms } from './alarms.js'
import { Spreading, type News, type Spread } from './spread.js'
import { Traffic, type TrafficWindow } from './traffic.js'

/** A host, as far as it is looked at. */
export interface Subject {
  readonly name: string
  readonly hostId: string
  readonly bytesSent: number
  readonly node:
    { readonly table: Table; phi(hostId: string, now: Millis): number | null } | undefined
}

export interface Recorded {
  readonly spreads: readonly Spread[]
  readonly alarms: Readonly<Alarms>
  readonly traffic: readonly TrafficWindow[]
  /** Different member tables among the running nodes, at each sample. */
  readonly tables: readonly Sample[]
  /** Different sizes in all `view.changed` events. */
  readonly viewSizes: number
  /** The edge whose phi was followed, by the names of its ends. */
  readonly edge: { readonly by: string; readonly of: string } | null
  readonly phi: readonly Sample[]
  /** When every view first held everybody, if that was waited for. */
  readonly wholeAt: Millis | null
}

export interface Sample {
  readonly at: Millis
  readonly value: number
}

export interface Watched {
  /** Names of those that something is done to. */
  readonly troubled: ReadonlySet<string>
  /** Whose phi is followed on one edge; undefined where no edge is. */
  readonly followed: string | undefined
}

/** Tables and phi are looked at this often, and traffic every fourth time. */
export const SAMPLE: Millis = 250
const SAMPLES_A_WINDOW = 4
/** An edge seen less often than this is given up for another. */
const LEAST_PHI = 20

export class Recorder implements Check {
  readonly name = 'recorder'
  /** Bounded by the nodes of the world, both. */
  private hosts: readonly Subject[] = []
  private byName: ReadonlyMap<string, Subject> = new Map() // bounded likewise
  private readonly followed: string | undefined
  private readonly alarms: AlarmCount
  private readonly traffic = new Traffic()
  /** News under way, by kind and name; bounded by the news of the scenario. */
  private readonly open = new Map<string, Spreading>()
  /** Bounded by the news of the scenario. */
  private readonly spreads: Spreading[] = []
  /** By name, those that run under which generation; bounded by the nodes of the world. */
  private readonly generations = new Map<string, number>()
  /** Names of those that announced their end; bounded by the nodes of the world. */
  private readonly ending = new Set<string>()
  /** Bounded by the sizes that a view can have. */
  private readonly sizes = new Set<number>()
  private readonly tables: Sample[] = [] // bounded by the length of the run
  private readonly phi: Sample[] = [] // bounded likewise
  private edge: { readonly by: Subject; readonly of: Subject } | undefined
  private wholeAt: Millis | null = null
  private samples = 0

  constructor(watched: Watched) {
    this.followed = watched.followed
    this.alarms = new AlarmCount(watched.troubled)
  }

  /** These are the hosts of the world. */
  look(hosts: readonly Subject[]): void {
    this.hosts = hosts
    this.byName = new Map(hosts.map((host) => [host.name, host]))
  }

  /** From now on everybody who runs should hear of it. */
  news(news: News, about: string, now: Millis): void {
    this.endNews(about, news)
    const audience = this.running().map(({ name }) => name)
    const spreading = new Spreading(news, about, now, audience)
    this.open.set(`${news} ${about}`, spreading)
    this.spreads.push(spreading)
  }

  /** Processes end, or say that they are about to. */
  end(names: readonly string[]): void {
    for (const name of names) {
      this.ending.add(name)
      for (const spreading of this.open.values()) spreading.ended(name)
    }
  }

  /** Everything that nodes tell passes through here. */
  told(event: NodeEvent, { name: by }: Subject, now: Millis): void {
    switch (event.kind) {
      case 'gossip.started':
        this.generations.set(by, event.self.generation)
        this.ending.delete(by)
        return
      case 'member.down':
        this.heard('fall', by, event.member.name, now)
        return this.verdict(by, event.member)
      case 'member.left':
        return this.heard('departure', by, event.member.name, now)
      case 'member.up':
        if (event.member.generation !== this.generations.get(event.member.name)) return
        return this.heard('arrival', by, event.member.name, now)
      case 'member.facts':
        return this.heard('fact', by, event.member.name, now)
      case 'member.suspect':
        this.alarms.counts.suspicions++
        return
      case 'member.refuted':
        this.alarms.counts.refutations++
        return
      case 'view.changed':
        this.sizes.add(event.size)
        return
      default:
        return
    }
  }

  sample(now: Millis): void {
    const running = this.running()
    const digests = new Set(running.map(({ node }) => node?.table.digest))
    this.tables.push({ at: now, value: digests.size })
    if (this.wholeAt === null && digests.size === 1 && this.isWhole(running)) this.wholeAt = now
    this.follow(now)
    this.samples++
    if (this.samples % SAMPLES_A_WINDOW === 0) this.traffic.close(running, now)
  }

  get recorded(): Recorded {
    const { edge } = this
    return {
      spreads: this.spreads.map(({ told }) => told),
      alarms: { ...this.alarms.counts },
      traffic: this.traffic.windows,
      tables: this.tables,
      viewSizes: this.sizes.size,
      edge: edge === undefined ? null : { by: edge.by.name, of: edge.of.name },
      phi: this.phi,
      wholeAt: this.wholeAt,
    }
  }

  private running(): Subject[] {
    return this.hosts.filter(({ node }) => node !== undefined)
  }

  private isWhole(running: readonly Subject[]): boolean {
    return running[0]?.node?.table.present === this.hosts.length
  }

  private heard(news: News, by: string, about: string, now: Millis): void {
    const key = `${news} ${about}`
    if (this.open.get(key)?.knows(by, now) === true) this.open.delete(key)
  }

  /** A restart overtakes the news of a fall, and a fall that of an arrival. */
  private endNews(about: string, news: News): void {
    if (news === 'fact') return
    for (const older of ['fall', 'departure', 'arrival'] as const) {
      const key = `${older} ${about}`
      this.open.get(key)?.overtaken()
      this.open.delete(key)
    }
  }

  private verdict(by: string, { name, generation }: Identity): void {
    const runs = this.byName.get(name)?.node !== undefined
    const current = this.generations.get(name) === generation
    if (runs && current && !this.ending.has(name)) this.alarms.wronged(by, name)
  }

  private follow(now: Millis): void {
    const { edge } = this
    const phi = edge?.by.node?.phi(edge.of.hostId, now) ?? null
    if (phi !== null) this.phi.push({ at: now, value: phi })
    else if (this.phi.length < LEAST_PHI) this.followAnother(now)
  }

  /** Who observes whom changes while the cluster forms; later an edge that ended is part of it. */
  private followAnother(now: Millis): void {
    this.phi.length = 0
    this.edge = this.findEdge(now)
  }

  private findEdge(now: Millis): { by: Subject; of: Subject } | undefined {
    const of = this.hosts.find(({ name }) => name === this.followed)
    if (of?.node === undefined) return undefined
    const by = this.hosts.find((host) => (host.node?.phi(of.hostId, now) ?? null) !== null)
    return by === undefined ? undefined : { by, of }
  }
}
