/**
 * What nodes say of nodes, and its bytes: a claim about a known instance (8 bytes and 7 an
 * accuser), an introduction of one that may be unknown, and facts. A datagram carries a run of
 * them.
 */
import { at } from '../base/assert.js'
import { readAddress, writeAddress } from '../base/address.js'
import { Writer, type Reader } from '../base/bytes.js'
import {
  hostIdFromWords,
  hostIdWords,
  identityOf,
  tagOfWords,
  type Identity,
  type Incarnation,
  type Tag,
} from './identity.js'
import { Imprints } from './imprints.js'
import { isGone, standings, type Standing } from './precedence.js'

/**
 * Largest incarnation, generation or version believed; what lies beyond is junk, so that nothing
 * ever wraps.
 */
export const NUMBER_LIMIT = 2 ** 48

/** Most accusers carried in a claim: enough for every confirmation that counts. */
export const ACCUSERS_MAX = 4

/** Longest name, datacenter, rack or fact key, in bytes of UTF-8. */
export const NAME_MAX = 64

/** Largest value of one fact, in bytes. */
export const VALUE_MAX = 32768

export interface Accusation {
  readonly by: Tag
  /** phi of the silence as the accuser saw it: 0..25.5 in steps of 0.1. */
  readonly phi: number
}

export interface Claim {
  readonly kind: 'claim'
  readonly about: Tag
  readonly standing: Standing
  readonly incarnation: Incarnation
  readonly accusers: readonly Accusation[]
}

export interface Introduction {
  readonly kind: 'introduction'
  readonly identity: Identity
  readonly standing: Standing
  readonly incarnation: Incarnation
  /** Seconds since it left or was banned; 0 for the others. */
  readonly age: number
}

export interface FactClaim {
  readonly kind: 'fact'
  readonly about: Tag
  /** The version of the fact before it in version order: who knows that one has no gap. */
  readonly after: number
  readonly version: number
  readonly key: string
  /** null: deleted. */
  readonly value: Uint8Array | null
}

/** Says that facts up to this version exist; they are to be pulled. */
export interface VersionClaim {
  readonly kind: 'version'
  readonly about: Tag
  readonly version: number
}

export type Rumor = Claim | Introduction | FactClaim | VersionClaim

const NO_ACCUSERS: readonly Accusation[] = []

export function claimOf(
  about: Tag,
  standing: Standing,
  incarnation: Incarnation,
  accusers: readonly Accusation[] = NO_ACCUSERS,
): Claim {
  return { kind: 'claim', about, standing, incarnation, accusers }
}

/**
 * The first byte of a rumor: its form in the top two bits, a count or mark in the next three, the
 * standing below.
 */
const FORM = { claim: 0x00, introduction: 0x40, fact: 0x80, version: 0xc0 } as const
const FORM_MASK = 0xc0
const COUNT_SHIFT = 3
const LOW_MASK = 0x07
const DELETED = 0x08

/** A switch, because a record asked for ever other keys is searched anew each time. */
function codeOf(standing: Standing): number {
  switch (standing) {
    case 'alive':
      return 0
    case 'suspect':
      return 1
    case 'down':
      return 2
    case 'left':
      return 3
    case 'removed':
      return 4
    case 'replaced':
      return 5
  }
}

export function writeRumor(out: Writer, rumor: Rumor): void {
  switch (rumor.kind) {
    case 'claim':
      return writeClaim(out, rumor)
    case 'introduction':
      return writeIntroduction(out, rumor)
    case 'fact':
      return writeFact(out, rumor)
    case 'version':
      out.u8(FORM.version)
      out.u48(rumor.about)
      return out.varint(rumor.version)
  }
}

export function writeClaim(out: Writer, claim: Omit<Claim, 'kind'>): void {
  const count = claim.accusers.length
  out.u8u48(FORM.claim | (count << COUNT_SHIFT) | codeOf(claim.standing), claim.about)
  out.varint(claim.incarnation)
  for (let i = 0; i < count; i++) {
    const accusation = at(claim.accusers, i)
    out.u48(accusation.by)
    out.u8(Math.min(255, Math.round(accusation.phi * 10)))
  }
}

function writeIntroduction(out: Writer, rumor: Introduction): void {
  out.u8(FORM.introduction | codeOf(rumor.standing))
  out.varint(rumor.incarnation)
  if (isGone(rumor.standing)) out.varint(rumor.age)
  writeIdentity(out, rumor.identity)
}

function writeFact(out: Writer, rumor: FactClaim): void {
  out.u8(rumor.value === null ? FORM.fact | DELETED : FORM.fact)
  const mark = out.length
  out.u48(rumor.about)
  out.varint(rumor.after)
  out.varint(rumor.version)
  out.text(rumor.key)
  if (rumor.value === null) return
  out.blob(rumor.value)
  if (!out.full) facts.keep(out.since(mark))
}

