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

/** Seed 353167, made small: of a single copy, on a node that stands still and is given up. */
const givenUpAlive: RingScenario = {
  ...{ ...founders, name: 'given up alive', founders: 3, tokens: 2, copies: 1, disk: 400 },
  ...{ nodes: ['n1', 'n2', 'n3'].map(node), writes: 0, trouble: 12_484 },
  load: { clients: 3, keys: 40, pause: 100 },
  links: [{ link: { delay: { kind: 'uniform', from: 0.2, to: 0.8 }, loss: 0 } }],
  steps: [
    {
      at: 1057,
      act: { kind: 'ask', by: 'n3', request: { kind: 'remove', node: 'n2', loseData: true } },
    },
    { at: 2119, act: { kind: 'stall', nodes: ['n1', 'n2'], span: 1500 } },
    { at: 3339, act: { kind: 'stall', nodes: ['n2'], span: 9145 } },
  ],
}

test('what one acknowledges that was given up, and does not know it, is no promise, seed 353167', () => {
  const { violations, counts } = runRing(givenUpAlive, 353_167)
  expect(counts['data given up']).toBe(1)
  expect(violations).toEqual([])
})

/** Seed 354025, made small: a joiner whose movement goes back is down, with a disk from before. */
const downWithAnOldDisk: RingScenario = {
  ...{ ...givenUpAlive, name: 'down with an old disk', writes: 200, trouble: 25_471 },
  ...{ nodes: ['n1', 'n2', 'n3', 'n4'].map(node), load: { clients: 2, keys: 4, pause: 250 } },
  steps: [
    { at: 2999, act: { kind: 'start', nodes: ['n4'] } },
    { at: 5663, act: { kind: 'ambush', nodes: ['n1', 'n4'], by: 'n3' } },
    { at: 5718, act: { kind: 'stall', nodes: ['n4'], span: 3000 } },
    { at: 5992, act: { kind: 'ask', by: 'n1', request: { kind: 'cancel' } } },
    {
      at: 6674,
      act: { kind: 'ask', by: 'n3', request: { kind: 'decommission', node: 'n1', force: true } },
    },
    { at: 8598, act: { kind: 'cut', from: ['n1', 'n3'], to: ['n3', 'n1', 'n2'], span: 1500 } },
    {
      at: 24_057,
      act: { kind: 'trap', on: 'proposed', wait: 0, what: 'crash', span: 1500, to: [] },
    },
    { at: 24_677, act: { kind: 'restart', nodes: ['n4'], disk: 'old' } },
  ],
}

test('one that is down goes on where it was, and not where its old disk is, seed 354025', () => {
  const { violations, counts } = runRing(downWithAnOldDisk, 354_025)
  expect(counts['old disks restored']).toBe(1)
  expect(violations).toEqual([])
})
