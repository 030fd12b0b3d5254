/**
 * What the API reads and does: the agent as its routes see it. Everything here is asked at the
 * moment of a request.
 */
import type { NodeCommand } from '../../cluster/node.js'
import type { Keyspace } from '../../cluster/keyspace.js'
import type { Sealed } from '../../cluster/record/record-bytes.js'
import type { RingView } from '../../cluster/ring-view.js'
import type { ClusterStatus } from '../../cluster/status.js'
import type { HostId } from '../../gossip/identity.js'
import type { Evidence, GossipView } from '../../gossip/view.js'
import type { KeyValue } from '../data/key-value.js'
import type { Journal } from '../journal.js'
import type { Readiness } from '../readiness.js'

/** How an agent can be stopped. */
export type StopHow = 'leave' | 'drain' | 'now'

export interface Counter {
  readonly name: string
  readonly help: string
  readonly value: number
}

export interface Sources {
  /** @param keyspace whose copies count as owned */
  status(keyspace?: Keyspace): ClusterStatus
  view(): GossipView
  /** The record that the node acts on, undefined before there is one. */
  record(): Sealed | undefined
  /** All that it holds of the chain. */
  ring(): RingView
  evidence(hostId: HostId): readonly Evidence[]
  readiness(): Readiness
  readonly journal: Journal
  /** Absent without --kv. */
  readonly kv?: KeyValue | undefined
  /** The epoch under which its old copies are deleted; 0 before they are, null without --kv. */
  cleaned(): number | null
  /** Totals of sockets, streams and the disk since the start. */
  traffic(): readonly Counter[]
  /** Why it was refused, undefined when it was not. */
  command(command: NodeCommand): string | undefined
  /** Meets these too from now on, as if they had been its seeds. */
  meet(seeds: readonly string[]): void
  /** Begins to stop. */
  stop(how: StopHow): void
  readonly release: string
  /** Seconds since the agent was started. */
  uptime(): number
}
