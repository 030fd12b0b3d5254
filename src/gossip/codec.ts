/**
 * Messages to bytes and back, laid out by hand: a head of 17 bytes (version, kind, cluster, sender,
 * incarnation, digest), a body of fixed shape and optional sections. `decode` is total: junk is a
 * value. A section of unknown kind is skipped, so that a later version may add some.
 */
import { readAddress, writeAddress } from '../base/address.js'
import { Reader, type Writer } from '../base/bytes.js'
import { NAME_MAX, NUMBER_LIMIT, readNumber, readRumor, type Recall, type Rumor } from './claim.js'
import type { Tag } from './identity.js'
import type { Body, Junk, JunkReason, Message, RowDigest, RowsPart, Want } from './message.js'

/** This version is written; it and the one before it are read. */
export const WIRE_VERSION = 1

/**
 * Rows, wants or rumors of one message are at most what a frame of 1 MiB can hold; none is believed
 * beyond this.
 */
const LIST_MAX = 65536

/** A table is folded to 1..256 buckets. */
export const BUCKETS = 256

const KINDS = [
  'ping',
  'ack',
  'relay',
  'relayed',
  'nack',
  'mistaken',
  'gossip',
  'foreign',
] as const satisfies readonly Body['kind'][]

const CODE = {
  ping: 0,
  ack: 1,
  relay: 2,
  relayed: 3,
  nack: 4,
  mistaken: 5,
  gossip: 6,
  foreign: 7,
} as const satisfies Record<Body['kind'], number>

const WHO_ARE_YOU = 0x10
const UNSETTLED = 0x20

/** A section begins with its kind in one byte and its length in three. */
const KIND_SHIFT = 24
const LENGTH_MASK = 0xffffff

export const SECTION = { cluster: 1, rumors: 2, buckets: 3, rows: 4, wants: 5 } as const

export interface Head {
  readonly cluster: number
  readonly sender: Tag
  readonly incarnation: number
  readonly digest: number
  readonly whoAreYou: boolean
  readonly settled: boolean
}

export function writeHead(out: Writer, head: Head, body: Body): void {
  const marks = (head.whoAreYou ? WHO_ARE_YOU : 0) | (head.settled ? 0 : UNSETTLED)
  out.u16((WIRE_VERSION << 8) | CODE[body.kind] | marks)
  out.u32(head.cluster)
  out.u48(head.sender)
  out.varint(head.incarnation)
  out.u32(head.digest)
  writeBody(out, body)
}

function writeBody(out: Writer, body: Body): void {
  switch (body.kind) {
    case 'ping':
      out.u32(body.seq)
      return out.u48(body.target)
    case 'ack':
    case 'nack':
    case 'mistaken':
      return out.u32(body.seq)
    case 'relay':
      out.u32(body.seq)
      out.u48(body.target)
      writeAddress(out, body.address)
      return out.varint(Math.round(body.patience))
    case 'relayed':
      out.u32(body.seq)
      out.u48(body.target)
      return out.varint(body.incarnation)
    case 'gossip':
      return
    case 'foreign':
      out.text(body.cluster)
      return out.text(body.id)
  }
}

/** Opens a section; what is written until `closeSection` belongs to it. */
export function openSection(out: Writer, section: number): number {
  const mark = out.length
  out.u32(section << KIND_SHIFT)
  return mark
}

/** Notes the length, or takes the section back when nothing was put into it. */
export function closeSection(out: Writer, mark: number): void {
  const size = out.length - mark - 4
  if (size <= 0) return out.rewind(mark)
  out.patch24(mark + 1, size)
}

export function writeRows(out: Writer, part: RowsPart): void {
  out.varint(part.fold)
  out.varint(part.told.length)
  for (const bucket of part.told) out.u8(bucket)
  for (const row of part.rows) {
    out.u48(row.about)
    out.varint(row.stand)
    out.varint(row.version)
  }
}

export function writeWant(out: Writer, want: Want): void {
  out.u48(want.about)
  out.varint(want.after)
}

const NOTHING: readonly never[] = []

/**
 * What arrived, or why it is junk. Never throws.
 * @param limit the largest message taken for sane, in bytes
 * @param recall instances that are known already: their words are not read again
 */
