/**
 * `GET /v1/watch?from=EPOCH`: the records of the ring as server-sent events, in order, each once,
 * none skipped. The id of an event is its epoch, so whoever comes back goes on where it was. What
 * this agent does not hold is waited for as long as it may learn it from others; then it is an
 * error that names the oldest epoch it has, or, once the stream has begun, its end with an event
 * `trimmed`.
 */
import type { ServerResponse } from 'node:http'
import { describe } from '../../cluster/plan/begin.js'
import type { Sealed } from '../../cluster/record/record-bytes.js'
import { clusterIdOf } from '../../cluster/record/record.js'
import type { RingView } from '../../cluster/ring-view.js'
import { describeReplication } from '../../ring/replication.js'
import type { Journal } from '../journal.js'
import { Listeners } from './listeners.js'

export type Watching =
  | { readonly kind: 'begun' }
  /** The first epoch asked for is older than what is kept here. */
  | { readonly kind: 'trimmed'; readonly oldest: number }
  /** There is no ring. */
  | { readonly kind: 'none' }

/** What a node holds of the chain. */
type Held = Pick<RingView, 'history' | 'recalls'>

export class RecordStream {
  private readonly journal: Journal
  private readonly ring: () => Held
  private readonly listeners = new Listeners()

  constructor(journal: Journal, ring: () => Held) {
    this.journal = journal
    this.ring = ring
  }

  get full(): boolean {
    return this.listeners.full
  }

  /** @param from the first epoch wanted; undefined: the one that is acted on */
  serve(response: ServerResponse, from: number | undefined): Watching {
    const { history, recalls } = this.ring()
    const oldest = history[0]?.record.epoch
    const newest = history.at(-1)?.record.epoch
    if (oldest === undefined || newest === undefined) return { kind: 'none' }
    const first = from ?? newest
    if (first < oldest && !recalls) return { kind: 'trimmed', oldest }
    const told = first < oldest ? [] : history.filter(({ record }) => record.epoch >= first)
    let next = first + told.length
    const unsubscribe = this.journal.subscribe(({ event }) => {
      if (event === 'ring.changed' || event === 'ring.recalled') next = this.goOn(response, next)
    })
    const begin = `id: ${first - 1}\n: records of the ring\n\n`
    this.listeners.begin(response, begin + told.map(recordText).join(''), unsubscribe)
    return { kind: 'begun' }
  }

  close(): void {
    this.listeners.close()
  }

  /** @returns the epoch that comes next */
  private goOn(response: ServerResponse, next: number): number {
    const { history, recalls } = this.ring()
    const oldest = history[0]?.record.epoch ?? 0
    if (next < oldest && recalls) return next
    if (next < oldest) {
      const data = JSON.stringify({ next, oldest })
      response.end(`event: trimmed\ndata: ${data}\n\n`)
      return next
    }
    const told = history.filter(({ record }) => record.epoch >= next)
    for (const sealed of told) this.listeners.write(response, recordText(sealed))
    return next + told.length
  }
}

function recordText(sealed: Sealed): string {
  return `id: ${sealed.record.epoch}\nevent: record\ndata: ${JSON.stringify(recordOf(sealed))}\n\n`
}

/** A record as JSON; tokens are counted, /v1/ring has them. */
function recordOf({ record, digest }: Sealed) {
  const { epoch, parent, generation, features, why, committee } = record
  return {
    ...{ epoch, digest, parent: parent === '' ? null : parent },
    clusterId: clusterIdOf(record, digest),
    ...{ generation, features, why, committee },
    members: record.members.map(({ tokens, weight, ...rest }) => ({
      ...rest,
      weight: weight / 1000,
      tokens: tokens.length,
    })),
    banned: record.banned,
    moves: record.moves.map((move) => {
      const { id, kind, stage, since } = move
      return { id, kind, stage, since, what: describe(record, move) }
    }),
    keyspaces: record.keyspaces.map(({ name, replication }) => ({
      name,
      replication: describeReplication(replication),
    })),
    config: Object.fromEntries(record.config.map(({ name, value }) => [name, value])),
  }
}
