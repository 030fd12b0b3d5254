/**
 * The messages of the chain, all on streams. Each says at its head who speaks, of which cluster,
 * and which record it holds durably; so whoever is behind learns it from any message, and whoever
 * is ahead answers with what follows.
 *
 *   A --prepare--> B, B --promise or outranked--> A         a ballot on the next epoch
 *   A --accept--> B, B --accepted, outranked or refused--> A
 *   A --ask--> B, B --records--> A                          catching up, joining
 *   A --holds--> B                                          what a barrier may wait for
 *   A --recall--> B, B --past--> A                          earlier records, for who watches
 *   A --pledge--> B, B --pledged or unpledged--> A          founding
 *   A --stale--> B                                          B's disk is an old one
 */
import type { HostId } from '../../gossip/identity.js'
import type { Inputs } from '../plan/plan.js'
import type { Digest } from '../record/record.js'
import type { Accepted, Ballot } from './ballot.js'

export interface Head {
  readonly sender: HostId
  /** NO_DIGEST before there is one. */
  readonly clusterId: Digest
  /** 0 before there is a record. */
  readonly epoch: number
  readonly digest: Digest
  /** Votes that the sender has ever stored. */
  readonly ballots: number
}

export type Body =
  /** What follows this record? NO_DIGEST: all of it. */
  | { readonly kind: 'ask'; readonly epoch: number; readonly digest: Digest }
  /** What was asked for, oldest first; empty when there is nothing newer. */
  | { readonly kind: 'records'; readonly records: readonly Uint8Array[] }
  /** What is kept of the records up to this epoch? */
  | { readonly kind: 'recall'; readonly epoch: number }
  /** The latest of them, oldest first; empty when none is kept. */
  | { readonly kind: 'past'; readonly records: readonly Uint8Array[] }
  /** Like what gossip says of the sender, but at once: the record of the head, and its copies. */
  | {
      readonly kind: 'holds'
      /** In which it says so: what an earlier life held may be gone with its disk. */
      readonly generation: number
      readonly copied: readonly string[]
    }
  | { readonly kind: 'prepare'; readonly ballot: Ballot }
  | { readonly kind: 'promise'; readonly ballot: Ballot; readonly accepted: Accepted | null }
  /** Without inputs the value was adopted from an earlier ballot and is not to be checked again. */
  | {
      readonly kind: 'accept'
      readonly ballot: Ballot
      readonly value: Uint8Array
      readonly inputs: Inputs | null
    }
  | { readonly kind: 'accepted'; readonly ballot: Ballot }
  | { readonly kind: 'outranked'; readonly ballot: Ballot; readonly by: Ballot }
  | { readonly kind: 'refused'; readonly ballot: Ballot; readonly reason: string }
  | { readonly kind: 'pledge'; readonly value: Uint8Array }
  | { readonly kind: 'pledged'; readonly digest: Digest }
  /** It has durably refused this first record, and will never pledge it. */
  | { readonly kind: 'unpledged'; readonly digest: Digest }
  /** The sender has seen the receiver at a later epoch, or with more votes. */
  | { readonly kind: 'stale'; readonly epoch: number; readonly ballots: number }

export interface ChainMessage {
  readonly head: Head
  readonly body: Body
}

/** Those are answered at once, or not at all: there is nothing to decide anew. */
export function isAnswered({ kind }: Body): boolean {
  const asking = kind === 'ask' || kind === 'recall' || kind === 'holds'
  return asking || kind === 'prepare' || kind === 'accept' || kind === 'promise'
}
