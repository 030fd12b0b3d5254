/**
 * The member table: one row a host id, with a hash over all of them that two nodes compare. It
 * stores what it is told; what to believe is decided elsewhere. Row 0 is the node itself.
 */
import { assert, at, known } from '../base/assert.js'
import type { Millis } from '../base/machine.js'
import { scramble } from '../base/random.js'
import { BUCKETS } from './codec.js'
import { Counts } from './counts.js'
import { noFacts, type Facts } from './fact-set.js'
import {
  NOBODY,
  tagOf,
  type HostId,
  type Identity,
  type Incarnation,
  type Tag,
} from './identity.js'
import { isGone, type Standing } from './precedence.js'
import { Rows } from './rows.js'
import type { Change, Stood, Table } from './table.js'
import { TagIndex } from './tag-index.js'

export type Row = number

/** The row of the node itself. */
export const SELF: Row = 0
export const NO_ROW: Row = -1

export interface Member {
  readonly identity: Identity
  readonly standing: Standing
  readonly incarnation: Incarnation
}

const CODES: Record<Standing, number> = {
  alive: 0,
  suspect: 1,
  down: 2,
  left: 3,
  removed: 4,
  replaced: 5,
}
const NAMES = ['alive', 'suspect', 'down', 'left', 'removed', 'replaced'] as const

/** In the code of a standing: the row takes no part in comparisons. */
const RETIRED = 0x80
const STANDING = 0x07

export class Members implements Table {
  /** Live, suspected and down rows and tombstones. */
  size = 0
  /** Hash of the whole table: the sum of its rows' hashes. */
  digest = 0
  /** Grows with every change of the table: what a peer agreed to is named by it. */
  revision = 0
  /** Of this node itself, at hand: every packet says them. */
  ownTag: Tag = NOBODY
  ownIncarnation: Incarnation = 0
  /** Sums of row hashes by the low byte of the host's own tag. Bounded: 256. */
  readonly buckets = new Uint32Array(BUCKETS)
  /** Rows by standing. Bounded: 6. */
  private readonly counts = new Int32Array(NAMES.length)
  /** Rows once used and now free; bounded by the rows ever used. */
  private free: Row[] = []
  private top = 0
  /** Kept for a checker only; bounded: it takes them after each step. */
  private changes: Change[] | null = null

  /** Bounded by `membersMax`. */
  private readonly rows = new Rows()
  private readonly byTag = new TagIndex(this.rows, 'tag')
  private readonly byHost = new TagIndex(this.rows, 'hostTag')
  /** Revisions plus one; only while there are members that left, for only they need it. */
  private agreements: Counts | null = null

  /** One past the highest row in use: rows below may be free (`has`). */
  get end(): Row {
    return this.top
  }

  has(row: Row): boolean {
    return this.rows.tag(row) !== 0
  }

  identity(row: Row): Identity {
    return known(this.rows.identity(row), 'the member of a row in use')
  }

  standing(row: Row): Standing {
    return at(NAMES, this.code(row))
  }

  incarnation(row: Row): Incarnation {
    return this.rows.incarnation(row)
  }

  /** Highest version up to which its facts are known without a gap. */
  version(row: Row): number {
    return this.rows.version(row)
  }

  facts(row: Row): Facts {
    return this.rows.facts(row)
  }

  /** When its standing last changed. */
  since(row: Row): Millis {
    return this.rows.since(row)
  }

  tag(row: Row): Tag {
    const tag = this.rows.tag(row)
    assert(tag !== NOBODY, 'the tag of a row in use')
    return tag
  }

  member(row: Row): Member {
    const identity = this.identity(row)
    return { identity, standing: this.standing(row), incarnation: this.incarnation(row) }
  }

  /** undefined where nobody of that host id is held, as of its standing. */
  memberOf(hostId: HostId): (Member & { readonly since: Millis }) | undefined {
    const row = this.rowOfHost(hostId)
    return row === NO_ROW ? undefined : { ...this.member(row), since: this.since(row) }
  }

  factsOf(hostId: HostId): Facts {
    const row = this.rowOfHost(hostId)
    return row === NO_ROW ? noFacts : this.facts(row)
  }

  standingOf(hostId: HostId): Standing | undefined {
    const row = this.rowOfHost(hostId)
    return row === NO_ROW ? undefined : this.standing(row)
  }

