/**
 * A small swarm: many seeds, each a mixed run of crashes, restarts, stalls, loss, partitions and
 * leaves. What must never happen is looked for all along; after a calm, all who live must agree.
 */
import { expect, test } from '@jest/globals'
import { Random } from '../../src/base/random.js'
import type { VirtualHost } from '../../simulations/host.js'
import { World } from '../../simulations/world.js'
import { seen, viewOf, whole } from './story.js'

interface Held {
  readonly generation: number
  readonly incarnation: number
  readonly gone: string | null
}

/** Looks at a node after each of its steps, and remembers what is broken. */
class Watchman {
  readonly broken: string[] = []
  /** What each life of each observer held of each host id. */
  private readonly held = new Map<string, Held>()

  /** When each was last looked at, and how much had been told by then. */
  private readonly last = new Map<VirtualHost, { readonly at: number; readonly told: number }>()

  /** A view is dear: it is taken when something was told, and every 100 ms. */
  look(world: World, host: VirtualHost): void {
    const { at, told } = this.last.get(host) ?? { at: -Infinity, told: 0 }
    if (world.now - at < 100 && world.told.length === told) return
    this.last.set(host, { at: world.now, told: world.told.length })
    const view = host.node?.view(world.now)
    if (view === undefined) return
    const ids = view.members.map(({ hostId }) => hostId)
    if (new Set(ids).size !== ids.length) this.say(world, host, 'two rows of one host id')
    for (const member of view.members) {
      const key = `${host.name} ${host.life} ${member.hostId}`
      const before = this.held.get(key)
      const { generation, incarnation, gone } = member
      this.held.set(key, { generation, incarnation, gone })
      if (before === undefined) continue
      if (generation < before.generation) this.say(world, host, `older ${member.name}`)
      if (generation !== before.generation) continue
      if (incarnation < before.incarnation) this.say(world, host, `lesser ${member.name}`)
      if (before.gone !== null && gone === null) this.say(world, host, `ghost ${member.name}`)
    }
  }

  say(world: World, host: VirtualHost, what: string): void {
    this.broken.push(`${Math.round(world.now)} ${host.name}: ${what}`)
  }
}

const HOSTS = 6
const TROUBLE = 40_000

/** One misfortune, drawn from what may befall a host or the network. */
function strike(world: World, random: Random): void {
  const host = random.pick(world.hosts)
  const alive = host.node !== undefined
  const { network } = world
  const span = random.between(500, 9000)
  switch (random.int(7)) {
    case 0:
      return alive ? world.crash(host) : void world.start(host)
    case 1:
      return alive ? world.stall(host, span) : void world.start(host)
    case 2:
      network.links.link = { ...network.links.link, loss: random.pick([0, 0.1, 0.3]) }
      return
    case 3: {
      const side = new Set(random.sample(world.hosts, 1 + random.int(HOSTS - 1)))
      network.passes = (from, to) => side.has(from) === side.has(to)
      return
    }
    case 4:
      network.passes = () => true
      return
    case 5:
      return world.tell(host, { kind: random.int(2) === 0 ? 'leave' : 'drain' })
    default:
      return world.tell(host, { kind: 'publish', key: 'k', value: new Uint8Array([random.int(9)]) })
  }
}

const seeds = Array.from({ length: 20 }, (_, index) => index + 1)

test.each(seeds)('all is well through and after trouble (seed %i)', (seed) => {
  const world = new World({ seed, link: { repeated: 0.05, late: 0.05 } })
  const random = Random.from(seed).fork('trouble')
  const watchman = new Watchman()
  let largest = 0
  world.onStep = (host) => watchman.look(world, host)
  world.network.onSent = ({ bytes, via }) => {
    if (via === 'datagram') largest = Math.max(largest, bytes.length)
  }
  const hosts = world.boot(HOSTS)
  world.run(5000)
  while (world.now < TROUBLE) {
    strike(world, random)
    world.run(random.between(200, 4000))
  }
  world.network.passes = () => true
  world.network.links.link = { ...world.network.links.link, loss: 0 }
  world.run(30_000)

  expect(watchman.broken).toEqual([])
  expect(largest).toBeLessThanOrEqual(1400)
  expect(disagreement(world, hosts)).toEqual([])
  expect(whole(world)).toBe(true)
})

/** What each live node believes wrongly: who lives is up, who does not is down, left or unknown. */
function disagreement(world: World, hosts: readonly VirtualHost[]): string[] {
  return world.live.flatMap((by) =>
    hosts.flatMap((of) => {
      const how = seen(world, by, of)
      const right = (how === 'up') === (of.node !== undefined)
      return right ? [] : [`${by.name} (${viewOf(world, by).health}) sees ${of.name} ${how}`]
    }),
  )
}
