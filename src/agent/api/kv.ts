/**
 * `/v1/kv`: rows of the reference data plane. One row by PUT, GET and DELETE, many by POST; each
 * answer says the stamp of its row, and a client that hands the latest one it saw to its next write
 * is sure to come after it.
 */
import * as v from 'valibot'
import { parsedJson } from '../../base/json.js'
import { LEVELS, type Level } from '../../cluster/data/level.js'
import type { Outcome } from '../../cluster/data/coordinator.js'
import { NO_MOMENT, type Moment } from '../../cluster/data/hybrid-clock.js'
import {
  readRow,
  ROW_KEY_BYTES,
  rowKey,
  ROW_VALUE_BYTES,
  type Stamp,
} from '../../cluster/data/row.js'
import { nameIn, type RingRecord } from '../../cluster/record/record.js'
import type { KeyValue } from '../data/key-value.js'
import { errorBody, errorResponse, type ErrorBody } from './refusal.js'

/** One answer: what became of one row. */
interface Answer {
  readonly status: number
  readonly body: object | ErrorBody
}

export interface Asked {
  readonly keyspace: string
  readonly level: Level
  readonly patience: number
  readonly seen: Moment
}

const PATIENCE = 2000
const PATIENCE_MAX = 30_000
/** Rows of one batch. */
const BATCH_MAX = 1000

const LIMIT = `A key has at most ${ROW_KEY_BYTES} bytes and a value ${ROW_VALUE_BYTES}.`

const utf8 = new TextEncoder()

const batch = v.union([
  v.object({ put: v.pipe(v.array(v.tuple([v.string(), v.string()])), v.maxLength(BATCH_MAX)) }),
  v.object({ get: v.pipe(v.array(v.string()), v.maxLength(BATCH_MAX)) }),
])

/** What a request asks of which keyspace, by its query; or why it cannot be read. */
export function readAsked(
  keyspace: string,
  query: Readonly<Record<string, string>>,
): Asked | Response {
  const level = LEVELS.find((each) => each === (query['level'] ?? 'QUORUM').toUpperCase())
  if (level === undefined) {
    return malformed(`${query['level'] ?? ''} is no level`, `Give one of ${LEVELS.join(', ')}.`)
  }
  const patience = Number(query['timeout'] ?? PATIENCE)
  if (!(patience >= 1 && patience <= PATIENCE_MAX)) {
    return malformed('the timeout is no time', `Give milliseconds from 1 to ${PATIENCE_MAX}.`)
  }
  const seen = query['seen'] === undefined ? NO_MOMENT : momentOf(query['seen'])
  if (seen === undefined) return malformed('`seen` is no stamp', 'Give it as an answer said it.')
  return { keyspace, level, patience, seen }
}

export async function putRow(
  kv: KeyValue,
  asked: Asked,
  key: string,
  value: Uint8Array | null,
): Promise<Answer> {
  const bytes = utf8.encode(key)
  if (bytes.length > ROW_KEY_BYTES || (value?.length ?? 0) > ROW_VALUE_BYTES) {
    return { status: 413, body: errorBody('kv.too-long', LIMIT, 'Write less.') }
  }
  const { keyspace, level, seen, patience } = asked
  const wrote = await kv.put({ keyspace, key: bytes, value, level, seen }, patience)
  if (wrote.kind === 'busy') return busy()
  if (wrote.kind === 'too far ahead') {
    const message = 'The stamp in `seen` is more than an hour ahead of this node.'
    return { status: 409, body: errorBody('kv.clock', message, 'Set the clocks of the nodes.') }
  }
  const { outcome, stamp } = wrote
  if (outcome.kind !== 'written') return failed(outcome, asked, key, kv.record)
  const missed = outcome.missed.map((hostId) => named(kv.record, hostId))
  return { status: 200, body: { keyspace, key, level, ...stamped(stamp), missed } }
}

export async function getRow(kv: KeyValue, asked: Asked, key: string): Promise<Answer> {
  const { keyspace, level, patience } = asked
  const bytes = utf8.encode(key)
  const read = await kv.get({ keyspace, key: bytes, level }, patience)
  if (read.kind === 'busy') return busy()
  const { outcome } = read
  if (outcome.kind !== 'row') return failed(outcome, asked, key, kv.record)
  const stored = outcome.value
  const row = stored === null ? undefined : readRow({ key: rowKey(keyspace, bytes), value: stored })
  const value = row?.value ?? null
  const head = { keyspace, key, level, found: value !== null }
  const stamp = row === undefined ? { stamp: null, seen: null } : stamped(row.stamp)
  return { status: 200, body: { ...head, ...textOf(value), ...stamp } }
}

