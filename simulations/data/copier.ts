/**
 * Carries out the copies that a node asks for, in virtual time: each range from whom the mover's
 * own decision says, one source after the other, every row stored before it counts; and answers
 * those who copy from this node by the rule that ships. Only the wires and the disk are virtual.
 */
import { NEVER, type Address, type Millis, type Ticket } from '../../src/base/machine.js'
import { objectionTo } from '../../src/cluster/data/copy-permit.js'
import type { NodeSight } from '../../src/cluster/data/node-sight.js'
import { RangeSources } from '../../src/cluster/data/range-sources.js'
import type { Entry } from '../../src/cluster/data/storage.js'
import { keyspaceLabelled } from '../../src/cluster/record/record.js'
import type { RingEvent } from '../../src/cluster/ring-event.js'
import type { HostId } from '../../src/gossip/identity.js'
import type { Frame } from './frames.js'
import type { RowStore } from './row-store.js'

/** Longest silence of a source: shorter than the agent's, for here nothing is large. */
const SILENCE: Millis = 1500

export type CopyEffect =
  | { readonly kind: 'say'; readonly to: Address; readonly frame: Frame }
  /** To be merged into the rows here; `stored` follows. */
  | { readonly kind: 'store'; readonly ticket: Ticket; readonly entries: readonly Entry[] }
  /** All of a movement is durable here; some of it may be of several replicas. */
  | { readonly kind: 'copied'; readonly move: string; readonly merged: boolean }

type Fetch = Extract<Frame, { kind: 'fetch' }>

/** One range of a movement. */
interface Part {
  readonly job: Job
  readonly sources: RangeSources
  whole: boolean
  /** Asks the next source then, or has waited long enough for the last. */
  tryAt: Millis
}

interface Job {
  readonly move: string
  readonly epoch: number
  /** Bounded by the ranges of the movement. */
  readonly parts: Part[]
}

/** A range as one source has it, on its way here. */
interface Leg {
  readonly part: Part
  readonly of: HostId
  readonly to: Address
}

export class Copier {
  private readonly sight: NodeSight
  private readonly rows: RowStore
  /** Bounded by the movements of the record. */
  private jobs: Job[] = []
  /** Asked for, by the number of the fetch; at most one a range, as of the next. */
  private readonly asked = new Map<number, Leg>()
  /** On their way to the disk, by ticket. */
  private readonly storing = new Map<Ticket, Leg>() // bounded likewise
  private ids: number
  /** Bounded by what one step causes. */
  private effects: CopyEffect[] = []

  /** @param origin fetches are numbered from there on */
  constructor(sight: NodeSight, rows: RowStore, origin: number) {
    this.ids = origin
    this.sight = sight
    this.rows = rows
  }

  get wakeAt(): Millis {
    let first = NEVER
    for (const { parts } of this.jobs)
      for (const { whole, tryAt } of parts) if (!whole) first = Math.min(first, tryAt)
    return first
  }

  begin(event: Extract<RingEvent, { kind: 'ring.copy' }>, now: Millis): readonly CopyEffect[] {
    const { move, epoch, tasks } = event
    const job: Job = { move, epoch, parts: [] }
    for (const task of tasks)
      job.parts.push({ job, sources: new RangeSources(task), whole: false, tryAt: now })
    this.jobs.push(job)
    for (const part of job.parts) this.go(part, now)
    return this.drain()
  }

  /** Time has passed, or there is another record. */
  work(now: Millis): readonly CopyEffect[] {
    const moves = this.sight.record?.moves ?? []
    const on = this.jobs.filter((job) => moves.some(({ id }) => id === job.move))
    if (on.length < this.jobs.length) this.keepOnly(on)
    for (const { parts } of [...this.jobs])
      for (const part of parts) if (!part.whole && part.tryAt <= now) this.again(part, now)
    return this.drain()
  }

