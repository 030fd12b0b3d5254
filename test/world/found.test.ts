/**
 * What the swarm has found, as it was shrunk: each of these failed once, and shows what was wrong.
 */
import { expect, test } from '@jest/globals'
import { run } from '../../simulations/run.js'
import type { Scenario } from '../../simulations/scenario.js'

interface Found {
  readonly story: string
  readonly seed: number
  readonly scenario: Scenario
}

function place(name: string, startAt = 0) {
  return { name, dc: 'dc1', rack: 'rack1', startAt }
}

const found: readonly Found[] = [
  {
    // n2 was cut off when n3 left, and came back after the floor: n1 took it for one that had begun
    // its life only then and dropped the tombstone, which n2 had never heard of.
    story: 'a tombstone is kept for one that comes back after the floor',
    seed: 836,
    scenario: {
      name: 'swarm-836',
      nodes: [place('n1', 5163), place('n2', 7604), place('n3', 696)],
      links: [
        {
          link: {
            delay: { kind: 'exponential', from: 0.2, mean: 3 },
            loss: 0.05,
            repeated: 0.05,
            late: 0,
            lateMax: 100,
          },
        },
      ],
      settings: { profile: 'wan', tombstoneFloor: 18_167, factInline: 16, syncWait: 200 },
      steps: [
        { at: 4886, fault: { kind: 'slow', nodes: ['n1'], perInput: 10, span: 625 } },
        { at: 7528, fault: { kind: 'partition', sides: [['n1'], ['n2', 'n3']], span: 1250 } },
        {
          at: 30_363,
          fault: {
            kind: 'link',
            between: ['dc1', 'dc1'],
            link: { loss: 0.5, delay: { kind: 'uniform', from: 1, to: 600 }, capacity: null },
            span: 12_000,
          },
        },
        { at: 34_420, fault: { kind: 'partition', sides: [['n1', 'n3'], ['n2']], span: 12_000 } },
        { at: 40_300, fault: { kind: 'blink', nodes: ['n2'], stop: 8000, run: 100, span: 24_344 } },
        { at: 43_897, fault: { kind: 'leave', nodes: ['n3'] } },
        { at: 55_172, fault: { kind: 'stall', nodes: ['n1'], span: 9472 } },
      ],
      trouble: 57_000,
      calm: 60_000,
    },
  },
  {
    // One banned it in the generation it had met, the other in the one before: their tables differed
    // for ever, and no tombstone was collected any more.
    story: 'a ban is known in one generation, wherever it was heard of',
    seed: 41,
    scenario: {
      name: 'swarm-41',
      nodes: [place('n1'), place('n3'), place('n4')],
      links: [],
      settings: { profile: 'calm' },
      steps: [
        { at: 53_345, fault: { kind: 'ban', node: 'n1', as: 'replaced', by: 'n3' } },
        { at: 54_033, fault: { kind: 'blink', nodes: ['n4'], stop: 2000, run: 100, span: 6231 } },
        { at: 59_045, fault: { kind: 'restart', nodes: ['n3'], disk: 'lost' } },
        { at: 59_334, fault: { kind: 'start', nodes: ['n1'] } },
      ],
      trouble: 61_000,
      calm: 60_000,
    },
  },
]

test.each(found)('$story (seed $seed)', ({ scenario, seed }) => {
  expect(run(scenario, seed).violations).toEqual([])
})
