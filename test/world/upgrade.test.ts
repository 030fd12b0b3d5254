/**
 * Programs are exchanged one node after another: each says what it understands now, the feature
 * level rises once all do, and whoever runs an older program after that stays where it was.
 */
import { expect, test } from '@jest/globals'
import { diagnose } from '../../src/cluster/doctor.js'
import { Node } from '../../src/cluster/node.js'
import type { VirtualHost } from '../../simulations/host.js'
import {
  epochOf,
  founded,
  intend,
  joiner,
  membersIn,
  recordOf,
  ringOf,
  settle,
} from './ring-story.js'
import { nth, tales, viewOf } from './story.js'

const SEED = 5

/** The level that the program of each understands; bounded by the hosts. */
const programs = new Map<string, number>()
const { world, hosts } = founded(3, {
  seed: SEED,
  make: (options, now, host) => new Node({ ...options, features: levelOf(host) }, now),
})
const [first, second] = [nth(hosts, 0), nth(hosts, 1)]

function levelOf({ name }: VirtualHost): number {
  return programs.get(name) ?? 1
}

function exchange(host: VirtualHost, features: number): void {
  world.crash(host)
  programs.set(host.name, features)
  world.start(host, world.seedsOf(host))
}

function understood(): number[] {
  return recordOf(first).members.map(({ features }) => features)
}

test('each says what it understands once it runs a newer program', () => {
  expect(understood()).toEqual([1, 1, 1])
  for (const host of hosts) {
    exchange(host, 2)
    world.run(10_000)
  }
  settle(world, hosts, ({ members }) => members.every(({ features }) => features === 2))
  expect(recordOf(first).features).toBe(1)
  expect(hosts.flatMap((host) => ringOf(host).own)).toEqual([])
})

test('then the level can rise', () => {
  intend(world, first, { kind: 'upgrade', features: 2 })
  settle(world, hosts, ({ features }) => features === 2)
})

test('a newcomer with an older program stays out, and is told why', () => {
  const old = joiner(world, 'n4')
  world.run(20_000)
  expect(epochOf(old)).toBe(0)
  expect(membersIn(recordOf(first))).toEqual(['n1', 'n2', 'n3'])
  const told = tales(world, 'ring.outgrown').filter(({ by }) => by === 'n4')
  const epoch = epochOf(first)
  expect(told.map(({ event }) => event)).toEqual([
    { kind: 'ring.outgrown', epoch, features: 2, understood: 1 },
  ])
  const [finding] = diagnose(viewOf(world, old), ringOf(old), 0)
  expect(finding).toMatchObject({ grave: true, next: expect.stringContaining('newer murmur') })
  exchange(old, 2)
  settle(world, [...hosts, old], (record) => membersIn(record).length === 4)
})

test('a member whose program became older stays at its record, until it is newer again', () => {
  exchange(second, 3)
  settle(world, hosts, () => understood().includes(3))
  const { epoch } = recordOf(second)
  world.crash(second)
  for (const host of hosts.filter((each) => each !== second)) exchange(host, 3)
  exchange(nth(world.hosts, 3), 3)
  world.run(20_000)
  intend(world, first, { kind: 'upgrade', features: 3 })
  world.run(20_000)
  expect(recordOf(first).features).toBe(3)
  programs.set(second.name, 2)
  world.start(second, world.seedsOf(second))
  world.run(20_000)
  expect(epochOf(second)).toBeLessThan(epochOf(first))
  expect(epochOf(second)).toBeGreaterThanOrEqual(epoch)
  expect(ringOf(second).outgrown).toMatchObject({ features: 3, understood: 2 })
  exchange(second, 3)
  settle(world, world.live, ({ features }) => features === 3)
})