/** Many rows at once; each has an answer of its own, in the order of the rows. */
export async function serveBatch(kv: KeyValue, asked: Asked, text: string): Promise<Response> {
  const read = v.safeParse(batch, parsedJson(text))
  if (!read.success) return malformed('the batch cannot be read', 'See docs/api.md for its shape.')
  const answers =
    'put' in read.output
      ? read.output.put.map(([key, value]) => putRow(kv, asked, key, utf8.encode(value)))
      : read.output.get.map((key) => getRow(kv, asked, key))
  const results = (await Promise.all(answers)).map(({ body }) => body)
  return Response.json({ results })
}

export function responseOf({ status, body }: Answer): Response {
  return Response.json(body, { status })
}

export function withoutRows(): Response {
  const message = 'This agent keeps no rows.'
  return errorResponse(409, 'kv.off', message, 'Start the agents with --kv.')
}

export function tooLong(): Response {
  return errorResponse(413, 'kv.too-long', LIMIT, 'Write less at a time.')
}

function malformed(what: string, next: string): Response {
  return errorResponse(400, 'kv.malformed', `The request cannot be read: ${what}.`, next)
}

function busy(): Answer {
  const message = 'This node has too many operations under way.'
  return { status: 503, body: errorBody('kv.busy', message, 'Try again with fewer at a time.') }
}

function failed(
  outcome: Outcome,
  { keyspace, level }: Asked,
  key: string,
  record: RingRecord | undefined,
): Answer {
  if (outcome.kind !== 'failed') return busy()
  const { trouble, short, said } = outcome
  if (trouble === 'no keyspace') {
    const message = `There is no keyspace ${keyspace}.`
    const next = 'Create it: `murmur keyspace create NAME --replication dc1=3`.'
    return { status: 404, body: errorBody('kv.no-keyspace', message, next) }
  }
  const names = (ids: readonly string[]): string =>
    ids
      .map((hostId) => named(record, hostId))
      .sort()
      .join(', ')
  const lacks = short.map(({ needed, got, missing, refused }) =>
    trouble === 'unavailable'
      ? `${needed} replicas are needed, and these are down: ${names(refused)}`
      : `${needed} replicas are needed, ${got} answered, not ${names(missing)}`,
  )
  const why = [...lacks, ...said.map((each) => withName(record, each))].join('; ')
  const message = `${JSON.stringify(key)} at ${level}: ${trouble}${why === '' ? '' : `: ${why}`}.`
  const next =
    trouble === 'unavailable'
      ? 'Nothing was done; wait for them, or take a lower level: `murmur status`.'
      : 'A write may have been done all the same; try again, or see `murmur doctor`.'
  return {
    status: trouble === 'timeout' ? 504 : 503,
    body: errorBody(`kv.${trouble}`, message, next),
  }
}

/** `HOSTID: why` with the name that people know. */
function withName(record: RingRecord | undefined, said: string): string {
  const cut = said.indexOf(':')
  return `${named(record, said.slice(0, cut))}${said.slice(cut)}`
}

function named(record: RingRecord | undefined, hostId: string): string {
  return record === undefined ? hostId.slice(0, 8) : nameIn(record, hostId)
}

function stamped({ millis, counter, hostId }: Stamp): { stamp: string; seen: string } {
  return { stamp: `${millis}.${counter}@${hostId}`, seen: `${millis}.${counter}` }
}

function momentOf(text: string): Moment | undefined {
  const match = /^(\d{1,15})\.(\d{1,5})$/.exec(text)
  const moment = { millis: Number(match?.[1]), counter: Number(match?.[2]) }
  return match === null || moment.millis >= 2 ** 48 || moment.counter > 65_535 ? undefined : moment
}

/** Text where the bytes are UTF-8, else base 64. */
function textOf(value: Uint8Array | null): { value: string | null; encoding: 'utf8' | 'base64' } {
  if (value === null) return { value: null, encoding: 'utf8' }
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(value)
    return { value: text, encoding: 'utf8' }
  } catch {
    return { value: Buffer.from(value).toString('base64'), encoding: 'base64' }
  }
}
