/**
 * The reference data plane of one node as one machine: it coordinates operations, answers as a
 * replica and keeps the clock. It opens no connection and no file: a host carries its calls to
 * other nodes and its reads and writes to a store, and tells it what came of them. The agent and
 * the simulator drive this very class.
 */
import type { Millis, Ticket } from '../../base/machine.js'
import type { HostId } from '../../gossip/identity.js'
import { Coordinator } from './coordinator.js'
import type { CoordinatorEffect, Operation, Outcome, Outlook } from './coordinator.js'
import { HybridClock, isTooFarAhead, type Moment } from './hybrid-clock.js'
import { Replica, type ReplicaEffect, type Standing } from './replica.js'
import type { Answer, Reply, Request } from './request.js'
import { labelOf } from '../record/record.js'
import { readRow, rowEntry, rowKey, type Stamp } from './row.js'
import type { Level } from './level.js'
import type { Entry } from './storage.js'

/** Numbers an operation of a client, or a call to another node. */
export type Serial = number

export type PlaneEffect<Caller> =
  /** `replied` or `lost` follows. */
  | {
      readonly kind: 'call'
      readonly call: Serial
      readonly to: HostId
      readonly request: Request
    }
  | { readonly kind: 'reply'; readonly to: Caller; readonly reply: Reply }
  /** To be merged into the store; `stored` follows. */
  | { readonly kind: 'write'; readonly ticket: Ticket; readonly entry: Entry }
  /** `found` follows. */
  | { readonly kind: 'read'; readonly ticket: Ticket; readonly key: Uint8Array }
  /** For the node beside it. */
  | { readonly kind: 'behind'; readonly epoch: number; readonly by: HostId }
  | { readonly kind: 'done'; readonly operation: Serial; readonly outcome: Outcome }

export interface Put {
  /** Its name. */
  readonly keyspace: string
  readonly key: Uint8Array
  /** null deletes. */
  readonly value: Uint8Array | null
  readonly level: Level
  /** The latest that the client has seen: its write comes after. */
  readonly seen: Moment
}

export type Begun<Caller> =
  | {
      readonly kind: 'begun'
      readonly operation: Serial
      readonly stamp: Stamp
      readonly effects: readonly PlaneEffect<Caller>[]
    }
  /** The client has seen a time that no clock should show. */
  | { readonly kind: 'too far ahead' }

/** Epoch milliseconds of a monotonic time. */
export interface Wall {
  at(now: Millis): Millis
}

interface Running {
  readonly coordinator: Coordinator
  /** Its calls, in any state; bounded by the replicas and the attempts. */
  readonly calls: Serial[]
}

interface Call {
  readonly operation: Serial
  readonly attempt: number
  readonly to: HostId
}

/** Who asked a replica: another node, or a coordinator of this one. */
type Asker<Caller> =
  | { readonly kind: 'caller'; readonly caller: Caller }
  | { readonly kind: 'own'; readonly call: Serial }

export class DataPlane<Caller> {
  private readonly outlook: Outlook
  private readonly wall: Wall
  private readonly clock: HybridClock
  private readonly replica: Replica<Asker<Caller>>
  /** Operations under way; bounded by whoever begins them. */
  private readonly operations = new Map<Serial, Running>()
  /** Calls that may be answered; bounded by the operations and their replicas. */
  private readonly calls = new Map<Serial, Call>()
  private serial: Serial = 0
  /** Bounded by what one step causes. */
  private effects: PlaneEffect<Caller>[] = []

  constructor(sight: Outlook & Standing, wall: Wall) {
    this.outlook = sight
    this.wall = wall
    this.clock = new HybridClock(sight.self)
    this.replica = new Replica(sight.self, sight)
  }

  get wakeAt(): Millis {
    let earliest = this.replica.wakeAt
    for (const { coordinator } of this.operations.values())
      earliest = Math.min(earliest, coordinator.wakeAt)
    return earliest
  }

  /** Whether requests wait for the node beside it: then it is asked to `work` now and then. */
  get waits(): boolean {
    return this.replica.waits
  }

  /** Operations under way. */
  get busy(): number {
    return this.operations.size
  }

  put({ keyspace, key, value, level, seen }: Put, until: Millis, now: Millis): Begun<Caller> {
    const wall = this.wall.at(now)
    if (isTooFarAhead(seen, wall)) return { kind: 'too far ahead' }
    const stamp = this.clock.next(wall, seen)
    const entry = rowEntry({ keyspace: this.labelOf(keyspace), key, value, stamp })
    const operation = this.begin({ level, ask: { kind: 'write', entry } }, until, now)
    return { kind: 'begun', operation, stamp, effects: this.drain() }
  }

  get(
    row: { readonly keyspace: string; readonly key: Uint8Array; readonly level: Level },
    until: Millis,
    now: Millis,
  ): { readonly operation: Serial; readonly effects: readonly PlaneEffect<Caller>[] } {
    const key = rowKey(this.labelOf(row.keyspace), row.key)
    const operation = this.begin({ level: row.level, ask: { kind: 'read', key } }, until, now)
    return { operation, effects: this.drain() }
  }

