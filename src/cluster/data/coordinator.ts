/**
 * One operation of a client, from the question to the answer, as a machine: it asks the replicas
 * that the record names, counts, and tries again under a newer record, all within one deadline. Any
 * node coordinates, one that keeps nothing of the key too. Before the client is told, the record is
 * looked at once more: an answer gathered under replicas that are no longer asked is not given.
 */
import { assert } from '../../base/assert.js'
import { NEVER, type Millis } from '../../base/machine.js'
import type { HostId } from '../../gossip/identity.js'
import type { Member } from '../../ring/member.js'
import type { RingRecord } from '../record/record.js'
import { ReadAttempt, WriteAttempt, type Attempt, type Audience, type Errand } from './attempt.js'
import { needsOf, type Copies } from './consistency.js'
import type { Level } from './level.js'
import { placesOf, rowPlace, samePlaces, type Places } from './places.js'
import { keyOf, type Answer, type Ask, type Request } from './request.js'
import type { Shortfall } from './tally.js'

export interface Operation {
  readonly level: Level
  readonly ask: Ask
}

/** What a coordinator goes by; it is looked at anew at each step. */
export interface Outlook {
  readonly self: HostId
  readonly dc: string
  /** undefined before the node belongs to a cluster. */
  readonly record: RingRecord | undefined
  isPresent(hostId: HostId): boolean
}

export type Trouble =
  /** So many replicas are down that nobody was asked. */
  | 'unavailable'
  /** Too many said no, or could not be reached. */
  | 'refused'
  | 'timeout'
  /** The record holds no such keyspace, or there is none yet. */
  | 'no keyspace'

export interface Failure {
  readonly kind: 'failed'
  readonly trouble: Trouble
  /** Of the record it was tried under last; 0 without one. */
  readonly epoch: number
  /** What each set of replicas lacked: who did not answer. */
  readonly short: readonly Shortfall[]
  /** Why replicas said no, each in a sentence; at most one a replica. */
  readonly said: readonly string[]
}

export type Outcome =
  /** @param missed replicas that have not confirmed it: what a hint is for */
  | { readonly kind: 'written'; readonly missed: readonly HostId[]; readonly attempts: number }
  | {
      readonly kind: 'row'
      readonly value: Uint8Array | null
      readonly repaired: readonly HostId[]
      readonly attempts: number
    }
  | Failure

export type CoordinatorEffect =
  | {
      readonly kind: 'ask'
      readonly to: HostId
      /** Comes back with the answer: those of earlier attempts do not count. */
      readonly attempt: number
      readonly request: Request
    }
  /** Somebody holds this epoch. */
  | { readonly kind: 'catch up'; readonly epoch: number; readonly by: HostId }
  | { readonly kind: 'done'; readonly outcome: Outcome }

/** A read waits so long for those it asked first. */
const HEDGE_AFTER: Millis = 50

interface Current {
  readonly attempt: Attempt
  readonly places: Places
  readonly epoch: number
}

export class Coordinator {
  private readonly operation: Operation
  private readonly outlook: Outlook
  private readonly until: Millis
  private current: Current | undefined
  /** Attempts begun. */
  private attempts = 0
  /** An epoch that a replica said it is at: another attempt begins once it is here. */
  private goal = 0
  private over = false
  /** By replica; bounded by those asked. */
  private readonly said = new Map<HostId, string>()
  /** Bounded by what one step causes. */
  private effects: CoordinatorEffect[] = []

  constructor(operation: Operation, outlook: Outlook, until: Millis) {
    this.operation = operation
    this.outlook = outlook
    this.until = until
  }

  get wakeAt(): Millis {
    if (this.over) return NEVER
    return Math.min(this.until, this.current?.attempt.wakeAt ?? NEVER)
  }

  begin(now: Millis): readonly CoordinatorEffect[] {
    assert(this.attempts === 0, 'an operation begins once')
    this.attempt(now)
    return this.drain()
  }

  answered(by: HostId, attempt: number, answer: Answer, now: Millis): readonly CoordinatorEffect[] {
    const { current } = this
    if (this.over || current === undefined || attempt !== this.attempts) return []
    if (answer.kind === 'stale') this.lag(answer.epoch, by)
    if (answer.kind === 'refused') this.said.set(by, answer.why)
    this.send(current.attempt.heard(by, answer))
    return this.settle(now)
  }

  /** The request did not reach it, or the connection broke before the answer. */
  unreachable(by: HostId, attempt: number, now: Millis): readonly CoordinatorEffect[] {
    const { current } = this
    if (this.over || current === undefined || attempt !== this.attempts) return []
    this.said.set(by, 'it cannot be reached')
    this.send(current.attempt.lost(by))
    return this.settle(now)
  }

