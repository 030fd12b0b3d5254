/** What every checker stands on: the scenario, what really was, and a way to say what is broken. */
import type { GossipSettings } from '../../src/gossip/settings.js'
import type { VirtualHost } from '../host.js'
import type { Scenario } from '../scenario.js'
import type { Truth } from './truth.js'

export interface Ground {
  readonly scenario: Scenario
  readonly settings: GossipSettings
  readonly cluster: string
  /** What really was, as against what is believed. */
  readonly truth: Truth
  /** Something is broken, at this host. */
  readonly say: (host: VirtualHost, what: string) => void
}
