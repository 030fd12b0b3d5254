/** What the chain tells the world: events for applications, logs, metrics and traces. */
import type { HostId } from '../gossip/identity.js'
import type { Range } from '../ring/range.js'
import type { Digest } from './record/record.js'

/** One range to be copied to this node. */
export interface CopyTask {
  readonly keyspace: string
  readonly range: Range
  /**
   * The replica that loses the range to this node, and is sure to have what was acknowledged; null
   * where nobody loses it. If it is dead, a majority of it and the others is merged.
   */
  readonly source: HostId | null
  readonly others: readonly HostId[]
  /**
   * What merged copies must come from where there is no source, or it is dead: so many of each of
   * these sets, for every write that was acknowledged at a quorum is then among them.
   */
  readonly quorums: readonly Quorum[]
  /** Width of the range as a share of the ring. */
  readonly share: number
}

export interface Quorum {
  readonly of: readonly HostId[]
  readonly needed: number
}

/** A range that others have and this node has no part in: what it holds of it may go. */
export interface Spare {
  readonly keyspace: string
  readonly range: Range
  /** All replicas of the range; each acts on a record that says so. */
  readonly owners: readonly HostId[]
}

/** What is to be copied to this node for one movement. */
export interface PendingCopy {
  readonly move: string
  /** The epoch that its sources must act on. */
  readonly epoch: number
  readonly tasks: readonly CopyTask[]
}

/** What may be deleted here as long as the node acts on that epoch. */
export interface Droppable {
  readonly epoch: number
  readonly spares: readonly Spare[]
  /** Those of the record: rows of any other may go too. */
  readonly keyspaces: readonly string[]
}

/** A record that is not believed yet, and why. */
export interface Doubt {
  readonly epoch: number
  readonly digest: Digest
  /** Who showed it first. */
  readonly by: HostId
  /** Its voters that say that they hold it. */
  readonly confirmed: number
  readonly needed: number
}

/** A record of a feature level that this program is too old for. */
export interface Outgrown {
  readonly epoch: number
  readonly features: number
  readonly understood: number
}

export type RingEvent =
  | { readonly kind: 'ring.founded'; readonly clusterId: Digest; readonly members: number }
  /** A record is stored and acted on from now on. */
  | {
      readonly kind: 'ring.changed'
      readonly epoch: number
      readonly digest: Digest
      readonly why: readonly string[]
    }
  | {
      readonly kind: 'ring.proposed'
      readonly epoch: number
      readonly round: number
      readonly why: readonly string[]
    }
  /** An intent of this node is on its way to the others. */
  | { readonly kind: 'ring.intended'; readonly id: string; readonly wish: string }
  /** What this node wishes for itself, to join or to replace, cannot be. */
  | { readonly kind: 'ring.refused'; readonly wish: string; readonly reason: string }
  /** A proposal of this node was not agreed on. */
  | { readonly kind: 'ring.lost'; readonly epoch: number; readonly reason: string }
  /** Something should change, and fewer than a majority of the voters are there. */
  | {
      readonly kind: 'ring.frozen'
      readonly epoch: number
      readonly present: number
      readonly needed: number
    }
  | { readonly kind: 'ring.thawed'; readonly epoch: number }
  /** A change goes on without these, which do not agree for long. */
  | {
      readonly kind: 'ring.laggards'
      readonly epoch: number
      readonly hostIds: readonly HostId[]
    }
  /** Ranges of a movement are to be copied here; the command 'copied' acknowledges all of them. */
  | ({ readonly kind: 'ring.copy' } & PendingCopy)
  /**
   * What this node holds of these ranges may be deleted, once its owners have all of it: nothing is
   * under way, the owners have confirmed the epoch, the grace has passed. Said again after a start.
   */
  | ({ readonly kind: 'ring.drop' } & Droppable)
  /** This node has given its ranges to others and may stop for good. */
  | { readonly kind: 'ring.decommissioned'; readonly epoch: number }
  /** This node votes no more. */
  | { readonly kind: 'ring.muted'; readonly reason: string }
  /** The ring uses features that this program does not understand: it stays at its last record. */
  | ({ readonly kind: 'ring.outgrown' } & Outgrown)
  /** Two records of one epoch: this must never be. */
  | {
      readonly kind: 'ring.conflict'
      readonly epoch: number
      readonly own: Digest
      readonly other: Digest
      readonly by: HostId
    }
  /** Earlier records were learnt from others, or no more of them will be. */
  | { readonly kind: 'ring.recalled'; readonly oldest: number; readonly records: number }
  /** A record that does not follow from the one in hand, and that too few of its voters confirm. */
  | ({ readonly kind: 'ring.doubted' } & Doubt)
  /** A node of another cluster of the same name; nothing was merged. */
  | {
      readonly kind: 'ring.foreign'
      readonly clusterId: Digest
      readonly own: Digest
      readonly by: HostId
    }
