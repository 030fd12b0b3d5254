/**
 * A scenario that has a name: what it asks, which options it takes within which bounds, and how a
 * scenario is made of them. Nothing runs here; the same options and seed make the same value.
 */
import { settle, type Declarations, type Problem, type Values } from '../../src/base/settings.js'
import type { NumberSetting } from '../../src/base/settings.js'
import type { Random } from '../../src/base/random.js'
import type { Scenario } from '../scenario.js'

/** Which plot tells the scenario's story best. */
export type Figure = 'infection' | 'detection' | 'alarms' | 'tables' | 'traffic' | 'phi'

interface Described {
  readonly name: string
  /** The question in one line. */
  readonly asks: string
  readonly figure: Figure
}

interface Making<D extends Declarations> extends Described {
  readonly options: D
  readonly make: (options: Values<D>, random: Random) => Scenario
}

export interface NamedScenario extends Described {
  readonly options: Declarations
  /** Checks the options given; those that are not take their defaults. */
  readonly build: (given: Readonly<Record<string, unknown>>, random: Random) => Built
}

export type Built =
  | { readonly kind: 'scenario'; readonly scenario: Scenario }
  | { readonly kind: 'refused'; readonly problems: readonly Problem[] }

export function named<const D extends Declarations>(making: Making<D>): NamedScenario {
  const { name, asks, figure, options, make } = making
  const build = (given: Readonly<Record<string, unknown>>, random: Random): Built => {
    const { values, problems } = settle(options, given)
    return problems.length > 0
      ? { kind: 'refused', problems }
      : { kind: 'scenario', scenario: make(values, random) }
  }
  return { name, asks, figure, options, build }
}

/** Most nodes of one simulation; memory is the real limit, and is estimated before the start. */
const NODES_MAX = 20_000

export function nodesOption(count: number, min = 2, max = NODES_MAX) {
  return {
    kind: 'number',
    unit: 'nodes',
    default: count,
    min,
    max,
    why: 'Size of the cluster.',
  } as const satisfies NumberSetting
}
