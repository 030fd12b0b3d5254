/**
 * A record as bytes and back. The bytes are canonical: one record has one form, so that equal
 * digests mean equal records and a planner's answer can be compared byte by byte. Reading is total,
 * and whatever is not exactly what the writer makes is no record.
 */
import { readAddress, writeAddress } from '../../base/address.js'
import { known } from '../../base/assert.js'
import { Reader, type Writer } from '../../base/bytes.js'
import { readNumber } from '../../gossip/claim.js'
import { compareTokens } from '../../ring/token.js'
import { digestHex } from './digest.js'
import {
  ascending,
  readChoice,
  readDigest,
  readFlag,
  readHostId,
  readList,
  readMaybeHostId,
  readName,
  readToken,
  sameBytes,
  writeChoice,
  writeDigest,
  writeFlag,
  writeHostId,
  writeList,
  writeMaybeHostId,
  writeToken,
  written,
} from './fields.js'
import { readReplication, writeReplication } from './replication-bytes.js'
import {
  SETTLED_MAX,
  WHY_MAX,
  type Banned,
  type ConfigEntry,
  type Digest,
  type Holding,
  type Keyspace,
  type Move,
  type RecordMember,
  type RingRecord,
  type Settled,
} from './record.js'

/** Raised when an older program could not read what a newer one wrote. */
const FORMAT = 3
const MEMBERS_MAX = 20_000
const MOVES_MAX = 1024
const TOKENS_MAX = 1536
const LIST_MAX = 4096
/** Longest reason, in UTF-16 units, and so in bytes of UTF-8. */
export const WHY_LENGTH = 240
const WHY_BYTES = WHY_LENGTH * 3

const STATES = ['joining', 'normal', 'leaving', 'lost'] as const
const BANS = ['left', 'removed', 'replaced', 'cancelled'] as const
const KINDS = ['join', 'leave', 'remove', 'replace', 'rebalance', 'alter'] as const
const STAGES = ['prepare', 'read-new', 'back'] as const
const OUTCOMES = ['done', 'refused', 'void'] as const

/** A record with its bytes and its digest: what is passed about, so that neither is made twice. */
export interface Sealed {
  readonly record: RingRecord
  readonly bytes: Uint8Array
  readonly digest: Digest
}

/** undefined when the record is too large to be told of in one frame. */
export function seal(record: RingRecord): Sealed | undefined {
  const bytes = written((out) => writeRecord(out, record))
  return bytes && { record, bytes, digest: digestHex(bytes) }
}

/** Records made or read last, by digest; the oldest is dropped. */
const recent = new Map<Digest, Sealed>()
const RECENT_MAX = 64

/**
 * The record of these bytes; undefined when they are none. The same bytes give the same value as
 * long as it is remembered, so that what is derived from it is derived once.
 */
export function unseal(bytes: Uint8Array): Sealed | undefined {
  const digest = digestHex(bytes)
  const held = recent.get(digest) ?? parsed(bytes)
  if (held === undefined) return undefined
  recent.delete(digest)
  recent.set(digest, held)
  const [oldest] = recent.keys()
  if (recent.size > RECENT_MAX && oldest !== undefined) recent.delete(oldest)
  return held
}

function parsed(bytes: Uint8Array): Sealed | undefined {
  const from = new Reader(bytes)
  const record = readRecord(from)
  if (from.failed || from.left > 0 || !isOrdered(record)) return undefined
  const sealed = seal(record)
  return sealed !== undefined && sameBytes(sealed.bytes, bytes) ? sealed : undefined
}

function writeRecord(out: Writer, record: RingRecord): void {
  out.u8(FORMAT)
  out.varint(record.epoch)
  writeDigest(out, record.parent)
  writeDigest(out, record.clusterId)
  out.varint(record.generation)
  out.varint(record.attempt)
  writeList(out, record.members, (member) => writeMember(out, member))
  writeList(out, record.banned, (banned) => writeBanned(out, banned))
  writeList(out, record.moves, (move) => writeMove(out, move))
  writeList(out, record.keyspaces, (keyspace) => writeKeyspace(out, keyspace))
  writeList(out, record.config, ({ name, value }) => {
    out.text(name)
    out.text(value)
  })
  out.varint(record.features)
  writeList(out, record.committee, (hostId) => writeHostId(out, hostId))
  writeList(out, record.settled, ({ id, epoch, outcome }) => {
    out.text(id)
    out.varint(epoch)
    writeChoice(out, OUTCOMES, outcome)
  })
  out.varint(record.horizon)
  writeList(out, record.why, (reason) => out.text(reason))
}