export function decode(bytes: Uint8Array, limit: number, recall?: Recall): Message | Junk {
  if (bytes.length > limit) return junk('oversized')
  if (bytes.length < 2) return junk('empty')
  const from = new Reader(bytes)
  const version = from.u8()
  if (version !== WIRE_VERSION && version !== WIRE_VERSION - 1) return junk('version')
  const flags = from.u8()
  const kind = KINDS[flags & 0x0f]
  if (kind === undefined) return junk('kind')
  const cluster = from.u32()
  const sender = from.u48()
  const incarnation = readNumber(from)
  const digest = from.u32()
  const body = readBody(from, kind)
  if (from.failed) return junk('truncated')
  const message: Message & Sections = {
    body,
    cluster,
    sender,
    incarnation,
    digest,
    whoAreYou: (flags & WHO_ARE_YOU) !== 0,
    settled: (flags & UNSETTLED) === 0,
    clusterName: '',
    clusterId: '',
    rumors: NOTHING,
    buckets: NOTHING,
    rows: null,
    wants: NOTHING,
  }
  return readSections(from, message, recall) ? message : junk('malformed')
}

/** What the sections of a message fill in. */
interface Sections {
  clusterName: string
  clusterId: string
  rumors: readonly Rumor[]
  buckets: readonly number[]
  rows: RowsPart | null
  wants: readonly Want[]
}

function readBody(from: Reader, kind: Body['kind']): Body {
  switch (kind) {
    case 'ping':
      return { kind, seq: from.u32(), target: from.u48() }
    case 'ack':
    case 'nack':
    case 'mistaken':
      return { kind, seq: from.u32() }
    case 'relay':
      return {
        kind,
        seq: from.u32(),
        target: from.u48(),
        address: readAddress(from),
        patience: from.varint(),
      }
    case 'relayed':
      return { kind, seq: from.u32(), target: from.u48(), incarnation: readNumber(from) }
    case 'gossip':
      return { kind }
    case 'foreign':
      return { kind, cluster: from.text(NAME_MAX), id: from.text(NAME_MAX) }
  }
}

/** @returns whether all could be read */
function readSections(from: Reader, into: Sections, recall?: Recall): boolean {
  while (from.left > 0 && !from.failed) {
    const mark = from.u32()
    const outer = from.confine(mark & LENGTH_MASK)
    readSection(from, mark >>> KIND_SHIFT, into, recall)
    from.resume(outer)
  }
  return !from.failed
}

function readSection(from: Reader, section: number, into: Sections, recall?: Recall): void {
  switch (section) {
    case SECTION.cluster:
      into.clusterName = from.text(NAME_MAX)
      into.clusterId = from.left > 0 ? from.text(NAME_MAX) : ''
      return
    case SECTION.rumors:
      into.rumors = readRumors(from, recall)
      return
    case SECTION.buckets:
      into.buckets = readList(from, (reader) => reader.u32())
      if (!isFold(into.buckets.length)) from.fail()
      return
    case SECTION.rows:
      into.rows = readRows(from)
      return
    case SECTION.wants:
      into.wants = readList(from, (reader) => ({ about: reader.u48(), after: readNumber(reader) }))
  }
}

/** As `readList`, but the one that every packet takes: kept apart so that it stays fast. */
function readRumors(from: Reader, recall?: Recall): Rumor[] {
  const rumors: Rumor[] = []
  while (from.left > 0) rumors.push(readRumor(from, recall))
  return rumors
}

function readRows(from: Reader): RowsPart {
  const fold = from.varint()
  const count = from.varint()
  if (!isFold(fold) || count > fold) from.fail()
  const told: number[] = []
  for (let i = 0; i < count && !from.failed; i++) told.push(from.u8())
  return { fold, told, rows: readList(from, readRow) }
}

function readRow(from: Reader): RowDigest {
  return { about: from.u48(), stand: readStand(from), version: readNumber(from) }
}

function readList<T>(from: Reader, read: (reader: Reader) => T): T[] {
  const list: T[] = []
  while (from.left > 0 && !from.failed) {
    list.push(read(from))
    if (list.length > LIST_MAX) from.fail()
  }
  return list
}

function isFold(count: number): boolean {
  return count >= 1 && count <= BUCKETS && (count & (count - 1)) === 0
}

/** Larger than any incarnation, because it holds one and the standing. */
function readStand(from: Reader): number {
  const value = from.varint()
  return value < NUMBER_LIMIT * 4 ? value : from.fail()
}

function junk(reason: JunkReason): Junk {
  return { kind: 'junk', reason }
}

/** 32 bits that stand for a name or an id (FNV-1a; not a secret, only a mark). */
export function clusterTag(name: string): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < name.length; i++) hash = Math.imul(hash ^ name.charCodeAt(i), 0x01000193)
  return hash >>> 0
}
