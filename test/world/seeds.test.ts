/** Seeds: tried as long as they are silent, and a way back together when all else is forgotten. */
import { describe, expect, test } from '@jest/globals'
import { World } from '../../simulations/world.js'
import { formed, nth, tales, viewOf, whole } from './story.js'

describe.each([1, 2])('a seed where nobody is (seed %i)', (seed) => {
  const world = new World({ seed })
  const lone = world.add('lone')
  const late = world.add('late')
  let tries = 0
  world.network.onSent = ({ to }) => {
    if (to === late.address) tries++
  }
  world.start(lone, [late.address])
  world.run(30_000)
  const triesAlone = tries
  const silent = tales(world, 'seed.silent')
  const shown = viewOf(world, lone).seeds.map(({ state }) => state)
  world.start(late)
  const joined = world.until(() => whole(world), 3000)
  world.run(5000)
  const triesThen = tries

  test('is tried on and on, at a bounded pace', () => {
    expect(triesAlone).toBeGreaterThan(30)
    expect(triesAlone).toBeLessThanOrEqual(130)
  })

  test('is told of, at first and then now and again', () => {
    expect(silent[0]?.at).toBeLessThan(1000)
    expect(silent.map(({ event }) => event.tries)).toEqual(silent.map((_, index) => 1 + 20 * index))
    expect(silent.length).toBeGreaterThanOrEqual(2)
    expect(shown).toEqual(['trying'])
  })

  test('is joined as soon as somebody is there', () => {
    expect(joined).toBeDefined()
    expect(tales(world, 'seed.joined').map(({ by }) => by)).toEqual(['lone'])
    expect(viewOf(world, lone).seeds.map(({ state }) => state)).toEqual(['joined'])
  })

  test('is not tried any more after that', () => {
    tries = 0
    world.network.onSent = ({ to, bytes }) => {
      if (to === late.address && bytes.length > 60) tries++
    }
    world.run(10_000)
    expect(triesThen).toBeGreaterThan(triesAlone)
    expect(tries).toBe(0)
  })
})

test('one dead seed of two does not keep anybody from joining by the other (seed 3)', () => {
  const { world, hosts } = formed(3, { seed: 3 })
  const late = world.add('late')
  world.start(late, ['10.66.0.1:7946', nth(hosts, 2).address, late.address])
  expect(world.until(() => whole(world), 2000)).toBeDefined()
  world.run(3000)
  expect(viewOf(world, late).seeds.map(({ state }) => state)).toEqual(['trying', 'joined'])
})

test('all start at once and name each other as seeds (seed 4)', () => {
  const world = new World({ seed: 4 })
  const hosts = Array.from({ length: 6 }, (_, index) => world.add(`n${index + 1}`))
  const addresses = hosts.map(({ address }) => address)
  for (const host of hosts) world.start(host, addresses)
  expect(world.until(() => whole(world), 3000)).toBeDefined()
})

describe.each([5, 6])('two halves that never heard of each other (seed %i)', (seed) => {
  const { world, hosts } = formed(3, { seed })
  const others = ['m1', 'm2', 'm3', 'm4'].map((name) => world.add(name))
  const first = nth(others, 0)
  for (const other of others) world.start(other, other === first ? [] : [first.address])
  world.run(8000)
  const apart = whole(world, hosts) && whole(world, others)

  test('are one as soon as a seed is resolved to the other half', () => {
    expect(apart).toBe(true)
    world.tell(nth(hosts, 1), { kind: 'seeds', addresses: [nth(others, 2).address] })
    expect(world.until(() => whole(world), 5000)).toBeDefined()
    expect(tales(world, 'member.suspect')).toEqual([])
  })
})

test('a split in which each side forgot the other heals by seeds (seed 7)', () => {
  const { world, hosts } = formed(4, { seed: 7, settings: { tombstoneFloor: 10_000 } })
  const [left, right] = [hosts.slice(0, 2), hosts.slice(2)]
  world.network.passes = (from, to) => left.includes(from) === left.includes(to)
  world.run(8000)
  for (const host of hosts) world.crash(host)
  world.run(30_000)
  for (const host of left) world.start(host, [nth(left, 0).address])
  for (const host of right) world.start(host, [nth(right, 0).address])
  world.run(8000)
  world.network.passes = () => true
  world.tell(nth(left, 0), { kind: 'seeds', addresses: [nth(right, 1).address] })
  expect(world.until(() => whole(world), 5000)).toBeDefined()
})
