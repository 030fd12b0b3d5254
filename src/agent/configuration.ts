/**
 * Where an agent's settings come from: a file, then the environment, then flags, each winning over
 * the one before. The answer is either all values, frozen, or every problem at once, each with its
 * place.
 */
import { nearest } from '../base/nearest.js'
import { environmentName, flagName, settle } from '../base/settings.js'
import type { Declarations, Problem, Values } from '../base/settings.js'
import { ringSettings, type RingSettings } from '../cluster/ring-settings.js'
import { gossipSettings, settingsFor, type GossipSettings } from '../gossip/settings.js'
import { readConfigurationFile, type ReadFile } from './configuration-file.js'
import { agentSettings, type ownSettings } from './settings.js'

/**
 * What an agent is started with. The protocol's numbers are those of the profile where none was
 * given.
 */
export interface Configuration extends Values<typeof ownSettings> {
  readonly gossip: GossipSettings
  readonly ring: RingSettings
}

export type Loaded =
  | { readonly kind: 'settled'; readonly configuration: Configuration }
  /** One sentence each, with its place: a flag, a variable, or a key of the file. */
  | { readonly kind: 'refused'; readonly problems: readonly string[] }

export interface Sources {
  /**
   * Values as given on the command line or by a program, by setting name (`dataDir`); undefined is
   * not given.
   */
  readonly flags: Readonly<Record<string, unknown>>
  readonly env: Readonly<Record<string, string | undefined>>
  /** How the file is read; only called when one is named. */
  readonly readFile: ReadFile
}

type Given = Readonly<Record<string, unknown>>

export async function loadConfiguration(sources: Sources): Promise<Loaded> {
  const flags = present(sources.flags)
  const env = fromEnvironment(sources.env)
  const path = flags['config'] ?? env['config']
  const file = typeof path === 'string' ? await readConfigurationFile(path, sources.readFile) : {}
  const problems = [
    ...(file.problem === undefined ? [] : [file.problem]),
    ...problemsOf(file.values ?? {}, (key) => `${String(path)}: ${key}`),
    ...misspelt(sources.env),
    ...problemsOf(env, environmentName),
    ...problemsOf(flags, flagName),
  ]
  if (problems.length > 0) return { kind: 'refused', problems }
  return { kind: 'settled', configuration: configurationOf({ ...file.values, ...env, ...flags }) }
}

/**
 * The defaults with some values replaced, for embedding. @throws {RangeError} naming every problem
 */
export function configurationOf(given: Given): Configuration {
  const { values, problems } = settle(agentSettings, present(given))
  if (problems.length > 0) throw new RangeError(problems.map((problem) => problem.says).join('; '))
  const chosen = Object.entries(values).filter((entry): entry is [string, number] => {
    return Object.hasOwn(gossipSettings, entry[0]) && given[entry[0]] !== undefined
  })
  const gossip = Object.freeze(settingsFor(values.profile, Object.fromEntries(chosen)))
  const ring = Object.freeze(settle(ringSettings, partOf(values, ringSettings)).values)
  return Object.freeze({ ...values, gossip, ring })
}

/** The values of one table among those of all. */
function partOf(values: Given, table: Declarations): Given {
  return Object.fromEntries(Object.keys(table).map((key) => [key, values[key]]))
}

function problemsOf(given: Given, place: (key: string) => string): string[] {
  return settle(agentSettings, given).problems.map((problem) => placed(problem, place))
}

/** `tokens: 0 is not valid, ...` becomes `--tokens: 0 is not valid, ...`. */
function placed(problem: Problem, place: (key: string) => string): string {
  return `${place(problem.setting)}: ${problem.says.slice(problem.setting.length + 2)}`
}

/** An empty variable counts as none. */
function fromEnvironment(env: Sources['env']): Given {
  const entries = Object.keys(agentSettings).map((key) => [key, env[environmentName(key)]] as const)
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined && value !== ''))
}

/**
 * Variables that nearly name a setting. Others are left alone: orchestrators set
 * MURMUR_SERVICE_HOST and the like.
 */
function misspelt(env: Sources['env']): string[] {
  const names = Object.keys(agentSettings).map(environmentName)
  return Object.keys(env).flatMap((name) => {
    if (!name.startsWith('MURMUR_') || names.includes(name)) return []
    const near = nearest(
      name.slice(7),
      names.map((known) => known.slice(7)),
    )
    return near === undefined
      ? []
      : [`${name}: there is no such variable, did you mean MURMUR_${near}?`]
  })
}

function present(given: Given): Given {
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined))
}
