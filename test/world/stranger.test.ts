/** Strangers at second hand: probed, not believed. */
import { expect, test } from '@jest/globals'
import { identityOf, tagOf, type Identity, type Tag } from '../../src/gossip/identity.js'
import type { Standing } from '../../src/gossip/precedence.js'
import type { VirtualHost } from '../../simulations/host.js'
import type { World } from '../../simulations/world.js'
import { letter } from './letters.js'
import { digests, formed, memberOf, nth, tales, viewOf, whole } from './story.js'

function tagAt(world: World, by: VirtualHost, of: VirtualHost): Tag {
  return tagOf(of.hostId, memberOf(world, by, of.hostId)?.generation ?? 0)
}

function stranger(address: string, generation: number): Identity {
  return identityOf({
    hostId: '0badcafe-0000-4000-8000-00000000000a',
    generation,
    address,
    name: 'stranger',
    dc: 'dc1',
    rack: 'rack1',
    tokenCount: 16,
    tokenDigest: 1,
  })
}

/** One member tells another of somebody. */
function introduce(
  world: World,
  [to, by]: readonly [VirtualHost, VirtualHost],
  identity: Identity,
  standing: Standing,
): void {
  const rumor = { kind: 'introduction', identity, standing, incarnation: 0, age: 0 } as const
  const bytes = letter({ sender: tagAt(world, to, by), rumors: [rumor] })
  world.inject(to.address, by.address, bytes)
}

test.each([
  ['alive', 1],
  ['suspect', 2],
] as const)('a dead stranger said to be %s never becomes a member (seed %i)', (standing, seed) => {
  const { world, hosts } = formed(4, { seed })
  const [host, teller] = [nth(hosts, 0), nth(hosts, 1)]
  const before = digests(world)
  let pings = 0
  world.network.onSent = ({ to }) => {
    if (to === '10.77.0.1:7946') pings++
  }
  introduce(world, [host, teller], stranger('10.77.0.1:7946', 1_700_000_000), standing)
  world.run(30_000)
  expect(digests(world)).toEqual(before)
  expect(tales(world, 'member.up').filter(({ event }) => event.member.name === 'stranger')).toEqual(
    [],
  )
  expect(pings).toBeGreaterThan(0)
  expect(pings).toBeLessThanOrEqual(8)
})

test('a living stranger is met after its own answer, and then by all (seed 3)', () => {
  const { world, hosts } = formed(4, { seed: 3 })
  const lone = world.add('lone')
  world.start(lone)
  world.run(1000)
  const own = memberOf(world, lone, lone.hostId)
  const identity = identityOf({
    hostId: lone.hostId,
    generation: own?.generation ?? 0,
    address: lone.address,
    name: lone.name,
    dc: 'dc1',
    rack: 'rack1',
    tokenCount: 16,
    tokenDigest: 1,
  })
  introduce(world, [nth(hosts, 0), nth(hosts, 1)], identity, 'alive')
  expect(viewOf(world, nth(hosts, 0)).members).toHaveLength(4)
  expect(world.until(() => whole(world), 3000)).toBeDefined()
})

test('a generation of a member that nobody issued is not believed (seed 4)', () => {
  const { world, hosts } = formed(4, { seed: 4 })
  const [host, teller, victim] = [nth(hosts, 0), nth(hosts, 1), nth(hosts, 2)]
  const before = digests(world)
  const held = memberOf(world, host, victim.hostId)
  const identity = identityOf({
    ...stranger(victim.address, (held?.generation ?? 0) + 5),
    hostId: victim.hostId,
    name: victim.name,
  })
  introduce(world, [host, teller], identity, 'alive')
  world.run(20_000)
  expect(digests(world)).toEqual(before)
  expect(memberOf(world, host, victim.hostId)?.generation).toBe(held?.generation)
  expect(tales(world, 'member.down')).toEqual([])
})

test('a generation beyond every clock is junk (seed 5)', () => {
  const { world, hosts } = formed(3, { seed: 5 })
  const [host, teller] = [nth(hosts, 0), nth(hosts, 1)]
  const before = digests(world)
  introduce(world, [host, teller], stranger('10.77.0.1:7946', 1_900_000_000), 'down')
  world.run(3000)
  expect(digests(world)).toEqual(before)
  expect(viewOf(world, host).counters['junk.generation']).toBe(1)
})

test('strangers heard of while too many pings are under way are met later (seed 7)', () => {
  const { world, hosts } = formed(3, { seed: 7 })
  const [host, teller] = [nth(hosts, 0), nth(hosts, 1)]
  const sender = tagAt(world, host, teller)
  for (let seq = 0; seq < 1100; seq++) {
    const address = '10.99.0.1:7946'
    const body = { kind: 'relay', seq, target: 7, address, patience: 20_000 } as const
    world.inject(host.address, teller.address, letter({ sender, body }))
  }
  for (let i = 0; i < 100; i++) {
    const hostId = `0badcafe-0000-4000-8000-${i.toString(16).padStart(12, '0')}`
    const identity = identityOf({ ...stranger(`10.99.1.${i}:7946`, 1_700_000_000), hostId })
    introduce(world, [host, teller], identity, 'alive')
  }
  world.run(60_000)
  const lone = world.add('lone')
  world.start(lone)
  world.run(1000)
  const own = memberOf(world, lone, lone.hostId)
  const met = { ...stranger(lone.address, own?.generation ?? 0), hostId: lone.hostId }
  introduce(world, [host, teller], identityOf({ ...met, name: 'lone' }), 'alive')
  expect(world.until(() => whole(world), 5000)).toBeDefined()
})

test('a flood of strangers is bounded in pings, and ends (seed 6)', () => {
  const { world, hosts } = formed(3, { seed: 6 })
  const [host, teller] = [nth(hosts, 0), nth(hosts, 1)]
  let pings = 0
  world.network.onSent = ({ to }) => {
    if (to.startsWith('10.88.')) pings++
  }
  for (let i = 0; i < 500; i++) {
    const address = `10.88.${i >> 8}.${i & 255}:7946`
    const hostId = `0badcafe-0000-4000-8000-${i.toString(16).padStart(12, '0')}`
    const identity = identityOf({ ...stranger(address, 1_700_000_000), hostId })
    introduce(world, [host, teller], identity, 'alive')
  }
  world.run(60_000)
  expect(pings).toBeLessThanOrEqual(500 * 8)
  const after = pings
  world.run(20_000)
  expect(pings).toBe(after)
  expect(whole(world)).toBe(true)
  expect(tales(world, 'member.suspect')).toEqual([])
})
