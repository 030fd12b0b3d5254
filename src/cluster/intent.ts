/**
 * What somebody wants of the cluster. Intents are facts of their author and spread by gossip; they
 * change nothing until a record that took them up was agreed on. Each has an id that is a digest of
 * all of it, so the same wish heard twice is one.
 */
import type { Address } from '../base/machine.js'
import type { HostId } from '../gossip/identity.js'
import type { Replication } from '../ring/replication.js'

/** Who wants to join, as it describes itself. */
export interface Newcomer {
  readonly hostId: HostId
  readonly name: string
  readonly address: Address
  readonly dc: string
  readonly rack: string
  /** How many tokens it asks for, 1..1024. */
  readonly tokens: number
  /** The highest feature level it understands. */
  readonly features: number
}

export type Wish =
  | { readonly kind: 'join'; readonly who: Newcomer }
  /** A live node gives up its ranges; `force` also where that leaves fewer copies or racks. */
  | { readonly kind: 'leave'; readonly hostId: HostId; readonly force: boolean }
  /** Dead nodes; `loseData` also where a range has no majority left. In order of host id. */
  | {
      readonly kind: 'remove'
      readonly hostIds: readonly HostId[]
      readonly loseData: boolean
    }
  | {
      readonly kind: 'replace'
      readonly hostId: HostId
      readonly by: Newcomer
      readonly loseData: boolean
    }
  /** Where a node holds more than so many thousandths of its rack's mean. */
  | { readonly kind: 'rebalance'; readonly bar: number }
  /** A movement is to be undone, stage by stage. */
  | { readonly kind: 'cancel'; readonly move: string }
  | { readonly kind: 'create'; readonly name: string; readonly replication: Replication }
  | { readonly kind: 'drop'; readonly name: string }
  /** A keyspace is to keep another number of copies. */
  | { readonly kind: 'alter'; readonly name: string; readonly replication: Replication }
  /** A setting of the cluster; '' takes its default again. */
  | { readonly kind: 'configure'; readonly name: string; readonly value: string }
  /** A member's program was exchanged: the level it understands now, as it says itself. */
  | { readonly kind: 'understand'; readonly hostId: HostId; readonly features: number }
  /** What all members understand is to be used from now on. */
  | { readonly kind: 'upgrade'; readonly features: number }
  /** Members of the committee that are down give up their seats; formed by the nodes themselves. */
  | { readonly kind: 'relieve'; readonly hostIds: readonly HostId[] }

/** The author of intents that nodes form by themselves: the same one whoever forms it. */
export const NOBODY_ASKED: HostId = '00000000-0000-0000-0000-000000000000'

export interface Intent {
  readonly id: string
  readonly author: HostId
  /** The epoch that its author held: what is older than a record's horizon is void. */
  readonly base: number
  /** Tells apart two equal wishes of one author: epoch milliseconds. */
  readonly stamp: number
  readonly wish: Wish
}
