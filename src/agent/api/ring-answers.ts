/**
 * `GET /v1/status`, `/v1/ring` and `/v1/endpoints`: what is owned, of one keyspace where one is
 * named. `?replication=` says how many copies it keeps, while no record does.
 */
import { encodeUtf8 } from '../../base/utf8.js'
import { endpointsOf } from '../../cluster/endpoints.js'
import { keyspaceIn, keyspaceOf, type Keyspace } from '../../cluster/keyspace.js'
import { ringStatusOf } from '../../cluster/ring-status.js'
import { knownRing } from '../../cluster/known-ring.js'
import { errorResponse } from './refusal.js'
import type { Sources } from './sources.js'

/** What is asked of a request here. */
interface Question {
  query(name: string): string | undefined
}

export function serveStatus(question: Question, sources: Sources): Response {
  return withKeyspace(question, sources, (keyspace) => Response.json(sources.status(keyspace)))
}

export function serveRing(question: Question, sources: Sources): Response {
  return withKeyspace(question, sources, (keyspace) =>
    Response.json(ringStatusOf(sources.view(), keyspace, sources.record())),
  )
}

export function serveEndpoints(question: Question, sources: Sources): Response {
  const key = keyOf(question)
  if (key instanceof Response) return key
  return withKeyspace(question, sources, (keyspace) =>
    keyspace === undefined
      ? refused('keyspace.refused', 'The question names no keyspace.', 'Add ?keyspace=NAME.')
      : Response.json(endpointsOf(sources.view(), keyspace, key, sources.record())),
  )
}

function withKeyspace(
  question: Question,
  sources: Sources,
  answer: (keyspace: Keyspace | undefined) => Response,
): Response {
  const name = question.query('keyspace')
  const replication = question.query('replication')
  if (name === undefined) {
    if (replication === undefined) return answer(undefined)
    return refused('keyspace.refused', 'A replication is that of a keyspace.', 'Name it too.')
  }
  const held = sources.record()
  const agreed = held && keyspaceIn(held.record, name)
  if (agreed !== undefined && replication === undefined) return answer(agreed)
  const read = keyspaceOf(knownRing(sources.view(), held).ring, name, replication)
  return read.kind === 'keyspace'
    ? answer(read.keyspace)
    : refused('keyspace.refused', sentence(read.says), '')
}

/** The bytes of `key` as UTF-8, or of `hex`. */
function keyOf(question: Question): Uint8Array | Response {
  const hex = question.query('hex')
  const key = question.query('key')
  if (hex === undefined && key !== undefined) return encodeUtf8(key)
  if (hex !== undefined && key === undefined && /^([0-9a-f]{2})*$/i.test(hex))
    return Uint8Array.from(Buffer.from(hex, 'hex'))
  const next = 'Give ?key=TEXT, or ?hex= with pairs of hexadecimal digits.'
  return refused('key.refused', 'The question names no key that can be read.', next)
}

function sentence(says: string): string {
  return says.endsWith('?') ? says : `${says}.`
}

function refused(code: string, message: string, next: string): Response {
  return errorResponse(400, code, message, next)
}
