/**
 * Carries out the copies that the node asks for: the ranges of all movements, a few at a time, and
 * the word `copied` once all of a movement are here. It decides nothing about ownership: what is to
 * be copied and from whom stands in what the node says, and so does when it is over.
 */
import type { CopyProgress } from '../../cluster/copy-fact.js'
import type { Merging } from '../../cluster/data/merging.js'
import type { Rpc } from '../../cluster/data/rpc.js'
import type { Storage } from '../../cluster/data/storage.js'
import type { CopyTask, RingEvent } from '../../cluster/ring-event.js'
import type { HostId } from '../../gossip/identity.js'
import type { CopyJournal } from './copy-journal.js'
import type { CopySight } from './copy-sight.js'
import { Pace, type Tempo } from './pace.js'
import { RangeCopy } from './range-copy.js'

export interface MoverSettings {
  /** Bytes a second that this node takes in by copies, and from any one peer; 0 for no limit. */
  readonly rate: number
  readonly linkRate: number
  /** Ranges copied at a time. */
  readonly parallel: number
}

export interface MoverParts {
  readonly storage: Storage
  readonly merging: Merging
  readonly rpc: Rpc
  readonly journal: CopyJournal
  readonly sight: CopySight
  readonly settings: MoverSettings
  /** Whether clients are served here: copies give way to them. */
  readonly isBusy?: () => boolean
  readonly time?: Tempo
  /** All of the movement is durable here. */
  readonly copied: (move: string) => void
}

interface Job {
  readonly move: string
  readonly copies: readonly RangeCopy[]
  readonly begun: number
  /** How much was here when this process began with it. */
  readonly fraction: number
}

type Copy = Extract<RingEvent, { kind: 'ring.copy' }>

export class Mover {
  private readonly parts: MoverParts
  private readonly pace: Pace
  /** Bounded by the members that are copied from. */
  private readonly links = new Map<HostId, Pace>()
  /** Bounded by the movements of the record. */
  private readonly jobs = new Map<string, Job>()
  /** Ranges that wait for their turn; bounded by those of the jobs. */
  private readonly waiting: (() => void)[] = []
  private running = 0
  private readonly ending = new AbortController()

  constructor(parts: MoverParts) {
    this.parts = parts
    this.pace = this.paceOf(parts.settings.rate)
  }

  begin({ move, epoch, tasks }: Copy): void {
    if (this.jobs.has(move) || this.ending.signal.aborted) return
    const copies = tasks.map((task) => this.copyOf(move, epoch, task))
    const fraction = fractionOf(copies)
    this.jobs.set(move, { move, copies, begun: performance.now(), fraction })
    void this.carry(move, copies)
  }

  progress(): readonly CopyProgress[] {
    return [...this.jobs.values()].map(progressOf)
  }

  close(): void {
    this.ending.abort()
    for (const go of this.waiting.splice(0)) go()
  }

  private async carry(move: string, copies: readonly RangeCopy[]): Promise<void> {
    const done = await Promise.all(copies.map((copy) => this.inTurn(() => copy.run())))
    this.jobs.delete(move)
    if (this.ending.signal.aborted) return
    if (done.every(Boolean)) this.parts.copied(move)
    await this.parts.journal
      .settle((each) => this.parts.sight.isUnderWay(each))
      // What could not be forgotten now is forgotten with the next movement.
      .catch(() => undefined)
  }

  private copyOf(move: string, epoch: number, task: CopyTask): RangeCopy {
    const { storage, merging, rpc, journal, sight } = this.parts
    const paces = (source: HostId): readonly Pace[] => [this.pace, this.linkTo(source)]
    const { signal } = this.ending
    const parts = { storage, merging, rpc, journal, sight, paces, signal }
    return new RangeCopy(move, epoch, task, parts)
  }

  private linkTo(source: HostId): Pace {
    const held = this.links.get(source)
    if (held !== undefined) return held
    const pace = this.paceOf(this.parts.settings.linkRate)
    this.links.set(source, pace)
    return pace
  }

  private paceOf(rate: number): Pace {
    return new Pace(rate, this.parts.isBusy, this.parts.time)
  }

  /** At most so many run at a time; the others wait in the order of their coming. */
  private async inTurn(run: () => Promise<boolean>): Promise<boolean> {
    if (this.running >= this.parts.settings.parallel)
      await new Promise<void>((resolve) => this.waiting.push(resolve))
    this.running++
    try {
      return await run()
    } finally {
      this.running--
      this.waiting.shift()?.()
    }
  }
}

function progressOf({ move, copies, begun, fraction: before }: Job): CopyProgress {
  const fraction = fractionOf(copies)
  const bytes = copies.reduce((sum, copy) => sum + copy.bytes, 0)
  const gained = fraction - before
  const bytesLeft = gained > 0 ? Math.round((bytes * (1 - fraction)) / gained) : null
  const seconds = (performance.now() - begun) / 1000
  return {
    move,
    ranges: copies.length,
    rangesDone: copies.filter((copy) => copy.fraction === 1).length,
    fraction,
    bytes,
    bytesLeft,
    secondsLeft: gained > 0 ? Math.round((seconds * (1 - fraction)) / gained) : null,
    waitsFor: [...new Set(copies.flatMap(({ trouble }) => (trouble === '' ? [] : [trouble])))],
  }
}

function fractionOf(copies: readonly RangeCopy[]): number {
  const share = copies.reduce((sum, { task }) => sum + task.share, 0)
  return copies.reduce((sum, { task, fraction }) => sum + task.share * fraction, 0) / share
}
