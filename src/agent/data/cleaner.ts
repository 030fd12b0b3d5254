/**
 * Deletes what this node holds and has no part in, once the node says that it may. Before rows go
 * they are held against what their owners have, batch by batch, and handed over where that differs:
 * a replica that was cut off while its range moved on may be the only one with a write that was
 * acknowledged at ONE. All of it holds for one epoch: with another record it stops at once, for the
 * range may be on its way back.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { Digester, sameDigest } from '../../cluster/data/digester.js'
import type { Merging } from '../../cluster/data/merging.js'
import { ALL_ROWS, keyspaceIn, spanOfKeyspace, spansOf } from '../../cluster/data/row.js'
import type { Rpc } from '../../cluster/data/rpc.js'
import { behind } from '../../cluster/data/span.js'
import type { Entry, Span, Storage } from '../../cluster/data/storage.js'
import type { RingEvent, Spare } from '../../cluster/ring-event.js'
import type { HostId } from '../../gossip/identity.js'
import { DIGEST, TAKE } from './copy-answers.js'
import { addressedBytes, packed, readDigest, spanBytes } from './copy-bytes.js'
import type { CopySight } from './copy-sight.js'
import { Gathered } from './gathered.js'
import type { Pace } from './pace.js'

/** Before a range whose owners did not all answer is tried again, in milliseconds. */
const WAIT = 5000
const ASKED = { timeout: 15_000 }

export interface CleanerParts {
  readonly storage: Storage
  readonly merging: Merging
  readonly rpc: Rpc
  readonly sight: CopySight
  readonly pace: Pace
}

type Drop = Extract<RingEvent, { kind: 'ring.drop' }>

export class Cleaner {
  /** Rows deleted and rows handed over since the start. */
  readonly counts = { dropped: 0, handed: 0 }
  /** The last epoch under which all that this node has no part in was deleted; 0 before any. */
  cleaned = 0
  private readonly parts: CleanerParts
  private readonly ending = new AbortController()
  /** One epoch after the other. */
  private work: Promise<void> = Promise.resolve()

  constructor(parts: CleanerParts) {
    this.parts = parts
  }

  begin(drop: Drop): void {
    this.work = this.work.then(() => this.carry(drop))
  }

  async close(): Promise<void> {
    this.ending.abort()
    await this.work
  }

  private async carry({ epoch, spares, keyspaces }: Drop): Promise<void> {
    const may = (): boolean => this.parts.sight.epoch === epoch && !this.ending.signal.aborted
    // Ranges whose owners do not all answer come round again.
    let left: readonly Spare[] = spares
    while (left.length > 0 && may()) {
      const failed: Spare[] = []
      for (const spare of left) if (!(await this.clear(spare, may))) failed.push(spare)
      left = failed
      if (left.length > 0) await sleep(WAIT, undefined, this.ending).catch(() => undefined)
    }
    await this.dropForeign(new Set(keyspaces), may).then(
      () => {
        if (may()) this.cleaned = epoch
      },
      () => undefined,
    )
  }

  private async clear({ keyspace, range, owners }: Spare, may: () => boolean): Promise<boolean> {
    try {
      for (const span of spansOf(keyspace, range)) await this.clearSpan(span, owners, may)
      return true
    } catch {
      // An owner that is away, a full disk: it stays, and is tried again.
      return false
    }
  }

  private async clearSpan(
    span: Span,
    owners: readonly HostId[],
    may: () => boolean,
  ): Promise<void> {
    let { from } = span
    for await (const batch of this.parts.storage.scan(span)) {
      const last = batch[batch.length - 1]
      if (last === undefined || !may()) return
      await this.parts.pace.take(batch.reduce((sum, { value }) => sum + value.length, 0))
      const next = behind(span, last.key).from
      for (const owner of owners) await this.hand({ from, to: next }, batch, owner)
      if (await this.parts.merging.remove(batch, may)) this.counts.dropped += batch.length
      from = next
    }
  }

  /** Lets an owner have what it lacks of these rows. */
  private async hand(span: Span, batch: readonly Entry[], owner: HostId): Promise<void> {
    const address = this.parts.sight.addressOf(owner)
    if (address === undefined) throw new Error('an owner has no address')
    const digester = new Digester(new Gathered())
    for (const entry of batch) digester.add(entry)
    const { rpc } = this.parts
    const ask = (method: string, body: Uint8Array): Promise<Uint8Array> =>
      rpc.ask(address, method, addressedBytes({ of: owner, body }), ASKED)
    const theirs = readDigest(await ask(DIGEST, spanBytes(span)))
    if (theirs !== undefined && sameDigest(theirs, digester.digest())) return
    await ask(TAKE, packed(batch))
    this.counts.handed += batch.length
  }

  /** Rows of keyspaces that the record does not know: nobody owns them. */
  private async dropForeign(known: ReadonlySet<string>, may: () => boolean): Promise<void> {
    for (let rest: Span | undefined = ALL_ROWS; rest !== undefined && may();) {
      const key = await this.firstIn(rest)
      const keyspace = key && keyspaceIn(key)
      if (keyspace === undefined) return
      const span = spanOfKeyspace(keyspace)
      if (!known.has(keyspace)) await this.clearSpan(span, [], may)
      rest = span.to === null ? undefined : { from: span.to, to: null }
    }
  }

  private async firstIn(span: Span): Promise<Uint8Array | undefined> {
    for await (const [first] of this.parts.storage.scan(span)) return first?.key
    return undefined
  }
}
