/**
 * A replica of rows: asks the fence about every request, and asks it again when the store is done,
 * before it answers. A request of a later record waits until that is here; a write that reached the
 * disk after its range has changed is not acknowledged, for whoever copied the range may have
 * missed it.
 */
import { NEVER, type Millis, type Ticket } from '../../base/machine.js'
import type { HostId } from '../../gossip/identity.js'
import type { RingRecord } from '../record/record.js'
import { rule } from './fence.js'
import type { Answer, Request } from './request.js'
import type { Entry } from './storage.js'

/** What a replica goes by. */
export interface Standing {
  /** The records held, newest last. */
  readonly history: readonly RingRecord[]
  /** Whether its disk is known to be its last: an old copy has forgotten what it acknowledged. */
  readonly trusted: boolean
}

export type ReplicaEffect<Caller> =
  /** To be merged into the store; `stored` follows. */
  | { readonly kind: 'write'; readonly ticket: Ticket; readonly entry: Entry }
  /** `found` follows. */
  | { readonly kind: 'read'; readonly ticket: Ticket; readonly key: Uint8Array }
  | { readonly kind: 'answer'; readonly to: Caller; readonly answer: Answer }
  /** Somebody holds this epoch. */
  | { readonly kind: 'catch up'; readonly epoch: number; readonly by: HostId }

/** Requests that wait for a record; further ones are refused. */
const HELD_MAX = 4096
/** Requests in the store; further ones are refused. */
const BUSY_MAX = 16_384
/** So long a request waits for a record. */
const HELD_FOR: Millis = 2000

interface Waiting<Caller> {
  readonly caller: Caller
  readonly request: Request
  readonly until: Millis
}

export class Replica<Caller> {
  private readonly self: HostId
  private readonly standing: Standing
  /** In order of arrival; bounded: HELD_MAX. */
  private held: Waiting<Caller>[] = []
  /** What the store works on; bounded: BUSY_MAX. */
  private readonly busy = new Map<Ticket, Waiting<Caller>>()
  private tickets: Ticket = 0
  /** Bounded by what one step causes. */
  private effects: ReplicaEffect<Caller>[] = []

  constructor(self: HostId, standing: Standing) {
    this.self = self
    this.standing = standing
  }

  get wakeAt(): Millis {
    return this.held[0]?.until ?? NEVER
  }

  /** Whether some wait for a record: then every new one is to be told by `work`. */
  get waits(): boolean {
    return this.held.length > 0
  }

  asked(caller: Caller, request: Request, now: Millis): readonly ReplicaEffect<Caller>[] {
    this.take({ caller, request, until: now + HELD_FOR })
    return this.drain()
  }

  stored(ticket: Ticket, ok: boolean): readonly ReplicaEffect<Caller>[] {
    return this.done(ticket, ok ? { kind: 'written' } : refused('its disk failed'))
  }

  /** @param value undefined: the store failed */
  found(ticket: Ticket, value: Uint8Array | null | undefined): readonly ReplicaEffect<Caller>[] {
    return this.done(
      ticket,
      value === undefined ? refused('its disk failed') : { kind: 'row', value },
    )
  }

  /** A new record is here, or time has passed. */
  work(now: Millis): readonly ReplicaEffect<Caller>[] {
    const { held } = this
    this.held = []
    for (const waiting of held) {
      if (waiting.until > now) this.take(waiting)
      else this.answer(waiting, refused(this.standing.trusted ? 'it lags behind' : DISTRUST))
    }
    return this.drain()
  }

  private take(waiting: Waiting<Caller>): void {
    const { request } = waiting
    const ruling = rule(request, this.self, this.standing.history)
    if (ruling.kind === 'behind') this.catchUp(request)
    if (ruling.kind === 'behind' || !this.standing.trusted) return this.hold(waiting)
    if (ruling.kind !== 'serve') return this.answer(waiting, answerOf(ruling))
    if (this.busy.size >= BUSY_MAX) return this.answer(waiting, refused('it is busy'))
    const ticket = ++this.tickets
    this.busy.set(ticket, waiting)
    const { ask } = request
    this.effects.push({ ...ask, ticket })
  }

  private done(ticket: Ticket, answer: Answer): readonly ReplicaEffect<Caller>[] {
    const waiting = this.busy.get(ticket)
    if (waiting === undefined) return []
    this.busy.delete(ticket)
    const ruling = rule(waiting.request, this.self, this.standing.history)
    // Refused as well as stale: who asked may have been banned by the very record that moves on.
    const isServed = ruling.kind === 'serve' || ruling.kind === 'behind'
    this.answer(waiting, isServed ? answer : answerOf(ruling))
    return this.drain()
  }

  private hold(waiting: Waiting<Caller>): void {
    if (this.held.length < HELD_MAX) this.held.push(waiting)
    else this.answer(waiting, refused('it lags behind and too many wait'))
  }

  private catchUp({ epoch, by }: Request): void {
    this.effects.push({ kind: 'catch up', epoch, by })
  }

  private answer({ caller }: Waiting<Caller>, answer: Answer): void {
    this.effects.push({ kind: 'answer', to: caller, answer })
  }

  private drain(): readonly ReplicaEffect<Caller>[] {
    const { effects } = this
    this.effects = []
    return effects
  }
}

const DISTRUST = 'it does not know yet whether its disk is its last'

function refused(why: string): Answer {
  return { kind: 'refused', why }
}

function answerOf(ruling: Exclude<ReturnType<typeof rule>, { kind: 'serve' | 'behind' }>): Answer {
  return ruling.kind === 'stale' ? ruling : refused(ruling.why)
}
