/**
 * A scenario as a value: who is there, over which links, with which settings, and what befalls whom
 * when. It is drawn from a seed, written in a file or composed in code, and means the same run
 * wherever it came from.
 */
import type { Millis } from '../src/base/machine.js'
import type { GossipSettings, Profile } from '../src/gossip/settings.js'
import type { Fault, Step } from './fault.js'
import type { Override } from './links.js'

export interface NodePlan {
  readonly name: string
  readonly dc: string
  readonly rack: string
  /** null: only a step starts it. */
  readonly startAt: Millis | null
}

export interface Scenario {
  readonly name: string
  readonly nodes: readonly NodePlan[]
  /**
   * Those that start at 0 have known each other all along: for large clusters, whose meetings would
   * take far longer than what is to be watched.
   */
  readonly settled?: boolean
  /** Later ones go before earlier ones; one without `between` holds for every link. */
  readonly links: readonly Override[]
  readonly settings: { readonly profile: Profile } & Partial<GossipSettings>
  /** In any order. */
  readonly steps: readonly Step[]
  /** Steps fall into this time; it is longer where one of them lasts beyond it. */
  readonly trouble: Millis
  /** After it all live nodes agree, and stay so. */
  readonly calm: Millis
}

/** When nothing befalls anybody any more. */
export function endOfTrouble({ steps, trouble }: Scenario): Millis {
  return steps.reduce((end, { at, fault }) => Math.max(end, at + spanOf(fault)), trouble)
}

/** How long a fault lasts by itself. */
export function spanOf(fault: Fault): Millis {
  return 'span' in fault ? fault.span : 0
}
