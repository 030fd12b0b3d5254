/**
 * A node with its data plane beside it, as one machine of the simulator: the very node, the very
 * data plane, and a disk for rows that takes its time. Frames of both go over the same links.
 */
import type { Address, Channel, Effect, Ending, Millis } from '../../src/base/machine.js'
import type { Random } from '../../src/base/random.js'
import { DataPlane, type PlaneEffect } from '../../src/cluster/data/data-plane.js'
import type { Outcome } from '../../src/cluster/data/coordinator.js'
import type { Entry } from '../../src/cluster/data/storage.js'
import type { Spare } from '../../src/cluster/ring-event.js'
import { NodeSight } from '../../src/cluster/data/node-sight.js'
import { Node } from '../../src/cluster/node.js'
import type { NodeCommand, NodeEvent, NodeOptions } from '../../src/cluster/node.js'
import type { Sealed } from '../../src/cluster/record/record-bytes.js'
import { STREAM_PATIENCE } from '../links.js'
import { Copier, type CopyEffect } from './copier.js'
import { frameBytes, isOfData, readFrame, type Frame } from './frames.js'
import type { RingCount } from './ring-counts.js'
import type { RowStore } from './row-store.js'
import { Schedule } from './schedule.js'

type Effects = readonly Effect<NodeEvent>[]
type Step = Effect<NodeEvent>[]

/** Who called: where the reply goes, and the number it carries. */
interface Caller {
  readonly from: Address
  readonly id: number
}

/** Calls of one life of a host; those of the next are numbered from there on. */
const LIFE = 2 ** 32

export interface Keeping {
  /** Which life of the host it is: an answer to an earlier one must not pass for one to this. */
  readonly life: number
  /** What is on its disk. */
  readonly rows: RowStore
  /** Longest that its disk takes. */
  readonly latency: () => Millis
  readonly random: Random
  readonly onDone: (operation: number, outcome: Outcome) => void
  readonly count: (what: RingCount) => void
  /** Rows of a range were deleted, for good. */
  readonly onDropped: (spare: Spare, gone: readonly Entry[]) => void
  /** The node says this to another. */
  readonly onSaid: (bytes: Uint8Array) => void
}

export class Keeper extends Node {
  readonly sight: NodeSight
  private readonly plane: DataPlane<Caller>
  private readonly copier: Copier
  private readonly keeping: Keeping
  /** Added to the number of a call where it leaves this host. */
  private readonly origin: number
  private readonly disk = new Schedule()
  /** Where and when calls were sent; bounded by the calls under way. */
  private readonly sent = new Map<number, { readonly to: Address; readonly at: Millis }>()
  private actsOn: Sealed | undefined
  private isSure = false

  constructor(options: NodeOptions, keeping: Keeping, now: Millis) {
    super(options, now)
    this.keeping = keeping
    this.sight = new NodeSight(this, options.hostId, options.dc)
    const offset = options.wall - now
    this.plane = new DataPlane(this.sight, { at: (time) => Math.round(time + offset) })
    this.origin = keeping.life * LIFE
    this.copier = new Copier(this.sight, keeping.rows, this.origin)
  }

  override receive(from: Address, bytes: Uint8Array, via: Channel, now: Millis): Effects {
    if (via !== 'stream' || !isOfData(bytes))
      return this.after(super.receive(from, bytes, via, now), now)
    const frame = readFrame(bytes)
    return frame === undefined ? [] : this.hear(frame, from, now)
  }

  override command(command: NodeCommand, now: Millis): Effects {
    return this.after(super.command(command, now), now)
  }

  override stored(ticket: number, ok: boolean, now: Millis): Effects {
    return this.after(super.stored(ticket, ok, now), now)
  }

  override closed(peer: Address, why: Ending, now: Millis): Effects {
    const step: Step = [...super.closed(peer, why, now)]
    // A stream that was lost is given up late: what was sent meanwhile went over another.
    const before = why === 'lost' ? now - STREAM_PATIENCE : now
    for (const [call, { to, at }] of [...this.sent])
      if (to === peer && at <= before) this.lose(call, step, now)
    this.copy(this.copier.lost(peer, now), step, now)
    return this.after(step, now)
  }

  override wake(now: Millis): Effects {
    const step: Step = super.wakeAt <= now ? [...super.wake(now)] : []
    for (const act of this.disk.take(now)) act(step, now)
    if (this.plane.wakeAt <= now) this.act(this.plane.work(now), step, now)
    if (this.copier.wakeAt <= now) this.copy(this.copier.work(now), step, now)
    return this.after(step, now)
  }

  override get wakeAt(): Millis {
    return Math.min(super.wakeAt, this.disk.next, this.plane.wakeAt, this.copier.wakeAt)
  }

