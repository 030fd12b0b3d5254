/** What nodes of a simulated data plane send each other, as frames beside those of the node. */
import { Reader, Writer } from '../../src/base/bytes.js'
import type { Reply, Request } from '../../src/cluster/data/request.js'
import {
  readReply,
  readRequest,
  replyBytes,
  requestBytes,
} from '../../src/cluster/data/request-bytes.js'
import type { Entry } from '../../src/cluster/data/storage.js'
import { readToken, writeToken } from '../../src/cluster/record/fields.js'
import type { HostId } from '../../src/gossip/identity.js'
import type { Range } from '../../src/ring/range.js'

/** No message of gossip or of the chain begins with it. */
const MARK = 0x44
const FRAME_BYTES = 1_000_000
const KINDS = ['call', 'reply', 'fetch', 'rows', 'refusal'] as const

export type Frame =
  | { readonly kind: 'call'; readonly id: number; readonly request: Request }
  | { readonly kind: 'reply'; readonly id: number; readonly reply: Reply }
  /** All rows of a range, of a node that has applied the epoch at which a movement began. */
  | {
      readonly kind: 'fetch'
      readonly id: number
      readonly of: HostId
      readonly move: string
      readonly epoch: number
      readonly keyspace: string
      readonly range: Range
    }
  | { readonly kind: 'rows'; readonly id: number; readonly entries: readonly Entry[] }
  | { readonly kind: 'refusal'; readonly id: number }

const out = new Writer(FRAME_BYTES)

export function isOfData(bytes: Uint8Array): boolean {
  return bytes[0] === MARK
}

export function frameBytes(frame: Frame): Uint8Array {
  out.reset()
  out.u8(MARK)
  out.u8(KINDS.indexOf(frame.kind))
  out.varint(frame.id)
  switch (frame.kind) {
    case 'call':
      out.raw(requestBytes(frame.request))
      break
    case 'reply':
      out.raw(replyBytes(frame.reply))
      break
    case 'fetch':
      out.text(frame.of)
      out.text(frame.move)
      out.varint(frame.epoch)
      out.text(frame.keyspace)
      writeToken(out, frame.range.left)
      writeToken(out, frame.range.right)
      break
    case 'rows':
      for (const { key, value } of frame.entries) {
        out.blob(key)
        out.blob(value)
      }
      break
    case 'refusal':
  }
  return out.take()
}

/** undefined where it is junk. */
export function readFrame(bytes: Uint8Array): Frame | undefined {
  const from = new Reader(bytes)
  const mark = from.u8()
  const kind = KINDS[from.u8()]
  const id = from.varint()
  const frame = mark === MARK && kind !== undefined ? readBody(from, kind, id) : undefined
  return from.failed ? undefined : frame
}

function readBody(from: Reader, kind: Frame['kind'], id: number): Frame | undefined {
  switch (kind) {
    case 'call': {
      const request = readRequest(from.raw(from.left))
      return request && { kind, id, request }
    }
    case 'reply': {
      const reply = readReply(from.raw(from.left))
      return reply && { kind, id, reply }
    }
    case 'fetch': {
      const whom = { of: from.text(64), move: from.text(64) }
      const head = { ...whom, epoch: from.varint(), keyspace: from.text(64) }
      const range = { left: readToken(from), right: readToken(from) }
      return { kind, id, ...head, range }
    }
    case 'rows': {
      const entries: Entry[] = []
      while (from.left > 0)
        entries.push({ key: from.blob(FRAME_BYTES), value: from.blob(FRAME_BYTES) })
      return { kind, id, entries }
    }
    case 'refusal':
      return { kind, id }
  }
}