  /** A new record is here, or time has passed. */
  work(now: Millis): readonly CoordinatorEffect[] {
    const { current } = this
    if (this.over) return []
    if (now >= this.until) {
      this.fail('timeout', current)
      return this.drain()
    }
    if (current !== undefined && now >= current.attempt.wakeAt) this.send(current.attempt.hedge())
    return this.settle(now)
  }

  /** Ends, begins anew, or goes on waiting. */
  private settle(now: Millis): readonly CoordinatorEffect[] {
    const { current, outlook } = this
    if (current === undefined) return this.drain()
    const { tally } = current.attempt
    const epoch = outlook.record?.epoch ?? 0
    const outdated = this.goal > current.epoch
    if (outdated ? epoch >= this.goal : !this.stands(current)) this.attempt(now)
    else if (tally.met) this.succeed(current)
    else if (tally.hopeless && !outdated) this.fail('refused', current)
    return this.drain()
  }

  /** Whether the record still names the replicas of this attempt. */
  private stands({ places, epoch }: Current): boolean {
    const { record } = this.outlook
    return record?.epoch === epoch || samePlaces(places, this.placesNow())
  }

  private attempt(now: Millis): void {
    const { outlook } = this
    const places = this.placesNow()
    this.attempts++
    this.current = undefined
    if (outlook.record === undefined || places === undefined) return this.fail('no keyspace')
    const { epoch } = outlook.record
    const attempt = this.attemptAt(places, now)
    this.current = { attempt, places, epoch }
    const errands = attempt.begin()
    if (attempt.tally.hopeless) this.fail('unavailable', this.current)
    else this.send(errands)
  }

  private attemptAt(places: Places, now: Millis): Attempt {
    const { ask, level } = this.operation
    const { outlook } = this
    const sets = ask.kind === 'write' ? places.writes : [places.reads]
    const needs = sets.flatMap((copies) => needsOf(level, copies, outlook.dc))
    const audience: Audience = {
      order: nearFirst(sets, outlook.dc),
      isPresent: (hostId) => outlook.isPresent(hostId),
      hedgeAt: now + HEDGE_AFTER,
    }
    return ask.kind === 'write'
      ? new WriteAttempt(ask, needs, audience)
      : new ReadAttempt(ask, needs, audience)
  }

  private placesNow(): Places | undefined {
    const { record } = this.outlook
    const place = rowPlace(keyOf(this.operation.ask))
    return record && place && placesOf(record, place)
  }

  private lag(epoch: number, by: HostId): void {
    this.goal = Math.max(this.goal, epoch)
    if ((this.outlook.record?.epoch ?? 0) < epoch)
      this.effects.push({ kind: 'catch up', epoch, by })
  }

  private send(errands: readonly Errand[]): void {
    const { current, attempts, outlook } = this
    if (current === undefined) return
    const head = { epoch: current.epoch, by: outlook.self }
    for (const { to, ask } of errands)
      this.effects.push({ kind: 'ask', to, attempt: attempts, request: { ...head, to, ask } })
  }

  private succeed({ attempt, places }: Current): void {
    const { attempts } = this
    if (attempt instanceof ReadAttempt) {
      const { value, repaired } = attempt
      return this.end({ kind: 'row', value, repaired, attempts })
    }
    const everybody = new Set(places.writes.flatMap(({ members }) => members.map(({ id }) => id)))
    const missed = [...everybody].filter((hostId) => !attempt.tally.has(hostId)).sort()
    this.end({ kind: 'written', missed, attempts })
  }

  private fail(trouble: Trouble, current?: Current): void {
    const epoch = current?.epoch ?? this.outlook.record?.epoch ?? 0
    const short = current?.attempt.tally.short ?? []
    const said = [...this.said].sort().map(([hostId, why]) => `${hostId}: ${why}`)
    this.end({ kind: 'failed', trouble, epoch, short, said })
  }

  private end(outcome: Outcome): void {
    this.over = true
    this.effects.push({ kind: 'done', outcome })
  }

  private drain(): readonly CoordinatorEffect[] {
    const { effects } = this
    this.effects = []
    return effects
  }
}

/** Everybody in these sets once, those of the coordinator's datacenter first. */
function nearFirst(sets: readonly Copies[], dc: string): HostId[] {
  const members = new Map<HostId, Member>()
  for (const copies of sets) for (const member of copies.members) members.set(member.id, member)
  const all = [...members.values()]
  const near = all.filter((member) => member.dc === dc)
  return [...near, ...all.filter((member) => member.dc !== dc)].map(({ id }) => id)
}
