/** Somebody crashes: all who live say so, soon, of nobody else, and as one cut. */
import { describe, expect, test } from '@jest/globals'
import type { VirtualHost } from '../../simulations/host.js'
import type { World } from '../../simulations/world.js'
import { calledDown, formed, lastToKnow, namesOf, seenBy, tales, whole } from './story.js'

interface Fall {
  readonly of: number
  readonly victims: number
  readonly seed: number
  /** When the last survivor must know of the last victim. */
  readonly within: number
}

const falls: readonly Fall[] = [
  { of: 2, victims: 1, seed: 1, within: 6000 },
  { of: 2, victims: 1, seed: 2, within: 6000 },
  { of: 3, victims: 1, seed: 3, within: 5000 },
  { of: 5, victims: 1, seed: 4, within: 5000 },
  { of: 5, victims: 1, seed: 5, within: 5000 },
  { of: 12, victims: 1, seed: 6, within: 5000 },
  { of: 30, victims: 1, seed: 7, within: 4500 },
  { of: 30, victims: 1, seed: 8, within: 4500 },
  { of: 30, victims: 3, seed: 9, within: 6000 },
  { of: 30, victims: 3, seed: 10, within: 6000 },
  { of: 12, victims: 6, seed: 11, within: 25_000 },
  { of: 12, victims: 6, seed: 12, within: 25_000 },
  { of: 3, victims: 2, seed: 13, within: 40_000 },
  { of: 3, victims: 2, seed: 14, within: 40_000 },
  { of: 4, victims: 3, seed: 15, within: 45_000 },
  { of: 4, victims: 3, seed: 16, within: 45_000 },
]

describe.each(falls)('$victims of $of crash at once (seed $seed)', (fall) => {
  const { world, hosts } = formed(fall.of, { seed: fall.seed }, 5000 + fall.seed * 97)
  const victims = hosts.slice(1, 1 + fall.victims)
  const since = world.now
  for (const victim of victims) world.crash(victim)
  const known = world.until(() => allKnow(world, victims, since), fall.within, 500)
  world.run(8000)

  test('everybody who lives says so in time', () => {
    expect(known).toBeDefined()
    expect(lastToKnow(world, victims, world.live, since)).toBeLessThanOrEqual(fall.within)
    for (const victim of victims) {
      expect(new Set(seenBy(world, world.live, victim))).toEqual(new Set(['down']))
    }
    expect(whole(world)).toBe(true)
  })

  test('nobody else is called down', () => {
    expect(calledDown(world, since)).toEqual(namesOf(victims))
  })

  test('each survivor calls each victim down once', () => {
    expect(tales(world, 'member.down', since)).toHaveLength(victims.length * world.live.length)
  })

  test('view changes are told few times', () => {
    const views = tales(world, 'view.changed', since)
    expect(views.length).toBeGreaterThanOrEqual(world.live.length)
    expect(views.length).toBeLessThanOrEqual(victims.length * world.live.length)
  })
})

test.each([
  [30, 3, 17],
  [30, 10, 18],
  [12, 2, 19],
])('%i agents see %i crash as one and the same cut (seed %i)', (of, count, seed) => {
  const { world, hosts } = formed(of, { seed })
  const victims = hosts.slice(2, 2 + count)
  const since = world.now
  for (const victim of victims) world.crash(victim)
  world.run(14_000)
  const cuts = tales(world, 'cut.detected', since)
  expect(cuts.map(({ by }) => by).sort()).toEqual(namesOf(world.live))
  expect(new Set(cuts.map(({ event }) => event.id)).size).toBe(1)
  for (const { event } of cuts) {
    expect(event.members.map(({ name }) => name).sort()).toEqual(namesOf(victims))
  }
})

test('two crash sets far apart are two cuts with two ids (seed 20)', () => {
  const { world, hosts } = formed(8, { seed: 20 })
  const since = world.now
  world.crash(hosts[6] ?? world.add('none'))
  world.run(12_000)
  world.crash(hosts[7] ?? world.add('none'))
  world.run(12_000)
  const ids = tales(world, 'cut.detected', since).map(({ event }) => event.id)
  expect(ids).toHaveLength(7 + 6)
  expect(new Set(ids).size).toBe(2)
})

function allKnow(world: World, victims: readonly VirtualHost[], since: number): boolean {
  return lastToKnow(world, victims, world.live, since) !== undefined
}
