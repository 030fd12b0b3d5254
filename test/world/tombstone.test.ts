/** The memory of who left: kept until it is old and all have it, and it brings nobody back. */
import { describe, expect, test } from '@jest/globals'
import { inflict } from '../../simulations/fault.js'
import { counted, digests, formed, nth, seenBy, tales, viewOf, whole } from './story.js'

const FLOOR = 20_000
const settings = { tombstoneFloor: FLOOR }

describe.each([1, 2])('one of five left (seed %i)', (seed) => {
  const { world, hosts } = formed(5, { seed, settings })
  const leaver = nth(hosts, 3)
  world.tell(leaver, { kind: 'leave' })
  world.run(FLOOR - 1000)
  const before = seenBy(world, world.live, leaver)
  world.run(3000)

  test('everybody remembers it until the floor', () => {
    expect(before).toEqual(['left', 'left', 'left', 'left'])
  })

  test('everybody forgets it after the floor, and all agree', () => {
    expect(seenBy(world, world.live, leaver)).toEqual(world.live.map(() => 'unknown'))
    expect(counted(world, 'tombstones.dropped')).toBe(4)
    expect(digests(world)).toHaveLength(1)
  })

  test('nothing of it is left on the disks', () => {
    for (const host of world.live) {
      expect([...host.disk.keys()].filter((key) => key.includes(leaver.hostId))).toEqual([])
    }
  })
})

test('a member that is down blocks it until it is removed (seed 3)', () => {
  const { world, hosts } = formed(5, { seed: 3, settings })
  const [victim, leaver] = [nth(hosts, 1), nth(hosts, 3)]
  world.crash(victim)
  world.run(8000)
  world.tell(leaver, { kind: 'leave' })
  world.run(3 * FLOOR)
  expect(seenBy(world, world.live, leaver)).toEqual(['left', 'left', 'left'])
  expect(digests(world)).toHaveLength(1)
  world.tell(nth(hosts, 0), { kind: 'ban', hostId: victim.hostId, as: 'removed' })
  world.run(3000)
  expect(seenBy(world, world.live, leaver)).toEqual(['unknown', 'unknown', 'unknown'])
  expect(seenBy(world, world.live, victim)).toEqual(['removed', 'removed', 'removed'])
})

test('a ban is never forgotten (seed 4)', () => {
  const { world, hosts } = formed(3, { seed: 4, settings })
  const victim = nth(hosts, 2)
  world.tell(nth(hosts, 0), { kind: 'ban', hostId: victim.hostId, as: 'removed' })
  world.run(5 * FLOOR)
  expect(seenBy(world, world.live, victim)).toEqual(['removed', 'removed'])
})

describe.each([5, 6])('one that was out of touch for longer than the floor (seed %i)', (seed) => {
  const { world, hosts } = formed(5, { seed, settings })
  const [ignorant, leaver] = [nth(hosts, 1), nth(hosts, 3)]
  world.crash(ignorant)
  world.run(8000)
  world.tell(leaver, { kind: 'leave' })
  world.run(3 * FLOOR)
  const since = world.now
  world.start(ignorant)
  const young = viewOf(world, ignorant).members.length
  world.run(10_000)

  test('keeps only addresses of its stored view, and joins by them', () => {
    expect(young).toBe(1)
    expect(whole(world)).toBe(true)
  })

  test('brings back nobody who left while it was away, not even as a row', () => {
    const ups = tales(world, 'member.up', since).map(({ event }) => event.member.name)
    expect(ups).not.toContain(leaver.name)
    expect(tales(world, 'member.down', since)).toEqual([])
  })

  test('frees the others to forget the one that left', () => {
    world.run(FLOOR)
    expect(seenBy(world, world.live, leaver)).toEqual(world.live.map(() => 'unknown'))
    expect(digests(world)).toHaveLength(1)
  })
})

describe('one that starts anew, cut off, after another left (seed 9)', () => {
  const { world, hosts } = formed(5, { seed: 9, settings })
  const [ignorant, leaver] = [nth(hosts, 1), nth(hosts, 3)]
  world.crash(ignorant)
  world.tell(leaver, { kind: 'leave' })
  world.run(FLOOR / 2)
  const names = world.live.map(({ name }) => name)
  inflict(world, { kind: 'partition', sides: [[ignorant.name], names], span: FLOOR })
  world.start(ignorant)
  world.run(FLOOR)
  const kept = seenBy(world, world.live, leaver)

  test('is waited for: it holds for alive who left, and nobody will tell it', () => {
    expect(kept).toEqual(['left', 'unknown', 'left', 'left'])
    expect(viewOf(world, ignorant).digest).not.toBe(viewOf(world, nth(hosts, 0)).digest)
  })

  test('asks what became of those it misses, and then all forget', () => {
    world.run(FLOOR)
    expect(whole(world)).toBe(true)
    expect(seenBy(world, world.live, leaver)).toEqual(world.live.map(() => 'unknown'))
    for (const host of world.live) {
      expect([...host.disk.keys()].filter((key) => key.includes(leaver.hostId))).toEqual([])
    }
  })
})

test('what was stored too long ago is not news to the start after the next (seed 10)', () => {
  const { world, hosts } = formed(4, { seed: 10, settings })
  const ignorant = nth(hosts, 1)
  world.crash(ignorant)
  world.tell(nth(hosts, 3), { kind: 'leave' })
  world.run(2 * FLOOR)
  world.start(ignorant)
  world.run(100)
  const known = [...ignorant.disk.keys()].filter((key) => key.includes(nth(hosts, 3).hostId))
  expect(known).toEqual([])
})

test('who left may come back as a new generation after all forgot it (seed 7)', () => {
  const { world, hosts } = formed(4, { seed: 7, settings })
  const leaver = nth(hosts, 3)
  world.tell(leaver, { kind: 'leave' })
  world.run(2 * FLOOR)
  world.start(leaver)
  expect(world.until(() => whole(world), 3000)).toBeDefined()
})

test('a place in the table that became free serves another host (seed 8)', () => {
  const { world, hosts } = formed(4, { seed: 8, settings })
  world.tell(nth(hosts, 3), { kind: 'leave' })
  world.run(FLOOR + 3000)
  const next = world.add('next')
  world.start(next, [nth(hosts, 0).address])
  expect(world.until(() => whole(world), 3000)).toBeDefined()
  world.run(8000)
  expect(tales(world, 'member.suspect')).toEqual([])
  expect(viewOf(world, next).members).toHaveLength(4)
})
