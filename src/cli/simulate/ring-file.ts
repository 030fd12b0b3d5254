/**
 * A scenario of ring changes from a file, checked field by field and then as a whole, as every
 * other scenario is.
 */
import * as v from 'valibot'
import type { Act, RingScenario } from '../../../simulations/data/ring-scenario.js'
import { namesIn, problemOf, strangeNames, type FileProblem, type Named } from './file-problems.js'
import { ACTS, ringShape, type RingShape } from './ring-shape.js'

export type ReadRing =
  | { readonly kind: 'ring'; readonly ring: RingScenario }
  | { readonly kind: 'broken'; readonly problems: readonly FileProblem[] }

/** Whether a file means ring changes: only they have founders. */
export function isOfRing(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'founders' in value
}

/** @param fallback the scenario's name if the file gives none */
export function readRing(value: unknown, fallback: string): ReadRing {
  const checked = v.safeParse(ringShape, value)
  if (!checked.success)
    return { kind: 'broken', problems: checked.issues.map((issue) => problemOf(issue, ACTS)) }
  const shape = checked.output
  const problems = [...strangeActs(shape), ...strangeFounders(shape)]
  if (problems.length > 0) return { kind: 'broken', problems }
  const { name = fallback, ...rest } = shape
  return { kind: 'ring', ring: { name, ...rest, steps: inOrder(shape.steps) } }
}

function strangeActs({ nodes, steps }: RingShape): FileProblem[] {
  const named = steps.map(({ act }, i) => ({ path: `steps.${i}.act`, names: namesOf(act) }))
  return strangeNames(nodes, named)
}

function strangeFounders({ founders, nodes }: RingShape): FileProblem[] {
  if (founders <= nodes.length) return []
  return [{ path: 'founders', says: `there are ${nodes.length} nodes only (is ${founders})` }]
}

function namesOf(act: Act): Named[] {
  switch (act.kind) {
    case 'ask': {
      const node: Named[] = 'node' in act.request ? [['request.node', act.request.node]] : []
      return [['by', act.by], ...node]
    }
    case 'ambush':
      return [...act.nodes.map((name, i): Named => [`nodes.${i}`, name]), ['by', act.by]]
    case 'replace':
      return [
        ['node', act.node],
        ['by', act.by],
      ]
    case 'trap':
      return act.to.map((name, i): Named => [`to.${i}`, name])
    default:
      return namesIn(act)
  }
}

function inOrder(steps: RingScenario['steps']): RingScenario['steps'] {
  return [...steps].sort((a, b) => a.at - b.at)
}
