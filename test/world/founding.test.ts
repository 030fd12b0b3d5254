/** Founding a ring: all who are expected, or nobody; and never two rings that share a node. */
import { describe, expect, test } from '@jest/globals'
import { Random } from '../../src/base/random.js'
import { World } from '../../simulations/world.js'
import { nth, tales } from './story.js'
import { epochOf, founded, heal, membersIn, part, recordOf, ringOf, settle } from './ring-story.js'

describe('founding', () => {
  test.each([1, 2, 3, 5, 12])('%i nodes found one ring, soon', (count) => {
    const { world, hosts } = founded(count, { seed: count })
    expect(new Set(hosts.map((host) => ringOf(host).current?.digest)).size).toBe(1)
    expect(recordOf(nth(hosts, 0)).members).toHaveLength(count)
    expect(world.now).toBeLessThan(2500 + count * 450)
  })

  test('waits for all of those expected, and says nothing of a ring before', () => {
    const world = new World({ seed: 4, expect: 4 })
    const hosts = world.boot(3)
    world.run(20_000)
    expect(hosts.map(epochOf)).toEqual([0, 0, 0])
    const last = world.add('n4')
    world.start(last, world.seedsOf(last))
    settle(world, world.hosts, ({ members }) => members.length === 4)
  })

  test('does not happen among agents that expect nobody', () => {
    const world = new World({ seed: 5 })
    const hosts = world.boot(3)
    world.run(20_000)
    expect(hosts.map(epochOf)).toEqual([0, 0, 0])
    expect(nth(hosts, 0).node?.status(world.now)).toMatchObject({
      clusterId: null,
      epoch: null,
      settled: true,
    })
  })

  test('by an operator takes in all who are there', () => {
    const world = new World({ seed: 6 })
    const hosts = world.boot(3)
    world.run(3000)
    world.tell(nth(hosts, 1), { kind: 'found' })
    settle(world, hosts, ({ members }) => members.length === 3)
    world.tell(nth(hosts, 1), { kind: 'found' })
    expect(tales(world, 'command.refused').map(({ event }) => event.reason)).toEqual([
      'this node belongs to a cluster already',
    ])
  })

  test('outlives a crash of any founder between its pledge and the end', () => {
    for (let seed = 1; seed <= 8; seed++) {
      const world = new World({ seed, expect: 3 })
      const hosts = world.boot(3)
      const pledged = world.until(() => hosts.some((host) => ringOf(host).pledged !== ''), 9000, 1)
      expect(pledged).toBeDefined()
      const victim = nth(hosts, seed % 3)
      world.crash(victim)
      world.run(3000)
      world.start(victim, world.seedsOf(victim))
      settle(world, hosts, ({ members }) => members.length === 3)
    }
  })

  test('in two halves that expect half each gives two rings that never merge', () => {
    const world = new World({ seed: 7, expect: 2 })
    const hosts = Array.from({ length: 4 }, (_, i) => world.add(`n${i + 1}`))
    part(world, hosts.slice(0, 2))
    for (const host of hosts) world.start(host, world.seedsOf(host))
    world.run(15_000)
    heal(world)
    world.run(30_000)
    const rings = hosts.map((host) => membersIn(recordOf(host)).join())
    expect(rings).toEqual(['n1,n2', 'n1,n2', 'n3,n4', 'n3,n4'])
  })

  test('under partitions and crashes never makes two rings that share a node', () => {
    for (let seed = 1; seed <= 12; seed++) {
      const random = Random.from(seed).fork('founding')
      const world = new World({ seed, expect: 3 })
      const hosts = Array.from({ length: 5 }, (_, i) => world.add(`n${i + 1}`))
      for (const host of hosts) world.start(host, world.seedsOf(host))
      for (let step = 0; step < 12; step++) {
        const host = random.pick(hosts)
        if (random.int(3) === 0) part(world, random.sample(hosts, 1 + random.int(4)))
        else if (host.node === undefined) world.start(host, world.seedsOf(host))
        else if (random.int(2) === 0) world.crash(host)
        world.run(random.between(100, 2500))
      }
      heal(world)
      for (const host of hosts) if (host.node === undefined) world.start(host, world.seedsOf(host))
      settle(world, hosts, ({ members }) => members.length === 5, 60_000)
    }
  })
})
