/** Bad wires: loss, repetition, overtaking, one way only, now and then. */
import { describe, expect, test } from '@jest/globals'
import { Random } from '../../src/base/random.js'
import type { World } from '../../simulations/world.js'
import { calledDown, counted, formed, nth, tales, whole } from './story.js'

describe.each([
  [0.1, 1],
  [0.2, 2],
  [0.3, 3],
])('with %f of all datagrams lost (seed %i)', (loss, seed) => {
  const { world, hosts } = formed(12, { seed })
  world.network.links.link = { ...world.network.links.link, loss }
  const since = world.now
  const before = packets(world)
  world.run(20_000)
  const sent = packets(world) - before

  test('nobody who lives is called down', () => {
    expect(calledDown(world, since)).toEqual([])
  })

  test('the packets stay within a small multiple of those at rest', () => {
    expect(sent / hosts.length / 20).toBeLessThan(25)
  })

  test('a crash is found all the same', () => {
    const victim = nth(hosts, 7)
    world.crash(victim)
    const found = world.until(
      () => tales(world, 'member.down', since).length === hosts.length - 1,
      20_000,
      250,
    )
    expect(found).toBeDefined()
    expect(calledDown(world, since)).toEqual([victim.name])
  })
})

test('with half of all datagrams lost, views are whole soon after it ends (seed 4)', () => {
  const { world } = formed(12, { seed: 4 })
  const { link } = world.network.links
  world.network.links.link = { ...link, loss: 0.5 }
  world.run(30_000)
  world.network.links.link = link
  expect(world.until(() => whole(world), 10_000, 250)).toBeDefined()
})

test('a cluster forms although three of ten datagrams are lost (seed 5)', () => {
  const { world } = formed(12, { seed: 5, link: { loss: 0.3 } }, 0)
  expect(world.now).toBeLessThan(10_000)
})

test('datagrams that come twice or are overtaken change nothing (seed 6)', () => {
  const link = { repeated: 0.5, late: 0.3, lateMax: 120 }
  const { world, hosts } = formed(12, { seed: 6, link })
  world.run(15_000)
  expect(tales(world, 'member.suspect')).toEqual([])
  expect(tales(world, 'self.reborn')).toEqual([])
  expect(whole(world)).toBe(true)
  const since = world.now
  world.crash(nth(hosts, 3))
  world.run(12_000)
  expect(calledDown(world, since)).toEqual(['n4'])
  expect(tales(world, 'member.down', since)).toHaveLength(11)
})

test('datagrams late by up to 3 s raise no false alarm (seed 7)', () => {
  const { world } = formed(12, { seed: 7, link: { late: 0.02, lateMax: 3000 } })
  world.run(30_000)
  expect(calledDown(world)).toEqual([])
  expect(whole(world)).toBe(true)
})

describe.each([
  ['one pair', 8],
  ['one pair', 9],
])('%s of which only one hears the other (seed %i)', (_, seed) => {
  const { world, hosts } = formed(10, { seed })
  const [deaf, mute] = [nth(hosts, 2), nth(hosts, 5)]
  world.network.passes = (from, to) => !(from === mute && to === deaf)
  const since = world.now
  const before = packets(world)
  world.run(40_000)

  test('nobody is called down, for others can reach both', () => {
    expect(calledDown(world, since)).toEqual([])
  })

  test('there is no endless talk of it', () => {
    expect((packets(world) - before) / hosts.length / 40).toBeLessThan(9)
    expect(counted(world, 'refutations')).toBeLessThan(5)
    expect(whole(world)).toBe(true)
  })
})

test('one whom nobody hears is called down once, and returns when it is heard (seed 10)', () => {
  const { world, hosts } = formed(8, { seed: 10 })
  const mute = nth(hosts, 3)
  world.network.passes = (from) => from !== mute
  world.run(40_000)
  const downs = tales(world, 'member.down').filter(({ event }) => event.member.name === mute.name)
  expect(downs).toHaveLength(7)
  const before = packets(world)
  world.run(20_000)
  expect((packets(world) - before) / hosts.length / 20).toBeLessThan(20)
  world.network.passes = () => true
  expect(world.until(() => whole(world), 5000)).toBeDefined()
  expect(tales(world, 'self.reborn')).toEqual([])
})

test('a link that comes and goes every second is no reason to call anybody down (seed 11)', () => {
  const { world, hosts } = formed(10, { seed: 11 })
  const [left, right] = [nth(hosts, 1), nth(hosts, 6)]
  world.network.passes = (from, to) => {
    const here = (from === left && to === right) || (from === right && to === left)
    return !here || Math.floor(world.now / 1000) % 2 === 0
  }
  world.run(40_000)
  expect(calledDown(world)).toEqual([])
  expect(whole(world)).toBe(true)
})

test('a member whose wire comes and goes makes no cut while it is back in time (seed 12)', () => {
  const { world, hosts } = formed(10, { seed: 12 })
  const flapper = nth(hosts, 6)
  const chance = Random.from(12).fork('flap')
  let open = true
  world.network.passes = (from, to) => open || (from !== flapper && to !== flapper)
  for (let at = 0; at < 40_000; at += 1000 + chance.int(1000)) {
    world.after(at, () => {
      open = false
      world.after(900, () => {
        open = true
      })
    })
  }
  world.run(45_000)
  expect(tales(world, 'cut.detected')).toEqual([])
  expect(whole(world)).toBe(true)
})

function packets(world: World): number {
  return world.hosts.reduce((sum, host) => sum + host.packetsSent, 0)
}
