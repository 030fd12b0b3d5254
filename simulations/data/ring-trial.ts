/** One seed of the swarm of ring changes: draw, run, and when it fails make it small. */
import { without } from '../swarm/shrink.js'
import { thrownTrial, type Trial } from '../swarm/trial.js'
import { drawRing } from './draw-ring.js'
import { runRing } from './ring-run.js'
import type { RingScenario } from './ring-scenario.js'

export interface ShrunkRing {
  readonly scenario: RingScenario
  readonly violation: Trial['violation']
}

/** Runs that one shrinking may take. */
const SHRINKING_RUNS = 200

export function tryRingSeed(seed: number): Trial {
  return tryRing(drawRing(seed), seed)
}

/** The scenario of few steps that fails by the same checker under the same seed. */
export function shrinkRingSeed(seed: number): ShrunkRing {
  const drawn = drawRing(seed)
  const check = tryRing(drawn, seed).violation?.check
  let left = SHRINKING_RUNS
  const fails = (scenario: RingScenario): boolean =>
    check !== undefined && left-- > 0 && tryRing(scenario, seed).violation?.check === check
  const steps = without(drawn.steps, (rest) => fails({ ...drawn, steps: rest }))
  const last = steps.at(-1)?.at ?? 0
  const few = { ...drawn, steps }
  const brief = { ...few, trouble: Math.min(few.trouble, last + 1000) }
  const scenario = fails(brief) ? brief : few
  return { scenario, violation: tryRing(scenario, seed).violation }
}

export function tryRing(scenario: RingScenario, seed: number): Trial {
  const nodes = scenario.nodes.length
  try {
    const { violations, counts, nodeHours, agreedAfter } = runRing(scenario, seed)
    return { seed, nodes, violation: violations[0] ?? null, counts, nodeHours, agreedAfter }
  } catch (thrown) {
    return thrownTrial(seed, nodes, thrown)
  }
}
