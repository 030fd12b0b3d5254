/**
 * One node of the cluster as one machine. Today it is its gossip; the ring, its chain and the
 * movements join it here. The agent and the simulator construct this very class.
 */
import type { Address, Channel, Effect, Ending, Machine, Millis, Ticket } from '../base/machine.js'
import type { GossipCommand } from '../gossip/command.js'
import type { GossipEvent } from '../gossip/event.js'
import { Gossip } from '../gossip/gossip.js'
import type { GossipOptions } from '../gossip/parts.js'
import type { HostId } from '../gossip/identity.js'
import type { Queue } from '../gossip/queues.js'
import type { Table } from '../gossip/table.js'
import type { Settler } from '../gossip/settling.js'
import type { Evidence, GossipView } from '../gossip/view.js'
import type { Ring } from '../ring/ring.js'
import type { Keyspace } from './keyspace.js'
import { statusOf, type ClusterStatus } from './status.js'
import { digestOf, TOKENS_FACT, wishedTokens } from './wish.js'
import { wishedRing } from './wished-ring.js'

export interface NodeOptions extends Omit<GossipOptions, 'tokenCount' | 'tokenDigest'> {
  /** How many tokens the node asks for, 1..1024. */
  readonly tokens: number
}

export type NodeCommand = GossipCommand
export type NodeEvent = GossipEvent

const TOKENS_ARE_OURS: Effect<NodeEvent> = {
  kind: 'event',
  event: {
    kind: 'command.refused',
    command: 'publish',
    reason: `the fact ${TOKENS_FACT} says who owns what; the node alone publishes it`,
  },
}

export class Node implements Machine<NodeCommand, NodeEvent> {
  private readonly gossip: Gossip
  private readonly wish: Uint8Array

  constructor(options: NodeOptions, now: Millis) {
    this.wish = wishedTokens(options.hostId, options.tokens)
    const tokenDigest = digestOf(this.wish)
    this.gossip = new Gossip({ ...options, tokenCount: options.tokens, tokenDigest }, now)
  }

  receive(
    from: Address,
    bytes: Uint8Array,
    via: Channel,
    now: Millis,
  ): readonly Effect<NodeEvent>[] {
    return this.gossip.receive(from, bytes, via, now)
  }

  command(command: NodeCommand, now: Millis): readonly Effect<NodeEvent>[] {
    if (command.kind === 'publish' && command.key === TOKENS_FACT) return [TOKENS_ARE_OURS]
    if (command.kind !== 'start') return this.gossip.command(command, now)
    const wish = { kind: 'publish', key: TOKENS_FACT, value: this.wish } as const
    return [...this.gossip.command(wish, now), ...this.gossip.command(command, now)]
  }

  stored(ticket: Ticket, ok: boolean, now: Millis): readonly Effect<NodeEvent>[] {
    return this.gossip.stored(ticket, ok, now)
  }

  closed(peer: Address, why: Ending, now: Millis): readonly Effect<NodeEvent>[] {
    return this.gossip.closed(peer, why, now)
  }

  wake(now: Millis): readonly Effect<NodeEvent>[] {
    return this.gossip.wake(now)
  }

  /** Holds a whole cluster for alive from now on: the beginning of large simulations. */
  settle(settlers: readonly Settler[], now: Millis): readonly Effect<NodeEvent>[] {
    return this.gossip.settle(settlers, now)
  }

  get wakeAt(): Millis {
    return this.gossip.wakeAt
  }

  view(now: Millis): GossipView {
    return this.gossip.view(now)
  }

  /** The member table itself, for whoever checks each change of it. */
  get table(): Table {
    return this.gossip.table
  }

  /** Whether it takes part: its generation is stored, and it has not announced an end. */
  get running(): boolean {
    return this.gossip.running
  }

  counters(): Readonly<Record<string, number>> {
    return this.gossip.counters()
  }

  /** What waits inside, with its bounds. */
  queues(): readonly Queue[] {
    return this.gossip.queues()
  }

  /** @param keyspace whose copies `owns` counts; without one it is the share by tokens alone */
  status(now: Millis, keyspace?: Keyspace): ClusterStatus {
    return statusOf(this.gossip.view(now), keyspace)
  }

  /** Who owns what, as far as it was heard here. */
  ring(now: Millis): Ring {
    return wishedRing(this.gossip.view(now)).ring
  }

  /**
   * What was heard and concluded about one member, oldest first; at most 32 entries a member are
   * kept.
   */
  evidence(hostId: HostId): readonly Evidence[] {
    return this.gossip.evidence(hostId)
  }

  /** Of the silence of a member that this node observes by a steady edge; null of any other. */
  phi(hostId: HostId, now: Millis): number | null {
    return this.gossip.phi(hostId, now)
  }
}