function readRecord(from: Reader): RingRecord {
  if (from.u8() !== FORMAT) from.fail()
  return {
    epoch: readNumber(from),
    parent: readDigest(from),
    clusterId: readDigest(from),
    generation: readNumber(from),
    attempt: readNumber(from),
    members: readList(from, MEMBERS_MAX, () => readMember(from)),
    banned: readList(from, MEMBERS_MAX, () => readBanned(from)),
    moves: readList(from, MOVES_MAX, () => readMove(from)),
    keyspaces: readList(from, LIST_MAX, () => readKeyspace(from)),
    config: readList(from, LIST_MAX, () => readEntry(from)),
    features: readNumber(from),
    committee: readList(from, LIST_MAX, () => readHostId(from)),
    settled: readList(from, SETTLED_MAX, () => readSettled(from)),
    horizon: readNumber(from),
    why: readList(from, WHY_MAX, () => from.text(WHY_BYTES)),
  }
}

function writeMember(out: Writer, member: RecordMember): void {
  writeHostId(out, member.hostId)
  out.text(member.name)
  writeAddress(out, member.address)
  out.text(member.dc)
  out.text(member.rack)
  out.varint(member.weight)
  writeChoice(out, STATES, member.state)
  writeList(out, member.tokens, (token) => writeToken(out, token))
  out.varint(member.features)
}

function readMember(from: Reader): RecordMember {
  return {
    hostId: readHostId(from),
    name: readName(from),
    address: readAddress(from),
    dc: readName(from),
    rack: readName(from),
    weight: readNumber(from),
    state: readChoice(from, STATES),
    tokens: readList(from, TOKENS_MAX, () => readToken(from)),
    features: readNumber(from),
  }
}

function writeBanned(out: Writer, banned: Banned): void {
  writeHostId(out, banned.hostId)
  out.text(banned.name)
  writeChoice(out, BANS, banned.as)
  out.varint(banned.epoch)
}

function readBanned(from: Reader): Banned {
  return {
    hostId: readHostId(from),
    name: readName(from),
    as: readChoice(from, BANS),
    epoch: readNumber(from),
  }
}

function writeMove(out: Writer, move: Move): void {
  out.text(move.id)
  writeChoice(out, KINDS, move.kind)
  writeList(out, move.nodes, (hostId) => writeHostId(out, hostId))
  writeMaybeHostId(out, move.by)
  writeList(out, move.tokens, ({ hostId, tokens }) => {
    writeHostId(out, hostId)
    writeList(out, tokens, (token) => writeToken(out, token))
  })
  writeFlag(out, move.alters !== null)
  if (move.alters !== null) writeKeyspace(out, move.alters)
  writeFlag(out, move.loseData)
  writeChoice(out, STAGES, move.stage)
  out.varint(move.since)
}

function readMove(from: Reader): Move {
  return {
    id: readName(from),
    kind: readChoice(from, KINDS),
    nodes: readList(from, MOVES_MAX, () => readHostId(from)),
    by: readMaybeHostId(from),
    tokens: readList(from, MEMBERS_MAX, () => readHolding(from)),
    alters: readFlag(from) ? readKeyspace(from) : null,
    loseData: readFlag(from),
    stage: readChoice(from, STAGES),
    since: readNumber(from),
  }
}

function readHolding(from: Reader): Holding {
  return { hostId: readHostId(from), tokens: readList(from, TOKENS_MAX, () => readToken(from)) }
}

function writeKeyspace(out: Writer, { name, replication, born }: Keyspace): void {
  out.text(name)
  writeReplication(out, replication)
  out.varint(born)
}

function readKeyspace(from: Reader): Keyspace {
  return { name: readName(from), replication: readReplication(from), born: readNumber(from) }
}

function readEntry(from: Reader): ConfigEntry {
  return { name: readName(from), value: readName(from) }
}

function readSettled(from: Reader): Settled {
  return { id: readName(from), epoch: readNumber(from), outcome: readChoice(from, OUTCOMES) }
}

/** What the writer of a planner would have made: sets in order, each thing once. */
function isOrdered(record: RingRecord): boolean {
  const { members, banned, keyspaces, config, committee, moves } = record
  return (
    record.epoch > 0 &&
    (record.epoch === 1) === (record.parent === '') &&
    (record.epoch === 1) === (record.clusterId === '') &&
    ascending(members, ({ hostId }) => hostId) &&
    ascending(banned, ({ hostId }) => hostId) &&
    ascending(keyspaces, ({ name }) => name) &&
    ascending(config, ({ name }) => name) &&
    ascending(committee, (hostId) => hostId) &&
    members.every(({ tokens, address }) => sorted(tokens) && address !== '') &&
    moves.every(
      ({ nodes, tokens }) =>
        ascending(nodes, (hostId) => hostId) &&
        ascending(tokens, ({ hostId }) => hostId) &&
        tokens.every((holding) => sorted(holding.tokens)),
    )
  )
}

function sorted(tokens: RecordMember['tokens']): boolean {
  return tokens.every((token, i) => i === 0 || compareTokens(known(tokens[i - 1], ''), token) < 0)
}
