/**
 * An agent while it runs: the node is driven, its events are announced, its seeds are kept
 * resolved, and it stops in one of three ways. It carries what the node says; who is alive is
 * decided in the node and nowhere here.
 */
import type { Address } from '../base/machine.js'
import { DATA_FACT } from '../cluster/copy-fact.js'
import type { Node, NodeCommand, NodeEvent } from '../cluster/node.js'
import type { HostId, Identity } from '../gossip/identity.js'
import type { Details, Level } from './saying.js'
import { sayingOf } from './announcement.js'
import type { Api } from './api/server.js'
import type { Sources, StopHow } from './api/sources.js'
import { monotonic, wallTime } from './clock.js'
import type { Configuration } from './configuration.js'
import type { Opened } from './data-directory.js'
import type { DataBeside } from './data/data-beside.js'
import { deferred, within } from './deferred.js'
import { Driver } from './driver.js'
import { errorText, OperatorError } from './failure.js'
import { fatal, storeFailure } from './fatal.js'
import { Journal, type Listener } from './journal.js'
import type { Log } from './log.js'
import { isPeer, readiness, type Readiness } from './readiness.js'
import type { Recorder } from './recording/recorder.js'
import { release } from './release.js'
import { Seeds, type Resolver } from './seeds.js'
import { Store } from './store.js'
import { trafficOf } from './traffic.js'
import type { Wires } from './wires.js'
import { writeWitness } from './witness.js'

/** What a node can be asked without changing it. */
export type NodeReader = Pick<Node, 'view' | 'status' | 'evidence'>

export interface Agent {
  /** Sockets are bound, the API listens and the node speaks. Rejects when it ended before that. */
  readonly ready: Promise<void>
  /** Resolves when it was stopped; rejects with an OperatorError when it had to end by itself. */
  readonly ended: Promise<void>
  readonly hostId: HostId
  readonly name: string
  /** Where others reach it. */
  readonly address: Address
  /** HOST:PORT of the HTTP API, '' when it is off. */
  readonly api: Address
  readonly node: NodeReader
  /** Monotonic time, as `node` wants it. */
  now(): number
  /** Why it was refused, undefined when it was not. */
  command(command: NodeCommand): string | undefined
  /** Every event from now on, until the returned function is called. */
  subscribe(listener: Listener): () => void
  /** `leave` and `drain` tell the others first. Stopping again with `now` does not wait. */
  stop(how: StopHow): Promise<void>
}

export interface Parts {
  readonly configuration: Configuration
  readonly node: Node
  readonly hostId: HostId
  readonly name: string
  readonly address: Address
  readonly api: Api | undefined
  readonly wires: Wires
  readonly opened: Opened
  /** Stands before the node where its inputs are recorded. */
  readonly recorder: Recorder | undefined
  /** Rows kept beside the node. */
  readonly data: DataBeside | undefined
  readonly log: Log
  readonly resolver: Resolver
}

/** How long the others' hearing of a drain is waited for, and how long the disk's last batch. */
const DRAIN_WAIT = 1000
const FLUSH_WAIT = 5000

/** What is told of the data beside the node; null where there is none. */
function keptBeside({ kv, ownData }: Configuration): Uint8Array | null {
  if (kv) return Buffer.from('kv')
  return ownData ? Buffer.from('own') : null
}

export class RunningAgent implements Agent {
  readonly hostId: HostId
  readonly name: string
  readonly address: Address
  readonly api: Address
  readonly node: Node
  readonly sources: Sources
  private readonly parts: Parts
  private readonly driver: Driver<NodeCommand, NodeEvent>
  private readonly journal: Journal
  private readonly store: Store
  private readonly seeds: Seeds
  private readonly born = monotonic()
  private readonly becameReady = deferred<undefined>()
  private readonly finished = deferred<undefined>()
  private readonly left = deferred<undefined>()
  private readonly hurry = deferred<undefined>()
  private witnessed = Promise.resolve()
  private joined = false
  private stopping = false
  private failure: OperatorError | undefined

  constructor(parts: Parts) {
    const { node, wires, opened, name, hostId, address } = parts
    this.parts = parts
    this.node = node
    this.name = name
    this.hostId = hostId
    this.address = address
    this.api = parts.api?.address ?? ''
    this.journal = new Journal({ name, hostId }, wallTime)
    this.driver = new Driver(parts.recorder ?? node, {
      send: (to, bytes) => wires.datagrams.send(to, bytes),
      stream: (to, bytes) => wires.streams.send(to, bytes),
      persist: (ticket, key, bytes) => this.store.persist(ticket, key, bytes),
      event: (event) => this.onEvent(event),
    })
    this.store = new Store(opened.database, opened.stored, (ticket, ok) =>
      this.driver.stored(ticket, ok),
    )
    this.seeds = this.seedsOf(parts)
    this.sources = this.sourcesOf(parts)
  }

  get ready(): Promise<undefined> {
    return this.becameReady.promise
  }

  get ended(): Promise<undefined> {
    return this.finished.promise
  }

  now(): number {
    return monotonic()
  }

  start(): void {
    this.parts.wires.connect(this.driver)
    this.parts.data?.connect((command) => this.command(command))
    // Before the first word: whoever knows where this node stands in the chain knows this too.
    const kept = keptBeside(this.parts.configuration)
    if (kept !== null) this.driver.command({ kind: 'publish', key: DATA_FACT, value: kept })
    this.driver.command({ kind: 'start' })
    void this.seeds.start()
  }

