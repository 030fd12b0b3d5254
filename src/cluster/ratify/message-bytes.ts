/** Messages of the chain as bytes and back. Reading is total: junk is undefined. */
import { Reader, type Writer } from '../../base/bytes.js'
import { readNumber } from '../../gossip/claim.js'
import { INTENTS_MAX, readIntent, writeIntent } from '../intent-bytes.js'
import type { Inputs } from '../plan/plan.js'
import {
  BYTES_MAX,
  readChoice,
  readDigest,
  readFlag,
  readHostId,
  readList,
  readName,
  writeChoice,
  writeDigest,
  writeFlag,
  writeHostId,
  writeList,
  written,
} from '../record/fields.js'
import { COPIED_MAX } from '../ring-fact.js'
import type { Accepted, Ballot } from './ballot.js'
import type { Body, ChainMessage, Head } from './message.js'

/** No message of gossip begins with it: those begin with their version. */
const MARK = 0x52
const VERSION = 1
const RECORDS_MAX = 64
const ACKS_MAX = 65536
const REASON_MAX = 1024

const KINDS = [
  'ask',
  'records',
  'prepare',
  'promise',
  'accept',
  'accepted',
  'outranked',
  'refused',
  'pledge',
  'pledged',
  'unpledged',
  'stale',
  'holds',
  'recall',
  'past',
] as const satisfies readonly Body['kind'][]

/** Whether these bytes are the chain's, or gossip's. */
export function isOfChain(bytes: Uint8Array): boolean {
  return bytes[0] === MARK
}

/** undefined where it does not fit in a frame. */
export function messageBytes({ head, body }: ChainMessage): Uint8Array | undefined {
  return written((out) => {
    out.u8(MARK)
    out.u8(VERSION)
    writeHead(out, head)
    writeChoice(out, KINDS, body.kind)
    writeBody(out, body)
  })
}

export function readMessage(bytes: Uint8Array): ChainMessage | undefined {
  const from = new Reader(bytes)
  if (from.u8() !== MARK || from.u8() !== VERSION) return undefined
  const head = readHead(from)
  const body = readBody(from, readChoice(from, KINDS))
  return from.failed || from.left > 0 ? undefined : { head, body }
}

function writeHead(out: Writer, head: Head): void {
  writeHostId(out, head.sender)
  writeDigest(out, head.clusterId)
  out.varint(head.epoch)
  writeDigest(out, head.digest)
  out.varint(head.ballots)
}

function readHead(from: Reader): Head {
  return {
    sender: readHostId(from),
    clusterId: readDigest(from),
    epoch: readNumber(from),
    digest: readDigest(from),
    ballots: readNumber(from),
  }
}

function writeBody(out: Writer, body: Body): void {
  switch (body.kind) {
    case 'ask':
      out.varint(body.epoch)
      return writeDigest(out, body.digest)
    case 'recall':
      return out.varint(body.epoch)
    case 'records':
    case 'past':
      return writeList(out, body.records, (record) => out.blob(record))
    case 'holds':
      out.varint(body.generation)
      return writeList(out, body.copied, (move) => out.text(move))
    case 'prepare':
    case 'accepted':
      return writeBallot(out, body.ballot)
    case 'promise':
      writeBallot(out, body.ballot)
      return writeAccepted(out, body.accepted)
    case 'accept':
      writeBallot(out, body.ballot)
      out.blob(body.value)
      writeFlag(out, body.inputs !== null)
      return body.inputs === null ? undefined : writeInputs(out, body.inputs)
    case 'outranked':
      writeBallot(out, body.ballot)
      return writeBallot(out, body.by)
    case 'refused':
      writeBallot(out, body.ballot)
      return out.text(body.reason)
    case 'pledge':
      return out.blob(body.value)
    case 'pledged':
    case 'unpledged':
      return writeDigest(out, body.digest)
    case 'stale':
      out.varint(body.epoch)
      return out.varint(body.ballots)
  }
}

function readBody(from: Reader, kind: Body['kind']): Body {
  switch (kind) {
    case 'ask':
      return { kind, epoch: readNumber(from), digest: readDigest(from) }
    case 'recall':
      return { kind, epoch: readNumber(from) }
    case 'records':
    case 'past':
      return { kind, records: readList(from, RECORDS_MAX, () => from.blob(BYTES_MAX)) }
    case 'holds': {
      const generation = readNumber(from)
      return { kind, generation, copied: readList(from, COPIED_MAX, () => readName(from)) }
    }
    case 'prepare':
    case 'accepted':
      return { kind, ballot: readBallot(from) }
    case 'promise':
      return { kind, ballot: readBallot(from), accepted: readAccepted(from) }
    case 'accept': {
      const ballot = readBallot(from)
      const value = from.blob(BYTES_MAX)
      return { kind, ballot, value, inputs: readFlag(from) ? readInputs(from) : null }
    }
    case 'outranked':
      return { kind, ballot: readBallot(from), by: readBallot(from) }
    case 'refused':
      return { kind, ballot: readBallot(from), reason: from.text(REASON_MAX) }
    case 'pledge':
      return { kind, value: from.blob(BYTES_MAX) }
    case 'pledged':
    case 'unpledged':
      return { kind, digest: readDigest(from) }
    case 'stale':
      return { kind, epoch: readNumber(from), ballots: readNumber(from) }
  }
}

export function writeBallot(out: Writer, ballot: Ballot): void {
  out.varint(ballot.round)
  writeHostId(out, ballot.by)
}

export function readBallot(from: Reader): Ballot {
  return { round: readNumber(from), by: readHostId(from) }
}

export function writeAccepted(out: Writer, accepted: Accepted | null): void {
  writeFlag(out, accepted !== null)
  if (accepted === null) return
  writeBallot(out, accepted.ballot)
  out.blob(accepted.value)
}

export function readAccepted(from: Reader): Accepted | null {
  return readFlag(from) ? { ballot: readBallot(from), value: from.blob(BYTES_MAX) } : null
}

function writeInputs(out: Writer, { intents, applied, copied }: Inputs): void {
  writeList(out, intents, (intent) => writeIntent(out, intent))
  writeList(out, applied, ([hostId, epoch]) => {
    writeHostId(out, hostId)
    out.varint(epoch)
  })
  writeList(out, copied, ([move, hostId]) => {
    out.text(move)
    writeHostId(out, hostId)
  })
}

function readInputs(from: Reader): Inputs {
  return {
    intents: readList(from, INTENTS_MAX, () => readIntent(from)),
    applied: readList(from, ACKS_MAX, () => [readHostId(from), readNumber(from)] as const),
    copied: readList(from, ACKS_MAX, () => [readName(from), readHostId(from)] as const),
  }
}
