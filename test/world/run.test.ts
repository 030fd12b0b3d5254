/** A scenario runs to an outcome: the same each time, checked all along, and with its counts. */
import { expect, test } from '@jest/globals'
import { Run, run } from '../../simulations/run.js'
import type { Scenario } from '../../simulations/scenario.js'

const nodes = ['n1', 'n2', 'n3', 'n4', 'n5', 'n6'].map((name, index) => {
  return { name, dc: 'dc1', rack: 'rack1', startAt: 100 * index }
})

const scenario: Scenario = {
  name: 'a bad day',
  nodes,
  links: [{ link: { loss: 0.01 } }],
  settings: { profile: 'lan', tombstoneFloor: 10_000 },
  steps: [
    { at: 6000, fault: { kind: 'crash', nodes: ['n2'] } },
    { at: 14_000, fault: { kind: 'restart', nodes: ['n2'], disk: 'kept' } },
    { at: 16_000, fault: { kind: 'leave', nodes: ['n3'] } },
    { at: 20_000, fault: { kind: 'partition', sides: [['n1', 'n2']], span: 10_000 } },
    { at: 33_000, fault: { kind: 'publish', node: 'n1', key: 'a', value: 'b' } },
  ],
  trouble: 34_000,
  calm: 30_000,
}

test('a run through trouble passes, and its counts show what happened', () => {
  const { violations, passed, counts, measures } = run(scenario, 1)
  expect(violations).toEqual([])
  expect(passed).toBe(true)
  const { suspicions, verdicts, heals, facts } = counts
  expect(Math.min(suspicions, verdicts, heals, facts)).toBeGreaterThan(0)
  expect(counts['tombstones made']).toBeGreaterThanOrEqual(5)
  expect(counts['tombstones dropped']).toBeGreaterThan(0)
  expect(measures.agreedAfter).toBeLessThan(10_000)
})

test('the same seed gives the same hash, another seed another', () => {
  const [first, second, third] = [run(scenario, 1), run(scenario, 1), run(scenario, 2)]
  expect(second).toEqual(first)
  expect(third.traceHash).not.toBe(first.traceHash)
})

test('in slices of a few events it is the same run', () => {
  const whole = run(scenario, 3)
  const sliced = new Run(scenario, 3, {})
  let slices = 1
  while (sliced.step(2000, 7)) slices++
  expect(sliced.outcome()).toEqual(whole)
  expect(slices).toBeGreaterThan(whole.counts.steps / 7)
})

test('a hasty run ends once all agree and stay so', () => {
  const { measures, passed } = run(scenario, 1, { hasty: true })
  expect(passed).toBe(true)
  expect(measures.seconds).toBeLessThan(50)
})
