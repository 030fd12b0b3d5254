/**
 * Single-decree Paxos, the proposer's half. Its own acceptor promises first, and that is stored
 * before anybody else hears of the ballot: so no ballot is ever used twice, whatever crashes. What
 * an acceptor took in an earlier ballot is adopted and takes the place of one's own value.
 */
import { NEVER, type Millis } from '../../base/machine.js'
import type { HostId } from '../../gossip/identity.js'
import type { Inputs } from '../plan/plan.js'
import { majority } from '../record/record.js'
import { outranks, sameBallot, type Accepted, type Ballot } from './ballot.js'
import type { Body } from './message.js'

export interface Proposal {
  readonly value: Uint8Array
  readonly inputs: Inputs
}

export type Outcome =
  | { readonly kind: 'chosen'; readonly value: Uint8Array; readonly adopted: boolean }
  | { readonly kind: 'lost'; readonly reason: string }

/** Where letters to voters go, oneself included. */
interface Outbox {
  say(to: HostId, body: Body): void
}

interface Attempt {
  readonly ballot: Ballot
  readonly voters: readonly HostId[]
  readonly proposal: Proposal
  readonly promises: Map<HostId, Accepted | null>
  readonly refusals: Map<HostId, string>
  readonly accepts: Set<HostId>
  value: Uint8Array | null
  adopted: boolean
  readonly until: Millis
}

export class Proposer {
  private readonly self: HostId
  private readonly outbox: Outbox
  private attempt: Attempt | null = null
  private highest = 0

  constructor(self: HostId, outbox: Outbox) {
    this.self = self
    this.outbox = outbox
  }

  get busy(): boolean {
    return this.attempt !== null
  }

  get wakeAt(): Millis {
    return this.attempt?.until ?? NEVER
  }

  /** A new epoch: what was under way is decided. */
  reset(): void {
    this.attempt = null
    this.highest = 0
  }

  /** Rounds that others used are known to be taken. */
  saw(ballot: Ballot): void {
    this.highest = Math.max(this.highest, ballot.round)
  }

  begin(proposal: Proposal, voters: readonly HostId[], until: Millis): Ballot {
    const ballot = { round: this.highest + 1, by: this.self }
    this.highest = ballot.round
    this.attempt = {
      ballot,
      voters,
      proposal,
      promises: new Map(),
      refusals: new Map(),
      accepts: new Set(),
      value: null,
      adopted: false,
      until,
    }
    this.outbox.say(this.self, { kind: 'prepare', ballot })
    return ballot
  }

  promised(from: HostId, ballot: Ballot, accepted: Accepted | null): void {
    const attempt = this.current(ballot)
    if (attempt?.value !== null || !attempt.voters.includes(from)) return
    const first = attempt.promises.size === 0
    attempt.promises.set(from, accepted)
    if (first && from === this.self) this.others(attempt, { kind: 'prepare', ballot })
    if (attempt.promises.size >= majority(attempt.voters.length)) this.propose(attempt)
  }

  /** @returns the outcome, once there is one */
  accepted(from: HostId, ballot: Ballot): Outcome | undefined {
    const attempt = this.current(ballot)
    if (attempt === undefined || attempt.value === null) return undefined
    if (!attempt.voters.includes(from)) return undefined
    attempt.accepts.add(from)
    if (attempt.accepts.size < majority(attempt.voters.length)) return undefined
    this.attempt = null
    return { kind: 'chosen', value: attempt.value, adopted: attempt.adopted }
  }

  outranked(ballot: Ballot, by: Ballot): Outcome | undefined {
    this.saw(by)
    if (this.current(ballot) === undefined) return undefined
    this.attempt = null
    return { kind: 'lost', reason: 'another ballot came before it' }
  }

  refused(from: HostId, ballot: Ballot, reason: string): Outcome | undefined {
    const attempt = this.current(ballot)
    if (attempt?.voters.includes(from) !== true) return undefined
    attempt.refusals.set(from, reason)
    const left = attempt.voters.length - attempt.refusals.size
    if (left >= majority(attempt.voters.length)) return undefined
    this.attempt = null
    return { kind: 'lost', reason }
  }

  /** Too long without a majority. */
  expire(now: Millis): Outcome | undefined {
    if (this.attempt === null || now < this.attempt.until) return undefined
    const { voters, value, promises, accepts } = this.attempt
    const answers = value === null ? promises.size : accepts.size
    this.attempt = null
    return { kind: 'lost', reason: `${answers} of ${voters.length} voters answered in time` }
  }

  private propose(attempt: Attempt): void {
    const adopted = highestOf(attempt.promises)
    attempt.value = adopted?.value ?? attempt.proposal.value
    attempt.adopted = adopted !== undefined
    const { ballot, value } = attempt
    const inputs = attempt.adopted ? null : attempt.proposal.inputs
    this.outbox.say(this.self, { kind: 'accept', ballot, value, inputs })
    this.others(attempt, { kind: 'accept', ballot, value, inputs })
  }

  private others(attempt: Attempt, body: Body): void {
    for (const voter of attempt.voters) if (voter !== this.self) this.outbox.say(voter, body)
  }

  private current(ballot: Ballot): Attempt | undefined {
    const { attempt } = this
    return attempt !== null && sameBallot(attempt.ballot, ballot) ? attempt : undefined
  }
}

function highestOf(promises: ReadonlyMap<HostId, Accepted | null>): Accepted | undefined {
  let highest: Accepted | undefined
  for (const accepted of promises.values()) {
    if (accepted === null) continue
    if (highest === undefined || outranks(accepted.ballot, highest.ballot)) highest = accepted
  }
  return highest
}
