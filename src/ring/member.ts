/** Who may own a part of the ring, and where it stands. */
import type { Token } from './token.js'

export interface Member {
  /**
   * The total order of members: it decides between two claims to one token. Unique within a ring.
   */
  readonly id: string
  readonly dc: string
  readonly rack: string
  /** Share of data that it should carry beside others of its rack, above 0; 1 when absent. */
  readonly weight?: number
}

/** A member and the tokens that it says are its own. */
export interface Claim extends Member {
  readonly tokens: readonly Token[]
}

/** Two members claimed one token: the one whose id comes first has it. */
export interface Clash {
  readonly token: Token
  readonly winner: Member
  readonly loser: Member
}

/** By UTF-16 code units: the same everywhere, whatever the locale. */
export function compareIds(a: { readonly id: string }, b: { readonly id: string }): number {
  return a.id < b.id ? -1 : a.id > b.id ? 1 : 0
}

export function weightOf(member: Member): number {
  return member.weight ?? 1
}

/** The member alone, without the tokens that a claim carries. */
export function memberOf({ id, dc, rack, weight }: Member): Member {
  return weight === undefined ? { id, dc, rack } : { id, dc, rack, weight }
}
