/**
 * The messages of the protocol. Datagrams and stream frames carry the same ones.
 *
 *   A --ping--> B, B --ack--> A                      a probe
 *   A --relay--> C, C --ping--> B, B --ack--> C, C --relayed--> A    an indirect one;
 *                    C --nack--> A when B is silent
 *   A --ping--> B', B' --mistaken--> A               another instance lives at that address
 *   A --gossip--> B                                  rumors, and the parts of a repair
 *   A --foreign--> B                                 B spoke to another cluster; nothing was read
 */
import type { Address, Millis } from '../base/machine.js'
import type { Rumor } from './claim.js'
import type { Incarnation, Tag } from './identity.js'

export type Body =
  | { readonly kind: 'ping'; readonly seq: number; readonly target: Tag }
  | { readonly kind: 'ack'; readonly seq: number }
  | {
      readonly kind: 'relay'
      readonly seq: number
      readonly target: Tag
      readonly address: Address
      /** After how long without an answer the relay says nack. */
      readonly patience: Millis
    }
  | {
      readonly kind: 'relayed'
      readonly seq: number
      readonly target: Tag
      readonly incarnation: Incarnation
    }
  | { readonly kind: 'nack'; readonly seq: number }
  | { readonly kind: 'mistaken'; readonly seq: number }
  | { readonly kind: 'gossip' }
  | { readonly kind: 'foreign'; readonly cluster: string; readonly id: string }

/** One row of a member table, for comparison. */
export interface RowDigest {
  readonly about: Tag
  /** Everything but the facts: standing, and incarnation while it is not gone. */
  readonly stand: number
  readonly version: number
}

/**
 * Asks for an instance, or for what became of a host (by its own tag), or (version > 0, or known)
 * for facts after a version.
 */
export interface Want {
  readonly about: Tag
  readonly after: number
}

export interface Message {
  readonly body: Body
  /**
   * 16 bits of the cluster's name and 16 of its ring's id: traffic of another one is recognised
   * without reading it.
   */
  readonly cluster: number
  readonly sender: Tag
  readonly incarnation: Incarnation
  /** Hash of the sender's member table: equal hashes, equal views. */
  readonly digest: number
  /** The sender does not know the receiver and asks for its introduction. */
  readonly whoAreYou: boolean
  /**
   * Its tombstones are on its disk, and it misses nobody: an equal digest acknowledges those that
   * the receiver has.
   */
  readonly settled: boolean
  /** The full name of the cluster: sent with an introduction. */
  readonly clusterName: string
  /** First digits of its ring's id, sent with the name; '' before there is one. */
  readonly clusterId: string
  readonly rumors: readonly Rumor[]
  /** Sums of the member table's buckets, folded to a power of two. */
  readonly buckets: readonly number[]
  /** Every row of the buckets that differed: bits of the mask say which. */
  readonly rows: RowsPart | null
  readonly wants: readonly Want[]
}

export interface RowsPart {
  /** How many buckets the table was folded to. */
  readonly fold: number
  /** The buckets that are told whole. */
  readonly told: readonly number[]
  readonly rows: readonly RowDigest[]
}

/** Why bytes were not taken for a message; each is counted. */
export type JunkReason =
  'empty' | 'version' | 'kind' | 'truncated' | 'malformed' | 'oversized' | 'foreign'

export interface Junk {
  readonly kind: 'junk'
  readonly reason: JunkReason
}
