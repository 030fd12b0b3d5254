/** The swarm, a little of it and in one thread: drawn, repeatable, and made small where it fails. */
import { describe, expect, test } from '@jest/globals'
import { run, type Outcome } from '../../simulations/run.js'
import { drawScenario } from '../../simulations/swarm/draw.js'
import { shrink } from '../../simulations/swarm/shrink.js'

const seeds = Array.from({ length: 8 }, (_, index) => index + 1)

describe('scenarios drawn from seeds', () => {
  const outcomes: Outcome[] = []

  test.each(seeds)('pass (seed %i)', (seed) => {
    const outcome = run(drawScenario(seed), seed, { hasty: true })
    outcomes.push(outcome)
    expect(outcome.violations).toEqual([])
  })

  test('are the same for the same seed, and differ otherwise', () => {
    expect(drawScenario(7)).toEqual(drawScenario(7))
    expect(new Set(seeds.map((seed) => JSON.stringify(drawScenario(seed)))).size).toBe(8)
    const again = run(drawScenario(3), 3, { hasty: true })
    expect(again).toEqual(outcomes[2])
  })
})

test('a failing scenario shrinks to what makes it fail', () => {
  const scenario = drawScenario(26)
  const names = scenario.nodes.map(({ name }) => name)
  const fault = { kind: 'cut', from: names, to: names, span: 8000 } as const
  const troubled = { ...scenario, steps: [...scenario.steps, { at: 100, fault }] }
  const fails = ({ steps }: typeof scenario) =>
    steps.some((step) => step.fault.kind === 'cut' && step.fault.to.includes('n2'))
  const small = shrink(troubled, fails, 500)
  expect(small.steps).toHaveLength(1)
  expect(small.nodes.map(({ name }) => name)).toContain('n2')
  expect(small.nodes.length).toBeLessThanOrEqual(2)
  expect(JSON.stringify(small).length).toBeLessThan(500)
})
