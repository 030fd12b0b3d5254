/**
 * The key-value service of an agent: it carries what the data plane wants to the other nodes and to
 * the store, and tells it what came of that. What is asked of whom, and when it is enough, is
 * decided there.
 */
import type { Address, Millis, Ticket } from '../../base/machine.js'
import type { Outcome } from '../../cluster/data/coordinator.js'
import {
  DataPlane,
  type PlaneEffect,
  type Put,
  type Serial,
} from '../../cluster/data/data-plane.js'
import type { Merging } from '../../cluster/data/merging.js'
import type { NodeSight } from '../../cluster/data/node-sight.js'
import {
  readReply,
  readRequest,
  replyBytes,
  requestBytes,
} from '../../cluster/data/request-bytes.js'
import type { Row, Stamp } from '../../cluster/data/row.js'
import type { Rpc, Service } from '../../cluster/data/rpc.js'
import type { Entry, Storage } from '../../cluster/data/storage.js'
import type { NodeCommand } from '../../cluster/node.js'
import type { RingRecord } from '../../cluster/record/record.js'
import { monotonic, wallTime } from '../clock.js'

export const ASK = 'kv/ask'

/** Operations under way; further ones are refused. */
const OPERATIONS_MAX = 4096
/** An answer is not waited for any longer: its operation has ended by itself before. */
const ANSWER: Millis = 30_000
/** So long after a request, of a client or of another node for one, clients are being served. */
const BUSY: Millis = 500
/** How often requests that wait for the node are looked at. */
const LOOK: Millis = 50

export interface KeyValueParts {
  readonly sight: NodeSight
  readonly storage: Storage
  readonly merging: Merging
  readonly rpc: Rpc
  readonly command: (command: NodeCommand) => void
}

export type Wrote =
  | { readonly kind: 'ended'; readonly outcome: Outcome; readonly stamp: Stamp }
  | { readonly kind: 'too far ahead' }
  | { readonly kind: 'busy' }

export type Read = { readonly kind: 'ended'; readonly outcome: Outcome } | { readonly kind: 'busy' }

/** The reply to a call of another node. */
type Caller = (reply: Uint8Array) => void

type Effects = readonly PlaneEffect<Caller>[]

export class KeyValue implements Service {
  private readonly parts: KeyValueParts
  private readonly plane: DataPlane<Caller>
  /** Bounded: OPERATIONS_MAX. */
  private readonly waiting = new Map<Serial, (outcome: Outcome) => void>()
  private askedAt: Millis = -BUSY
  private timer: NodeJS.Timeout | undefined
  private arming = false
  private closed = false

  constructor(parts: KeyValueParts) {
    this.parts = parts
    this.plane = new DataPlane(parts.sight, { at: (now) => wallTime() + now - monotonic() })
  }

  get record(): RingRecord | undefined {
    return this.parts.sight.record
  }

  /** Clients are being served, here or through here. */
  get isBusy(): boolean {
    return monotonic() - this.askedAt < BUSY
  }

  async put(what: Put, patience: Millis): Promise<Wrote> {
    if (this.isFull) return { kind: 'busy' }
    const now = (this.askedAt = monotonic())
    const begun = this.plane.put(what, now + patience, now)
    if (begun.kind === 'too far ahead') return begun
    const outcome = await this.ended(begun.operation, begun.effects)
    return { kind: 'ended', outcome, stamp: begun.stamp }
  }

  async get(
    what: Pick<Put, 'level'> & Pick<Row, 'keyspace' | 'key'>,
    patience: Millis,
  ): Promise<Read> {
    if (this.isFull) return { kind: 'busy' }
    const now = (this.askedAt = monotonic())
    const { operation, effects } = this.plane.get(what, now + patience, now)
    return { kind: 'ended', outcome: await this.ended(operation, effects) }
  }

  answer(method: string, body: Uint8Array): Promise<Uint8Array> {
    const request = method === ASK ? readRequest(body) : undefined
    if (request === undefined) return Promise.reject(new Error(`${method} cannot be read`))
    const now = (this.askedAt = monotonic())
    return new Promise((resolve) => this.act(this.plane.called(resolve, request, now)))
  }

  stream(method: string): never {
    throw new Error(`there is no stream ${method}`)
  }

  /** The node has said something: it may act on another record. */
  look(): void {
    if (!this.closed) this.act(this.plane.work(monotonic()))
  }

  close(): void {
    this.closed = true
    clearTimeout(this.timer)
  }

  private get isFull(): boolean {
    return this.closed || this.plane.busy >= OPERATIONS_MAX
  }

  private ended(operation: Serial, effects: Effects): Promise<Outcome> {
    return new Promise((resolve) => {
      this.waiting.set(operation, resolve)
      this.act(effects)
    })
  }

  private act(effects: Effects): void {
    for (const effect of effects) {
      switch (effect.kind) {
        case 'call':
          void this.call(effect)
          break
        case 'reply':
          effect.to(replyBytes(effect.reply))
          break
        case 'write':
          void this.write(effect.ticket, effect.entry)
          break
        case 'read':
          void this.read(effect.ticket, effect.key)
          break
        case 'behind':
          this.parts.command(effect)
          break
        case 'done':
          this.waiting.get(effect.operation)?.(effect.outcome)
          this.waiting.delete(effect.operation)
      }
    }
    this.armSoon()
  }

  private async call({
    call,
    to,
    request,
  }: Extract<PlaneEffect<Caller>, { kind: 'call' }>): Promise<void> {
    const address: Address | undefined = this.parts.sight.addressOf(to)
    const answer =
      address === undefined ? undefined : await this.asked(address, requestBytes(request))
    const reply = answer && readReply(answer)
    const now = monotonic()
    this.act(
      reply === undefined ? this.plane.lost(call, now) : this.plane.replied(call, reply, now),
    )
  }

  private asked(to: Address, body: Uint8Array): Promise<Uint8Array | undefined> {
    return this.parts.rpc.ask(to, ASK, body, { timeout: ANSWER }).catch(() => undefined)
  }

  private async write(ticket: Ticket, entry: Entry): Promise<void> {
    const ok = await this.parts.merging.merge([entry]).then(
      () => true,
      () => false,
    )
    this.act(this.plane.stored(ticket, ok, monotonic()))
  }

  private async read(ticket: Ticket, key: Uint8Array): Promise<void> {
    const value = await this.parts.storage.get(key).then(
      (found) => found ?? null,
      () => undefined,
    )
    this.act(this.plane.found(ticket, value, monotonic()))
  }

  /** Once a turn: a deadline is looked for among all operations. */
  private armSoon(): void {
    if (this.arming) return
    this.arming = true
    setImmediate(() => this.arm())
  }

  private arm(): void {
    this.arming = false
    clearTimeout(this.timer)
    const due = this.plane.waits ? monotonic() + LOOK : this.plane.wakeAt
    if (this.closed || due === Infinity) return
    const at = Math.min(due, this.plane.wakeAt)
    this.timer = setTimeout(() => this.look(), Math.max(0, at - monotonic()))
  }
}
