/** Who is who: names, addresses and identities that more than one lays claim to. */
import { describe, expect, test } from '@jest/globals'
import { formed, memberOf, nth, seen, seenBy, tales, viewOf, whole } from './story.js'
import type { VirtualHost } from '../../simulations/host.js'
import type { World } from '../../simulations/world.js'

test('two that claim one name both stay, and everybody says so once (seed 1)', () => {
  const { world, hosts } = formed(4, { seed: 1 })
  const twin = world.add('n2')
  world.start(twin, [nth(hosts, 0).address])
  world.run(10_000)
  expect(whole(world)).toBe(true)
  const conflicts = tales(world, 'name.conflict')
  expect(conflicts).toHaveLength(5)
  const ids = [nth(hosts, 1).hostId, twin.hostId].sort()
  for (const { event } of conflicts) expect(event.hostIds).toEqual(ids)
  expect(tales(world, 'address.conflict')).toEqual([])
})

test('a name whose conflict ended may be in conflict again (seed 2)', () => {
  const { world, hosts } = formed(3, { seed: 2 })
  const twin = world.add('n2')
  world.start(twin, [nth(hosts, 0).address])
  world.run(8000)
  world.tell(twin, { kind: 'leave' })
  world.run(8000)
  world.start(twin)
  world.run(8000)
  expect(tales(world, 'name.conflict').filter(({ by }) => by === 'n1')).toHaveLength(2)
})

describe.each([3, 4])('one that advertises the address of another (seed %i)', (seed) => {
  const { world, hosts } = formed(5, { seed })
  const owner = nth(hosts, 1)
  const wrong = world.add('wrong')
  wrong.advertised = owner.address
  world.start(wrong, [nth(hosts, 0).address])
  const since = world.now
  world.run(30_000)

  test('makes the conflict known with both host ids', () => {
    const conflicts = tales(world, 'address.conflict', since)
    expect(conflicts.length).toBeGreaterThan(0)
    for (const { event } of conflicts) {
      expect(event.address).toBe(owner.address)
      expect(event.hostIds).toEqual([owner.hostId, wrong.hostId].sort())
    }
  })

  test('does not harm the owner of the address', () => {
    const downs = tales(world, 'member.down', since).filter(({ by }) => by !== wrong.name)
    expect(downs.map(({ event }) => event.member.name).filter((name) => name !== 'wrong')).toEqual(
      [],
    )
    expect(seenBy(world, hosts, owner)).toEqual(['up', 'up', 'up', 'up'])
  })
})

/** Another host that starts from a copy of the first one's data directory. */
function copied(world: World, from: VirtualHost): VirtualHost {
  const copy = world.add('copy')
  copy.hostId = from.hostId
  copy.disk = new Map(from.disk)
  return copy
}

describe.each([5, 6])('an identity that was copied and started elsewhere (seed %i)', (seed) => {
  const { world, hosts } = formed(5, { seed })
  const original = nth(hosts, 3)
  const copy = copied(world, original)
  world.start(copy)
  world.run(10_000)

  test('stops the older one, which says where the other is', () => {
    const conflicts = tales(world, 'identity.conflict')
    expect(conflicts.map(({ by }) => by)).toEqual([original.name])
    expect(conflicts[0]?.event.address).toBe(copy.address)
    expect(original.node).toBeUndefined()
  })

  test('leaves one member with that host id', () => {
    expect(whole(world)).toBe(true)
    expect(viewOf(world, nth(hosts, 0)).members).toHaveLength(5)
    expect(memberOf(world, nth(hosts, 0), copy.hostId)?.address).toBe(copy.address)
  })
})

test('a copy of the same generation is told apart by its address (seed 7)', () => {
  const { world, hosts } = formed(4, { seed: 7 })
  const original = nth(hosts, 2)
  world.crash(original)
  world.run(8000)
  const copy = copied(world, original)
  world.start(original)
  world.start(copy)
  world.run(15_000)
  const conflicts = tales(world, 'identity.conflict').map(({ by }) => by)
  expect(conflicts.length).toBeGreaterThanOrEqual(1)
  expect(world.live.length).toBeLessThanOrEqual(4)
})

test('one whose disk was restored from an old copy, its clock behind, says so (seed 8)', () => {
  const { world, hosts } = formed(4, { seed: 8 })
  const host = nth(hosts, 2)
  const backup = new Map(host.disk)
  world.crash(host)
  world.run(20_000)
  world.start(host)
  world.run(8000)
  world.crash(host)
  world.run(8000)
  host.disk = backup
  host.clockOff = -3_600_000
  world.start(host)
  world.run(10_000)
  const stopped = tales(world, 'identity.conflict').map(({ by }) => by)
  const back = seen(world, nth(hosts, 0), host) === 'up'
  expect(stopped.includes(host.name) || back).toBe(true)
})
