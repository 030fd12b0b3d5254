/** What the ring swarm has found in the product, as it was shrunk: each failed once. */
import { expect, test } from '@jest/globals'
import { runRing } from '../../simulations/data/ring-run.js'
import type { Act, RingScenario } from '../../simulations/data/ring-scenario.js'

const node = (name: string) => ({ name, dc: 'dc1', rack: 'rack1', startAt: 0 })
const names = (count: number): string[] => Array.from({ length: count }, (_, i) => `n${i + 1}`)

test('a movement does not wait for copies of a keyspace that was dropped, seed 356517', () => {
  const scenario: RingScenario = {
    ...{ name: 'dropped while it is copied', founders: 3, tokens: 4, copies: 3, disk: 400 },
    ...{ nodes: names(5).map(node), writes: 20, trouble: 30_470 },
    load: { clients: 6, keys: 4, pause: 250 },
    links: [{ link: { delay: { kind: 'uniform', from: 0.2, to: 0.8 }, loss: 0 } }],
    steps: [
      { at: 3325, act: { kind: 'start', nodes: ['n4'] } },
      { at: 4230, act: { kind: 'stall', nodes: ['n1'], span: 1500 } },
      { at: 4734, act: { kind: 'restart', nodes: ['n1'], disk: 'old' } },
      {
        at: 10_047,
        act: { kind: 'ask', by: 'n1', request: { kind: 'create', keyspace: 'k0', copies: 2 } },
      },
      { at: 14_959, act: { kind: 'start', nodes: ['n5'] } },
      { at: 24_878, act: { kind: 'ask', by: 'n3', request: { kind: 'cancel' } } },
      {
        at: 29_175,
        act: { kind: 'ask', by: 'n5', request: { kind: 'drop keyspace', keyspace: 'k0' } },
      },
    ],
  }
  const { violations, counts } = runRing(scenario, 356_517)
  expect(violations).toEqual([])
  expect(counts['movements done']).toBeGreaterThan(0)
})

test('a write is not acknowledged to a joiner whose join was cancelled meanwhile, seed 871171', () => {
  const leave: Act = {
    kind: 'ask',
    by: 'n3',
    request: { kind: 'decommission', node: 'n2', force: true },
  }
  const scenario: RingScenario = {
    ...{ name: 'cancelled while it writes', founders: 3, tokens: 2, copies: 1, disk: 1500 },
    ...{ nodes: names(9).map(node), writes: 0, trouble: 6538 },
    load: { clients: 6, keys: 40, pause: 20 },
    links: [{ link: { delay: { kind: 'uniform', from: 0.2, to: 0.8 }, loss: 0 } }],
    steps: [
      { at: 0, act: { kind: 'lag', from: ['n1'], to: ['n2', 'n3'], by: 500, span: 6538 } },
      { at: 639, act: leave },
      { at: 830, act: leave },
      { at: 1783, act: { kind: 'start', nodes: ['n4'] } },
      { at: 2207, act: { kind: 'start', nodes: ['n5'] } },
      { at: 2559, act: { kind: 'start', nodes: ['n6'] } },
      {
        at: 3282,
        act: { kind: 'writes', nodes: ['n3', 'n2', 'n5', 'n4', 'n1'], most: 400, span: 3256 },
      },
      { at: 3365, act: { kind: 'stall', nodes: ['n3', 'n2'], span: 3000 } },
      { at: 3983, act: { kind: 'writes', nodes: ['n4', 'n6'], most: 400, span: 1500 } },
      { at: 5316, act: { kind: 'start', nodes: ['n7'] } },
      { at: 8354, act: { kind: 'ask', by: 'n2', request: { kind: 'cancel' } } },
    ],
  }
  const { violations, counts } = runRing(scenario, 871_171)
  expect(violations).toEqual([])
  expect(counts['aborts from prepare']).toBeGreaterThan(0)
})
