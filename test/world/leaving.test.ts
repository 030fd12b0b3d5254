/** Leaving and draining: known at once, never mistaken for a failure, never undone by itself. */
import { describe, expect, test } from '@jest/globals'
import { tagOf } from '../../src/gossip/identity.js'
import { letter } from './letters.js'
import { formed, memberOf, namesOf, nth, seen, seenBy, tales, whole } from './story.js'

describe.each([
  [2, 1],
  [3, 2],
  [5, 3],
  [30, 4],
])('one of %i leaves (seed %i)', (count, seed) => {
  const { world, hosts } = formed(count, { seed })
  const leaver = nth(hosts, count - 1)
  const since = world.now
  world.tell(leaver, { kind: 'leave' })
  world.run(10)
  const early = tales(world, 'member.left', since)
  world.run(12_000)

  test('everybody knows at once, for it tells each of them', () => {
    expect(early.map(({ by }) => by).sort()).toEqual(namesOf(world.live))
  })

  test('it is told that it may stop, and stops', () => {
    expect(tales(world, 'self.left', since).map(({ event }) => event.drained)).toEqual([false])
    expect(leaver.node).toBeUndefined()
  })

  test('nobody suspects it or calls it down', () => {
    expect(tales(world, 'member.suspect', since)).toEqual([])
    expect(tales(world, 'member.down', since)).toEqual([])
    expect(tales(world, 'cut.detected', since)).toEqual([])
    expect(new Set(seenBy(world, world.live, leaver))).toEqual(new Set(['left']))
  })
})

test('leaving is known to all although three of ten datagrams are lost (seed 5)', () => {
  const { world, hosts } = formed(12, { seed: 5 })
  const { link } = world.network.links
  world.network.links.link = { ...link, loss: 0.3 }
  const leaver = nth(hosts, 6)
  world.tell(leaver, { kind: 'leave' })
  world.run(10_000)
  expect(new Set(seenBy(world, world.live, leaver))).toEqual(new Set(['left']))
  expect(tales(world, 'member.down')).toEqual([])
})

describe.each([6, 7])(
  'one that crashed before another left returns with its old view (seed %i)',
  (seed) => {
    const { world, hosts } = formed(6, { seed })
    const [leaver, ignorant] = [nth(hosts, 1), nth(hosts, 4)]
    world.crash(ignorant)
    world.run(8000)
    world.tell(leaver, { kind: 'leave' })
    world.run(8000)
    const since = world.now
    world.start(ignorant)
    world.run(15_000)

    test('the one that left does not come back by its word', () => {
      const ups = tales(world, 'member.up', since).map(({ event }) => event.member.name)
      expect(ups).not.toContain(leaver.name)
      expect(seenBy(world, world.live, leaver)).toEqual(world.live.map(() => 'left'))
    })

    test('it joins by its stored view alone, and learns of the leave', () => {
      expect(seen(world, ignorant, leaver)).toBe('left')
      expect(whole(world)).toBe(true)
    })
  },
)

test('one that left may begin again, as a new generation (seed 8)', () => {
  const { world, hosts } = formed(5, { seed: 8 })
  const leaver = nth(hosts, 2)
  const before = memberOf(world, leaver, leaver.hostId)?.generation ?? 0
  world.tell(leaver, { kind: 'leave' })
  world.run(5000)
  world.start(leaver)
  expect(world.until(() => whole(world), 3000)).toBeDefined()
  expect(memberOf(world, nth(hosts, 0), leaver.hostId)?.generation).toBeGreaterThan(before)
})

test('one that left may rejoin without ending its process, and accuses nobody (seed 9)', () => {
  const { world, hosts } = formed(5, { seed: 9 })
  const leaver = nth(hosts, 2)
  leaver.quits = false
  world.tell(leaver, { kind: 'leave' })
  world.run(60_000)
  expect(seenBy(world, hosts, leaver)).toEqual(['left', 'left', 'left', 'left'])
  const since = world.now
  world.tell(leaver, { kind: 'rejoin' })
  expect(world.until(() => whole(world), 3000)).toBeDefined()
  world.run(8000)
  expect(tales(world, 'member.suspect', since)).toEqual([])
  expect(tales(world, 'self.reborn', since).map(({ by }) => by)).toEqual([leaver.name])
  expect(whole(world)).toBe(true)
})

describe.each([10, 11])('one that drains (seed %i)', (seed) => {
  const { world, hosts } = formed(8, { seed })
  const drained = nth(hosts, 5)
  const since = world.now
  world.tell(drained, { kind: 'drain' })
  world.run(1000)
  const early = tales(world, 'member.down', since)
  world.run(10_000)

  test('is down for all within a second, not left', () => {
    expect(early.map(({ by }) => by).sort()).toEqual(namesOf(world.live))
    expect(new Set(seenBy(world, world.live, drained))).toEqual(new Set(['down']))
    expect(tales(world, 'self.left', since).map(({ event }) => event.drained)).toEqual([true])
  })

  test('comes back when it is started again', () => {
    world.start(drained)
    expect(world.until(() => whole(world), 3000)).toBeDefined()
    world.run(8000)
    expect(whole(world)).toBe(true)
  })
})

test('the last but one leaves, and the last is content (seed 12)', () => {
  const { world, hosts } = formed(2, { seed: 12 })
  world.tell(nth(hosts, 0), { kind: 'leave' })
  world.run(10_000)
  expect(whole(world, [nth(hosts, 1)])).toBe(true)
})

describe.each([13, 14])('one that lives and is said to have left (seed %i)', (seed) => {
  const { world, hosts } = formed(5, { seed })
  const [liar, host] = [nth(hosts, 0), nth(hosts, 3)]
  const tag = (of: string): number => tagOf(of, memberOf(world, liar, of)?.generation ?? 0)
  const about = tag(host.hostId)
  const before = memberOf(world, liar, host.hostId)?.generation ?? 0
  const left = { kind: 'claim', about, standing: 'left', incarnation: 0, accusers: [] } as const
  const sender = tag(liar.hostId)
  for (const other of hosts.slice(1, 3)) {
    world.inject(other.address, liar.address, letter({ sender, rumors: [left] }))
  }
  world.run(10_000)

  test('begins a new generation, which all take for what it is', () => {
    expect(tales(world, 'self.reborn').map(({ by }) => by)).toEqual([host.name])
    expect(memberOf(world, liar, host.hostId)?.generation).toBeGreaterThan(before)
    expect(whole(world)).toBe(true)
  })

  test('stored that generation before it spoke of it', () => {
    const now = memberOf(world, host, host.hostId)?.generation ?? 0
    world.crash(host)
    world.start(host)
    expect(world.until(() => whole(world), 3000)).toBeDefined()
    expect(memberOf(world, liar, host.hostId)?.generation).toBeGreaterThan(now)
  })
})
