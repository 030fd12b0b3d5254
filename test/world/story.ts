/** Words for the stories of the virtual network: who sees whom how, and who said what. */
import { known } from '../../src/base/assert.js'
import type { NodeEvent } from '../../src/cluster/node.js'
import type { GossipView, MemberView } from '../../src/gossip/view.js'
import type { VirtualHost } from '../../simulations/host.js'
import { World, type WorldOptions } from '../../simulations/world.js'

export type Kind = NodeEvent['kind']
export type EventOf<K extends Kind> = Extract<NodeEvent, { kind: K }>

/** One event of a kind, with the time and the host that told it. */
export interface Tale<K extends Kind> {
  readonly at: number
  readonly by: string
  readonly event: EventOf<K>
}

export interface Formed {
  readonly world: World
  readonly hosts: readonly VirtualHost[]
}

/** A cluster that has formed and been at rest for a while. */
export function formed(count: number, options: WorldOptions, rest = 5000): Formed {
  const world = new World(options)
  const hosts = world.boot(count)
  const took = world.until(() => whole(world), 15_000, 250)
  if (took === undefined) throw new Error(`seed ${options.seed}: ${count} did not form`)
  world.run(rest)
  return { world, hosts }
}

export function viewOf(world: World, host: VirtualHost): GossipView {
  return known(host.node, `running node of ${host.name}`).view(world.now)
}

export function memberOf(world: World, by: VirtualHost, hostId: string): MemberView | undefined {
  return viewOf(world, by).members.find((member) => member.hostId === hostId)
}

/** How one host sees another: up, suspect, down, left, removed, replaced or unknown. */
export function seen(world: World, by: VirtualHost, of: VirtualHost): string {
  const member = memberOf(world, by, of.hostId)
  return member === undefined ? 'unknown' : (member.gone ?? member.liveness)
}

/** How each of the others sees it. */
export function seenBy(world: World, by: readonly VirtualHost[], of: VirtualHost): string[] {
  return by.filter((host) => host !== of).map((host) => seen(world, host, of))
}

/** Each of these sees exactly these as up, and all hold the same table. */
export function whole(world: World, hosts: readonly VirtualHost[] = world.live): boolean {
  const expected = hosts.map((host) => host.hostId).sort()
  const first = hosts[0]
  if (first === undefined) return true
  const { digest } = viewOf(world, first)
  return hosts.every((host) => {
    const view = viewOf(world, host)
    const up = view.members.filter((member) => member.liveness === 'up')
    return view.digest === digest && up.map((member) => member.hostId).join() === expected.join()
  })
}

export function digests(world: World, hosts: readonly VirtualHost[] = world.live): number[] {
  return [...new Set(hosts.map((host) => viewOf(world, host).digest))]
}

/** What was told of one kind, since a time. */
export function tales<K extends Kind>(world: World, kind: K, since = 0): Tale<K>[] {
  return world.told.flatMap(({ at, by, event }) =>
    at >= since && isOf(event, kind) ? [{ at, by, event }] : [],
  )
}

function isOf<K extends Kind>(event: NodeEvent, kind: K): event is EventOf<K> {
  return event.kind === kind
}

/** Names of those called down since a time, each once, in order. */
export function calledDown(world: World, since = 0): string[] {
  const names = tales(world, 'member.down', since).map(({ event }) => event.member.name)
  return [...new Set(names)].sort()
}

export function namesOf(hosts: readonly VirtualHost[]): string[] {
  return hosts.map((host) => host.name).sort()
}

/** When the last of the witnesses called the last victim down; undefined when one did not. */
export function lastToKnow(
  world: World,
  victims: readonly VirtualHost[],
  witnesses: readonly VirtualHost[],
  since: number,
): number | undefined {
  const downs = tales(world, 'member.down', since)
  let last = since
  for (const witness of witnesses) {
    for (const victim of victims) {
      const heard = downs.find(
        ({ by, event }) => by === witness.name && event.member.hostId === victim.hostId,
      )
      if (heard === undefined) return undefined
      last = Math.max(last, heard.at)
    }
  }
  return last - since
}

/** The counters of one host, 0 where nothing was counted. */
export function counter(world: World, host: VirtualHost, name: string): number {
  return viewOf(world, host).counters[name] ?? 0
}

export function counted(world: World, name: string, hosts = world.live): number {
  return hosts.reduce((sum, host) => sum + counter(world, host, name), 0)
}

/** One of a list, which the story knows to be there. */
export function nth<T>(list: readonly T[], index: number): T {
  return known(list[index], `element ${index}`)
}
