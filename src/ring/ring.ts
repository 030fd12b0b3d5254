/**
 * Who owns what: an immutable value made of members and their tokens. A key belongs to the first
 * token at or after its own, clockwise; so a token stands for the range that ends at it. A change
 * gives a new ring and leaves the old one as it was; whoever holds a ring holds all of it, never
 * half a change.
 */
import { assert, at } from '../base/assert.js'
import { compareIds, memberOf, type Claim, type Clash, type Member } from './member.js'
import type { Range } from './range.js'
import * as sorted from './sorted.js'
import { shareOfHalves, tokenInto, type Token } from './token.js'

/** Most members of one ring: their indices are 16-bit. */
export const MOST_MEMBERS = 65535

const scratch = new Int32Array(2)

export class Ring {
  /** In order of id; at most MOST_MEMBERS. */
  readonly members: readonly Member[]
  /** Tokens that two members claimed, in token order; at most one entry for each losing claim. */
  readonly clashes: readonly Clash[]
  /**
   * Tokens ascending with the index of their owner; not to be written. At most sorted.MOST_TOKENS.
   */
  readonly tokens: sorted.Sorted
  private readonly lead: sorted.Lead

  private constructor(
    members: readonly Member[],
    tokens: sorted.Sorted,
    clashes: readonly Clash[],
  ) {
    this.members = members
    this.tokens = tokens
    this.clashes = clashes
    this.lead = sorted.leadOf(tokens)
  }

  /**
   * The ring of these claims, the same in whatever order they come. Of two claims to one token the
   * id that comes first wins, and `clashes` tells. @throws {Bug} when an id comes twice, or there
   * are too many members or tokens
   */
  static of(claims: readonly Claim[]): Ring {
    const ordered = [...claims].sort(compareIds)
    const members = ordered.map(memberOf)
    assert(members.length <= MOST_MEMBERS, `${members.length} members`)
    members.forEach((member, i) => assert(member.id !== members[i - 1]?.id, `${member.id} once`))
    const { tokens, clashes } = withoutClashes(sorted.sortTokens(gather(ordered)), members)
    return new Ring(members, tokens, clashes)
  }

  /** How many tokens, which is how many ranges. */
  get size(): number {
    return this.tokens.hi.length
  }

  /** The position of the token whose range holds `token`; 0 also on an empty ring. */
  find(token: Token): number {
    return sorted.findToken(this.tokens, this.lead, token.hi, token.lo)
  }

  /** The same for a key, without allocation. */
  findKey(key: Uint8Array | string): number {
    tokenInto(scratch, key)
    return sorted.findToken(this.tokens, this.lead, scratch[0] ?? 0, (scratch[1] ?? 0) >>> 0)
  }

  /** The owner of a key's token, or undefined on an empty ring. Text is taken as UTF-8. */
  ownerOfKey(key: Uint8Array | string): Member | undefined {
    return this.members[this.tokens.owners[this.findKey(key)] ?? MOST_MEMBERS]
  }

  ownerOf(token: Token): Member | undefined {
    return this.members[this.tokens.owners[this.find(token)] ?? MOST_MEMBERS]
  }

  /** @param position 0..size-1 */
  ownerAt(position: number): Member {
    return at(this.members, at(this.tokens.owners, position))
  }

  tokenAt(position: number): Token {
    return { hi: at(this.tokens.hi, position), lo: at(this.tokens.lo, position) }
  }

  /** The range that ends at this token. */
  rangeAt(position: number): Range {
    const before = (position === 0 ? this.size : position) - 1
    return { left: this.tokenAt(before), right: this.tokenAt(position) }
  }

  /** Its width as a share of the ring; 1 when there is only one token. */
  shareAt(position: number): number {
    if (this.size === 1) return 1
    const { hi, lo } = this.tokens
    const before = (position === 0 ? this.size : position) - 1
    return shareOfHalves(at(hi, before), at(lo, before), at(hi, position), at(lo, position))
  }

  indexOf(id: string): number | undefined {
    const found = this.members.findIndex((member) => member.id === id)
    return found < 0 ? undefined : found
  }

  has(id: string): boolean {
    return this.indexOf(id) !== undefined
  }

