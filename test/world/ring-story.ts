/** Words for the stories of the ring: who holds which record, and when all hold the same. */
import { known } from '../../src/base/assert.js'
import type { Wish } from '../../src/cluster/intent.js'
import type { RingView } from '../../src/cluster/ring-view.js'
import type { RecordMember, RingRecord } from '../../src/cluster/record/record.js'
import { network } from '../../src/ring/replication.js'
import type { VirtualHost } from '../../simulations/host.js'
import { World, type WorldOptions } from '../../simulations/world.js'

export interface Founded {
  readonly world: World
  readonly hosts: readonly VirtualHost[]
}

/** A cluster of so many that has founded its ring. */
export function founded(count: number, options: Omit<WorldOptions, 'expect'>): Founded {
  const world = new World({ ...options, expect: count })
  const hosts = world.boot(count)
  const took = world.until(() => hosts.every((host) => epochOf(host) === 1), 20_000)
  if (took === undefined) throw new Error(`seed ${options.seed}: ${count} did not found a ring`)
  return { world, hosts }
}

export function ringOf(host: VirtualHost): RingView {
  return known(host.node, `running node of ${host.name}`).ringView()
}

export function recordOf(host: VirtualHost): RingRecord {
  return known(host.node?.record?.record, `record of ${host.name}`)
}

/** 0 before there is a record. */
export function epochOf(host: VirtualHost): number {
  return host.node?.record?.record.epoch ?? 0
}

/** Names and states of the members in a record, in order of name. */
export function membersIn(record: RingRecord): string[] {
  const said = ({ name, state }: RecordMember): string =>
    state === 'normal' ? name : `${name} ${state}`
  return record.members.map(said).sort()
}

/** All of these hold one and the same record, and nothing is under way in it. */
export function settled(hosts: readonly VirtualHost[]): boolean {
  const digests = new Set(hosts.map((host) => host.node?.record?.digest ?? ''))
  return digests.size === 1 && hosts[0]?.node?.record?.record.moves.length === 0
}

/** Lets time pass until these have settled on a record that satisfies. @returns how long it took */
export function settle(
  world: World,
  hosts: readonly VirtualHost[],
  holds: (record: RingRecord) => boolean,
  limit = 20_000,
): number {
  const first = known(hosts[0], 'somebody to settle')
  const took = world.until(() => settled(hosts) && holds(recordOf(first)), limit)
  if (took === undefined) {
    const said = hosts.map((host) => `${host.name} ${epochOf(host)} ${whyNot(host)}`).join('; ')
    throw new Error(`not settled after ${limit} ms: ${said}`)
  }
  return took
}

function whyNot(host: VirtualHost): string {
  const holds = host.node?.ringView().holds ?? []
  return holds.map(({ why }) => why).join(', ')
}

export function intend(world: World, host: VirtualHost, wish: Wish): void {
  world.tell(host, { kind: 'intend', wish })
}

/** A keyspace with so many copies in dc1, so that joining and leaving move data. */
export function keyspace(world: World, hosts: readonly VirtualHost[], copies = 3): void {
  const [first] = hosts
  if (first === undefined) return
  intend(world, first, { kind: 'create', name: 'shop', replication: network({ dc1: copies }) })
  settle(world, hosts, ({ keyspaces }) => keyspaces.length === 1)
}

/** A further host that joins by the others. */
export function joiner(world: World, name: string): VirtualHost {
  const host = world.add(name)
  world.start(host, world.seedsOf(host))
  return host
}

/** Parts the hosts in two: nothing passes between these and the others. */
export function part(world: World, side: readonly VirtualHost[]): void {
  const inside = new Set(side)
  world.network.passes = (from, to) => inside.has(from) === inside.has(to)
}

export function heal(world: World): void {
  world.network.passes = () => true
}
