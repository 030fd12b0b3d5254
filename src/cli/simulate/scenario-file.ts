/**
 * A scenario that somebody wrote, in YAML or JSON: read, checked field by field and then as a
 * whole, with every problem told at once by its path and reason.
 */
import { readFile } from 'node:fs/promises'
import { basename, extname, resolve } from 'node:path'
import * as v from 'valibot'
import { parse } from 'yaml'
import { nearest } from '../../base/nearest.js'
import { settle } from '../../base/settings.js'
import { gossipSettings, type Profile } from '../../gossip/settings.js'
import type { Fault } from '../../../simulations/fault.js'
import type { NodePlan, Scenario } from '../../../simulations/scenario.js'
import { catalogue } from '../../../simulations/scenarios/catalogue.js'
import { nodesOf } from '../../../simulations/scenarios/cluster.js'
import { wordsOf, wrongUse } from '../failure.js'
import { KINDS, scenarioShape, type ScenarioShape } from './scenario-shape.js'

/** One thing wrong with a file: where, and why. */
export interface FileProblem {
  readonly path: string
  readonly says: string
}

export type ReadScenario =
  | { readonly kind: 'scenario'; readonly scenario: Scenario }
  | { readonly kind: 'broken'; readonly problems: readonly FileProblem[] }

const MOST_TOLD = 50
const PROFILES: readonly Profile[] = ['lan', 'calm', 'wan']

/** @throws {CommandFailure} with every problem of the file */
export async function readScenarioFile(file: string, cwd: string): Promise<Scenario> {
  if (!/\.(ya?ml|json)$/i.test(file)) throw unknownScenario(file)
  const text = await readFile(resolve(cwd, file), 'utf8').catch((thrown: unknown) => {
    throw wrongUse(`cannot read the scenario: ${wordsOf(thrown)}.`)
  })
  const read = readScenario(parsed(text, file), basename(file, extname(file)))
  if (read.kind === 'scenario') return read.scenario
  const { problems } = read
  const lines = problems.slice(0, MOST_TOLD).map(({ path, says }) => `  ${path}: ${says}`)
  if (problems.length > lines.length) lines.push(`  and ${problems.length - lines.length} more`)
  const count = `${problems.length} problem${problems.length === 1 ? '' : 's'}`
  throw wrongUse(`${file} has ${count}:\n${lines.join('\n')}`)
}

/** @param fallback the scenario's name if the file gives none */
export function readScenario(value: unknown, fallback: string): ReadScenario {
  const checked = v.safeParse(scenarioShape, value)
  if (!checked.success) return { kind: 'broken', problems: checked.issues.map(problemOf) }
  const nodes = plansOf(checked.output.nodes)
  const problems = [...strangeNames(checked.output, nodes), ...strangeSettings(checked.output)]
  if (problems.length > 0) return { kind: 'broken', problems }
  return { kind: 'scenario', scenario: scenarioFrom(checked.output, nodes, fallback) }
}

function parsed(text: string, file: string): unknown {
  try {
    // YAML holds JSON too.
    return parse(text)
  } catch (thrown) {
    throw wrongUse(`${file} is neither YAML nor JSON: ${wordsOf(thrown).split('\n')[0] ?? ''}`)
  }
}

function unknownScenario(given: string): Error {
  const near = nearest(given, [...catalogue.map(({ name }) => name), 'swarm'])
  const next =
    near === undefined
      ? '`murmur simulate --help` lists them; one of your own is a file named *.yaml or *.json.'
      : `did you mean ${near}?`
  return wrongUse(`no scenario is called ${given}: ${next}`)
}

type Issue = v.BaseIssue<unknown>

function problemOf(issue: Issue): FileProblem {
  const path = v.getDotPath(issue) ?? 'the file'
  if (issue.received === 'undefined') return { path, says: 'is missing' }
  if (issue.type === 'strict_object' && issue.expected === 'never') {
    return { path, says: 'there is no such field here' }
  }
  if (issue.type === 'variant' && path.endsWith('fault.kind')) {
    const near = nearest(String(issue.input), KINDS)
    const hint = near === undefined ? `give one of ${KINDS.join(', ')}` : `did you mean ${near}?`
    return { path, says: `${issue.received} is no fault, ${hint}` }
  }
  return { path, says: `${issue.message} (is ${issue.received})` }
}

function plansOf(nodes: ScenarioShape['nodes']): readonly NodePlan[] {
  return typeof nodes === 'number' ? nodesOf(nodes) : nodes
}

/** Names that no node has, and nodes that share one. */
function strangeNames({ steps }: ScenarioShape, nodes: readonly NodePlan[]): FileProblem[] {
  const known = new Set(nodes.map(({ name }) => name))
  const first = new Map([...nodes].reverse().map(({ name }, i) => [name, nodes.length - 1 - i]))
  const twice = nodes.flatMap(({ name }, i) =>
    first.get(name) === i
      ? []
      : [{ path: `nodes.${i}.name`, says: `${name} is the name of an earlier node` }],
  )
  const strange = steps.flatMap(({ fault }, i) =>
    namesIn(fault)
      .filter(([, name]) => !known.has(name))
      .map(([field, name]) => ({ path: `steps.${i}.fault.${field}`, says: unknown(name, known) })),
  )
  return [...twice, ...strange]
}

function unknown(name: string, known: ReadonlySet<string>): string {
  const near = nearest(name, [...known])
  return `no node is called ${name}${near === undefined ? '' : `, did you mean ${near}?`}`
}

type Named = readonly [field: string, name: string]

function namesIn(fault: Fault): Named[] {
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

/** The profile is no setting of the protocol, but stands beside them. */
function settingsIn({ settings }: ScenarioShape) {
  const { profile = 'lan', ...given } = settings
  const { values, problems } = settle(gossipSettings, given)
  const chosen = Object.fromEntries(Object.entries(values).filter(([key]) => key in given))
  return { profile: PROFILES.find((each) => each === profile), chosen, problems }
}

function strangeSettings(shape: ScenarioShape): FileProblem[] {
  const { profile, problems } = settingsIn(shape)
  const strange = problems.map(({ setting, says }) => ({
    path: `settings.${setting}`,
    says: says.slice(setting.length + 2),
  }))
  if (profile !== undefined) return strange
  return [{ path: 'settings.profile', says: `must be one of ${PROFILES.join(', ')}` }, ...strange]
}

function scenarioFrom(
  shape: ScenarioShape,
  nodes: readonly NodePlan[],
  fallback: string,
): Scenario {
  const { name = fallback, settled, links, steps, calm } = shape
  const { profile = 'lan', chosen } = settingsIn(shape)
  const times = [...nodes.map(({ startAt }) => startAt ?? 0), ...steps.map(({ at }) => at)]
  const trouble = shape.trouble ?? times.reduce((a, b) => Math.max(a, b), 0)
  const settings = { profile, ...chosen }
  return { name, nodes, settled, links, settings, steps, trouble, calm }
}
