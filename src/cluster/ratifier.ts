/**
 * Brings changes about: plans what the intents and acknowledgements in hand ask for, waits until
 * gossip has converged and it is this node's turn, and proposes; and judges the proposals of
 * others by making the same plan. Nobody is elected: whoever finds something to do, and is first in
 * an order drawn from the record's digest, does it.
 */
import { NEVER, type Millis } from '../base/machine.js'
import type { Random } from '../base/random.js'
import type { HostId } from '../gossip/identity.js'
import { acksFor, type Own } from './acks.js'
import { converge, readiness, roundsFor, type Stand } from './convergence.js'
import type { IntentBook } from './intent-book.js'
import type { Intent, Newcomer } from './intent.js'
import type { Peers } from './peers.js'
import { policyObjection } from './policies.js'
import { rankHash } from './plan/committee.js'
import type { Hold, Inputs, Planned } from './plan/plan.js'
import { planned } from './plan/plans.js'
import type { Proposer } from './ratify/proposer.js'
import { digestHex } from './record/digest.js'
import { seal, type Sealed } from './record/record-bytes.js'
import { isVoter, nameIn, votersOf, type RingRecord } from './record/record.js'
import { intentsMark } from './ring-fact.js'
import type { RingOutbox } from './ring-outbox.js'
import type { RingSettings } from './ring-settings.js'

export interface RatifierParts {
  readonly outbox: RingOutbox
  readonly peers: Peers
  readonly book: IntentBook
  readonly proposer: Proposer
  readonly random: Random
}

/** An intent against a node that is still heard from is looked at again after so long. */
const LOOK_AGAIN: Millis = 1000

export class Ratifier {
  private readonly parts: RatifierParts
  private readonly settings: RingSettings
  private readonly gossipPeriod: Millis
  private mark = ''
  private quietSince: Millis = 0
  private neededSince: Millis = NEVER
  private notBefore: Millis = 0
  private frozen = false
  private toldLaggards = ''
  private dueAt: Millis = NEVER
  private failures = 0
  /** Who has no vote only watches, and need not do so at each word of the others. */
  private lookAt: Millis = 0
  /** What does not go on, and why; at most one for each movement and each intent. */
  holds: readonly Hold[] = []

  constructor(parts: RatifierParts, settings: RingSettings, gossipPeriod: Millis) {
    this.parts = parts
    this.settings = settings
    this.gossipPeriod = gossipPeriod
  }

  get wakeAt(): Millis {
    return Math.min(this.dueAt, this.parts.proposer.wakeAt)
  }

  get isFrozen(): boolean {
    return this.frozen
  }

  /** Something else comes first. */
  pause(): void {
    this.dueAt = NEVER
  }

  /** A new record: everything begins anew. */
  reset(): void {
    this.parts.proposer.reset()
    this.neededSince = NEVER
    this.notBefore = 0
    this.failures = 0
    this.toldLaggards = ''
    this.dueAt = NEVER
    this.lookAt = 0
    this.holds = []
  }

  /** A ballot of this node came to nothing: another try, a little later each time. */
  lost(reason: string, epoch: number, now: Millis): void {
    this.failures = Math.min(this.failures + 1, 6)
    const wait = this.settings.rankDelay * this.failures
    this.notBefore = now + this.parts.random.between(wait / 2, wait * 2)
    this.parts.outbox.event({ kind: 'ring.lost', epoch: epoch + 1, reason })
  }

  /** Whether something is to be done, and by when this node should do it. */
  work(current: Sealed, own: Own, votes: boolean, now: Millis): void {
    this.dueAt = NEVER
    const voters = votersOf(current.record)
    const mayPropose = votes && isVoter(current.record, own.hostId)
    if (!mayPropose && now < this.lookAt) {
      this.dueAt = this.lookAt
      return
    }
    this.lookAt = now + LOOK_AGAIN
    const intents = this.parts.book.pending(current.record, this.parts.peers, now)
    if (intents.length === 0 && current.record.moves.length === 0) return this.rest(now)
    const acks = acksFor(current.record, this.parts.peers, own)
    const stands = voters.map(({ hostId }) => this.standOf(hostId, current, own, intents))
    const intended = intentsMark(intents.map(({ id }) => id))
    const found = converge(stands, { digest: current.digest, intents: intended })
    if (found.mark !== this.mark) {
      this.mark = found.mark
      this.quietSince = now
    }
    const advance = planned(current, { ...acks, intents: [] })
    const window = this.gossipPeriod * this.settings.quietRounds * roundsFor(voters.length)
    const patience = window * this.settings.quietWindows
    const withheld = this.withheld(intents, current, own, now)
    const wanted =
      withheld.length === 0
        ? intents
        : intents.filter(({ id }) => withheld.every((hold) => hold.id !== id))
    const full = planned(current, { ...acks, intents: wanted })
    this.holds = [...full.holds, ...withheld]
    if (wanted.length < intents.length) this.dueAt = now + LOOK_AGAIN
    if (full.kind === 'nothing') return this.rest(now)
    if (this.neededSince === NEVER) this.neededSince = now
    const ready = readiness(found, this.quietSince, window, this.neededSince, patience)
    this.thawOrFreeze(ready.kind === 'frozen', current, found)
    if (!mayPropose || this.parts.proposer.busy || ready.kind === 'frozen') return
    const turn = this.rankOf(own.hostId, stands, current) * this.settings.rankDelay
    if (advance.kind === 'next' && found.agreeing >= found.needed) {
      const inputs = { ...acks, intents: [] }
      return this.at(this.neededSince + turn, now, () =>
        this.propose(current, advance, inputs, now),
      )
    }
    if (ready.kind === 'waits') return
    this.at(ready.at + turn, now, () => {
      if (ready.without.length > 0) this.sayLaggards(current, ready.without)
      const settled = ready.without.length === 0 ? wanted : this.longKnown(wanted, window, now)
      const inputs = { ...acks, intents: settled }
      this.propose(current, planned(current, inputs), inputs, now)
    })
  }

