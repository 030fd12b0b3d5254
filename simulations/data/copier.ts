/**
 * Carries out the copies that a node asks for, in virtual time: from the replica that is replaced,
 * or once that does not answer from so many that they make a whole copy; and answers those who copy
 * from this node.
 */
import { NEVER, type Address, type Millis } from '../../src/base/machine.js'
import type { NodeSight } from '../../src/cluster/data/node-sight.js'
import type { Entry } from '../../src/cluster/data/storage.js'
import type { CopyTask, RingEvent } from '../../src/cluster/ring-event.js'
import type { HostId } from '../../src/gossip/identity.js'
import type { Frame } from './frames.js'
import type { RowStore } from './row-store.js'

/** A source is asked again after so long, and the others with it. */
const PATIENCE: Millis = 1500

export type CopyEffect =
  | { readonly kind: 'say'; readonly to: Address; readonly frame: Frame }
  /** All of a movement is here: to be stored, and then acknowledged. */
  | {
      readonly kind: 'whole'
      readonly move: string
      readonly entries: readonly Entry[]
      /** Some of it of several replicas. */
      readonly merged: boolean
    }

type Fetch = Extract<Frame, { kind: 'fetch' }>

interface Part {
  readonly task: CopyTask
  readonly read: Set<HostId>
  whole: boolean
}

interface Job {
  readonly move: string
  readonly epoch: number
  readonly parts: readonly Part[]
  readonly entries: Entry[]
  askAgainAt: Millis
}

interface Asked {
  readonly job: Job
  readonly part: Part
  readonly of: HostId
  readonly to: Address
}

export class Copier {
  private readonly sight: NodeSight
  private readonly rows: RowStore
  /** Bounded by the movements of the record. */
  private jobs: Job[] = []
  /** Bounded by the tasks of the jobs and their replicas, and forgotten with them. */
  private readonly asked = new Map<number, Asked>()
  private ids: number

  /** @param origin fetches are numbered from there on */
  constructor(sight: NodeSight, rows: RowStore, origin: number) {
    this.ids = origin
    this.sight = sight
    this.rows = rows
  }

  get wakeAt(): Millis {
    return this.jobs.reduce((first, { askAgainAt }) => Math.min(first, askAgainAt), NEVER)
  }

  begin(event: Extract<RingEvent, { kind: 'ring.copy' }>, now: Millis): readonly CopyEffect[] {
    const { move, epoch, tasks } = event
    const parts = tasks.map((task) => ({ task, read: new Set<HostId>(), whole: false }))
    // Where everything was given up there is nothing to ask for.
    for (const part of parts) part.whole = isWhole(part)
    const job = { move, epoch, parts, entries: [], askAgainAt: now + PATIENCE }
    this.jobs.push(job)
    const asks = parts.flatMap((part) => this.ask(job, part, firstOf(part.task)))
    return asks.length > 0 ? asks : this.whole(job)
  }

  /** Time has passed, or there is another record. */
  work(now: Millis): readonly CopyEffect[] {
    const moves = this.sight.record?.moves ?? []
    const on = this.jobs.filter((job) => moves.some(({ id }) => id === job.move))
    if (on.length < this.jobs.length) this.keepOnly(on)
    return this.jobs.flatMap((job) => (job.askAgainAt <= now ? this.askAgain(job, now) : []))
  }

  /** Frames to this address were lost. */
  lost(peer: Address, now: Millis): readonly CopyEffect[] {
    for (const { job, to } of this.asked.values())
      if (to === peer) job.askAgainAt = Math.min(job.askAgainAt, now + PATIENCE / 3)
    return []
  }

  hear(
    frame: Extract<Frame, { kind: 'fetch' | 'rows' | 'refusal' }>,
    from: Address,
    now: Millis,
  ): readonly CopyEffect[] {
    if (frame.kind === 'fetch') return this.answer(frame, from)
    const asked = this.asked.get(frame.id)
    if (asked === undefined) return []
    this.asked.delete(frame.id)
    if (frame.kind === 'rows') return this.take(asked, frame.entries)
    asked.job.askAgainAt = Math.min(asked.job.askAgainAt, now + PATIENCE / 3)
    return []
  }

  /**
   * Whoever copies from here needs all that was acknowledged before the movement was known here.
   */
  private answer(fetch: Fetch, from: Address): readonly CopyEffect[] {
    const { id, keyspace, range } = fetch
    const { record, trusted } = this.sight
    const move = record?.moves.find((each) => each.id === fetch.move)
    const prepared = move?.stage === 'prepare' && move.since === fetch.epoch
    if (!prepared || !trusted) return [{ kind: 'say', to: from, frame: { kind: 'refusal', id } }]
    const entries = this.rows.within(keyspace, range)
    return [{ kind: 'say', to: from, frame: { kind: 'rows', id, entries } }]
  }

  private take({ job, part, of }: Asked, entries: readonly Entry[]): readonly CopyEffect[] {
    part.read.add(of)
    job.entries.push(...entries)
    part.whole ||= isWhole(part)
    return this.whole(job)
  }

  private whole(job: Job): readonly CopyEffect[] {
    if (!job.parts.every(({ whole }) => whole)) return []
    this.keepOnly(this.jobs.filter((other) => other !== job))
    const merged = job.parts.some(({ read }) => read.size > 1)
    return [{ kind: 'whole', move: job.move, entries: job.entries, merged }]
  }

  private askAgain(job: Job, now: Millis): readonly CopyEffect[] {
    job.askAgainAt = now + PATIENCE
    return job.parts
      .filter(({ whole }) => !whole)
      .flatMap((part) => {
        const { source, others } = part.task
        const all = source === null ? others : [source, ...others]
        const rest = all.filter((hostId) => !part.read.has(hostId))
        return this.ask(job, part, rest)
      })
  }

  private ask(job: Job, part: Part, hosts: readonly HostId[]): CopyEffect[] {
    const { keyspace, range } = part.task
    return hosts.flatMap((of) => {
      const to = this.sight.addressOf(of)
      if (to === undefined) return []
      const id = ++this.ids
      this.asked.set(id, { job, part, of, to })
      const frame = {
        kind: 'fetch',
        id,
        move: job.move,
        epoch: job.epoch,
        keyspace,
        range,
      } as const
      return [{ kind: 'say', to, frame }]
    })
  }

  private keepOnly(jobs: Job[]): void {
    this.jobs = jobs
    for (const [id, { job }] of this.asked) if (!jobs.includes(job)) this.asked.delete(id)
  }
}

/** The replica that is replaced has all of it; of the others so many as the task says. */
function isWhole({ task, read }: Part): boolean {
  if (task.source !== null && read.has(task.source)) return true
  return task.quorums.every(
    ({ of, needed }) => of.filter((hostId) => read.has(hostId)).length >= needed,
  )
}

function firstOf({ source, others }: CopyTask): readonly HostId[] {
  return source === null ? others : [source]
}
