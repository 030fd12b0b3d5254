/**
 * Requests and replies of the data plane as bytes and back. Reading is total: junk is undefined.
 */
import { Reader, Writer } from '../../base/bytes.js'
import { readHostId, writeHostId } from '../record/fields.js'
import type { Answer, Ask, Reply, Request } from './request.js'
import { KEY_BYTES, VALUE_BYTES } from './storage.js'

const VERSION = 2
/** Room for all that is neither key nor value. */
const HEAD_BYTES = 64
const WHY_BYTES = 1024

const ASKS = { write: 1, read: 2 } as const
const ANSWERS = { written: 1, row: 2, none: 3, stale: 4, refused: 5 } as const

export function requestBytes({ epoch, by, to, ask }: Request): Uint8Array {
  const out = new Writer(HEAD_BYTES + sizeOf(ask))
  out.u8(VERSION)
  out.varint(epoch)
  writeHostId(out, by)
  writeHostId(out, to)
  out.u8(ASKS[ask.kind])
  if (ask.kind === 'read') out.blob(ask.key)
  else {
    out.blob(ask.entry.key)
    out.blob(ask.entry.value)
  }
  return out.take()
}

export function readRequest(bytes: Uint8Array): Request | undefined {
  const from = new Reader(bytes)
  if (from.u8() !== VERSION) return undefined
  const epoch = from.varint()
  const by = readHostId(from)
  const to = readHostId(from)
  const ask = readAsk(from)
  return from.failed || from.left > 0 || ask === undefined ? undefined : { epoch, by, to, ask }
}

export function replyBytes({ answer, moment }: Reply): Uint8Array {
  const value = answer.kind === 'row' ? (answer.value?.length ?? 0) : WHY_BYTES
  const out = new Writer(HEAD_BYTES + value)
  out.u8(VERSION)
  out.u48(moment.millis)
  out.u16(moment.counter)
  writeAnswer(out, answer)
  return out.take()
}

export function readReply(bytes: Uint8Array): Reply | undefined {
  const from = new Reader(bytes)
  if (from.u8() !== VERSION) return undefined
  const moment = { millis: from.u48(), counter: from.u16() }
  const answer = readAnswer(from)
  return from.failed || from.left > 0 || answer === undefined ? undefined : { answer, moment }
}

function sizeOf(ask: Ask): number {
  return ask.kind === 'read' ? ask.key.length : ask.entry.key.length + ask.entry.value.length
}

function readAsk(from: Reader): Ask | undefined {
  switch (from.u8()) {
    case ASKS.read:
      return { kind: 'read', key: from.blob(KEY_BYTES) }
    case ASKS.write:
      return {
        kind: 'write',
        entry: { key: from.blob(KEY_BYTES), value: from.blob(VALUE_BYTES) },
      }
    default:
      return undefined
  }
}

function writeAnswer(out: Writer, answer: Answer): void {
  switch (answer.kind) {
    case 'written':
      return out.u8(ANSWERS.written)
    case 'row':
      out.u8(answer.value === null ? ANSWERS.none : ANSWERS.row)
      return answer.value === null ? undefined : out.raw(answer.value)
    case 'stale':
      out.u8(ANSWERS.stale)
      return out.varint(answer.epoch)
    case 'refused':
      out.u8(ANSWERS.refused)
      return out.text(answer.why)
  }
}

function readAnswer(from: Reader): Answer | undefined {
  switch (from.u8()) {
    case ANSWERS.written:
      return { kind: 'written' }
    case ANSWERS.row:
      return { kind: 'row', value: from.raw(from.left) }
    case ANSWERS.none:
      return { kind: 'row', value: null }
    case ANSWERS.stale:
      return { kind: 'stale', epoch: from.varint() }
    case ANSWERS.refused:
      return { kind: 'refused', why: from.text(WHY_BYTES) }
    default:
      return undefined
  }
}