  /** Why a proposal is not accepted; undefined when this node makes the same of its inputs. */
  objection(current: Sealed, value: Uint8Array, inputs: Inputs, now: Millis): string | undefined {
    const mine = planned(current, inputs)
    if (mine.kind === 'nothing') return 'nothing follows from its inputs'
    const made = seal(mine.record)
    if (made?.digest !== digestHex(value)) return 'another record follows from its inputs'
    for (const { intent, verdict } of mine.taken) {
      if (verdict.kind !== 'done') continue
      const { record } = current
      const why =
        this.obstacle(intent, record, now) ?? policyObjection(intent, record, this.parts.peers, now)
      if (why !== undefined) return why
    }
    return undefined
  }

  private at(due: Millis, now: Millis, act: () => void): void {
    const from = Math.max(due, this.notBefore)
    if (now < from) this.dueAt = Math.min(this.dueAt, from)
    else act()
  }

  private propose(current: Sealed, next: Planned, inputs: Inputs, now: Millis): void {
    if (next.kind === 'nothing') return
    const made = seal(next.record)
    if (made === undefined) {
      return this.lost('the record would be too large', current.record.epoch, now)
    }
    const voters = votersOf(current.record).map(({ hostId }) => hostId)
    const until = now + this.settings.ballotPatience
    const { round } = this.parts.proposer.begin({ value: made.bytes, inputs }, voters, until)
    const { epoch, why } = next.record
    this.parts.outbox.event({ kind: 'ring.proposed', epoch, round, why })
  }

  /** Intents that this node sees an obstacle to: others would object to them. */
  private withheld(
    intents: readonly Intent[],
    { record }: Sealed,
    own: Own,
    now: Millis,
  ): readonly Hold[] {
    return intents.flatMap((intent) => {
      const why = this.obstacle(intent, record, now, own.hostId)
      return why === undefined ? [] : [{ id: intent.id, why, missing: [] }]
    })
  }

  /** What this node sees against an intent, which a planner cannot: who is alive, and where. */
  private obstacle(
    { wish }: Intent,
    record: RingRecord,
    now: Millis,
    self?: HostId,
  ): string | undefined {
    switch (wish.kind) {
      case 'remove':
      case 'relieve':
        return this.aliveTarget(wish.hostIds, record, now, self)
      case 'replace':
        return (
          this.aliveTarget([wish.hostId], record, now, self) ?? this.addressTaken(wish.by, record)
        )
      case 'join':
        return this.addressTaken(wish.who, record)
      default:
        return undefined
    }
  }

  private aliveTarget(
    hostIds: readonly HostId[],
    record: RingRecord,
    now: Millis,
    self?: HostId,
  ): string | undefined {
    const { silentFor } = this.settings
    const alive = hostIds.find(
      (hostId) => hostId === self || this.parts.peers.isHeard(hostId, silentFor, now),
    )
    return alive && `${nameIn(record, alive)} is heard from: only the dead are removed or replaced`
  }

  private addressTaken(who: Newcomer, { members }: RingRecord): string | undefined {
    const { peers } = this.parts
    const holder = members.find(
      ({ hostId }) =>
        hostId !== who.hostId && peers.address(hostId) === who.address && peers.isPresent(hostId),
    )
    return (
      holder && `${who.name} is at ${who.address}, the address of ${holder.name}, which is alive`
    )
  }

  private longKnown(intents: readonly Intent[], window: Millis, now: Millis): readonly Intent[] {
    return intents.filter(({ id }) => now - this.parts.book.heardAt(id) >= window)
  }

  private standOf(hostId: HostId, current: Sealed, own: Own, intents: readonly Intent[]): Stand {
    if (hostId === own.hostId) {
      const mark = intentsMark(intents.map(({ id }) => id))
      const { epoch } = current.record
      return { hostId, present: true, epoch, digest: current.digest, intents: mark }
    }
    const peer = this.parts.peers.get(hostId)
    const { epoch = 0, digest = '', intents: mark = 0 } = peer?.ring ?? {}
    const present = this.parts.peers.isPresent(hostId)
    return { hostId, present, epoch, digest, intents: mark }
  }

  /** How many present voters come first in the order that the record's digest gives. */
  private rankOf(self: HostId, stands: readonly Stand[], { digest }: Sealed): number {
    const mine = rankHash(self, digest)
    return stands.filter(({ hostId, present }) => present && rankHash(hostId, digest) < mine).length
  }

  private rest(now: Millis): void {
    this.neededSince = NEVER
    if (this.notBefore <= now) this.notBefore = 0
  }

  private thawOrFreeze(
    frozen: boolean,
    { record }: Sealed,
    { present, needed }: { readonly present: number; readonly needed: number },
  ): void {
    if (frozen === this.frozen) return
    this.frozen = frozen
    const { epoch } = record
    this.parts.outbox.event(
      frozen ? { kind: 'ring.frozen', epoch, present, needed } : { kind: 'ring.thawed', epoch },
    )
  }

  private sayLaggards({ record }: Sealed, hostIds: readonly HostId[]): void {
    const said = `${record.epoch} ${hostIds.join()}`
    if (said === this.toldLaggards) return
    this.toldLaggards = said
    this.parts.outbox.event({ kind: 'ring.laggards', epoch: record.epoch, hostIds })
  }
}
