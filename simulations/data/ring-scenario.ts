/**
 * A scenario of ring changes as a value: who founds, who comes later, what befalls whom, what
 * operators ask for, and how busy clients are. Drawn from a seed, made small when it fails.
 */
import type { Millis } from '../../src/base/machine.js'
import type { Wish } from '../../src/cluster/intent.js'
import { network, type Replication } from '../../src/ring/replication.js'
import { inflict, type Fault } from '../fault.js'
import type { Override } from '../links.js'
import type { NodePlan } from '../scenario.js'
import type { World } from '../world.js'
import { KEYSPACE, type Load } from './clients.js'

/** What an operator asks of one node, nodes by name. */
export type Request =
  | { readonly kind: 'create'; readonly keyspace: string; readonly copies: number }
  | { readonly kind: 'drop keyspace'; readonly keyspace: string }
  /** The keyspace that clients use is to have so many copies in each datacenter. */
  | { readonly kind: 'alter'; readonly copies: number }
  | { readonly kind: 'decommission'; readonly node: string; readonly force: boolean }
  | { readonly kind: 'remove'; readonly node: string; readonly loseData: boolean }
  | { readonly kind: 'rebalance' }
  /** The first movement that the node knows of. */
  | { readonly kind: 'cancel' }

/**
 * What a trap does to whoever steps into it. late: for the span, what it says reaches some only so
 * much later; slow disk: for the span, what it must not forget takes up to that long to write.
 */
export type Snare = 'crash' | 'stall' | 'cut off' | 'late' | 'slow disk'

export type Act =
  | Fault
  | { readonly kind: 'ask'; readonly by: string; readonly request: Request }
  /**
   * Once some movement is at its second stage these crash for a while, and `by` is asked to cancel.
   */
  | { readonly kind: 'ambush'; readonly nodes: readonly string[]; readonly by: string }
  /** Whoever does this next is struck so long after. */
  | {
      readonly kind: 'trap'
      readonly on: 'proposed' | 'changed' | 'copy'
      readonly wait: Millis
      readonly what: Snare
      readonly span: Millis
      /** Whom what it says reaches late; bounded by the nodes. */
      readonly to: readonly string[]
    }
  /** A host that is new takes the place of another in the ring. */
  | { readonly kind: 'replace'; readonly node: string; readonly by: string }

export interface RingStep {
  readonly at: Millis
  readonly act: Act
}

export interface RingScenario {
  readonly name: string
  /** The first of the nodes, so many, found the ring. */
  readonly founders: number
  readonly nodes: readonly NodePlan[]
  readonly links: readonly Override[]
  readonly tokens: number
  /** Copies of the keyspace that clients use, in each datacenter. */
  readonly copies: number
  readonly load: Load
  /** Longest that a disk takes for a row. */
  readonly disk: Millis
  /** Longest that it takes, beyond a millisecond, for what a node must not forget. */
  readonly writes: Millis
  /** In order of time. */
  readonly steps: readonly RingStep[]
  readonly trouble: Millis
}

export function perform(world: World, act: Exclude<Act, { kind: 'ambush' | 'trap' }>): void {
  switch (act.kind) {
    case 'ask': {
      const host = world.host(act.by)
      const wish = wishOf(world, act.request, act.by)
      return wish && world.tell(host, { kind: 'intend', wish })
    }
    case 'replace': {
      const host = world.host(act.by)
      if (host.node !== undefined || host.life > 0) return
      host.replaces = world.host(act.node).hostId
      return void world.start(host, world.seedsOf(host))
    }
    default:
      return inflict(world, act)
  }
}

function wishOf(world: World, request: Request, by: string): Wish | undefined {
  switch (request.kind) {
    case 'create':
      return createWish(world, request.keyspace, request.copies)
    case 'alter':
      return { kind: 'alter', name: KEYSPACE, replication: inEach(world, request.copies) }
    case 'drop keyspace':
      return { kind: 'drop', name: request.keyspace }
    case 'decommission':
      return { kind: 'leave', hostId: world.host(request.node).hostId, force: request.force }
    case 'remove': {
      const hostIds = [world.host(request.node).hostId]
      return { kind: 'remove', hostIds, loseData: request.loseData }
    }
    case 'rebalance':
      return { kind: 'rebalance', bar: 1010 }
    case 'cancel': {
      const [move] = world.host(by).node?.record?.record.moves ?? []
      return move && { kind: 'cancel', move: move.id }
    }
  }
}

export function createWish(world: World, name: string, copies: number): Wish {
  return { kind: 'create', name, replication: inEach(world, copies) }
}

/** So many copies in each datacenter that members stand in. */
function inEach(world: World, copies: number): Replication {
  const members = world.live.flatMap(({ node }) => node?.record?.record.members ?? [])
  const dcs = [...new Set(members.map(({ dc }) => dc))].sort()
  return network(Object.fromEntries(dcs.map((dc) => [dc, copies])))
}
