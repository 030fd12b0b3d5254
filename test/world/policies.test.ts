/** What the cluster does without being asked, as its own configuration says. */
import { describe, expect, test } from '@jest/globals'
import { World } from '../../simulations/world.js'
import { nth, tales } from './story.js'
import { epochOf, intend, keyspace, membersIn, part, recordOf, settle } from './ring-story.js'

/** Eight nodes with a keyspace, and settings in their record; two to a rack, or all in one. */
function configured(seed: number, settings: Readonly<Record<string, string>>, racks = 4) {
  const world = new World({ seed, expect: 8, tokens: 4 })
  const hosts = Array.from({ length: 8 }, (_, i) =>
    world.add(`n${i + 1}`, { rack: `r${i % racks}` }),
  )
  for (const host of hosts) world.start(host, [nth(hosts, 0).address])
  settle(world, hosts, ({ epoch }) => epoch === 1)
  keyspace(world, hosts)
  for (const [name, value] of Object.entries(settings)) {
    intend(world, nth(hosts, 0), { kind: 'configure', name, value })
    settle(world, hosts, ({ config }) => config.some((entry) => entry.name === name))
  }
  return { world, hosts, live: () => hosts.filter(({ node }) => node !== undefined) }
}

const replacing = { autoReplace: 'true', autoReplaceAfter: '300', autoRebalance: 'false' }

function prepares(world: World): string[] {
  const why = tales(world, 'ring.changed').flatMap(({ event }) => event.why)
  return [...new Set(why.filter((said) => said.endsWith(': prepared')))]
}

describe('with autoReplace, nodes that are down for longer than its time-out', () => {
  test('are removed, together if they fell together, once', () => {
    const { world, hosts, live } = configured(1, replacing)
    // Of one rack: no range has more than one of them.
    const dead = [nth(hosts, 0), nth(hosts, 4)]
    for (const host of dead) world.crash(host)
    world.run(290_000)
    expect(prepares(world)).toEqual([])
    settle(world, live(), ({ members }) => members.length === 6, 60_000)
    const [only = '', ...more] = prepares(world)
    expect(only).toMatch(/^(n1, n5|n5, n1) removed: prepared$/)
    expect(more).toEqual([])
    world.run(60_000)
    expect(new Set(tales(world, 'ring.changed').map(({ event }) => event.epoch)).size).toBe(
      epochOf(nth(live(), 0)),
    )
  })

  test('are kept where a range would have no majority left', () => {
    const { world, hosts, live } = configured(2, replacing)
    const before = epochOf(nth(hosts, 0))
    for (const host of hosts.slice(0, 3)) world.crash(host)
    world.run(400_000)
    expect(live().map(epochOf)).toEqual(live().map(() => before))
  })

  test('are kept when they come back in time, or go and come', () => {
    const { world, hosts } = configured(3, replacing)
    const flapping = nth(hosts, 7)
    const before = epochOf(flapping)
    for (let i = 0; i < 4; i++) {
      world.crash(flapping)
      world.run(200_000)
      world.start(flapping, world.seedsOf(flapping))
      world.run(20_000)
    }
    expect(hosts.map(epochOf)).toEqual(hosts.map(() => before))
  })

  test('are kept by a minority that cannot see the others', () => {
    const { world, hosts } = configured(4, replacing)
    const before = epochOf(nth(hosts, 0))
    part(world, hosts.slice(0, 4))
    world.run(400_000)
    expect(hosts.map(epochOf)).toEqual(hosts.map(() => before))
  })
})

test('without autoReplace the dead stay for as long as nobody removes them', () => {
  const { world, hosts } = configured(5, { autoReplaceAfter: '300', autoRebalance: 'false' })
  const before = epochOf(nth(hosts, 0))
  world.crash(nth(hosts, 7))
  world.run(400_000)
  expect(epochOf(nth(hosts, 0))).toBe(before)
})

describe('after leaves the ring is levelled by itself', () => {
  function uneven(seed: number, settings: Readonly<Record<string, string>>) {
    const made = configured(seed, settings, 1)
    const { world, hosts } = made
    for (const host of hosts.slice(4)) {
      intend(world, nth(hosts, 0), { kind: 'leave', hostId: host.hostId, force: false })
      const stay = hosts.slice(0, 4)
      settle(world, stay, (record) => !membersIn(record).some((name) => name.startsWith(host.name)))
    }
    return { ...made, stay: hosts.slice(0, 4) }
  }
  const eager = { rebalancePause: '30', rebalanceAbove: '1.02', rebalanceGain: '0.01' }

  test('once it has stood still, in one pass', () => {
    const { world, stay } = uneven(6, eager)
    const before = recordOf(nth(stay, 0)).epoch
    world.run(25_000)
    expect(epochOf(nth(stay, 0))).toBe(before)
    settle(world, stay, ({ epoch }) => epoch >= before + 3, 60_000)
    expect(prepares(world).filter((why) => why.includes('token moves'))).toHaveLength(1)
    const after = epochOf(nth(stay, 0))
    world.run(120_000)
    expect(epochOf(nth(stay, 0))).toBe(after)
  })

  test('but not while a node is down, nor when it is off', () => {
    for (const off of [true, false]) {
      const { world, stay } = uneven(7, off ? { ...eager, autoRebalance: 'false' } : eager)
      if (!off) world.crash(nth(stay, 3))
      const before = epochOf(nth(stay, 0))
      world.run(200_000)
      expect(epochOf(nth(stay, 0))).toBe(before)
    }
  })
})
