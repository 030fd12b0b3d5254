/**
 * The side that is copied: rows of a span, batch by batch, at this node's pace, and their digests
 * for comparison; and rows that others hand over before they delete them. A source answers once it
 * acts on the epoch of the movement: what it acknowledges from then on reaches the new replica as a
 * write.
 */
import { objectionTo } from '../../cluster/data/copy-permit.js'
import { Digester } from '../../cluster/data/digester.js'
import type { Merging } from '../../cluster/data/merging.js'
import type { Piece, Service } from '../../cluster/data/rpc.js'
import { behind } from '../../cluster/data/span.js'
import type { Entry, Span, Storage } from '../../cluster/data/storage.js'
import type { CopySight } from './copy-sight.js'
import {
  digestBytes,
  packed,
  readAddressed,
  readRequest,
  readSpanBytes,
  unpacked,
} from './copy-bytes.js'
import { Gathered } from './gathered.js'
import type { Pace } from './pace.js'

export const ROWS = 'copy/rows'
export const DIGESTS = 'copy/digests'
export const DIGEST = 'copy/digest'
export const TAKE = 'copy/take'

export interface CopyParts {
  readonly storage: Storage
  readonly merging: Merging
  readonly sight: CopySight
  /** Of all that this node sends of its rows. */
  readonly pace: Pace
}

export class CopyAnswers implements Service {
  private readonly parts: CopyParts

  constructor(parts: CopyParts) {
    this.parts = parts
  }

  stream(method: string, body: Uint8Array, from: Uint8Array): AsyncIterable<Piece> {
    if (method === ROWS) return this.pieces(body, from, packed)
    if (method === DIGESTS) return this.pieces(body, from, digestOf)
    throw new Error(`there is no stream ${method}`)
  }

  answer(method: string, bytes: Uint8Array): Promise<Uint8Array> {
    const asked = readAddressed(bytes)
    if (asked === undefined) return Promise.reject(new Error('the question cannot be read'))
    const { of, body } = asked
    if (of !== this.parts.sight.self)
      return Promise.reject(new Error(`this node is not ${of}, which is asked`))
    if (method === DIGEST) return this.digest(body)
    if (method === TAKE) return this.take(body)
    return Promise.reject(new Error(`there is no question ${method}`))
  }

  private async *pieces(
    body: Uint8Array,
    from: Uint8Array,
    made: (batch: readonly Entry[]) => Uint8Array,
  ): AsyncGenerator<Piece, void, undefined> {
    const span = this.permitted(body)
    const rest = from.length === 0 ? span : behind(span, from)
    for await (const batch of this.parts.storage.scan(rest)) {
      const last = batch[batch.length - 1]
      if (last === undefined) continue
      const bytes = made(batch)
      // A digest loads the disk like the rows themselves.
      await this.parts.pace.take(sizeOf(batch))
      this.permitted(body)
      yield { position: last.key, bytes }
    }
  }

  /** @throws {Error} why nothing may be copied from here: asked again, later it may */
  private permitted(body: Uint8Array): Span {
    const request = readRequest(body)
    if (request === undefined) throw new Error('the request cannot be read')
    const objection = objectionTo(request, this.parts.sight)
    if (objection !== undefined) throw new Error(objection)
    return request
  }

  private async digest(body: Uint8Array): Promise<Uint8Array> {
    const span = readSpanBytes(body)
    if (span === undefined) throw new Error('the span cannot be read')
    return digestBytes(await this.parts.storage.digest(span))
  }

  private async take(body: Uint8Array): Promise<Uint8Array> {
    const entries = unpacked(body)
    if (entries === undefined) throw new Error('the rows cannot be read')
    await this.parts.merging.mergeRun(entries)
    return new Uint8Array()
  }
}

function sizeOf(batch: readonly Entry[]): number {
  return batch.reduce((sum, { key, value }) => sum + key.length + value.length, 0)
}

function digestOf(batch: readonly Entry[]): Uint8Array {
  const digester = new Digester(new Gathered())
  for (const entry of batch) digester.add(entry)
  return digestBytes(digester.digest())
}
