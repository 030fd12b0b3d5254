/**
 * What a node must not forget of the chain, as keys and bytes: its record, its vote, its pledge,
 * its own intents, the copies it has finished, and that it must never vote again.
 */
import { Reader } from '../base/bytes.js'
import { known } from '../base/assert.js'
import { readNumber } from '../gossip/claim.js'
import type { HostId } from '../gossip/identity.js'
import type { Intent } from './intent.js'
import { intentsOf } from './intent-bytes.js'
import { noVote, type Vote } from './ratify/ballot.js'
import { readAccepted, readBallot, writeAccepted, writeBallot } from './ratify/message-bytes.js'
import {
  BYTES_MAX,
  readDigest,
  readFlag,
  readHostId,
  readList,
  writeDigest,
  writeFlag,
  writeHostId,
  writeList,
  written,
} from './record/fields.js'
import type { Digest } from './record/record.js'
import { unseal, type Sealed } from './record/record-bytes.js'
import { readCopied } from './ring-fact.js'

export const ringKeys = {
  record: 'ring/record',
  vote: 'ring/vote',
  pledge: 'ring/pledge',
  intents: 'ring/intents',
  copied: 'ring/copied',
  /** Why it never votes again, as text. */
  muted: 'ring/muted',
  /** What the voters were seen to have stored. */
  seen: 'ring/seen',
} as const

/** Records that others followed are kept one by one, each under its epoch. */
const HISTORY = 'ring/history/'

export function historyKey(epoch: number): string {
  return `${HISTORY}${epoch}`
}

/** A founding that this node takes part in, and those that it never will. */
export interface Pledge {
  readonly value: Sealed | null
  /** First records refused for good; at most REFUSED_MAX. */
  readonly refused: readonly Digest[]
  /** The attempt that a new first record of one's own takes. */
  readonly attempt: number
}

export const NO_PLEDGE: Pledge = { value: null, refused: [], attempt: 0 }

/** The most that a node was ever seen to have stored. */
export interface Sighting {
  readonly hostId: HostId
  readonly epoch: number
  readonly ballots: number
}

/** Refusals remembered: one for each founding that was tried in vain. */
export const REFUSED_MAX = 1024
/** Voters remembered: a committee, or all of a cluster without one. */
const SIGHTINGS_MAX = 1024

export interface RestoredRing {
  readonly record: Sealed | null
  /** What is kept of earlier ones, in order of epoch; bounded as the settings said then. */
  readonly history: readonly Sealed[]
  readonly vote: Vote
  readonly pledge: Pledge
  readonly intents: readonly Intent[]
  readonly copied: readonly string[]
  readonly muted: boolean
  /** At most one a voter. */
  readonly seen: readonly Sighting[]
}

export const NOTHING_RESTORED: RestoredRing = {
  record: null,
  history: [],
  vote: noVote(0, 0),
  pledge: NO_PLEDGE,
  intents: [],
  copied: [],
  muted: false,
  seen: [],
}

export type RingRestoring =
  | { readonly kind: 'restored'; readonly ring: RestoredRing }
  /** A value that cannot be what was written. */
  | { readonly kind: 'damaged'; readonly key: string }

/** Reads what a host stored; a value that cannot be read is named, never skipped. */
export function restoreRing(stored: ReadonlyMap<string, Uint8Array>): RingRestoring {
  const damaged = (key: string): RingRestoring => ({ kind: 'damaged', key })
  const record = valueOf(stored, ringKeys.record, null, unseal)
  if (record === undefined) return damaged(ringKeys.record)
  const history = readHistory(stored)
  if (typeof history === 'string') return damaged(history)
  const vote = valueOf(stored, ringKeys.vote, NOTHING_RESTORED.vote, readVote)
  if (vote === undefined) return damaged(ringKeys.vote)
  const pledge = valueOf(stored, ringKeys.pledge, NO_PLEDGE, readPledge)
  if (pledge === undefined) return damaged(ringKeys.pledge)
  const intents = valueOf(stored, ringKeys.intents, [], intentsOf)
  if (intents === undefined) return damaged(ringKeys.intents)
  const copied = readCopied(stored.get(ringKeys.copied) ?? null)
  const muted = stored.has(ringKeys.muted)
  const seen = valueOf(stored, ringKeys.seen, [], readSightings)
  if (seen === undefined) return damaged(ringKeys.seen)
  return { kind: 'restored', ring: { record, history, vote, pledge, intents, copied, muted, seen } }
}

/** Or the key of an entry that cannot be read. */
function readHistory(stored: ReadonlyMap<string, Uint8Array>): Sealed[] | string {
  const found: Sealed[] = []
  for (const [key, bytes] of stored) {
    if (!key.startsWith(HISTORY)) continue
    const sealed = unseal(bytes)
    if (sealed === undefined) return key
    found.push(sealed)
  }
  return found.sort((a, b) => a.record.epoch - b.record.epoch)
}

/** undefined where the bytes cannot be read. */
function valueOf<T>(
  stored: ReadonlyMap<string, Uint8Array>,
  key: string,
  missing: T,
  read: (bytes: Uint8Array) => T | undefined,
): T | undefined {
  const bytes = stored.get(key)
  return bytes === undefined ? missing : read(bytes)
}

export function voteBytes(vote: Vote): Uint8Array {
  const bytes = written((out) => {
    out.varint(vote.epoch)
    out.varint(vote.ballots)
    writeFlag(out, vote.promised !== null)
    if (vote.promised !== null) writeBallot(out, vote.promised)
    writeAccepted(out, vote.accepted)
  })
  return known(bytes, 'a vote that fits')
}

function readVote(bytes: Uint8Array): Vote | undefined {
  const from = new Reader(bytes)
  const epoch = readNumber(from)
  const ballots = readNumber(from)
  const promised = readFlag(from) ? readBallot(from) : null
  const accepted = readAccepted(from)
  return from.failed || from.left > 0 ? undefined : { epoch, ballots, promised, accepted }
}

export function sightingsBytes(sightings: readonly Sighting[]): Uint8Array {
  const bytes = written((out) =>
    writeList(out, sightings, ({ hostId, epoch, ballots }) => {
      writeHostId(out, hostId)
      out.varint(epoch)
      out.varint(ballots)
    }),
  )
  return known(bytes, 'sightings that fit')
}

function readSightings(bytes: Uint8Array): Sighting[] | undefined {
  const from = new Reader(bytes)
  const sightings = readList(from, SIGHTINGS_MAX, () => ({
    hostId: readHostId(from),
    epoch: readNumber(from),
    ballots: readNumber(from),
  }))
  return from.failed || from.left > 0 ? undefined : sightings
}

export function pledgeBytes(pledge: Pledge): Uint8Array {
  const bytes = written((out) => {
    out.varint(pledge.attempt)
    writeList(out, pledge.refused, (digest) => writeDigest(out, digest))
    out.blob(pledge.value?.bytes ?? new Uint8Array(0))
  })
  return known(bytes, 'a pledge that fits')
}

function readPledge(bytes: Uint8Array): Pledge | undefined {
  const from = new Reader(bytes)
  const attempt = readNumber(from)
  const refused = readList(from, REFUSED_MAX, () => readDigest(from))
  const held = from.blob(BYTES_MAX)
  const value = held.length === 0 ? null : unseal(held)
  return from.failed || from.left > 0 || value === undefined
    ? undefined
    : { value, refused, attempt }
}
