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
import type { RingScenario } from '../../../simulations/data/ring-scenario.js'
import type { NodePlan, Scenario } from '../../../simulations/scenario.js'
import { catalogue } from '../../../simulations/scenarios/catalogue.js'
import { nodesOf } from '../../../simulations/scenarios/cluster.js'
import { wordsOf, wrongUse } from '../failure.js'
import { namesIn, problemOf, strangeNames, type FileProblem } from './file-problems.js'
import { isOfRing, readRing, type ReadRing } from './ring-file.js'
import { KINDS, scenarioShape, type ScenarioShape } from './scenario-shape.js'

export type ReadScenario =
  | { readonly kind: 'scenario'; readonly scenario: Scenario }
  | { readonly kind: 'broken'; readonly problems: readonly FileProblem[] }

const MOST_TOLD = 50
const PROFILES: readonly Profile[] = ['lan', 'calm', 'wan']

export type OfFile =
  | { readonly kind: 'scenario'; readonly scenario: Scenario }
  | { readonly kind: 'ring'; readonly ring: RingScenario }

/** @throws {CommandFailure} with every problem of the file */
export async function readScenarioFile(file: string, cwd: string): Promise<OfFile> {
  if (!/\.(ya?ml|json)$/i.test(file)) throw unknownScenario(file)
  const text = await readFile(resolve(cwd, file), 'utf8').catch((thrown: unknown) => {
    throw wrongUse(`cannot read the scenario: ${wordsOf(thrown)}.`)
  })
  const value = parsed(text, file)
  const fallback = basename(file, extname(file))
  const read: ReadScenario | ReadRing = isOfRing(value)
    ? readRing(value, fallback)
    : readScenario(value, fallback)
  if (read.kind !== 'broken') return read
  const { problems } = read
  const lines = problems.slice(0, MOST_TOLD).map(({ path, says }) => `  ${path}: ${says}`)
  if (problems.length > lines.length) lines.push(`  and ${problems.length - lines.length} more`)
  const count = `${problems.length} problem${problems.length === 1 ? '' : 's'}`
  throw wrongUse(`${file} has ${count}:\n${lines.join('\n')}`)
}

/** @param fallback the scenario's name if the file gives none */
export function readScenario(value: unknown, fallback: string): ReadScenario {
  const checked = v.safeParse(scenarioShape, value)
  if (!checked.success)
    return { kind: 'broken', problems: checked.issues.map((issue) => problemOf(issue, KINDS)) }
  const nodes = plansOf(checked.output.nodes)
  const named = checked.output.steps.map(({ fault }, i) => ({
    path: `steps.${i}.fault`,
    names: namesIn(fault),
  }))
  const problems = [...strangeNames(nodes, named), ...strangeSettings(checked.output)]
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

function plansOf(nodes: ScenarioShape['nodes']): readonly NodePlan[] {
  return typeof nodes === 'number' ? nodesOf(nodes) : nodes
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
