/**
 * What a node says of its place in the chain, as facts of gossip: the record it holds durably, and
 * that it acts on it; the set of intents it has heard; the movements whose copies it has finished;
 * that it waits to be founded. Losing them costs speed, never safety.
 */
import { Reader, Writer } from '../base/bytes.js'
import { readNumber } from '../gossip/claim.js'
import { digestHex } from './record/digest.js'
import { readDigest, readFlag, readList, readName, writeDigest } from './record/fields.js'
import { writeFlag, writeList } from './record/fields.js'
import type { Digest } from './record/record.js'

export const RING_FACT = 'ring'
export const INTENTS_FACT = 'intents'
export const COPIED_FACT = 'copied'
export const FOUND_FACT = 'found'

/** Most movements whose copies one node reports; more than may be under way at once. */
export const COPIED_MAX = 64

const NONE: readonly never[] = []

export interface RingFact {
  readonly clusterId: Digest
  /** Stored, and acted on: every request is judged by this record or a later one. */
  readonly epoch: number
  readonly digest: Digest
  /** Stands for the set of intents that it knows and its record has not settled. */
  readonly intents: number
  /** It votes; a node whose disk failed or came back old does not. */
  readonly votes: boolean
  /** Promises and acceptances it ever stored: a disk that knows of fewer is an old one. */
  readonly ballots: number
}

export function ringFactBytes(fact: RingFact): Uint8Array {
  const out = new Writer(128)
  writeDigest(out, fact.clusterId)
  out.varint(fact.epoch)
  writeDigest(out, fact.digest)
  out.u32(fact.intents)
  writeFlag(out, fact.votes)
  out.varint(fact.ballots)
  return out.take()
}

/** Read once, for the nodes of one process share the bytes; an entry goes with its bytes. */
const facts = new WeakMap<Uint8Array, RingFact>()

export function readRingFact(bytes: Uint8Array | null): RingFact | undefined {
  if (bytes === null) return undefined
  const held = facts.get(bytes) ?? parsed(bytes)
  if (held !== undefined) facts.set(bytes, held)
  return held
}

function parsed(bytes: Uint8Array): RingFact | undefined {
  const from = new Reader(bytes)
  const fact = {
    clusterId: readDigest(from),
    epoch: readNumber(from),
    digest: readDigest(from),
    intents: from.u32(),
    votes: readFlag(from),
    ballots: readNumber(from),
  }
  return from.failed || fact.digest === '' ? undefined : fact
}

/** Marks made last, by their ids: the same few are asked for at every word of the others. */
const marks = new Map<string, number>()
const MARKS_MAX = 64

/** The same for the same set of ids, in whatever order. */
export function intentsMark(ids: readonly string[]): number {
  const ordered = [...ids].sort()
  const name = ordered.join()
  const held = marks.get(name)
  if (held !== undefined) return held
  if (marks.size >= MARKS_MAX) marks.clear()
  const made = markOf(ordered)
  marks.set(name, made)
  return made
}

function markOf(ids: readonly string[]): number {
  const out = new Writer(24 * ids.length + 1)
  for (const id of ids) out.text(id)
  return parseInt(digestHex(out.take()).slice(0, 8), 16)
}

export function copiedBytes(moves: readonly string[]): Uint8Array {
  const out = new Writer(COPIED_MAX * 72 + 8)
  writeList(out, moves.slice(0, COPIED_MAX), (move) => out.text(move))
  return out.take()
}

export function readCopied(bytes: Uint8Array | null): readonly string[] {
  if (bytes === null) return NONE
  const from = new Reader(bytes)
  const moves = readList(from, COPIED_MAX, () => readName(from))
  return from.failed ? NONE : moves
}

/** How many nodes it was told to wait for before a cluster is founded. */
export function foundBytes(expect: number): Uint8Array {
  const out = new Writer(8)
  out.varint(expect)
  return out.take()
}

export function readFound(bytes: Uint8Array | null): number {
  if (bytes === null) return 0
  const from = new Reader(bytes)
  const expect = readNumber(from)
  return from.failed ? 0 : expect
}
