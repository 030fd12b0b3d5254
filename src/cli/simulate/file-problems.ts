/** What can be wrong with a file of a scenario: each problem with its path and its reason. */
import * as v from 'valibot'
import { nearest } from '../../base/nearest.js'
import type { Fault } from '../../../simulations/fault.js'
import type { NodePlan } from '../../../simulations/scenario.js'

/** One thing wrong with a file: where, and why. */
export interface FileProblem {
  readonly path: string
  readonly says: string
}

type Issue = v.BaseIssue<unknown>

/** @param kinds what a step may be */
export function problemOf(issue: Issue, kinds: readonly string[]): FileProblem {
  const path = v.getDotPath(issue) ?? 'the file'
  if (issue.received === 'undefined') return { path, says: 'is missing' }
  if (issue.type === 'strict_object' && issue.expected === 'never') {
    return { path, says: 'there is no such field here' }
  }
  if (issue.type === 'variant' && /\.(fault|act)\.kind$/.test(path)) {
    const near = nearest(String(issue.input), kinds)
    const hint = near === undefined ? `give one of ${kinds.join(', ')}` : `did you mean ${near}?`
    return { path, says: `${issue.received} is no fault, ${hint}` }
  }
  return { path, says: `${issue.message} (is ${issue.received})` }
}

/** Names that no node has, and nodes that share one. @param used the names that each step uses */
export function strangeNames(
  nodes: readonly NodePlan[],
  used: readonly { readonly path: string; readonly names: readonly Named[] }[],
): FileProblem[] {
  const known = new Set(nodes.map(({ name }) => name))
  const first = new Map([...nodes].reverse().map(({ name }, i) => [name, nodes.length - 1 - i]))
  const twice = nodes.flatMap(({ name }, i) =>
    first.get(name) === i
      ? []
      : [{ path: `nodes.${i}.name`, says: `${name} is the name of an earlier node` }],
  )
  const strange = used.flatMap(({ path, names }) =>
    names
      .filter(([, name]) => !known.has(name))
      .map(([field, name]) => ({ path: `${path}.${field}`, says: unknown(name, known) })),
  )
  return [...twice, ...strange]
}

function unknown(name: string, known: ReadonlySet<string>): string {
  const near = nearest(name, [...known])
  return `no node is called ${name}${near === undefined ? '' : `, did you mean ${near}?`}`
}

export type Named = readonly [field: string, name: string]

export function namesIn(fault: Fault): Named[] {
  const listed = (field: string, names: readonly string[]): Named[] =>
    names.map((name, i) => [`${field}.${i}`, name])
  switch (fault.kind) {
    case 'cut':
    case 'flipflop':
    case 'lag':
      return [...listed('from', fault.from), ...listed('to', fault.to)]
    case 'partition':
      return fault.sides.flatMap((side, i) => listed(`sides.${i}`, side))
    case 'ban':
      return [
        ['node', fault.node],
        ['by', fault.by],
      ]
    case 'publish':
      return [['node', fault.node]]
    case 'link':
      return []
    default:
      return listed('nodes', fault.nodes)
  }
}