  command(command: NodeCommand): string | undefined {
    for (const effect of this.driver.command(command)) {
      if (effect.kind === 'event' && effect.event.kind === 'command.refused')
        return effect.event.reason
    }
    return undefined
  }

  subscribe(listener: Listener): () => void {
    return this.journal.subscribe(listener)
  }

  async stop(how: StopHow): Promise<void> {
    if (how === 'now') this.hurry.resolve(undefined)
    if (!this.stopping) {
      this.stopping = true
      await this.goodbye(how)
      await this.shut(how)
    }
    await this.finished.promise.catch(() => undefined)
  }

  private async goodbye(how: StopHow): Promise<void> {
    this.seeds.stop()
    this.announce('info', 'agent.stopping', { how })
    if (how === 'now' || !this.node.view(monotonic()).started) return
    this.driver.command({ kind: how })
    const patience =
      how === 'leave' ? this.parts.configuration.gossip.leaveWait + DRAIN_WAIT : DRAIN_WAIT
    await within(Promise.race([this.left.promise, this.hurry.promise]), patience)
  }

  private async shut(how: StopHow): Promise<void> {
    this.announce('info', 'agent.stopped', { how })
    this.driver.stop()
    this.parts.api?.close()
    this.parts.wires.close()
    const others = [this.parts.recorder?.close(), this.parts.data?.close()]
    await within(Promise.all([this.store.close(), this.witnessed, ...others]), FLUSH_WAIT)
    const early = new OperatorError(
      'agent.stopped',
      'The agent was stopped before it was ready.',
      'Start it again.',
    )
    this.becameReady.reject(this.failure ?? early)
    if (this.failure === undefined) this.finished.resolve(undefined)
    else this.finished.reject(this.failure)
  }

  private onEvent(event: NodeEvent): void {
    const said = this.journal.announce(sayingOf(event))
    this.parts.log.event(said)
    this.parts.data?.hear(event)
    switch (event.kind) {
      case 'gossip.started':
        this.witness(event.self)
        this.sayReady(event.self.generation)
        break
      case 'self.reborn':
        this.witness(event.self)
        break
      case 'member.up':
        if (event.member.hostId !== this.hostId) this.joined = true
        break
      case 'self.left':
        this.left.resolve(undefined)
        break
      case 'store.failed':
        this.onStoreFailed(event.key)
        break
      case 'ring.decommissioned':
        void this.stop('leave')
        break
      default:
        this.failFor(fatal(event, this.parts.configuration.dataDir))
    }
  }

  /** `member.up` of oneself follows in the same step: readiness is said after it. */
  private sayReady(generation: number): void {
    queueMicrotask(() => {
      const { address, api } = this
      const millis = Math.round(performance.now())
      this.announce('info', 'agent.ready', { address, api, generation, pid: process.pid, millis })
      this.becameReady.resolve(undefined)
    })
  }

  private onStoreFailed(key: string): void {
    const error = storeFailure(this.parts.configuration.dataDir, key, this.store.lastFailure)
    this.parts.log.say('error', `${error.message} ${error.next}`)
    // Without a stored generation the node never speaks.
    if (!this.node.view(monotonic()).started) this.failFor(error)
  }

  private failFor(error: OperatorError | undefined): void {
    if (error === undefined || this.failure !== undefined) return
    this.failure = error
    void this.stop('now')
  }

  private announce(level: Level, event: string, details: Details): void {
    this.parts.log.event(this.journal.announce({ level, event, details }))
  }

  private witness({ hostId, generation }: Identity): void {
    const { dataDir, cluster, kv: keepsRows } = this.parts.configuration
    this.witnessed = this.witnessed
      .then(() => writeWitness(dataDir, { cluster, hostId, generation, keepsRows }))
      .catch((error: unknown) => {
        this.parts.log.say(
          'warn',
          `The witness of the data directory was not written: ${errorText(error)}`,
        )
      })
  }

  private readiness(): Readiness {
    const view = this.node.view(monotonic())
    const joined = this.joined || view.members.some(isPeer)
    return readiness({ stopping: this.stopping, view, seeds: this.seeds.list(), joined })
  }

  private seedsOf({ configuration, resolver, log, address }: Parts): Seeds {
    return new Seeds({
      seeds: configuration.seeds,
      self: address,
      resolver,
      onAddresses: (addresses) => this.driver.command({ kind: 'seeds', addresses }),
      onProblem: (seed, problem) => {
        this.announce('warn', 'seed.unresolvable', { seed, problem })
        log.say('warn', `Seed ${seed}: ${problem}; it is tried again.`)
      },
    })
  }

  private sourcesOf({ wires, data }: Parts): Sources {
    return {
      status: (keyspace) => this.node.status(monotonic(), keyspace),
      view: () => this.node.view(monotonic()),
      record: () => this.node.record,
      ring: () => this.node.ringView(),
      evidence: (hostId) => this.node.evidence(hostId),
      readiness: () => this.readiness(),
      journal: this.journal,
      kv: data?.keyValue,
      cleaned: () => data?.cleaned ?? null,
      traffic: () => [
        ...trafficOf(wires.datagrams, wires.streams, this.store),
        ...(this.parts.data?.counters ?? []),
      ],
      command: (command) => this.command(command),
      meet: (seeds) => void this.seeds.add(seeds),
      stop: (how) => void this.stop(how),
      release: release(),
      uptime: () => (monotonic() - this.born) / 1000,
    }
  }
}