  /** A client asks this node to coordinate. */
  serve(begin: (plane: DataPlane<Caller>) => readonly PlaneEffect<Caller>[], now: Millis): Effects {
    const step: Step = []
    this.act(begin(this.plane), step, now)
    return step
  }

  /** Tells the data plane of a new record, and begins the copies that the node asks for. */
  private after(effects: Effects, now: Millis): Effects {
    for (const effect of effects) {
      if (effect.kind === 'event' && effect.event.kind === 'ring.drop') this.drop(effect.event)
      if (effect.kind === 'stream') this.keeping.onSaid(effect.bytes)
    }
    const news = this.actsOn !== this.record || this.isSure !== this.trusted
    if (!news && !effects.some(isCopy)) return effects
    const step: Step = [...effects]
    for (const effect of effects)
      if (isCopy(effect)) this.copy(this.copier.begin(effect.event, now), step, now)
    this.actsOn = this.record
    this.isSure = this.trusted
    this.act(this.plane.work(now), step, now)
    this.copy(this.copier.work(now), step, now)
    return step
  }

  private drop({ spares }: Extract<NodeEvent, { kind: 'ring.drop' }>): void {
    for (const spare of spares) {
      const gone = this.keeping.rows.drop(spare.keyspace, spare.range)
      if (gone.length > 0) this.keeping.onDropped(spare, gone)
    }
  }

  private hear(frame: Frame, from: Address, now: Millis): Effects {
    const step: Step = []
    switch (frame.kind) {
      case 'call':
        this.act(this.plane.called({ from, id: frame.id }, frame.request, now), step, now)
        break
      case 'reply': {
        const call = frame.id - this.origin
        if (!this.sent.delete(call)) break
        this.act(this.plane.replied(call, frame.reply, now), step, now)
        break
      }
      case 'fetch':
      case 'rows':
      case 'refusal':
        this.copy(this.copier.hear(frame, from, now), step, now)
    }
    return step
  }

  private act(effects: readonly PlaneEffect<Caller>[], step: Step, now: Millis): void {
    for (const effect of effects) {
      switch (effect.kind) {
        case 'call':
          this.call(effect, step, now)
          break
        case 'reply':
          if (effect.reply.answer.kind === 'stale') this.keeping.count('stale refusals')
          say(step, effect.to.from, { kind: 'reply', id: effect.to.id, reply: effect.reply })
          break
        case 'write':
          this.later(now, (then, at) => {
            this.keeping.rows.merge(effect.entry)
            this.act(this.plane.stored(effect.ticket, true, at), then, at)
          })
          break
        case 'read':
          this.later(now, (then, at) => {
            const value = this.keeping.rows.get(effect.key)
            this.act(this.plane.found(effect.ticket, value, at), then, at)
          })
          break
        case 'behind':
          this.keeping.count('catch-ups')
          step.push(...super.command(effect, now))
          break
        case 'done':
          this.keeping.onDone(effect.operation, effect.outcome)
      }
    }
  }

  private call(
    { call, to, request }: Extract<PlaneEffect<Caller>, { kind: 'call' }>,
    step: Step,
    now: Millis,
  ): void {
    const address = this.addressOf(to)
    if (address === undefined) return this.act(this.plane.lost(call, now), step, now)
    this.sent.set(call, { to: address, at: now })
    say(step, address, { kind: 'call', id: this.origin + call, request })
  }

  private lose(call: number, step: Step, now: Millis): void {
    this.sent.delete(call)
    this.act(this.plane.lost(call, now), step, now)
  }

  private copy(effects: readonly CopyEffect[], step: Step, now: Millis): void {
    for (const effect of effects) {
      switch (effect.kind) {
        case 'say':
          say(step, effect.to, effect.frame)
          break
        case 'store':
          this.later(now, (then, at) => {
            for (const entry of effect.entries) this.keeping.rows.merge(entry)
            this.copy(this.copier.stored(effect.ticket, at), then, at)
          })
          break
        case 'copied':
          this.keeping.count(effect.merged ? 'copies merged' : 'copies of the replaced')
          this.disk.add(now, (then, at) => {
            then.push(...super.command({ kind: 'copied', move: effect.move }, at))
          })
      }
    }
  }

  private later(now: Millis, act: (step: Step, now: Millis) => void): void {
    const { random, latency } = this.keeping
    this.disk.add(now + random.between(0, latency()), act)
  }
}

type CopyEvent = Extract<NodeEvent, { kind: 'ring.copy' }>

function isCopy(effect: Effect<NodeEvent>): effect is { kind: 'event'; event: CopyEvent } {
  return effect.kind === 'event' && effect.event.kind === 'ring.copy'
}

function say(step: Step, to: Address, frame: Frame): void {
  step.push({ kind: 'stream', to, bytes: frameBytes(frame) })
}
