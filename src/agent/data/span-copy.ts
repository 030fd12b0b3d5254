/**
 * Copies one span from one source into the store: batches flow while earlier ones are written, a
 * few at a time, and how far it is durable is noted now and then. Then the two are compared batch
 * by batch by their digests; where they differ (it was written to meanwhile, or a disk lied) the
 * rows are fetched again and merged.
 */
import { sameDigest } from '../../cluster/data/digester.js'
import type { Merging } from '../../cluster/data/merging.js'
import type { Rpc } from '../../cluster/data/rpc.js'
import { behind } from '../../cluster/data/span.js'
import { StorageError, type Entry, type Span, type Storage } from '../../cluster/data/storage.js'
import type { Address } from '../../base/machine.js'
import { DIGESTS, ROWS } from './copy-answers.js'
import { readDigest, requestBytes, unpacked, type CopyRequest } from './copy-bytes.js'
import type { CopyJournal, Leg } from './copy-journal.js'
import type { Pace } from './pace.js'

/** Batches being written at a time. */
const WINDOW = 4
/** Bytes after which it is noted how far the copy is. */
const NOTED = 8 * 1024 * 1024
/** Longest silence of a source, in milliseconds. */
const SILENCE = 15_000

export interface SpanParts {
  readonly storage: Storage
  readonly merging: Merging
  readonly rpc: Rpc
  readonly journal: CopyJournal
  /** Of this node, and of the link: bytes wait for both. */
  readonly paces: readonly Pace[]
  /** Bytes of rows that arrived, and up to which key; compared ones count nothing. */
  readonly onRows: (bytes: number, key: Uint8Array) => void
}

/** All of the span as the source has it, or newer, is durable when it resolves. */
export async function copySpan(
  from: Address,
  request: CopyRequest,
  leg: Leg,
  parts: SpanParts,
): Promise<void> {
  const reached = parts.journal.reached(leg)
  if (reached?.kind === 'end') return
  const rest = reached === undefined ? request : { ...request, ...behind(request, reached.key) }
  await draw(from, rest, parts, (key) => parts.journal.note(leg, { kind: 'key', key }))
  await compare(from, request, parts)
  await parts.journal.note(leg, { kind: 'end' })
}

interface Written {
  readonly done: Promise<void>
  readonly bytes: number
  readonly key: Uint8Array
}

async function draw(
  from: Address,
  request: CopyRequest,
  { rpc, merging, paces, onRows }: SpanParts,
  note: (key: Uint8Array) => Promise<void>,
): Promise<void> {
  const writing: Written[] = []
  let unnoted = 0
  const settle = async (most: number): Promise<void> => {
    while (writing.length > most) {
      const oldest = writing.shift()
      if (oldest === undefined) return
      await oldest.done
      unnoted += oldest.bytes
      if (unnoted < NOTED) continue
      await note(oldest.key)
      unnoted = 0
    }
  }
  try {
    for await (const { bytes, position } of rpc.open(from, ROWS, requestBytes(request), ASKED)) {
      for (const pace of paces) await pace.take(bytes.length)
      const done = merging.mergeRun(rowsIn(bytes))
      // One that fails while the source is waited for is heard of when its turn to settle comes.
      done.catch(() => undefined)
      writing.push({ done, bytes: bytes.length, key: position })
      onRows(bytes.length, position)
      await settle(WINDOW)
    }
    await settle(0)
  } finally {
    // Whatever went wrong is told once; what was under way with it is not left unheard.
    await Promise.allSettled(writing.map(({ done }) => done))
  }
}

const ASKED = { timeout: SILENCE }

async function compare(from: Address, request: CopyRequest, parts: SpanParts): Promise<void> {
  const { rpc, storage } = parts
  let rest: Span = request
  for await (const { bytes, position } of rpc.open(from, DIGESTS, requestBytes(request), ASKED)) {
    const { from: next } = behind(request, position)
    const batch = { from: rest.from, to: next }
    const theirs = readDigest(bytes)
    if (theirs === undefined || !sameDigest(theirs, await storage.digest(batch)))
      await fetchAgain(from, { ...request, ...batch }, parts)
    rest = { from: next, to: request.to }
  }
}

/** What differed: merged anew, and looked for in the store, which must have it or newer now. */
async function fetchAgain(
  from: Address,
  request: CopyRequest,
  { rpc, merging }: SpanParts,
): Promise<void> {
  for await (const { bytes } of rpc.open(from, ROWS, requestBytes(request), ASKED)) {
    const rows = rowsIn(bytes)
    await merging.mergeRun(rows)
    if (await merging.holds(rows)) continue
    const message = 'The store does not hold rows that it has acknowledged.'
    throw new StorageError('damaged', message, 'Look after its disk; the movement waits for it.')
  }
}

function rowsIn(bytes: Uint8Array): Entry[] {
  const entries = unpacked(bytes)
  if (entries === undefined) throw new Error('rows came that cannot be read')
  return entries
}
