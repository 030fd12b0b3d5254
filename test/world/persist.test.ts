/** What must be on the disk before a word is said, and what a disk or a clock that fails does. */
import { describe, expect, test } from '@jest/globals'
import { keys } from '../../src/gossip/durable.js'
import { World } from '../../simulations/world.js'
import { formed, memberOf, nth, tales, viewOf, whole } from './story.js'

test('nothing is sent before the generation is stored (seeds 1 to 5)', () => {
  for (const seed of [1, 2, 3, 4, 5]) {
    const world = new World({ seed })
    const early: string[] = []
    world.network.onSent = ({ from }) => {
      if (!from.disk.has(keys.generation)) early.push(from.name)
    }
    world.boot(4)
    world.run(3000)
    expect(early).toEqual([])
    expect(whole(world)).toBe(true)
  }
})

test('a disk that never answers keeps the node mute, and others do not see it (seed 6)', () => {
  const { world, hosts } = formed(3, { seed: 6 })
  const stuck = world.add('stuck')
  stuck.storing = 'hangs'
  world.start(stuck, [nth(hosts, 0).address])
  world.run(10_000)
  expect(stuck.packetsSent).toBe(0)
  expect(viewOf(world, stuck).started).toBe(false)
  expect(whole(world, hosts)).toBe(true)
})

test('a disk that refuses the generation keeps the node mute, and it says so (seed 7)', () => {
  const { world, hosts } = formed(3, { seed: 7 })
  const full = world.add('full')
  full.storing = 'fails'
  world.start(full, [nth(hosts, 0).address])
  world.run(10_000)
  expect(full.packetsSent).toBe(0)
  expect(tales(world, 'store.failed').map(({ event }) => event.key)).toContain(keys.generation)
  full.storing = 'works'
  world.run(5000)
  expect(full.packetsSent).toBe(0)
  expect(whole(world, hosts)).toBe(true)
})

test('a disk that fails later is told of, and does not stop the node (seed 8)', () => {
  const { world, hosts } = formed(3, { seed: 8 })
  const host = nth(hosts, 0)
  host.storing = 'fails'
  world.start(world.add('late'), [nth(hosts, 1).address])
  world.run(5000)
  expect(tales(world, 'store.failed').map(({ by }) => by)).toEqual([host.name])
  expect(whole(world)).toBe(true)
})

test('what a disk refused for a while is on it afterwards (seed 14)', () => {
  const { world, hosts } = formed(3, { seed: 14 })
  const [host, late] = [nth(hosts, 0), world.add('late')]
  host.storing = 'fails'
  world.start(late, [nth(hosts, 1).address])
  world.run(5000)
  expect(host.disk.has(keys.member(late.hostId))).toBe(false)
  host.storing = 'works'
  world.run(10_000)
  expect(host.disk.has(keys.member(late.hostId))).toBe(true)
})

describe.each([
  [-86_400_000, 9],
  [-3_600_000, 10],
  [-1_700_000_000_000, 11],
])('a clock set back by %i ms over a restart (seed %i)', (clockOff, seed) => {
  const { world, hosts } = formed(4, { seed })
  const host = nth(hosts, 2)
  const before = memberOf(world, host, host.hostId)?.generation ?? 0
  world.crash(host)
  host.clockOff = clockOff
  world.start(host)
  const took = world.until(() => whole(world), 3000)

  test('still gives a higher generation, and the node is taken back', () => {
    expect(took).toBeDefined()
    expect(memberOf(world, nth(hosts, 0), host.hostId)?.generation).toBe(before + 1)
  })
})

test('a clock ahead by a month is no hindrance, one by ten years is (seed 12)', () => {
  const { world, hosts } = formed(3, { seed: 12 })
  const month = world.add('month')
  month.clockOff = 30 * 86_400_000
  world.start(month, [nth(hosts, 0).address])
  expect(world.until(() => whole(world), 3000)).toBeDefined()
  const decade = world.add('decade')
  decade.clockOff = 3650 * 86_400_000
  world.start(decade, [nth(hosts, 0).address])
  world.run(5000)
  expect(memberOf(world, nth(hosts, 0), decade.hostId)).toBeUndefined()
  expect(viewOf(world, nth(hosts, 0)).counters['junk.generation']).toBeGreaterThan(0)
})

test('a write that a crash overtakes is lost, and costs nothing but itself (seed 13)', () => {
  const { world, hosts } = formed(4, { seed: 13 })
  const host = nth(hosts, 3)
  for (let round = 0; round < 10; round++) {
    world.crash(host)
    world.start(host)
    world.run(0.1 * round)
  }
  expect(world.until(() => whole(world), 3000)).toBeDefined()
  expect(tales(world, 'identity.conflict')).toEqual([])
})
