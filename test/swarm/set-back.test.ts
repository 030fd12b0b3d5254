/** What a run of the ring swarm must not ask for: what no ring could know, whatever it did. */
import { expect, test } from '@jest/globals'
import { runRing } from '../../simulations/data/ring-run.js'
import type { RingScenario } from '../../simulations/data/ring-scenario.js'

const node = (name: string) => ({ name, dc: 'dc1', rack: 'rack1', startAt: 0 })

/** Seeds of the swarm, made small: rows are promised, then both disks are set back. */
const founders = {
  ...{ name: 'both set back', founders: 2, nodes: [node('n1'), node('n2')] },
  ...{ copies: 3, disk: 4 },
}
const rowsForgotten: RingScenario = {
  ...{ ...founders, tokens: 2, trouble: 9510, writes: 0 },
  load: { clients: 2, keys: 40, pause: 250 },
  links: [{ link: { delay: { kind: 'exponential', from: 0.2, mean: 20 }, loss: 0 } }],
  steps: [
    { at: 0, act: { kind: 'crash', nodes: ['n2'] } },
    { at: 5767, act: { kind: 'restart', nodes: ['n1'], disk: 'old' } },
    { at: 6914, act: { kind: 'restart', nodes: ['n2'], disk: 'old' } },
  ],
}
const leave = { kind: 'decommission', node: 'n1', force: false } as const
const otherRecord: RingScenario = {
  ...{ ...founders, tokens: 4, trouble: 30_000, writes: 20 },
  load: { clients: 4, keys: 12, pause: 100 },
  links: [{ link: { delay: { kind: 'uniform', from: 20, to: 120 }, loss: 0.02 } }],
  steps: [
    { at: 13_402, act: { kind: 'stall', nodes: ['n2', 'n1'], span: 9104 } },
    { at: 13_473, act: { kind: 'restart', nodes: ['n2'], disk: 'old' } },
    { at: 16_022, act: { kind: 'restart', nodes: ['n1'], disk: 'old' } },
    { at: 19_050, act: { kind: 'ask', by: 'n2', request: leave } },
  ],
}

test.each([
  ['315480: its rows are not asked for', rowsForgotten, 315_480],
  ['320947: what it decides anew contradicts nobody', otherRecord, 320_947],
])('a ring set back as a whole is a new one, seed %s', (_, scenario, seed) => {
  const { violations, counts } = runRing(scenario, seed)
  expect(counts['old disks restored']).toBe(2)
  expect(counts.writes).toBeGreaterThan(0)
  expect(counts['majorities lost']).toBe(1)
  expect(violations).toEqual([])
})

/** Seed 333890, made small: an owner confirms, and then its disk becomes a copy from before. */
const forgottenConfirmation: RingScenario = {
  ...{ ...founders, name: 'confirmed and forgotten', tokens: 4, trouble: 20_514, writes: 0 },
  load: { clients: 6, keys: 40, pause: 250 },
  links: [{ link: { delay: { kind: 'lognormal', median: 2, sigma: 1.5 }, loss: 0.02 } }],
  steps: [
    { at: 6207, act: { kind: 'restart', nodes: ['n1'], disk: 'kept' } },
    { at: 14_094, act: { kind: 'ask', by: 'n2', request: { kind: 'alter', copies: 1 } } },
    { at: 15_623, act: { kind: 'stall', nodes: ['n1', 'n2'], span: 8000 } },
    { at: 18_330, act: { kind: 'restart', nodes: ['n1'], disk: 'old' } },
  ],
}

test('old copies may go once their owners have confirmed, though one forgets it, seed 333890', () => {
  const { violations, counts } = runRing(forgottenConfirmation, 333_890)
  expect(counts['ranges dropped']).toBeGreaterThan(0)
  expect(counts['old disks restored']).toBe(1)
  expect(violations).toEqual([])
})
