/** Bans: a host id that was removed or replaced is out for ever, and hears so. */
import { describe, expect, test } from '@jest/globals'
import { formed, namesOf, nth, seen, seenBy, tales, whole } from './story.js'

describe.each([1, 2])('a dead member that is removed (seed %i)', (seed) => {
  const { world, hosts } = formed(6, { seed })
  const victim = nth(hosts, 4)
  world.crash(victim)
  world.run(8000)
  world.tell(nth(hosts, 0), { kind: 'ban', hostId: victim.hostId, as: 'removed' })
  world.run(3000)
  const known = seenBy(world, world.live, victim)
  const told = tales(world, 'member.removed').map(({ by }) => by)
  const late = world.add('late')
  world.start(late, [nth(hosts, 1).address])
  world.run(3000)
  const toLate = seen(world, late, victim)
  const since = world.now
  world.start(victim)
  world.run(5000)

  test('is removed for all, who are told so once', () => {
    expect(known).toEqual(world.hosts.slice(0, 5).map(() => 'removed'))
    expect([...told].sort()).toEqual(namesOf(hosts.filter((host) => host !== victim)))
  })

  test('is removed for one that joins later', () => {
    expect(toLate).toBe('removed')
  })

  test('hears of it when it comes back, and stops', () => {
    const banned = tales(world, 'self.banned', since)
    expect(banned.map(({ by, event }) => [by, event.as])).toEqual([[victim.name, 'removed']])
    expect(victim.node).toBeUndefined()
  })

  test('is never up again', () => {
    const ups = tales(world, 'member.up', since).filter(({ by }) => by !== victim.name)
    expect(ups).toEqual([])
    expect(seenBy(world, world.live, victim)).toEqual(world.live.map(() => 'removed'))
    expect(whole(world)).toBe(true)
  })
})

test('a member banned while it lives stops at once (seed 3)', () => {
  const { world, hosts } = formed(5, { seed: 3 })
  const victim = nth(hosts, 2)
  world.tell(nth(hosts, 0), { kind: 'ban', hostId: victim.hostId, as: 'replaced' })
  world.run(1500)
  expect(tales(world, 'self.banned').map(({ event }) => event.as)).toEqual(['replaced'])
  expect(seenBy(world, world.live, victim)).toEqual([
    'replaced',
    'replaced',
    'replaced',
    'replaced',
  ])
})

test('a ban outlives a restart of everybody, and the banned one tries in vain (seed 4)', () => {
  const { world, hosts } = formed(4, { seed: 4 })
  const victim = nth(hosts, 3)
  world.crash(victim)
  world.run(8000)
  world.tell(nth(hosts, 0), { kind: 'ban', hostId: victim.hostId, as: 'removed' })
  world.run(3000)
  for (const host of world.live) world.crash(host)
  world.run(1000)
  for (const host of hosts) world.start(host)
  world.run(15_000)
  expect(tales(world, 'self.banned').map(({ by }) => by)).toEqual([victim.name])
  expect(seenBy(world, world.live, victim)).toEqual(['removed', 'removed', 'removed'])
  expect(whole(world)).toBe(true)
})

test('who is not known, or oneself, cannot be banned, and the refusal says why (seed 5)', () => {
  const { world, hosts } = formed(2, { seed: 5 })
  const self = nth(hosts, 0)
  const unknown = '00000000-0000-0000-0000-000000000001'
  world.tell(self, { kind: 'ban', hostId: unknown, as: 'removed' })
  world.tell(self, { kind: 'ban', hostId: self.hostId, as: 'removed' })
  const reasons = tales(world, 'command.refused').map(({ event }) => event.reason)
  expect(reasons).toEqual(['no such host id is known', 'a node cannot ban itself'])
  world.run(3000)
  expect(whole(world)).toBe(true)
})

test('who was removed cannot be replaced: the stronger ban stays, and it is said (seed 6)', () => {
  const { world, hosts } = formed(3, { seed: 6 })
  const [victim, other] = [nth(hosts, 2), nth(hosts, 1)]
  world.crash(victim)
  const ban = (as: 'removed' | 'replaced') =>
    world.tell(other, { kind: 'ban', hostId: victim.hostId, as })
  ban('removed')
  ban('replaced')
  ban('removed')
  const reasons = tales(world, 'command.refused').map(({ event }) => event.reason)
  expect(reasons).toEqual(['it is removed already', 'it is removed already'])
  expect(seen(world, other, victim)).toBe('removed')
})