  /** The tokens that this member owns, ascending; none when it lost them or is not here. */
  tokensOf(id: string): readonly Token[] {
    const index = this.indexOf(id)
    const found: Token[] = []
    this.tokens.owners.forEach((owner, position) => {
      if (owner === index) found.push(this.tokenAt(position))
    })
    return found
  }

  /** What was put in, tokens lost to others included, in order of id. */
  claims(): Claim[] {
    const lists = this.members.map((): Token[] => [])
    this.tokens.owners.forEach((owner, i) => at(lists, owner).push(this.tokenAt(i)))
    const claims = this.members.map((member, i) => ({ ...member, tokens: at(lists, i) }))
    for (const { token, loser } of this.clashes) at(lists, this.members.indexOf(loser)).push(token)
    return claims
  }

  /** The ring with this member added, or with its new claim in place of the old one. */
  with(claim: Claim): Ring {
    const kept = this.without(claim.id)
    const { tokens: own, clashes } = withoutClashes(sorted.sortTokens(gather([claim])), [claim])
    const taken = kept.clashes.length > 0 || clashes.length > 0 || kept.hasAnyOf(own)
    if (taken) return Ring.of([...kept.claims(), claim])
    const members = [...kept.members, memberOf(claim)].sort(compareIds)
    const index = members.findIndex((member) => member.id === claim.id)
    own.owners.fill(index)
    const owners = kept.tokens.owners.slice()
    for (let i = 0; i < owners.length; i++) {
      const owner = owners[i] ?? 0
      if (owner >= index) owners[i] = owner + 1
    }
    return new Ring(members, sorted.mergeSorted({ ...kept.tokens, owners }, own), [])
  }

  private hasAnyOf(own: sorted.Sorted): boolean {
    const { hi, lo } = this.tokens
    for (let j = 0; j < own.hi.length; j++) {
      const i = sorted.findToken(this.tokens, this.lead, at(own.hi, j), at(own.lo, j))
      if (hi[i] === own.hi[j] && lo[i] === own.lo[j]) return true
    }
    return false
  }

  /** The ring without this member; itself when it is not there. */
  without(id: string): Ring {
    const index = this.indexOf(id)
    if (index === undefined) return this
    if (this.clashes.length > 0) return Ring.of(this.claims().filter((claim) => claim.id !== id))
    const left = sorted.emptySorted(this.size)
    let size = 0
    for (let i = 0; i < this.size; i++) {
      const owner = this.tokens.owners[i] ?? 0
      if (owner === index) continue
      sorted.copyToken(this.tokens, i, left, size)
      left.owners[size++] = owner < index ? owner : owner - 1
    }
    const members = this.members.filter((member) => member.id !== id)
    return new Ring(members, sorted.cutSorted(left, size), [])
  }
}

/** All claimed tokens, unsorted, each with the index of its claim. */
function gather(claims: readonly Claim[]): sorted.Sorted {
  const size = claims.reduce((sum, claim) => sum + claim.tokens.length, 0)
  assert(size <= sorted.MOST_TOKENS, `${size} tokens`)
  const all = sorted.emptySorted(size)
  let i = 0
  claims.forEach((claim, owner) => {
    for (const token of claim.tokens) {
      all.hi[i] = token.hi
      all.lo[i] = token.lo
      all.owners[i++] = owner
    }
  })
  return all
}

/** Keeps the first of equal tokens, which is the winner's, and tells of the others. */
function withoutClashes(
  all: sorted.Sorted,
  members: readonly Member[],
): { tokens: sorted.Sorted; clashes: Clash[] } {
  const { hi, lo, owners } = all
  const clashes: Clash[] = []
  let size = 0
  for (let i = 0; i < hi.length; i++) {
    const repeated = size > 0 && hi[i] === hi[size - 1] && lo[i] === lo[size - 1]
    if (!repeated) {
      if (i !== size) sorted.copyToken(all, i, all, size)
      size++
    } else if (owners[i] !== owners[size - 1] && owners[i] !== owners[i - 1]) {
      const winner = at(members, at(owners, size - 1))
      const token = { hi: at(hi, i), lo: at(lo, i) }
      clashes.push({ token, winner, loser: at(members, at(owners, i)) })
    }
  }
  return { tokens: sorted.cutSorted(all, size), clashes }
}
