/** Coming back: the same host as a new generation, or somebody new at an old address. */
import { describe, expect, test } from '@jest/globals'
import { tagOf } from '../../src/gossip/identity.js'
import { letter } from './letters.js'
import { formed, memberOf, namesOf, nth, seen, seenBy, tales, viewOf, whole } from './story.js'

describe.each([
  [3, 0, 1],
  [5, 300, 2],
  [5, 2500, 3],
  [12, 15_000, 4],
])('one of %i that is restarted after %i ms (seed %i)', (count, pause, seed) => {
  const { world, hosts } = formed(count, { seed })
  const [witness, host] = [nth(hosts, 0), nth(hosts, count - 1)]
  const before = memberOf(world, witness, host.hostId)?.generation ?? 0
  world.crash(host)
  world.run(pause)
  const since = world.now
  world.start(host)
  const took = world.until(() => whole(world), 3000)
  world.run(10_000)

  test('is up for all within three seconds, by its stored view alone', () => {
    expect(took).toBeDefined()
    expect(whole(world)).toBe(true)
  })

  test('keeps its host id and has a higher generation', () => {
    for (const other of hosts) {
      const held = viewOf(world, other).members.filter(({ name }) => name === host.name)
      expect(held.map(({ hostId }) => hostId)).toEqual([host.hostId])
      expect(held[0]?.generation).toBeGreaterThan(before)
      expect(held[0]?.incarnation).toBe(0)
    }
  })

  test('is told of once by each, and not called down after that', () => {
    const ups = tales(world, 'member.up', since).filter(({ by }) => by !== host.name)
    expect(ups.map(({ by }) => by).sort()).toEqual(namesOf(hosts.filter((other) => other !== host)))
    expect(tales(world, 'member.down', since + 1)).toEqual([])
  })
})

test('what is said of an earlier generation does not concern the new one (seed 5)', () => {
  const { world, hosts } = formed(5, { seed: 5 })
  const [judge, liar, host] = [nth(hosts, 0), nth(hosts, 1), nth(hosts, 4)]
  const old = memberOf(world, judge, host.hostId)?.generation ?? 0
  world.crash(host)
  world.start(host)
  world.run(3000)
  const { digest } = viewOf(world, judge)
  const tag = (hostId: string): number =>
    tagOf(hostId, memberOf(world, judge, hostId)?.generation ?? 0)
  for (const standing of ['suspect', 'down', 'left', 'alive'] as const) {
    const about = tagOf(host.hostId, old)
    const claim = { kind: 'claim', about, standing, incarnation: 9, accusers: [] } as const
    world.inject(judge.address, liar.address, letter({ sender: tag(liar.hostId), rumors: [claim] }))
  }
  expect(viewOf(world, judge).digest).toBe(digest)
  expect(viewOf(world, judge).counters['rumors.unknown']).toBeGreaterThanOrEqual(4)
})

describe.each([6, 7])('a restart with a lost disk (seed %i)', (seed) => {
  const { world, hosts } = formed(6, { seed })
  const host = nth(hosts, 3)
  const old = host.hostId
  world.crash(host)
  world.loseDisk(host)
  const since = world.now
  world.start(host, [nth(hosts, 0).address])
  const others = hosts.filter((other) => other !== host)
  const gone = world.until(
    () => others.every((other) => memberOf(world, other, old)?.liveness === 'down'),
    15_000,
    250,
  )
  world.run(4000)

  test('is a new member with the name and the address of the old', () => {
    expect(host.hostId).not.toBe(old)
    expect(seenBy(world, others, host)).toEqual(others.map(() => 'up'))
  })

  test('makes both conflicts known', () => {
    const names = tales(world, 'name.conflict', since).map(({ event }) => event.name)
    const addresses = tales(world, 'address.conflict', since).map(({ event }) => event.address)
    expect(new Set(names)).toEqual(new Set([host.name]))
    expect(new Set(addresses)).toEqual(new Set([host.address]))
  })

  test('lets the old one go down within six seconds, and nobody else', () => {
    expect(gone).toBeLessThanOrEqual(6000)
    const downs = tales(world, 'member.down', since).map(({ event }) => event.member.hostId)
    expect(new Set(downs)).toEqual(new Set([old]))
    expect(whole(world)).toBe(true)
  })
})

describe.each([8, 9])('the same host at a new address (seed %i)', (seed) => {
  const { world, hosts } = formed(5, { seed })
  const host = nth(hosts, 2)
  world.crash(host)
  world.run(seed === 8 ? 0 : 12_000)
  world.move(host, '10.9.9.9:7946')
  const since = world.now
  world.start(host)
  const took = world.until(() => whole(world), 3000)
  world.run(10_000)

  test('is the same member for all, at its new address', () => {
    expect(took).toBeDefined()
    for (const other of hosts) {
      expect(memberOf(world, other, host.hostId)?.address).toBe('10.9.9.9:7946')
      expect(viewOf(world, other).members).toHaveLength(5)
    }
  })

  test('is no conflict', () => {
    expect(tales(world, 'name.conflict')).toEqual([])
    expect(tales(world, 'address.conflict')).toEqual([])
    expect(tales(world, 'identity.conflict')).toEqual([])
    expect(tales(world, 'member.down', since + 1)).toEqual([])
  })
})

test('all are restarted one after the other, each as soon as the last is back (seed 10)', () => {
  const { world, hosts } = formed(5, { seed: 10 })
  for (const host of hosts) {
    world.crash(host)
    world.run(500)
    world.start(host)
    expect(world.until(() => whole(world), 3000)).toBeDefined()
  }
  expect(tales(world, 'member.down')).toEqual([])
})

test('all are restarted at once, and find each other without a seed (seed 11)', () => {
  const { world, hosts } = formed(8, { seed: 11 })
  for (const host of hosts) world.crash(host)
  world.run(5000)
  for (const host of hosts) world.start(host)
  expect(world.until(() => whole(world), 5000)).toBeDefined()
})

test.each([13, 14])('all are restarted while the network is down for long (seed %i)', (seed) => {
  const { world, hosts } = formed(6, { seed })
  for (const host of hosts) world.crash(host)
  world.network.passes = () => false
  for (const host of hosts) world.start(host)
  world.run(60_000)
  world.network.passes = () => true
  expect(world.until(() => whole(world), 10_000, 250)).toBeDefined()
})

test('one that left and began again while it was cut off joins later (seed 15)', () => {
  const { world, hosts } = formed(4, { seed: 15 })
  const host = nth(hosts, 2)
  world.tell(host, { kind: 'leave' })
  world.run(3000)
  world.network.passes = (from, to) => (from === host) === (to === host)
  world.start(host)
  world.run(60_000)
  world.network.passes = () => true
  expect(world.until(() => whole(world), 10_000, 250)).toBeDefined()
})

test('one that was held down for long while another restarted learns of it (seed 12)', () => {
  const { world, hosts } = formed(6, { seed: 12 })
  const [sleeper, other] = [nth(hosts, 1), nth(hosts, 4)]
  world.stall(sleeper, 30_000)
  world.run(15_000)
  world.crash(other)
  world.start(other)
  world.run(17_000)
  expect(world.until(() => whole(world), 5000)).toBeDefined()
  expect(seen(world, sleeper, other)).toBe('up')
})
