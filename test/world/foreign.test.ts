/** Another cluster on the same wires: refused and named on both sides, nothing merged. */
import { describe, expect, test } from '@jest/globals'
import { known } from '../../src/base/assert.js'
import { diagnose } from '../../src/cluster/doctor.js'
import { tagOf } from '../../src/gossip/identity.js'
import type { VirtualHost } from '../../simulations/host.js'
import { World } from '../../simulations/world.js'
import { letter } from './letters.js'
import { settle } from './ring-story.js'
import { counter, digests, formed, memberOf, nth, tales, viewOf, whole } from './story.js'

describe.each([1, 2])(
  'a node of another cluster that takes ours for its seed (seed %i)',
  (seed) => {
    const { world, hosts } = formed(3, { seed })
    const [seedHost] = hosts
    const before = digests(world)
    const guest = world.add('guest')
    guest.cluster = 'elsewhere'
    world.start(guest, [nth(hosts, 0).address])
    world.run(40_000)

    test('is named here, and we are named there', () => {
      const told = tales(world, 'cluster.foreign')
      const here = told.filter(({ by }) => by === seedHost?.name).map(({ event }) => event)
      const there = told.filter(({ by }) => by === 'guest').map(({ event }) => event)
      expect(new Set(here.map(({ cluster, own }) => `${cluster} ${own}`))).toEqual(
        new Set(['elsewhere world']),
      )
      expect(new Set(there.map(({ cluster, own }) => `${cluster} ${own}`))).toEqual(
        new Set(['world elsewhere']),
      )
    })

    test('is told of once in a while, not at each try', () => {
      expect(tales(world, 'cluster.foreign').length).toBeLessThanOrEqual(4)
      expect(counter(world, nth(hosts, 0), 'junk.foreign')).toBeGreaterThan(20)
    })

    test('merges nothing on either side, and shows its seed as foreign', () => {
      expect(digests(world, hosts)).toEqual(before)
      expect(viewOf(world, guest).members).toHaveLength(1)
      expect(viewOf(world, guest).seeds.map(({ state }) => state)).toEqual(['foreign'])
      expect(whole(world, hosts)).toBe(true)
    })
  },
)

test('two clusters that name each other as seeds stay two (seed 3)', () => {
  const { world, hosts } = formed(3, { seed: 3 })
  const guests = ['g1', 'g2', 'g3'].map((name) => world.add(name))
  const first = nth(guests, 0)
  for (const guest of guests) {
    guest.cluster = 'elsewhere'
    world.start(guest, guest === first ? [] : [first.address])
  }
  for (const host of hosts) world.tell(host, { kind: 'seeds', addresses: [first.address] })
  for (const guest of guests) {
    world.tell(guest, { kind: 'seeds', addresses: [nth(hosts, 0).address, first.address] })
  }
  world.run(20_000)
  expect(whole(world, hosts)).toBe(true)
  expect(whole(world, guests)).toBe(true)
})

test('a packet with our mark and the name of another cluster is refused (seed 4)', () => {
  const { world, hosts } = formed(2, { seed: 4 })
  const [host, peer] = [nth(hosts, 0), nth(hosts, 1)]
  const before = digests(world)
  const sender = tagOf(peer.hostId, memberOf(world, host, peer.hostId)?.generation ?? 0)
  const left = {
    kind: 'claim',
    about: sender,
    standing: 'left',
    incarnation: 0,
    accusers: [],
  } as const
  const clash = { sender, named: true, cluster: 'elsewhere', marked: 'world', rumors: [left] }
  world.inject(host.address, '10.50.0.1:7946', letter(clash))
  world.run(1000)
  expect(counter(world, host, 'junk.foreign')).toBe(1)
  expect(digests(world)).toEqual(before)
  expect(tales(world, 'cluster.foreign').map(({ event }) => event.cluster)).toEqual(['elsewhere'])
})

describe('two rings of one name', () => {
  test('that take each other for seeds are named on both sides, and merge nothing (seed 5)', () => {
    const { world, hosts, guests } = twoRings(5)
    const rows = (host: VirtualHost) => viewOf(world, host).members.map(({ name }) => name)
    world.tell(nth(hosts, 0), { kind: 'seeds', addresses: [nth(guests, 0).address] })
    world.run(40_000)
    for (const host of hosts) expect(rows(host)).toEqual(['n1', 'n2'])
    for (const guest of guests) expect(rows(guest)).toEqual(['g1', 'g2'])
    const told = tales(world, 'cluster.foreign')
    const [ours, theirs] = [nth(hosts, 0), nth(guests, 0)].map(
      (host) => host.node?.ringView().clusterId.slice(0, 16) ?? '',
    )
    const said = told.map(({ by, event }) => `${by} ${event.id} ${event.ownId}`)
    expect(new Set(said)).toEqual(new Set([`n1 ${theirs} ${ours}`, `g1 ${ours} ${theirs}`]))
    for (const host of [nth(hosts, 0), nth(guests, 0)]) {
      const found = diagnose(viewOf(world, host), known(host.node, 'it runs').ringView(), 0)
      const what = found.map((each) => each.what).join('\n')
      expect(what).toContain(ours?.slice(0, 12))
      expect(what).toContain(theirs?.slice(0, 12))
    }
  })

  test('do not hear of each other by a newcomer between them, who joins neither (seed 6)', () => {
    const { world, hosts, guests } = twoRings(6)
    const between = world.add('between')
    world.start(between, [nth(hosts, 0).address, nth(guests, 0).address])
    world.run(40_000)
    const rows = (host: VirtualHost) =>
      viewOf(world, host)
        .members.map(({ name }) => name)
        .filter((name) => name !== 'between')
    for (const host of hosts) expect(rows(host)).toEqual(['n1', 'n2'])
    for (const guest of guests) expect(rows(guest)).toEqual(['g1', 'g2'])
    expect(between.node?.record).toBeUndefined()
    const found = diagnose(viewOf(world, between), known(between.node, 'it runs').ringView(), 0)
    expect(found.map(({ what }) => what).join()).toContain('two rings of the name world')
  })
})

/** Two clusters of the same name, each with its own ring. */
function twoRings(seed: number) {
  const world = new World({ seed, expect: 2 })
  const [hosts, guests] = [
    ['n1', 'n2'],
    ['g1', 'g2'],
  ].map((names) => {
    const made = names.map((name) => world.add(name))
    for (const host of made) world.start(host, [nth(made, 0).address])
    settle(world, made, ({ epoch }) => epoch === 1)
    return made
  })
  return { world, hosts: hosts ?? [], guests: guests ?? [] }
}
