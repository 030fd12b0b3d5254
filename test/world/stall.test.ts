/** Processes that stand still: late for their own deadlines, they blame nobody else for it. */
import { describe, expect, test } from '@jest/globals'
import { calledDown, formed, namesOf, nth, tales, viewOf, whole } from './story.js'

test('eight of 32 stop for 8 s and run for 0.5 s: no healthy one is accused (seed 1)', () => {
  const { world, hosts } = formed(32, { seed: 1 })
  const slow = hosts.slice(3, 11)
  const since = world.now
  for (let cycle = 0; cycle < 2; cycle++) {
    for (const host of slow) world.after(cycle * 8500, () => world.stall(host, 8000))
  }
  world.run(17_000)
  const names = namesOf(slow)
  const healthy = (name: string): boolean => !names.includes(name)
  expect(calledDown(world, since).filter(healthy)).toEqual([])
  const suspected = tales(world, 'member.suspect', since).map(({ event }) => event.member.name)
  expect(suspected.filter(healthy)).toEqual([])
  expect(world.until(() => whole(world), 10_000, 500)).toBeDefined()
})

describe.each([2, 3, 4])('one that stood still for 5 s (seed %i)', (seed) => {
  const { world, hosts } = formed(10, { seed })
  const sleeper = nth(hosts, 6)
  world.stall(sleeper, 5000)
  world.run(5000)
  const woke = world.now
  world.run(8000)

  test('says how long it stood still, and distrusts itself', () => {
    const [stall] = tales(world, 'node.stalled')
    expect(stall?.by).toBe(sleeper.name)
    expect(stall?.event.millis).toBeGreaterThan(3500)
    const [health] = tales(world, 'health.changed', woke)
    expect(health?.event.score).toBeGreaterThan(0)
  })

  test('accuses nobody on waking', () => {
    const accused = tales(world, 'member.suspect', woke).map(({ event }) => event.member.name)
    expect(accused.filter((name) => name !== sleeper.name)).toEqual([])
    expect(calledDown(world, woke).filter((name) => name !== sleeper.name)).toEqual([])
  })

  test('is up again at all, in the same generation', () => {
    expect(whole(world)).toBe(true)
    expect(viewOf(world, sleeper).health).toBe(0)
    expect(tales(world, 'self.reborn')).toEqual([])
  })
})

test('all standing still at once, as when a machine is suspended, accuse nobody (seed 5)', () => {
  const { world, hosts } = formed(8, { seed: 5 })
  for (const host of hosts) world.stall(host, 60_000)
  world.run(65_000)
  expect(calledDown(world)).toEqual([])
  expect(whole(world)).toBe(true)
})

test('one that keeps stopping for a second is never called down, nor calls others (seed 6)', () => {
  const { world, hosts } = formed(8, { seed: 6 })
  for (let start = 0; start < 20_000; start += 1500) {
    world.after(start, () => world.stall(nth(hosts, 2), 1000))
  }
  world.run(26_000)
  expect(calledDown(world)).toEqual([])
  expect(whole(world)).toBe(true)
})

test('one whose wire is out for three seconds blames nobody for it (seed 8)', () => {
  const { world, hosts } = formed(8, { seed: 8 })
  const alone = nth(hosts, 3)
  world.network.passes = (from, to) => from !== alone && to !== alone
  world.run(3000)
  world.network.passes = () => true
  world.run(8000)
  const said = tales(world, 'member.suspect').filter(({ by }) => by === alone.name)
  expect(said).toEqual([])
  expect(tales(world, 'member.down').filter(({ by }) => by === alone.name)).toEqual([])
  expect(viewOf(world, alone).counters['probes.void']).toBeGreaterThan(0)
  expect(whole(world)).toBe(true)
})

test('one whose wire stays out calls all others down in the end (seed 9)', () => {
  const { world, hosts } = formed(5, { seed: 9 })
  const alone = nth(hosts, 3)
  world.network.passes = (from, to) => from !== alone && to !== alone
  world.run(60_000)
  expect(whole(world, [alone])).toBe(true)
})

test('who crashes while another stands still is found dead by that one too (seed 7)', () => {
  const { world, hosts } = formed(6, { seed: 7 })
  const [sleeper, victim] = [nth(hosts, 1), nth(hosts, 4)]
  world.stall(sleeper, 4000)
  world.crash(victim)
  world.run(14_000)
  const downs = tales(world, 'member.down').filter(({ event }) => event.member.name === victim.name)
  expect(downs.map(({ by }) => by).sort()).toEqual(namesOf(world.live))
  expect(whole(world)).toBe(true)
})
