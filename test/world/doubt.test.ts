/**
 * A record over a gap of epochs is not believed on one node's word: its voters are asked. Whoever
 * shows it may hold an old disk of another chain.
 */
import { describe, expect, test } from '@jest/globals'
import { known } from '../../src/base/assert.js'
import { diagnose } from '../../src/cluster/doctor.js'
import { ringKeys } from '../../src/cluster/durable-ring.js'
import { clusterIdOf, type RingRecord } from '../../src/cluster/record/record.js'
import { seal, type Sealed } from '../../src/cluster/record/record-bytes.js'
import type { VirtualHost } from '../../simulations/host.js'
import { nth, tales, viewOf } from './story.js'
import { epochOf, founded, intend, joiner, keyspace, recordOf, settle } from './ring-story.js'

/** A record of the same cluster and members, far ahead, that nobody ever agreed on. */
function madeUp(host: VirtualHost, change: Partial<RingRecord> = {}): Sealed {
  const held = known(host.node?.record, 'a record')
  const clusterId = clusterIdOf(held.record, held.digest)
  const parent = 'ab'.repeat(32)
  const record = { ...held.record, epoch: 50, parent, clusterId, ...change }
  return known(seal(record), 'a record that fits')
}

function setting(host: VirtualHost, i: number): [VirtualHost, Parameters<typeof intend>[2]] {
  return [host, { kind: 'configure', name: 'rebalancePause', value: `${100 + i}` }]
}

describe.each([1, 2])('a node that comes back with the disk of another chain (seed %i)', (seed) => {
  const { world, hosts } = founded(5, { seed })
  keyspace(world, hosts)
  const mistaken = nth(hosts, 4)
  const others = hosts.slice(0, 4)
  world.crash(mistaken)
  mistaken.disk.set(ringKeys.record, madeUp(nth(hosts, 0)).bytes)
  world.start(mistaken, world.seedsOf(mistaken))
  world.run(20_000)

  test('is believed by nobody, and named', () => {
    expect(others.map(epochOf)).toEqual([2, 2, 2, 2])
    const doubts = tales(world, 'ring.doubted').map(({ event }) => event)
    expect(doubts.length).toBeGreaterThan(0)
    expect(new Set(doubts.map(({ epoch, by }) => `${epoch} ${by}`))).toEqual(
      new Set([`50 ${mistaken.hostId}`]),
    )
    for (const host of others) {
      const ring = known(host.node, 'a node').ringView()
      const said = diagnose(viewOf(world, host), ring, 0).map(({ what }) => what)
      expect(said.join()).toContain(
        'does not follow from the record here; 1 of its voters confirm it, 3 are needed',
      )
    }
  })

  test('does not keep the others from changing the ring', () => {
    intend(world, ...setting(nth(hosts, 0), 1))
    settle(world, others, ({ epoch }) => epoch === 3, 60_000)
  })

  test('does not keep one from joining', () => {
    const fresh = joiner(world, 'n6')
    settle(world, [...others, fresh], ({ members }) => members.length === 6, 60_000)
  })
})

test('a node that was away takes no made-up record, though it is shown one first (seed 3)', () => {
  const { world, hosts } = founded(5, { seed: 3 })
  const [away, mistaken] = [nth(hosts, 3), nth(hosts, 4)]
  const others = hosts.slice(0, 3)
  world.crash(away)
  world.crash(mistaken)
  for (let i = 0; i < 3; i++) {
    intend(world, ...setting(nth(hosts, i), i))
    settle(world, others, ({ epoch }) => epoch === i + 2)
  }
  mistaken.disk.set(ringKeys.record, madeUp(nth(hosts, 0)).bytes)
  // The two of them see each other alone at first.
  const apart = new Set([away, mistaken])
  world.network.passes = (from, to) => apart.has(from) === apart.has(to)
  world.start(mistaken, world.seedsOf(mistaken))
  world.start(away, [mistaken.address])
  world.run(20_000)
  expect(epochOf(away)).toBe(1)
  world.network.passes = () => true
  settle(world, [...others, away], ({ epoch }) => epoch === 4, 60_000)
})

test('over a gap that nobody can fill a record is believed once its voters confirm it (seed 4)', () => {
  const { world, hosts } = founded(5, { seed: 4 })
  const away = nth(hosts, 4)
  const others = hosts.slice(0, 4)
  world.crash(away)
  for (let i = 0; i < 4; i++) {
    intend(world, ...setting(nth(hosts, 0), i))
    settle(world, others, ({ epoch }) => epoch === i + 2)
  }
  // They start again, and hold the last record alone.
  for (const host of others) {
    world.crash(host)
    world.start(host, world.seedsOf(host))
  }
  world.run(5000)
  world.start(away, world.seedsOf(away))
  settle(world, hosts, ({ epoch }) => epoch === 5)
  expect(tales(world, 'ring.doubted')).toEqual([])
  expect(recordOf(away).config).toHaveLength(1)
})

test('of three, the two that are left believe each other, for they are a majority (seed 5)', () => {
  const { world, hosts } = founded(3, { seed: 5 })
  const [stays, goes, away] = [nth(hosts, 0), nth(hosts, 1), nth(hosts, 2)]
  world.crash(away)
  for (let i = 0; i < 3; i++) {
    intend(world, ...setting(stays, i))
    settle(world, [stays, goes], ({ epoch }) => epoch === i + 2)
  }
  world.crash(goes)
  world.crash(stays)
  world.start(stays, world.seedsOf(stays))
  world.start(away, world.seedsOf(away))
  settle(world, [stays, away], ({ epoch }) => epoch === 4, 40_000)
})
