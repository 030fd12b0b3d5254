/**
 * Single-decree Paxos, the acceptor's half, as functions of values (Lamport, Paxos Made Simple,
 * 2001). There is one instance for each epoch, decided by the voters of the record before it and by
 * nobody else, so that a change of voters needs no joint mode.
 */
import type { HostId } from '../../gossip/identity.js'

export interface Ballot {
  readonly round: number
  readonly by: HostId
}

export interface Accepted {
  readonly ballot: Ballot
  /** The bytes of a record. */
  readonly value: Uint8Array
}

/** What an acceptor must not forget: stored before any of it is said. */
export interface Vote {
  /** The epoch that is being decided. */
  readonly epoch: number
  readonly promised: Ballot | null
  readonly accepted: Accepted | null
  /** Promises and acceptances ever stored, over all epochs: it tells an old disk. */
  readonly ballots: number
}

export type Answer =
  | { readonly kind: 'given'; readonly vote: Vote }
  | { readonly kind: 'outranked'; readonly by: Ballot }

export function noVote(epoch: number, ballots: number): Vote {
  return { epoch, promised: null, accepted: null, ballots }
}

/** Round first; the host id only parts two of one round. */
export function outranks(a: Ballot, b: Ballot): boolean {
  return a.round === b.round ? a.by > b.by : a.round > b.round
}

export function sameBallot(a: Ballot, b: Ballot): boolean {
  return a.round === b.round && a.by === b.by
}

/** Promises to take part in nothing lower. */
export function promise(vote: Vote, ballot: Ballot): Answer {
  const { promised } = vote
  if (promised !== null && outranks(promised, ballot)) return { kind: 'outranked', by: promised }
  return { kind: 'given', vote: { ...vote, promised: ballot, ballots: vote.ballots + 1 } }
}

export function accept(vote: Vote, ballot: Ballot, value: Uint8Array): Answer {
  const { promised } = vote
  if (promised !== null && outranks(promised, ballot)) return { kind: 'outranked', by: promised }
  const accepted = { ballot, value }
  return { kind: 'given', vote: { ...vote, promised: ballot, accepted, ballots: vote.ballots + 1 } }
}