  rowOfTag(tag: Tag): Row {
    return this.byTag.find(tag)
  }

  /** By the tag of an instance, or of a host, whatever its generation. */
  rowOfTagged(tag: Tag): Row {
    return Math.max(this.byTag.find(tag), this.byHost.find(tag))
  }

  rowOfHost(hostId: HostId): Row {
    const row = this.byHost.find(tagOf(hostId, 0))
    return row >= 0 && this.identity(row).hostId === hostId ? row : NO_ROW
  }

  /** The row of the host that an identity is of, in whatever generation. */
  rowOf(identity: Identity): Row {
    const same = this.byTag.find(identity.tag)
    if (same >= 0 && this.rows.identity(same) === identity) return same
    const row = this.byHost.find(identity.hostTag)
    return row >= 0 && this.identity(row).hostId === identity.hostId ? row : NO_ROW
  }

  isPresent(row: Row): boolean {
    return this.has(row) && this.code(row) <= CODES.suspect
  }

  /** Members that take part: alive or suspected, this node included. */
  get present(): number {
    return (this.counts[CODES.alive] ?? 0) + (this.counts[CODES.suspect] ?? 0)
  }

  count(standing: Standing): number {
    return this.counts[CODES[standing]] ?? 0
  }

  /** Adds a host id not yet known. Gives -1 when another one has its tag, 2^-48 a pair. */
  add(member: Member, now: Millis): Row {
    const { tag, hostTag } = member.identity
    if (this.byHost.find(hostTag) >= 0 || this.byTag.find(tag) >= 0) return NO_ROW
    const row = this.free.pop() ?? this.top++
    this.rows.setIdentity(row, member.identity)
    this.rows.setBucket(row, hostTag % BUCKETS)
    this.rows.setFacts(row, noFacts, 0)
    this.rows.setCode(row, CODES[member.standing])
    this.rows.setIncarnation(row, member.incarnation)
    this.rows.setSince(row, now)
    this.agreements?.set(row, 0)
    this.byTag.add(row)
    this.byHost.add(row)
    this.size++
    this.tally(member.standing, 1)
    this.account(row, this.hash(row))
    this.record(row, null)
    return row
  }

  /** Makes room for so many rows in all. */
  reserve(rows: number): void {
    this.byTag.reserve(rows)
    this.byHost.reserve(rows)
  }

  /** Becomes what another table is in which this node has a row, with that row as the first. */
  copy(from: Members): void {
    const row = from.rowOf(this.identity(SELF))
    assert(row !== NO_ROW, 'a node stands in the table it takes over')
    this.rows.share(from.rows)
    this.byTag.share(from.byTag)
    this.byHost.share(from.byHost)
    this.free = [...from.free]
    this.counts.set(from.counts)
    this.buckets.set(from.buckets)
    this.digest = from.digest
    this.size = from.size
    this.top = from.top
    this.revision++
    if (row !== SELF) this.swap(SELF, row)
    this.knowOneself()
  }

  private swap(one: Row, other: Row): void {
    this.byTag.swap(one, other)
    this.byHost.swap(one, other)
    this.rows.swap(one, other)
  }

  /** A new generation of a known host id takes the row over. */
  renew(row: Row, member: Member, now: Millis): void {
    assert(this.identity(row).hostId === member.identity.hostId, 'renewed by the same host id')
    const before = this.stood(row)
    const hash = this.hash(row)
    this.agreements?.set(row, 0)
    this.byTag.delete(this.tag(row))
    this.rows.setIdentity(row, member.identity)
    this.byTag.add(row)
    this.rows.setFacts(row, noFacts, 0)
    this.place(row, member.standing, member.incarnation, now)
    this.rehash(row, hash)
    this.record(row, before)
  }

  set(row: Row, standing: Standing, incarnation: Incarnation, now: Millis): void {
    const before = this.stood(row)
    const hash = this.hash(row)
    this.place(row, standing, incarnation, now)
    this.rehash(row, hash)
    this.record(row, before)
  }

  private place(row: Row, standing: Standing, incarnation: Incarnation, now: Millis): void {
    const before = this.standing(row)
    if (before !== standing) {
      this.tally(before, -1)
      this.tally(standing, 1)
      this.rows.setSince(row, now)
    }
    this.rows.setCode(row, CODES[standing])
    this.rows.setIncarnation(row, incarnation)
  }

