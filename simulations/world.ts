/**
 * A virtual network in one loop: the very class that an agent runs, over links that delay, lose,
 * repeat and cut, with disks, stalls, crashes and restarts, in virtual time. One seed decides
 * everything. The seed of the simulator.
 */
import { known } from '../src/base/assert.js'
import { NEVER } from '../src/base/machine.js'
import type { Address, Channel, Effect, Millis } from '../src/base/machine.js'
import { Random } from '../src/base/random.js'
import { Node, type NodeEvent } from '../src/cluster/node.js'
import { restore } from '../src/gossip/durable.js'
import { hostIdFromWords } from '../src/gossip/identity.js'
import { settingsFor, type GossipSettings } from '../src/gossip/settings.js'
import { Heap } from './heap.js'
import { VirtualHost, type Input } from './host.js'
import { CALM, Links, type Link } from './links.js'
import { Network } from './network.js'
import type { Happening, Told, Write } from './happening.js'

export interface WorldOptions {
  readonly seed: number
  readonly link?: Partial<Link>
  readonly settings?: Partial<GossipSettings>
  readonly cluster?: string
}

/** A write reaches the disk after so long; a crash before loses it. */
const DISK_DELAY: Millis = 1
const EPOCH = 1_700_000_000_000

export class World {
  now: Millis = 0
  /** In order of creation; bounded by the scenario. */
  readonly hosts: VirtualHost[] = []
  /** Everything that was told; bounded by the length of the run. */
  readonly told: Told[] = []
  /** Called after every step of a host's machine. */
  onStep: (host: VirtualHost) => void = () => undefined
  readonly network: Network
  private readonly heap = new Heap<Happening>()
  private readonly random: Random
  private readonly settings: GossipSettings
  private readonly cluster: string

  constructor(options: WorldOptions) {
    this.random = Random.from(options.seed)
    const links = new Links(this.random.fork('network'), { ...CALM, ...options.link })
    this.network = new Network(links, (at, what) => {
      this.heap.push(at, what)
    })
    this.settings = settingsFor('lan', options.settings)
    this.cluster = options.cluster ?? 'world'
  }

  /** A host that is not started yet. */
  add(name: string): VirtualHost {
    const index = this.hosts.length
    const address = `10.${index >> 16}.${(index >> 8) & 255}.${index & 255}:7946`
    const host = new VirtualHost(name, this.drawHostId(`host ${index}`), address)
    this.hosts.push(host)
    this.network.attach(host)
    return host
  }

  /** Starts an agent's machine on what its disk holds. */
  start(host: VirtualHost, seeds: readonly Address[] = []): Node {
    const cluster = host.cluster ?? this.cluster
    const found = restore(host.disk, cluster)
    host.life++
    host.stalledUntil = 0
    host.armedAt = NEVER
    const node = new Node(
      {
        settings: this.settings,
        cluster,
        hostId: host.hostId,
        name: host.name,
        address: host.advertised ?? host.address,
        dc: 'dc1',
        rack: 'rack1',
        tokens: 16,
        restored: found.kind === 'restored' ? found.restored : null,
        wall: EPOCH + this.now + host.clockOff,
        random: this.random.fork(`${host.address} life ${host.life}`),
      },
      this.now,
    )
    host.node = node
    this.perform(host, node.command({ kind: 'seeds', addresses: seeds }, this.now))
    this.perform(host, node.command({ kind: 'start' }, this.now))
    return node
  }

  /** A cluster of so many, started together; all but the first join by the first. */
  boot(count: number): VirtualHost[] {
    const hosts = Array.from({ length: count }, (_, index) => this.add(`n${index + 1}`))
    const seed = known(hosts[0], 'a first host')
    for (const host of hosts) this.start(host, host === seed ? [] : [seed.address])
    return hosts
  }

  /** The process ends at once; its disk stays. */
  crash(host: VirtualHost): void {
    host.end()
  }

  /** Its disk is lost, and with it the identity: the next start is somebody new. */
  loseDisk(host: VirtualHost): void {
    host.disk = new Map()
    host.hostId = this.drawHostId(`${host.address} after life ${host.life}`)
  }

  /** Packets to the new address reach it from now on, those to the old one nobody. */
  move(host: VirtualHost, address: Address): void {
    this.network.detach(host)
    host.address = address
    this.network.attach(host)
  }

