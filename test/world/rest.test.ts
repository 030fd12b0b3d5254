/** A cluster at rest: what it costs on the wire, headers included, and that it falls with size. */
import { expect, test } from '@jest/globals'
import { World } from '../../simulations/world.js'
import { viewOf } from './story.js'

/** What serf's agents send at these sizes, in bytes a second each. */
const budgets = [
  { count: 30, most: 341 },
  { count: 60, most: 295 },
  { count: 100, most: 271 },
]
const SECONDS = 15
const measured: number[] = []

test.each(budgets)('at N = $count a node sends no more than $most B/s (seed 1)', (budget) => {
  const world = new World({ seed: 1 })
  const hosts = world.boot(budget.count)
  world.run(9000)
  for (const host of hosts) expect(viewOf(world, host).members).toHaveLength(budget.count)
  const before = sent(world)
  world.run(SECONDS * 1000)
  const rate = (sent(world) - before) / SECONDS / budget.count
  measured.push(rate)
  expect(rate).toBeLessThanOrEqual(budget.most)
  expect(rate).toBeGreaterThan(100)
})

test('the pace falls with N', () => {
  expect(measured).toHaveLength(budgets.length)
  expect(measured[2]).toBeLessThan(measured[0] ?? 0)
})

function sent(world: World): number {
  return world.hosts.reduce((sum, host) => sum + host.bytesSent, 0)
}
