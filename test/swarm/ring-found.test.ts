/** What the ring swarm has found in the product, as it was shrunk: each failed once. */
import { expect, test } from '@jest/globals'
import { runRing } from '../../simulations/data/ring-run.js'
import type { RingScenario } from '../../simulations/data/ring-scenario.js'

const node = (name: string) => ({ name, dc: 'dc1', rack: 'rack1', startAt: 0 })

test('a movement does not wait for copies of a keyspace that was dropped, seed 356517', () => {
  const scenario: RingScenario = {
    ...{ name: 'dropped while it is copied', founders: 3, tokens: 4, copies: 3, disk: 400 },
    ...{ nodes: ['n1', 'n2', 'n3', 'n4', 'n5'].map(node), writes: 20, trouble: 30_470 },
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
