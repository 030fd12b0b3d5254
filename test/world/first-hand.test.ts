/**
 * What an address itself says of who lived there: another instance answers, or nobody listens. That
 * is evidence against the one that was probed, and none against the prober.
 */
import { describe, expect, test } from '@jest/globals'
import { inflict } from '../../simulations/fault.js'
import { counted, formed, nth, seenBy, tales } from './story.js'

describe('hosts that come back without their disks (seed 1)', () => {
  const { world, hosts } = formed(12, { seed: 1 })
  const since = world.now
  const reborn = hosts.slice(4, 10)
  const former = reborn.map(({ hostId }) => hostId)
  inflict(world, { kind: 'restart', nodes: reborn.map(({ name }) => name), disk: 'lost' })
  world.run(10_000)

  test('answer for whom they followed, who is found dead', () => {
    expect(counted(world, 'probes.displaced')).toBeGreaterThan(0)
    const down = tales(world, 'member.down', since).map(({ event }) => event.member.hostId)
    expect([...new Set(down)].sort()).toEqual([...former].sort())
  })

  test('make nobody distrust himself', () => {
    expect(tales(world, 'health.changed', since)).toEqual([])
  })
})

test('most of a cluster dead at once make no survivor distrust himself (seed 2)', () => {
  const { world, hosts } = formed(12, { seed: 2 })
  const since = world.now
  inflict(world, { kind: 'crash', nodes: hosts.slice(2).map(({ name }) => name) })
  world.run(20_000)
  expect(tales(world, 'health.changed', since)).toEqual([])
  for (const dead of hosts.slice(2))
    expect(seenBy(world, world.live, dead)).toEqual(['down', 'down'])
})

test('one that hears from nobody finds them gone at its own pace (seed 3)', () => {
  const { world, hosts } = formed(24, { seed: 3 })
  const names = hosts.map(({ name }) => name)
  inflict(world, { kind: 'partition', sides: [names.slice(0, 1), names.slice(1)], span: 200_000 })
  world.run(150_000)
  const alone = nth(hosts, 0)
  expect(new Set(hosts.slice(1).map((other) => seenBy(world, [alone], other)[0]))).toEqual(
    new Set(['down']),
  )
})
