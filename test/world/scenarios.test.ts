/**
 * The named scenarios: each makes the value it promises within its bounds, passes at a small size,
 * and measures what it is about. Plain SWIM is measurably worse where it should be.
 */
import { describe, expect, test } from '@jest/globals'
import { Random } from '../../src/base/random.js'
import { configurations } from '../../simulations/configurations.js'
import { MeasuredRun, type Measured } from '../../simulations/measures/measured.js'
import { catalogue } from '../../simulations/scenarios/catalogue.js'
import type { Scenario } from '../../simulations/scenario.js'

type Given = Readonly<Record<string, number | string>>

function scenarioOf(name: string, given: Given, seed: number): Scenario {
  const built = catalogue.find((each) => each.name === name)?.build(given, Random.from(seed))
  if (built?.kind !== 'scenario') throw new Error(`${name}: ${JSON.stringify(built)}`)
  return built.scenario
}

function measured(name: string, given: Given, seed: number, configuration = 'murmur'): Measured {
  const scenario = scenarioOf(name, given, seed)
  const chosen = configurations.find((each) => each.name === configuration)
  const settings = { ...scenario.settings, ...chosen?.settings }
  const checked = configuration === 'murmur'
  const run = new MeasuredRun({ ...scenario, settings }, seed, { checked })
  while (run.step(1000)) continue
  return run.measured
}

/** Small enough for a test, large enough that everybody has others to ask. */
const small: Readonly<Record<string, Given>> = {
  stall: { nodes: 16, stalled: 3, span: 30_000, stop: 4000 },
  flipflop: { nodes: 16 },
  churn: { nodes: 12, span: 20_000 },
  rolling: { nodes: 6 },
  small: { nodes: 2 },
}

describe.each(catalogue.map(({ name }) => name))('%s', (name) => {
  const given = small[name] ?? { nodes: 15 }

  test('passes, and its trace depends on the seed alone', () => {
    const [first, again, other] = [3, 3, 4].map((seed) => measured(name, given, seed))
    expect(first?.outcome.violations).toEqual([])
    expect(first?.outcome.passed).toBe(true)
    expect(again).toEqual(first)
    expect(other?.outcome.traceHash).not.toBe(first?.outcome.traceHash)
  })
})

test('half the cluster knows of a join and a fact long before a round is over', () => {
  const { summary } = measured('convergence', { nodes: 40 }, 5)
  expect(summary['arrivalMissed']).toBe(0)
  expect(summary['factMissed']).toBe(0)
  expect(summary['factMedianMs']).toBeLessThan(200)
})

test('a crash is known to all in less than half of the time that plain SWIM takes', () => {
  const [ours, swim] = ['murmur', 'swim'].map(
    (configuration) => measured('detection', { nodes: 40 }, 6, configuration).summary,
  )
  expect(ours?.['detectionMissed']).toBe(0)
  expect(ours?.['detectionLastMs']).toBeLessThan(Number(swim?.['detectionLastMs']) / 2)
})

test('under loss plain SWIM raises false alarms, ours none', () => {
  const given = { nodes: 30, loss: 30 }
  expect(measured('loss', given, 7, 'swim').summary['falseAlarms']).toBeGreaterThan(50)
  expect(measured('loss', given, 7).summary['falseAlarms']).toBe(0)
})

test('options out of bounds are refused with the range, unknown ones with the nearest name', () => {
  const stall = catalogue.find(({ name }) => name === 'stall')
  const built = stall?.build({ nodes: 1, stoped: 3 }, Random.from(1))
  expect(built).toMatchObject({ kind: 'refused' })
  const says = built?.kind === 'refused' ? built.problems.map((problem) => problem.says) : []
  expect(says.join()).toContain('2 to 20000 nodes')
  expect(says.join()).toContain('did you mean stop')
})