  /** Frames to this address were lost. */
  lost(peer: Address, now: Millis): readonly CopyEffect[] {
    for (const [id, { part, to }] of [...this.asked]) if (to === peer) this.fail(id, part, now)
    return this.drain()
  }

  hear(
    frame: Extract<Frame, { kind: 'fetch' | 'rows' | 'refusal' }>,
    from: Address,
    now: Millis,
  ): readonly CopyEffect[] {
    if (frame.kind === 'fetch') return [this.answer(frame, from)]
    const leg = this.asked.get(frame.id)
    if (leg === undefined) return []
    if (frame.kind === 'refusal') this.fail(frame.id, leg.part, now)
    else this.take(frame, leg)
    return this.drain()
  }

  /** What was to be stored is on the disk. */
  stored(ticket: Ticket, now: Millis): readonly CopyEffect[] {
    const leg = this.storing.get(ticket)
    this.storing.delete(ticket)
    if (leg !== undefined) {
      leg.part.sources.took(leg.of)
      this.go(leg.part, now)
    }
    return this.drain()
  }

  private answer({ id, of, move, epoch, keyspace, range }: Fetch, to: Address): CopyEffect {
    const { record, trusted } = this.sight
    const objection = objectionTo(
      { of, move, epoch },
      {
        self: this.sight.self,
        epoch: record?.epoch ?? 0,
        trusted,
        isUnderWay: (asked) => record?.moves.some((each) => each.id === asked) === true,
      },
    )
    if (objection !== undefined) return { kind: 'say', to, frame: { kind: 'refusal', id } }
    const entries = this.rows.within(keyspace, range)
    return { kind: 'say', to, frame: { kind: 'rows', id, entries } }
  }

  private take({ id, entries }: Extract<Frame, { kind: 'rows' }>, leg: Leg): void {
    this.asked.delete(id)
    this.storing.set(id, leg)
    leg.part.tryAt = NEVER
    this.effects.push({ kind: 'store', ticket: id, entries })
  }

  /** A source that said nothing has failed; otherwise the pause after a failure is over. */
  private again(part: Part, now: Millis): void {
    for (const [id, leg] of this.asked) if (leg.part === part) return this.fail(id, part, now)
    this.go(part, now)
  }

  private go(part: Part, now: Millis): void {
    const { sight } = this
    const next = part.sources.next({
      isDown: (hostId) => !sight.isPresent(hostId),
      isKept: (label) => keyspaceLabelled(sight.record, label) !== undefined,
    })
    if (next.kind === 'copied') return this.ended(part)
    const of = next.kind === 'from' ? next.hostId : undefined
    const to = of === undefined ? undefined : this.sight.addressOf(of)
    if (of === undefined || to === undefined) {
      part.tryAt = now + part.sources.failed()
      return
    }
    const id = ++this.ids
    this.asked.set(id, { part, of, to })
    part.tryAt = now + SILENCE
    const { move, epoch } = part.job
    const { keyspace, range } = part.sources.task
    this.effects.push({
      kind: 'say',
      to,
      frame: { kind: 'fetch', id, of, move, epoch, keyspace, range },
    })
  }

  private fail(id: number, part: Part, now: Millis): void {
    this.asked.delete(id)
    part.tryAt = now + part.sources.failed()
  }

  private ended(part: Part): void {
    part.whole = true
    const { move, parts } = part.job
    if (!parts.every(({ whole }) => whole)) return
    this.keepOnly(this.jobs.filter((job) => job !== part.job))
    const merged = parts.some(({ sources }) => sources.copied > 1)
    this.effects.push({ kind: 'copied', move, merged })
  }

  private keepOnly(jobs: Job[]): void {
    this.jobs = jobs
    for (const legs of [this.asked, this.storing])
      for (const [id, { part }] of legs) if (!jobs.includes(part.job)) legs.delete(id)
  }

  private drain(): readonly CopyEffect[] {
    const { effects } = this
    this.effects = []
    return effects
  }
}
