/** A cluster in a virtual network: the very class that an agent runs is born at every host. */
import { known } from '../src/base/assert.js'
import type { Address, Millis } from '../src/base/machine.js'
import type { Random } from '../src/base/random.js'
import { NOTHING_RESTORED, restoreRing } from '../src/cluster/durable-ring.js'
import { Node } from '../src/cluster/node.js'
import type { NodeCommand, NodeEvent, NodeOptions } from '../src/cluster/node.js'
import { restore } from '../src/gossip/durable.js'
import { settingsFor, type GossipSettings, type Profile } from '../src/gossip/settings.js'
import type { Settler } from '../src/gossip/settling.js'
import type { VirtualHost } from './host.js'
import { Kernel } from './kernel.js'
import type { Link, Override } from './links.js'

export interface WorldOptions {
  readonly seed: number
  readonly link?: Partial<Link>
  readonly links?: readonly Override[]
  readonly profile?: Profile
  readonly settings?: Partial<GossipSettings>
  readonly cluster?: string
  /** Tokens each node wishes for. */
  readonly tokens?: number
  /** How many nodes found the cluster's ring together; 0: there is none, only gossip. */
  readonly expect?: number
  /** Data is kept beside the nodes: 'ring.copy' waits for 'copied'. */
  readonly keepsData?: boolean
  /** Makes each host's node: one with data beside it, if not the plain one. */
  readonly make?: (options: NodeOptions, now: Millis, host: VirtualHost) => Node
}

/** The wall time of world time 0, in epoch milliseconds. */
const EPOCH = 1_700_000_000_000

/** By then every host that was started has stored its generation and speaks. */
const GENERATION_STORED: Millis = 5

/** A host joins by so many of the first hosts. */
const SEEDS = 3

export class World extends Kernel<Node, NodeCommand, NodeEvent> {
  constructor(options: WorldOptions) {
    const settings = settingsFor(options.profile ?? 'lan', options.settings)
    const common = {
      settings,
      cluster: options.cluster ?? 'world',
      tokens: options.tokens ?? 16,
      expect: options.expect ?? 0,
      keepsData: options.keepsData ?? false,
      make: options.make ?? ((node, now) => new Node(node, now)),
    }
    super({ ...options, birth: (host, now, random) => birth(common, host, now, random), ends })
  }

  /** Starts an agent's machine on what its disk holds. */
  start(host: VirtualHost, seeds: readonly Address[] = []): Node {
    return this.begin(host, [{ kind: 'seeds', addresses: seeds }, { kind: 'start' }])
  }

  /** A cluster of so many, started together; all but the first join by the first. */
  boot(count: number): VirtualHost[] {
    const hosts = Array.from({ length: count }, (_, index) => this.add(`n${index + 1}`))
    const seed = known(hosts[0], 'a first host')
    for (const host of hosts) this.start(host, host === seed ? [] : [seed.address])
    return hosts
  }

  /**
   * A cluster of so many that have known each other all along: without the meetings, which for many
   * would take far longer than what is to be watched.
   */
  settle(hosts: readonly VirtualHost[]): void {
    for (const host of hosts) this.start(host)
    this.run(GENERATION_STORED)
    const settlers = hosts.map((host): Settler => {
      const table = known(host.node, `running node of ${host.name}`).table
      return { identity: table.identity(0), facts: table.facts(0), version: table.version(0) }
    })
    const first = hosts[0]?.node
    for (const host of hosts) {
      const like = host.node === first || first === undefined ? settlers : first
      this.drive(host, (node, now) => node.settle(like, now))
    }
  }

  /** What stands in the configuration of a host: the first hosts, wherever they live by now. */
  seedsOf(host: VirtualHost): Address[] {
    const others = this.hosts.filter((other) => other !== host).slice(0, SEEDS)
    return others.map(({ address }) => address)
  }
}

interface Common {
  readonly settings: GossipSettings
  readonly cluster: string
  readonly tokens: number
  readonly expect: number
  readonly keepsData: boolean
  readonly make: NonNullable<WorldOptions['make']>
}

function birth(common: Common, host: VirtualHost, now: Millis, random: Random): Node {
  const cluster = host.cluster ?? common.cluster
  const found = restore(host.disk, cluster)
  const ring = restoreRing(host.disk)
  return common.make(
    {
      settings: common.settings,
      cluster,
      hostId: host.hostId,
      name: host.name,
      address: host.advertised ?? host.address,
      dc: host.dc,
      rack: host.rack,
      tokens: common.tokens,
      expect: common.expect,
      keepsData: common.keepsData,
      replaces: host.replaces,
      restoredRing: ring.kind === 'restored' ? ring.ring : NOTHING_RESTORED,
      restored: found.kind === 'restored' ? found.restored : null,
      wall: EPOCH + now + host.clockOff,
      random,
    },
    now,
    host,
  )
}

/** After these an agent's process ends. */
function ends(event: NodeEvent): boolean {
  return ['self.left', 'self.banned', 'identity.conflict'].includes(event.kind)
}
