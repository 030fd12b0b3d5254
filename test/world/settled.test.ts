/** A cluster that begins settled is like one that formed: at rest, and awake. */
import { expect, test } from '@jest/globals'
import { World } from '../../simulations/world.js'
import { calledDown, digests, nth, tales, viewOf, whole } from './story.js'

const world = new World({ seed: 1 })
const hosts = Array.from({ length: 40 }, (_, index) => world.add(`n${index + 1}`))
world.settle(hosts)

test('all know all from the start, tokens included', () => {
  expect(whole(world)).toBe(true)
  const tokens = viewOf(world, nth(hosts, 7)).members.flatMap(({ facts }) => facts)
  expect(tokens.filter(({ key }) => key === 'tokens')).toHaveLength(40)
})

test('nobody has anything to tell', () => {
  const before = hosts.map(({ packetsSent }) => packetsSent)
  world.run(20_000)
  const sent = hosts.reduce((sum, host, index) => sum + host.packetsSent - nth(before, index), 0)
  expect(sent / 40 / 20).toBeLessThan(5)
  expect(tales(world, 'member.suspect')).toEqual([])
  expect(tales(world, 'view.changed')).toEqual([])
  expect(digests(world)).toHaveLength(1)
})

test('a crash is found, and a newcomer is met', () => {
  world.crash(nth(hosts, 20))
  const late = world.add('late')
  world.start(late, [nth(hosts, 0).address])
  world.run(12_000)
  expect(calledDown(world)).toEqual(['n21'])
  expect(tales(world, 'member.down')).toHaveLength(39)
  expect(whole(world)).toBe(true)
})