const facts = new Imprints((from) => readFact(from, false), 2)

/** Identities never change: their bytes are made once. Entries go with their identities. */
const encoded = new WeakMap<Identity, Uint8Array>()
const scratch = new Writer(512)

const identities = new Imprints(readNewIdentity, 0)

export function writeIdentity(out: Writer, identity: Identity): void {
  let bytes = encoded.get(identity)
  if (bytes === undefined) {
    scratch.reset()
    encodeIdentity(scratch, identity)
    bytes = scratch.take()
    encoded.set(identity, bytes)
    const alike = identities.keep(bytes)
    if (alike !== undefined) encoded.set(alike, bytes)
  }
  out.raw(bytes)
}

function encodeIdentity(out: Writer, identity: Identity): void {
  for (const word of hostIdWords(identity.hostId)) out.u32(word)
  out.varint(identity.generation)
  writeAddress(out, identity.address)
  out.text(identity.name)
  out.text(identity.dc)
  out.text(identity.rack)
  out.varint(identity.tokenCount)
  out.u32(identity.tokenDigest)
}

/** One rumor; a standing or number that cannot be fails the reader. */
export function readRumor(from: Reader, recall?: Recall): Rumor {
  const first = from.u8()
  switch (first & FORM_MASK) {
    case FORM.claim:
      return readClaim(from, first)
    case FORM.introduction:
      return readIntroduction(from, readStanding(from, first), recall)
    case FORM.fact:
      if ((first & DELETED) !== 0) return readFact(from, true)
      return facts.find(from) ?? readFact(from, false)
    default:
      return { kind: 'version', about: from.u48(), version: readNumber(from) }
  }
}

function readClaim(from: Reader, first: number): Claim {
  const standing = readStanding(from, first)
  const count = (first >> COUNT_SHIFT) & LOW_MASK
  const about = from.u48()
  const incarnation = readNumber(from)
  const accusers = count === 0 ? NO_ACCUSERS : readAccusers(from, count)
  return { kind: 'claim', about, standing, incarnation, accusers }
}

function readAccusers(from: Reader, count: number): Accusation[] {
  if (count > ACCUSERS_MAX) from.fail()
  const accusers: Accusation[] = []
  for (let i = 0; i < count && !from.failed; i++) {
    accusers.push({ by: from.u48(), phi: from.u8() / 10 })
  }
  return accusers
}

function readIntroduction(from: Reader, standing: Standing, recall?: Recall): Introduction {
  const incarnation = readNumber(from)
  const age = isGone(standing) ? readNumber(from) : 0
  return { kind: 'introduction', identity: readIdentity(from, recall), standing, incarnation, age }
}

function readFact(from: Reader, deleted: boolean): FactClaim {
  const about = from.u48()
  const after = readNumber(from)
  const version = readNumber(from)
  const key = from.text(NAME_MAX)
  const value = deleted ? null : from.blob(VALUE_MAX)
  if (after >= version || key === '') from.fail()
  return { kind: 'fact', about, after, version, key, value }
}

/** Gives the identity of an instance that is known already, so that its words need not be read. */
export type Recall = (tag: Tag) => Identity | undefined

export function readIdentity(from: Reader, recall: Recall = () => undefined): Identity {
  const known = identities.find(from)
  if (known !== undefined) return recall(known.tag) ?? known
  return readNewIdentity(from, recall)
}

function readNewIdentity(from: Reader, recall: Recall = () => undefined): Identity {
  const words = [from.u32(), from.u32(), from.u32(), from.u32()] as const
  const generation = readNumber(from)
  const held = recall(tagOfWords(words, generation))
  if (held !== undefined) return skipIdentity(from, held)
  const hostId = hostIdFromWords(...words)
  const address = readAddress(from)
  const name = from.text(NAME_MAX)
  const dc = from.text(NAME_MAX)
  const rack = from.text(NAME_MAX)
  const tokenCount = readNumber(from)
  const tokenDigest = from.u32()
  if (address === '' || name === '' || generation === 0) from.fail()
  return identityOf({ hostId, generation, address, name, dc, rack, tokenCount, tokenDigest })
}

function skipIdentity(from: Reader, held: Identity): Identity {
  const family = from.u8()
  from.skip(family === 4 ? 6 : 18)
  for (let texts = 0; texts < 3; texts++) from.skip(from.varint())
  from.varint()
  from.u32()
  return held
}

function readStanding(from: Reader, first: number): Standing {
  const standing = standings[first & LOW_MASK]
  if (standing === undefined) from.fail()
  return standing ?? 'alive'
}

/** An incarnation, generation or version; one that is beyond belief fails the reader. */
export function readNumber(from: Reader): number {
  const value = from.varint()
  return value < NUMBER_LIMIT ? value : from.fail()
}
