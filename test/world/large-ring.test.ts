/**
 * Changes of a ring of a hundred, where a committee votes for all. The same with a thousand stands
 * in bench/changes.md.
 */
import { expect, test } from '@jest/globals'
import { ringed } from '../../simulations/ringed.js'
import type { World } from '../../simulations/world.js'
import { nth, tales } from './story.js'
import { recordOf, settle } from './ring-story.js'

const nodes = 100

/** What the records after the first one changed, each once. */
function changes(world: World): string[] {
  const later = tales(world, 'ring.changed').filter(({ event }) => event.epoch > 1)
  return [...new Set(later.flatMap(({ event }) => event.why))]
}

test('a join settles in a few seconds, in three records', () => {
  const world = ringed({ nodes })
  world.run(5000)
  world.start(world.add('n100', { rack: 'rack1' }), world.seedsOf(nth(world.hosts, 99)))
  const took = settle(world, world.hosts, ({ members }) => members.length === nodes + 1)
  expect(took).toBeLessThan(8000)
  expect(changes(world)).toEqual([
    'n100 joins with 16 tokens: prepared',
    'join n100: the new copies are read',
    'join n100: done',
  ])
})

test('a seat of the committee does not stay with a dead node, though nothing else happens', () => {
  const world = ringed({ nodes })
  world.run(5000)
  const { committee } = recordOf(nth(world.hosts, 0))
  const seated = nth(committee, 0)
  const [dead] = world.hosts.filter(({ hostId }) => hostId === seated)
  if (dead !== undefined) world.crash(dead)
  settle(world, world.live, (record) => !record.committee.includes(seated), 40_000)
  expect(changes(world)).toEqual(['1 seats of the committee given to others'])
  expect(recordOf(nth(world.live, 0)).moves).toEqual([])
})

test('ten that crash at once are given up by one change, with autoReplace on', () => {
  const config = [
    { name: 'autoReplace', value: 'true' },
    { name: 'autoReplaceAfter', value: '300' },
  ]
  const world = ringed({ nodes, tokens: 4, config })
  world.run(5000)
  const ofOneRack = world.hosts.filter(({ rack }) => rack === 'rack0').slice(0, 10)
  for (const host of ofOneRack) world.crash(host)
  world.run(290_000)
  const prepared = (): string[] => changes(world).filter((why) => why.endsWith(': prepared'))
  expect(prepared()).toEqual([])
  settle(world, world.live, ({ members }) => members.length === nodes - 10, 60_000)
  expect(prepared()).toHaveLength(1)
  const removed = nth(prepared(), 0).replace(' removed: prepared', '').split(', ')
  expect(removed.sort()).toEqual(ofOneRack.map(({ name }) => name).sort())
})
