/** The network falls apart and is mended: each side carries on, and nobody stays a ghost. */
import { describe, expect, test } from '@jest/globals'
import type { VirtualHost } from '../../simulations/host.js'
import type { World } from '../../simulations/world.js'
import { calledDown, formed, nth, seenBy, tales, viewOf, whole } from './story.js'

/** Cuts the network between these and all others. */
function split(world: World, side: readonly VirtualHost[]): void {
  world.network.passes = (from, to) => side.includes(from) === side.includes(to)
}

function heal(world: World): void {
  world.network.passes = () => true
}

describe.each([
  [2, 1, 1],
  [3, 1, 2],
  [5, 2, 3],
  [12, 4, 4],
  [20, 10, 5],
])('%i agents of which %i are cut off for a minute (seed %i)', (count, apart, seed) => {
  const { world, hosts } = formed(count, { seed })
  const side = hosts.slice(0, apart)
  const rest = hosts.slice(apart)
  split(world, side)
  world.run(60_000)
  const eachWhole = whole(world, side) && whole(world, rest)
  const healed = world.now
  heal(world)
  const took = world.until(() => whole(world), 5000, 100)
  world.run(10_000)

  test('each side sees itself whole and the others down', () => {
    expect(eachWhole).toBe(true)
  })

  test('all see all within five seconds after it is mended, with equal digests', () => {
    expect(took).toBeDefined()
    expect(whole(world)).toBe(true)
  })

  test('nobody is called down after that, and nobody had to begin a new generation', () => {
    expect(calledDown(world, healed + 5000)).toEqual([])
    expect(tales(world, 'self.reborn')).toEqual([])
  })
})

describe.each([6, 7])('who left or died on one side of a partition (seed %i)', (seed) => {
  const { world, hosts } = formed(9, { seed })
  const side = hosts.slice(0, 4)
  const [leaver, victim] = [nth(hosts, 0), nth(hosts, 1)]
  split(world, side)
  world.run(20_000)
  world.tell(leaver, { kind: 'leave' })
  world.crash(victim)
  world.run(20_000)
  heal(world)
  const healed = world.now
  const took = world.until(() => whole(world), 5000, 100)
  world.run(20_000)

  test('is not brought back by those who did not see it', () => {
    expect(took).toBeDefined()
    const ups = tales(world, 'member.up', healed).map(({ event }) => event.member.name)
    expect(ups.filter((name) => [leaver.name, victim.name].includes(name))).toEqual([])
  })

  test('is left or down for everybody', () => {
    expect(new Set(seenBy(world, world.live, leaver))).toEqual(new Set(['left']))
    expect(new Set(seenBy(world, world.live, victim))).toEqual(new Set(['down']))
    expect(viewOf(world, nth(world.live, 0)).members).toHaveLength(9)
  })
})

test('three parts that were apart become one (seed 8)', () => {
  const { world, hosts } = formed(12, { seed: 8 })
  const part = (host: VirtualHost): number => hosts.indexOf(host) % 3
  world.network.passes = (from, to) => part(from) === part(to)
  world.run(40_000)
  heal(world)
  expect(world.until(() => whole(world), 5000, 100)).toBeDefined()
})

test('a partition that is cut and mended every ten seconds leaves no trace (seed 9)', () => {
  const { world, hosts } = formed(8, { seed: 9 })
  for (let cycle = 0; cycle < 4; cycle++) {
    split(world, hosts.slice(0, 4))
    world.run(10_000)
    heal(world)
    world.run(10_000)
    expect(whole(world)).toBe(true)
  }
})