  /** The process stands still for a while, as under SIGSTOP. */
  stall(host: VirtualHost, span: Millis): void {
    host.stalledUntil = this.now + span
    const { life } = host
    this.after(span, () => {
      if (host.life === life && host.stalledUntil <= this.now) this.resume(host)
    })
  }

  after(span: Millis, act: () => void): void {
    this.heap.push(this.now + span, { kind: 'act', act })
  }

  tell(host: VirtualHost, command: Parameters<Node['command']>[0]): void {
    if (host.node !== undefined) this.perform(host, host.node.command(command, this.now))
  }

  /** Bytes that nobody of this world sent, or sent long ago, arrive now. */
  inject(to: Address, from: Address, bytes: Uint8Array, via: Channel = 'datagram'): void {
    this.reach(this.network.at(to), { kind: 'arrive', from, bytes, via })
  }

  /** Lets so much time pass. */
  run(span: Millis): void {
    const until = this.now + span
    while (this.heap.time <= until) {
      this.now = this.heap.time
      this.happen(this.heap.pop())
    }
    this.now = until
  }

  /** Lets time pass until something holds. @returns how long it took, undefined: too long */
  until(holds: () => boolean, limit: Millis, step: Millis = 50): Millis | undefined {
    const from = this.now
    while (!holds()) {
      if (this.now - from >= limit) return undefined
      this.run(step)
    }
    return this.now - from
  }

  get live(): VirtualHost[] {
    return this.hosts.filter((host) => host.node !== undefined)
  }

  private drawHostId(purpose: string): string {
    const ids = this.random.fork(purpose)
    return hostIdFromWords(ids.bits(), ids.bits(), ids.bits(), ids.bits())
  }

  private happen(what: Happening): void {
    switch (what.kind) {
      case 'act':
        return what.act()
      case 'deliver':
        return this.reach(this.network.at(what.to), what.input)
      case 'reach':
        return what.host.life === what.life ? this.reach(what.host, what.input) : undefined
      case 'write': {
        const { host, life, write } = what
        if (host.life !== life || host.node === undefined) return
        if (host.storing === 'works') host.write(write.key, write.bytes)
        const ok = host.storing === 'works'
        return this.reach(host, { kind: 'stored', ticket: write.ticket, ok })
      }
    }
  }

  /** A stalled host takes in what comes later: messages first, then its timers. */
  private reach(host: VirtualHost | undefined, input: Input): void {
    const node = host?.node
    if (host === undefined || node === undefined) return
    if (input.kind === 'wake') host.armedAt = NEVER
    if (this.now < host.stalledUntil) return host.keep(input)
    switch (input.kind) {
      case 'arrive':
        return this.perform(host, node.receive(input.from, input.bytes, input.via, this.now))
      case 'closed':
        return this.perform(host, node.closed(input.peer, input.why, this.now))
      case 'stored':
        return this.perform(host, node.stored(input.ticket, input.ok, this.now))
      case 'wake':
        return node.wakeAt <= this.now ? this.perform(host, node.wake(this.now)) : this.arm(host)
    }
  }

  private resume(host: VirtualHost): void {
    for (const input of host.takeBacklog()) this.reach(host, input)
    if (host.node !== undefined) this.perform(host, host.node.wake(this.now))
  }

  private perform(host: VirtualHost, effects: readonly Effect<NodeEvent>[]): void {
    for (const effect of effects) {
      switch (effect.kind) {
        case 'send':
          this.network.datagram(host, effect.to, effect.bytes, this.now)
          break
        case 'stream':
          this.network.frame(host, effect.to, effect.bytes, this.now)
          break
        case 'persist':
          this.store(host, effect)
          break
        case 'event':
          this.told.push({ at: this.now, by: host.name, event: effect.event })
          if (host.quits && ends(effect.event)) this.crash(host)
      }
    }
    this.onStep(host)
    this.arm(host)
  }

  private arm(host: VirtualHost): void {
    const { node, life } = host
    if (node === undefined || node.wakeAt >= host.armedAt) return
    host.armedAt = Math.max(this.now, node.wakeAt)
    this.heap.push(host.armedAt, { kind: 'reach', host, life, input: { kind: 'wake' } })
  }

  private store(host: VirtualHost, write: Write): void {
    if (host.storing === 'hangs') return
    this.heap.push(this.now + DISK_DELAY, { kind: 'write', host, life: host.life, write })
  }
}

/** After these an agent's process ends. */
function ends(event: NodeEvent): boolean {
  return ['self.left', 'self.banned', 'identity.conflict'].includes(event.kind)
}
