/** What is going to be simulated: a scenario, under which configurations, and how to repeat it. */
import { nearest } from '../../base/nearest.js'
import { settle } from '../../base/settings.js'
import { gossipSettings, settingsFor, type Profile } from '../../gossip/settings.js'
import { configurations, SHIPPED } from '../../../simulations/configurations.js'
import type { Configuration } from '../../../simulations/configurations.js'
import type { Scenario } from '../../../simulations/scenario.js'
import type { Figure } from '../../../simulations/scenarios/named.js'
import { wrongUse } from '../failure.js'
import type { SimulateOptions } from './options.js'

export interface Plan {
  readonly scenario: Scenario
  readonly asks: string
  readonly figure: Figure
  readonly seed: number
  /** The options of the scenario and their values, as text. */
  readonly options: readonly (readonly [name: string, value: string])[]
  readonly profile: Profile
  readonly configurations: readonly Configuration[]
  /** What repeats it. */
  readonly command: string
}

/** Above so many nodes only the protocol as shipped is run, if nothing else is asked for. */
const COMPARED_UP_TO = 128

/** The scenario with the profile and the settings that the options ask for. */
export function withSettings(scenario: Scenario, options: SimulateOptions): Scenario {
  const changed = options.profile === undefined ? {} : { profile: options.profile }
  const given = settingsGiven(options.set ?? [])
  const settings = { ...scenario.settings, ...changed, ...given }
  const { profile, ...rest } = settings
  try {
    settingsFor(profile, rest)
  } catch (thrown) {
    if (thrown instanceof RangeError) throw wrongUse(`${thrown.message}.`)
    throw thrown
  }
  return { ...scenario, settings }
}

function settingsGiven(texts: readonly string[]): Record<string, unknown> {
  const given: Record<string, unknown> = {}
  for (const text of texts) {
    const [, key, value] = /^([^=]+)=(.*)$/.exec(text) ?? []
    if (key === undefined) throw wrongUse(`--set ${text}: give KEY=VALUE, such as relays=2.`)
    given[key] = value
  }
  const { values, problems } = settle(gossipSettings, given)
  if (problems.length > 0) throw wrongUse(`${problems.map(({ says }) => says).join('; ')}.`)
  return Object.fromEntries(Object.entries(values).filter(([key]) => key in given))
}

/** The configurations to run: always as shipped first, then those asked for. */
export function configurationsFor(asked: string | undefined, nodes: number): Configuration[] {
  const others = configurations.filter((each) => each !== SHIPPED)
  if (asked === 'none' || (asked === undefined && nodes > COMPARED_UP_TO)) return [SHIPPED]
  if (asked === undefined || asked === 'all') return [SHIPPED, ...others]
  const names = asked.split(',').filter((name) => name !== '' && name !== SHIPPED.name)
  return [SHIPPED, ...names.map((name) => configurationNamed(name, others))]
}

function configurationNamed(name: string, others: readonly Configuration[]): Configuration {
  const found = others.find((each) => each.name === name)
  if (found !== undefined) return found
  const names = others.map((each) => each.name)
  const near = nearest(name, ['all', 'none', ...names])
  const hint =
    near === undefined ? `give all, none or some of ${names.join(', ')}` : `did you mean ${near}?`
  throw wrongUse(`--compare knows no configuration ${name}: ${hint}`)
}
