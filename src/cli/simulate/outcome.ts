/**
 * The outcome of a simulation as other programs read it; docs/simulations.md describes the shape.
 */
import type { Outcome } from '../../../simulations/run.js'
import type { Summary } from '../../../simulations/measures/summary.js'
import type { Plan } from './plan.js'
import type { Arm } from './rehearsal.js'

export interface SimulateJson extends Omit<Outcome, 'measures'> {
  readonly measures: Outcome['measures'] & Readonly<Record<string, unknown>>
}

/** Of the protocol as shipped; what the other configurations measured stands in `comparison`. */
export function outcomeOf(plan: Plan, arms: readonly Arm[]): SimulateJson {
  const [shipped, ...others] = arms
  if (shipped === undefined) throw new RangeError('a plan runs at least one configuration')
  const { measured } = shipped
  return {
    ...measured.outcome,
    passed: measured.complete && measured.outcome.passed,
    measures: {
      ...measured.outcome.measures,
      complete: arms.length === plan.configurations.length && arms.every(isComplete),
      ...measured.summary,
      comparison: Object.fromEntries(others.map(comparisonOf)),
    },
  }
}

function isComplete({ measured }: Arm): boolean {
  return measured.complete
}

function comparisonOf({ configuration, measured }: Arm): [string, Summary] {
  return [configuration.name, measured.summary]
}