  /** Another node asks this one as a replica. */
  called(caller: Caller, request: Request, now: Millis): readonly PlaneEffect<Caller>[] {
    const { ask } = request
    const stamp = ask.kind === 'write' ? readRow(ask.entry)?.stamp : undefined
    if (stamp !== undefined) this.clock.saw(stamp, this.wall.at(now))
    this.fromReplica(this.replica.asked({ kind: 'caller', caller }, request, now), now)
    return this.drain()
  }

  replied(call: Serial, { answer, moment }: Reply, now: Millis): readonly PlaneEffect<Caller>[] {
    this.clock.saw(moment, this.wall.at(now))
    this.answered(call, answer, now)
    return this.drain()
  }

  /** The call did not arrive, or its answer will not. */
  lost(call: Serial, now: Millis): readonly PlaneEffect<Caller>[] {
    const found = this.ended(call)
    if (found !== undefined) {
      const { coordinator, attempt, operation, to } = found
      this.fromCoordinator(operation, coordinator.unreachable(to, attempt, now), now)
    }
    return this.drain()
  }

  stored(ticket: Ticket, ok: boolean, now: Millis): readonly PlaneEffect<Caller>[] {
    this.fromReplica(this.replica.stored(ticket, ok), now)
    return this.drain()
  }

  /** @param value null: there is none; undefined: the store failed */
  found(
    ticket: Ticket,
    value: Uint8Array | null | undefined,
    now: Millis,
  ): readonly PlaneEffect<Caller>[] {
    this.fromReplica(this.replica.found(ticket, value), now)
    return this.drain()
  }

  /** The node beside it has another record, or time has passed. */
  work(now: Millis): readonly PlaneEffect<Caller>[] {
    this.fromReplica(this.replica.work(now), now)
    for (const [serial, { coordinator }] of [...this.operations])
      this.fromCoordinator(serial, coordinator.work(now), now)
    return this.drain()
  }

  /** Of the keyspace as it is now: in one that is dropped meanwhile the operation finds nobody. */
  private labelOf(keyspace: string): string {
    const held = this.outlook.record?.keyspaces.find(({ name }) => name === keyspace)
    return held === undefined ? keyspace : labelOf(held)
  }

  private begin(operation: Operation, until: Millis, now: Millis): Serial {
    const serial = ++this.serial
    const coordinator = new Coordinator(operation, this.outlook, until)
    this.operations.set(serial, { coordinator, calls: [] })
    this.fromCoordinator(serial, coordinator.begin(now), now)
    return serial
  }

  private answered(call: Serial, answer: Answer, now: Millis): void {
    const found = this.ended(call)
    if (found === undefined) return
    const { coordinator, attempt, operation, to } = found
    this.fromCoordinator(operation, coordinator.answered(to, attempt, answer, now), now)
  }

  private ended(call: Serial): (Call & { readonly coordinator: Coordinator }) | undefined {
    const found = this.calls.get(call)
    this.calls.delete(call)
    const running = found && this.operations.get(found.operation)
    return running && { ...found, coordinator: running.coordinator }
  }

  private fromCoordinator(
    operation: Serial,
    effects: readonly CoordinatorEffect[],
    now: Millis,
  ): void {
    for (const effect of effects) {
      switch (effect.kind) {
        case 'ask':
          this.call({ operation, attempt: effect.attempt, to: effect.to }, effect.request, now)
          break
        case 'catch up':
          this.effects.push({ ...effect, kind: 'behind' })
          break
        case 'done':
          this.end(operation, effect.outcome)
      }
    }
  }

  private end(operation: Serial, outcome: Outcome): void {
    for (const call of this.operations.get(operation)?.calls ?? []) this.calls.delete(call)
    this.operations.delete(operation)
    this.effects.push({ kind: 'done', operation, outcome })
  }

  private call(what: Call, request: Request, now: Millis): void {
    const call = ++this.serial
    this.calls.set(call, what)
    this.operations.get(what.operation)?.calls.push(call)
    if (what.to !== this.outlook.self) {
      this.effects.push({ kind: 'call', call, to: what.to, request })
      return
    }
    this.fromReplica(this.replica.asked({ kind: 'own', call }, request, now), now)
  }

  private fromReplica(effects: readonly ReplicaEffect<Asker<Caller>>[], now: Millis): void {
    for (const effect of effects) {
      switch (effect.kind) {
        case 'write':
        case 'read':
          this.effects.push(effect)
          break
        case 'catch up':
          this.effects.push({ ...effect, kind: 'behind' })
          break
        case 'answer': {
          const { to, answer } = effect
          if (to.kind === 'own') this.answered(to.call, answer, now)
          else this.effects.push({ kind: 'reply', to: to.caller, reply: this.replyOf(answer) })
        }
      }
    }
  }

  private replyOf(answer: Answer): Reply {
    return { answer, moment: this.clock.moment }
  }

  private drain(): readonly PlaneEffect<Caller>[] {
    const { effects } = this
    this.effects = []
    return effects
  }
}
