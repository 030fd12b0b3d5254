/** A scenario of ring changes from a file: run once, and what happened in it told. */
import type { RingScenario } from '../../../simulations/data/ring-scenario.js'
import { tryRing } from '../../../simulations/data/ring-trial.js'
import type { Trial } from '../../../simulations/swarm/trial.js'
import { CommandFailure, wrongUse } from '../failure.js'
import { coloursFor, type Colours, type Surroundings } from '../surroundings.js'
import type { SimulateOptions } from './options.js'
import { countLines } from './swarm/swarm-text.js'

/** What only a scenario of gossip knows. */
const OTHERS = ['profile', 'set', 'compare', 'report', 'figure', 'csv'] as const

export function simulateRing(
  ring: RingScenario,
  options: SimulateOptions,
  around: Surroundings,
): void {
  const strange = OTHERS.find((name) => options[name] !== undefined)
  if (strange !== undefined)
    throw wrongUse(`--${strange} does not go with a scenario of ring changes: leave it out.`)
  const trial = tryRing(ring, options.seed)
  const passed = trial.violation === null
  const json = JSON.stringify({ scenario: ring.name, passed, ...trial })
  around.out.write(options.json ? `${json}\n` : textOf(ring, trial, coloursFor(around)))
  if (!passed) throw new CommandFailure(`${ring.name} failed: see the violation.`)
}

function textOf({ name, steps }: RingScenario, trial: Trial, c: Colours): string {
  const { seed, nodes, violation, counts, agreedAfter } = trial
  const agreed =
    agreedAfter === null ? 'not agreed' : `agreed ${(agreedAfter / 1000).toFixed(1)} s after`
  const lines = [
    `${c.bold(name)}: ${nodes} nodes, ${steps.length} steps, seed ${seed}`,
    c.dim(agreed),
    '',
    ...countLines(counts),
    '',
  ]
  if (violation === null) lines.push(c.green('PASSED'))
  else {
    const { check, at, host, what } = violation
    lines.push(`${c.red(check)}  at ${(at / 1000).toFixed(1)} s: ${host} ${what}`, c.red('FAILED'))
  }
  return lines.map((line) => `${line.trimEnd()}\n`).join('')
}