  setFacts(row: Row, facts: Facts, version: number): void {
    const before = this.stood(row)
    const hash = this.hash(row)
    this.rows.setCode(row, this.code(row))
    this.rows.setFacts(row, facts, version)
    this.rehash(row, hash)
    this.record(row, before)
  }

  /** Dates a change of standing that happened before it was heard of. */
  backdate(row: Row, since: Millis): void {
    this.rows.setSince(row, since)
  }

  /** Forgets a row: only ever a tombstone that everybody has. */
  drop(row: Row): void {
    assert(isGone(this.standing(row)), 'only tombstones are dropped')
    const before = this.stood(row)
    this.account(row, -this.hash(row))
    this.tally(this.standing(row), -1)
    this.byTag.delete(this.tag(row))
    this.byHost.delete(this.identity(row).hostTag)
    this.rows.setIdentity(row, undefined)
    this.rows.setFacts(row, noFacts, 0)
    this.free.push(row)
    this.size--
    this.record(row, before)
  }

  keepChanges(): void {
    this.changes ??= []
  }

  takeChanges(): readonly Change[] {
    const taken = this.changes ?? []
    if (taken.length > 0) this.changes = []
    return taken
  }

  /** Notes that the member showed the very digest that this table has now. */
  agree(row: Row): void {
    if (this.count('left') === 0) {
      this.agreements = null
      return
    }
    this.agreements ??= new Counts()
    this.agreements.set(row, this.revision + 1)
  }

  /** The last revision with somebody who left that the member is known to have held, -1: none. */
  agreed(row: Row): number {
    return (this.agreements?.get(row) ?? 0) - 1
  }

  /** Past its age a tombstone is not compared: who dropped it looks like who did not. */
  retire(row: Row): void {
    this.account(row, -this.hash(row))
    this.rows.setCode(row, this.code(row) | RETIRED)
  }

  isRetired(row: Row): boolean {
    return (this.rows.code(row) & RETIRED) !== 0
  }

  /** What a row looks like in a comparison: standing, and the incarnation while it matters. */
  stand(row: Row): number {
    return standOf(this.standing(row), this.incarnation(row))
  }

  bucketOf(row: Row): number {
    return this.rows.bucket(row)
  }

  /** The table's buckets folded to `fold` sums: equal folds of equal tables are equal. */
  folded(fold: number): number[] {
    const sums = Array.from({ length: fold }, () => 0)
    this.buckets.forEach((sum, bucket) => {
      const into = bucket % fold
      sums[into] = ((sums[into] ?? 0) + sum) >>> 0
    })
    return sums
  }

  /** What a change is told against; costs nothing where nobody keeps changes. */
  private stood(row: Row): Stood | null {
    if (this.changes === null || !this.has(row)) return null
    return { ...this.member(row), version: this.version(row) }
  }

  private record(row: Row, before: Stood | null): void {
    if (row === SELF) this.knowOneself()
    this.changes?.push({ row, before, after: this.stood(row) })
  }

  private knowOneself(): void {
    this.ownTag = this.rows.tag(SELF)
    this.ownIncarnation = this.rows.incarnation(SELF)
  }

  private code(row: Row): number {
    return this.rows.code(row) & STANDING
  }

  /** The part of a row in the sums: 0 once it is retired. */
  private hash(row: Row): number {
    if (this.isRetired(row)) return 0
    const tag = this.tag(row)
    const place = scramble(tag % 4294967296, Math.floor(tag / 4294967296))
    const gone = this.code(row) >= CODES.left
    return scramble(scramble(place, this.stand(row)), gone ? 0 : this.version(row))
  }

  private rehash(row: Row, former: number): void {
    this.account(row, this.hash(row) - former)
  }

  private account(row: Row, difference: number): void {
    if (difference === 0) return
    const bucket = this.bucketOf(row)
    this.buckets[bucket] = (this.buckets[bucket] ?? 0) + difference
    this.digest = (this.digest + difference) >>> 0
    this.revision++
  }

  private tally(standing: Standing, by: number): void {
    this.counts[CODES[standing]] = this.count(standing) + by
  }
}

/** A suspicion is local and passes: for a comparison a suspect is alive. */
export function standOf(standing: Standing, incarnation: Incarnation): number {
  if (isGone(standing)) return CODES[standing]
  return 8 + incarnation * 2 + (standing === 'down' ? 1 : 0)
}
