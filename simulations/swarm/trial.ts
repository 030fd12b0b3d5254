/** One seed of the swarm: draw, run, and when it fails make it small. */
import { Bug } from '../../src/base/assert.js'
import type { Violation } from '../checks/check.js'
import { run } from '../run.js'
import type { Scenario } from '../scenario.js'
import { drawScenario } from './draw.js'
import { shrink } from './shrink.js'

export interface Trial {
  readonly seed: number
  readonly nodes: number
  /** The first; null when all went well. */
  readonly violation: Violation | null
  readonly counts: Readonly<Record<string, number>>
  readonly nodeHours: number
  readonly agreedAfter: number | null
}

export interface Shrunk {
  readonly scenario: Scenario
  readonly violation: Violation | null
}

/** Runs that one shrinking may take. */
const SHRINKING_RUNS = 600

export function tryScenario(scenario: Scenario, seed: number): Trial {
  const nodes = scenario.nodes.length
  try {
    const { violations, counts, measures } = run(scenario, seed, { hasty: true })
    const { nodeHours, agreedAfter } = measures
    return { seed, nodes, violation: violations[0] ?? null, counts, nodeHours, agreedAfter }
  } catch (thrown) {
    return thrownTrial(seed, nodes, thrown)
  }
}

/** A run that did not come to its end. */
export function thrownTrial(seed: number, nodes: number, thrown: unknown): Trial {
  if (!(thrown instanceof Error)) throw thrown
  const what = `${thrown.name}: ${thrown.message}`
  const check = thrown instanceof Bug ? 'assertion' : 'exception'
  const violation = { at: 0, check, host: '', what }
  return { seed, nodes, violation, counts: {}, nodeHours: 0, agreedAfter: null }
}

export function trySeed(seed: number): Trial {
  return tryScenario(drawScenario(seed), seed)
}

/** The small scenario that fails by the same checker under the same seed. */
export function shrinkSeed(seed: number): Shrunk {
  const drawn = drawScenario(seed)
  const check = tryScenario(drawn, seed).violation?.check
  const fails = (scenario: Scenario): boolean =>
    check !== undefined && tryScenario(scenario, seed).violation?.check === check
  const scenario = shrink(drawn, fails, SHRINKING_RUNS)
  return { scenario, violation: tryScenario(scenario, seed).violation }
}
