/** What a run of the ring swarm must not ask for: what no ring could know, whatever it did. */
import { expect, test } from '@jest/globals'
import { runRing } from '../../simulations/data/ring-run.js'
import type { RingScenario } from '../../simulations/data/ring-scenario.js'

const node = (name: string) => ({ name, dc: 'dc1', rack: 'rack1', startAt: 0 })
const delay = { kind: 'exponential', from: 0.2, mean: 20 } as const

/** Seed 315480 of the swarm, made small: rows are promised, then both disks are set back. */
const bothSetBack: RingScenario = {
  ...{ name: 'both set back', founders: 2, nodes: [node('n1'), node('n2')] },
  ...{ links: [{ link: { delay, loss: 0 } }], tokens: 2, copies: 3 },
  ...{ load: { clients: 2, keys: 40, pause: 250 }, disk: 4, writes: 0, trouble: 9510 },
  steps: [
    { at: 0, act: { kind: 'crash', nodes: ['n2'] } },
    { at: 5767, act: { kind: 'restart', nodes: ['n1'], disk: 'old' } },
    { at: 6914, act: { kind: 'restart', nodes: ['n2'], disk: 'old' } },
  ],
}

test('both disks of a ring of two set back to before its founding: it is new, not at fault', () => {
  const { passed, counts } = runRing(bothSetBack, 315480)
  expect(counts['old disks restored']).toBe(2)
  expect(counts.writes).toBeGreaterThan(0)
  expect(counts['majorities lost']).toBe(1)
  expect(passed).toBe(true)
})
