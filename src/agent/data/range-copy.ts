/**
 * One range of a movement on its way here: source after source until what is here makes a whole
 * copy. Nothing that goes wrong ends it, for the movement waits: it says what it waits for and
 * tries again, until it is done or the movement is no longer under way.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { RangeSources } from '../../cluster/data/range-sources.js'
import { spansOf, tokenIn } from '../../cluster/data/row.js'
import { RpcError } from '../../cluster/data/rpc.js'
import { StorageError, type Span } from '../../cluster/data/storage.js'
import type { CopyTask } from '../../cluster/ring-event.js'
import type { HostId } from '../../gossip/identity.js'
import { formatRange, shareOf } from '../../ring/range.js'
import { shareBetween } from '../../ring/token.js'
import { errorText } from '../failure.js'
import type { CopySight } from './copy-sight.js'
import type { Leg } from './copy-journal.js'
import type { Pace } from './pace.js'
import { copySpan, type SpanParts } from './span-copy.js'

export interface RangeParts extends Omit<SpanParts, 'paces' | 'onRows'> {
  readonly sight: CopySight
  readonly paces: (source: HostId) => readonly Pace[]
  readonly signal: AbortSignal
}

export class RangeCopy {
  readonly task: CopyTask
  /** Bytes of rows that arrived in this life. */
  bytes = 0
  /** What it waits for; '' while it goes on. */
  trouble = ''
  private readonly move: string
  private readonly epoch: number
  private readonly parts: RangeParts
  /** At most two. */
  private readonly spans: readonly Span[]
  private readonly sources: RangeSources
  /** The part of the current source that is here, 0..1. */
  private current = 0
  private over = false

  constructor(move: string, epoch: number, task: CopyTask, parts: RangeParts) {
    this.move = move
    this.epoch = epoch
    this.task = task
    this.parts = parts
    this.sources = new RangeSources(task)
    this.spans = spansOf(task.keyspace, task.range)
  }

  /** How much of it is here, 0..1: keys are spread evenly over tokens. */
  get fraction(): number {
    if (this.over) return 1
    const { copied } = this.sources
    const needed = this.task.quorums.reduce((sum, quorum) => sum + quorum.needed, 0)
    const expected = this.task.source === null || copied > 0 ? needed : 1
    return Math.min((copied + this.current) / Math.max(copied + 1, expected), 1)
  }

  /** @returns whether it is here: otherwise the movement is no longer under way */
  async run(): Promise<boolean> {
    const { sight, signal } = this.parts
    while (sight.isUnderWay(this.move) && !signal.aborted) {
      const next = this.sources.next(sight)
      if (next.kind === 'copied') {
        this.over = true
        return true
      }
      if (next.kind === 'from' && (await this.copyFrom(next.hostId))) continue
      if (next.kind === 'waits') this.trouble = `${this.names(next.for)} to come back`
      await sleep(this.sources.failed(), undefined, { signal }).catch(() => undefined)
    }
    return false
  }

  private async copyFrom(source: HostId): Promise<boolean> {
    const address = this.parts.sight.addressOf(source)
    if (address === undefined) {
      this.trouble = `the address of ${this.names([source])}`
      return false
    }
    try {
      this.current = 0
      for (const [i, span] of this.spans.entries())
        await copySpan(
          address,
          this.requestFor(span, source),
          this.legOf(i, source),
          this.partsFor(source),
        )
      this.sources.took(source)
      this.current = 0
      this.trouble = ''
      return true
    } catch (error) {
      this.trouble = this.troubleOf(error, source)
      return false
    }
  }

  private requestFor(span: Span, of: HostId) {
    return { of, move: this.move, epoch: this.epoch, ...span }
  }

  private legOf(span: number, source: HostId): Leg {
    const part = `${this.task.keyspace} ${formatRange(this.task.range)} ${span}`
    return { move: this.move, part, source }
  }

  private partsFor(source: HostId): SpanParts {
    const { storage, merging, rpc, journal, paces } = this.parts
    const onRows = (bytes: number, key: Uint8Array): void => {
      this.bytes += bytes
      this.trouble = ''
      this.current = Math.max(this.current, this.fractionAt(key))
    }
    return { storage, merging, rpc, journal, paces: paces(source), onRows }
  }

  /** How far a key lies within the range, 0..1. */
  private fractionAt(key: Uint8Array): number {
    const token = tokenIn(key)
    const { range } = this.task
    return token === undefined ? 0 : shareBetween(range.left, token) / shareOf(range)
  }

  private troubleOf(error: unknown, source: HostId): string {
    if (error instanceof StorageError) return `${error.message} ${error.next}`
    const name = this.names([source])
    if (error instanceof RpcError) return `${name}: ${error.trouble}, ${error.message}`
    return `${name}: ${errorText(error)}`
  }

  private names(hostIds: readonly HostId[]): string {
    return hostIds.map((hostId) => this.parts.sight.nameOf(hostId)).join(', ')
  }
}
