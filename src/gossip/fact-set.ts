/**
 * The facts one node publishes about itself, as an immutable set ordered by version: each key once,
 * with the version that last set it. What lies between two neighbours was superseded, so a set
 * knows no gaps (scuttlebutt; van Renesse et al., LADIS 2008).
 */
import { utf8Length } from '../base/utf8.js'
import type { FactClaim } from './claim.js'
import type { Tag } from './identity.js'

export interface Fact {
  readonly key: string
  readonly version: number
  /** null: deleted, and remembered so that others hear of it. */
  readonly value: Uint8Array | null
}

/** In ascending order of version; bounded by the quota of bytes, a key counting for 16 more. */
export type Facts = readonly Fact[]

export const noFacts: Facts = []

const OVERHEAD = 16

/** The set with one fact set anew; its version must be the highest. */
export function withFact(facts: Facts, fact: Fact): Facts {
  return [...facts.filter((other) => other.key !== fact.key), fact]
}

export function factOf(facts: Facts, key: string): Fact | undefined {
  return facts.find((fact) => fact.key === key)
}

/** The claims that take someone from a version to the newest, oldest first. */
export function factsAfter(about: Tag, facts: Facts, version: number): FactClaim[] {
  const claims: FactClaim[] = []
  let after = 0
  for (const fact of facts) {
    if (fact.version > version) claims.push({ kind: 'fact', about, after, ...fact })
    after = fact.version
  }
  return claims
}

/** Bytes it counts for under the quota. */
export function weigh(facts: Facts): number {
  return facts.reduce((sum, fact) => sum + weighFact(fact), 0)
}

export function weighFact(fact: Fact): number {
  return OVERHEAD + utf8Length(fact.key) + (fact.value?.length ?? 0)
}
