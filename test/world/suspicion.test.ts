/** Suspicion: who is accused may refute, and how long that may take depends on who accuses. */
import { describe, expect, test } from '@jest/globals'
import { tagOf, type Tag } from '../../src/gossip/identity.js'
import type { VirtualHost } from '../../simulations/host.js'
import type { World } from '../../simulations/world.js'
import { letter } from './letters.js'
import { digests, formed, memberOf, nth, seenBy, tales, viewOf, whole } from './story.js'

describe.each([1, 2, 3])('a member that stood still for 1.8 s (seed %i)', (seed) => {
  const { world, hosts } = formed(12, { seed })
  const sleeper = nth(hosts, 4)
  const since = world.now
  world.stall(sleeper, 1800)
  world.run(1810)
  const own = memberOf(world, sleeper, sleeper.hostId)
  world.run(4000)

  test('is suspected, by more than one', () => {
    const suspicions = tales(world, 'member.suspect', since)
    expect(suspicions.length).toBeGreaterThan(1)
    expect(new Set(suspicions.map(({ event }) => event.member.name))).toEqual(new Set(['n5']))
  })

  test('learns it from the first ping that it reads on waking, and refutes', () => {
    expect(own?.incarnation).toBe(1)
    const refuted = tales(world, 'member.refuted', since)
    expect(refuted.map(({ event }) => [event.member.name, event.incarnation])).toEqual(
      refuted.map(() => ['n5', 1]),
    )
    expect(refuted).toHaveLength(tales(world, 'member.suspect', since).length)
  })

  test('is never called down, and all agree again', () => {
    expect(tales(world, 'member.down', since)).toEqual([])
    expect(seenBy(world, hosts, sleeper)).toEqual(Array.from({ length: 11 }, () => 'up'))
    expect(digests(world)).toHaveLength(1)
  })
})

test('the accused hears of it by a ping although its own packets are lost (seed 4)', () => {
  const { world, hosts } = formed(8, { seed: 4 })
  const mute = nth(hosts, 3)
  world.network.passes = (from) => from !== mute
  world.run(1500)
  expect(memberOf(world, mute, mute.hostId)?.incarnation).toBeGreaterThan(0)
  world.network.passes = () => true
  world.run(3000)
  expect(tales(world, 'member.down')).toEqual([])
  expect(whole(world)).toBe(true)
})

/** Nobody probes here by himself, so that only what is injected accuses. */
const quiet = { probePeriod: 60_000, edges: 0, healthMax: 0 }

/** Six agents of which the third crashed; gives a way to accuse it at the first. */
function accusable(seed: number): {
  world: World
  hosts: readonly VirtualHost[]
  accuse: (by: readonly VirtualHost[]) => void
} {
  const { world, hosts } = formed(6, { seed, settings: quiet })
  const [judge, victim] = [nth(hosts, 0), nth(hosts, 2)]
  const about = tagAt(world, judge, victim)
  world.crash(victim)
  const accuse = (by: readonly VirtualHost[]): void => {
    const accusers = by.map((host) => ({ by: tagAt(world, judge, host), phi: 8 }))
    const teller = nth(by, 0)
    const claim = { kind: 'claim', about, standing: 'suspect', incarnation: 0, accusers } as const
    const bytes = letter({ sender: tagAt(world, judge, teller), rumors: [claim] })
    world.inject(judge.address, teller.address, bytes)
  }
  return { world, hosts, accuse }
}

function tagAt(world: World, by: VirtualHost, of: VirtualHost): Tag {
  return tagOf(of.hostId, memberOf(world, by, of.hostId)?.generation ?? 0)
}

test.each([
  [1, 8400, 15],
  [2, 3983, 6],
  [3, 1400, 7],
])(
  'a suspicion by %i of six lasts %i ms, however often repeated (seed %i)',
  (count, span, seed) => {
    const { world, hosts, accuse } = accusable(seed)
    const since = world.now
    const accusers = hosts.slice(3, 3 + count)
    accuse(accusers)
    for (let again = 100; again < 20_000; again += 100) world.after(again, () => accuse(accusers))
    world.run(span + 1000)
    const first = nth(tales(world, 'member.down', since), 0)
    expect(first.at - since).toBeGreaterThan(span - 5)
    expect(first.at - since).toBeLessThan(span + 5)
  },
)

test('an accuser that comes later shortens what is left (seed 8)', () => {
  const { world, hosts, accuse } = accusable(8)
  const since = world.now
  accuse(hosts.slice(3, 4))
  world.after(1000, () => accuse(hosts.slice(4, 5)))
  world.after(2000, () => accuse(hosts.slice(5, 6)))
  world.run(3000)
  const downs = tales(world, 'member.down', since)
  expect(nth(downs, 0).at - since).toBeLessThan(2500)
  expect(nth(downs, 0).event.by.map(({ name }) => name)).toEqual(['n4', 'n5', 'n6'])
})

test('an accusation of a living member is refuted before it ripens (seed 9)', () => {
  const { world, hosts } = formed(6, { seed: 9, settings: quiet })
  const [judge, victim, liar] = [nth(hosts, 0), nth(hosts, 2), nth(hosts, 3)]
  const about = tagAt(world, judge, victim)
  const accusers = [{ by: tagAt(world, judge, liar), phi: 20 }]
  for (const standing of ['suspect', 'down'] as const) {
    const incarnation = memberOf(world, judge, victim.hostId)?.incarnation ?? 0
    const claim = { kind: 'claim', about, standing, incarnation, accusers } as const
    const bytes = letter({ sender: tagAt(world, judge, liar), rumors: [claim] })
    world.inject(judge.address, liar.address, bytes)
    world.run(2000)
  }
  world.run(10_000)
  expect(tales(world, 'member.down')).toEqual([])
  expect(viewOf(world, victim).counters['refutations']).toBeGreaterThanOrEqual(1)
  expect(whole(world)).toBe(true)
})
