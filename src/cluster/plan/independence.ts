/**
 * Whether movements may be under way together: only if each range is touched by one of them at
 * most, in whatever order they finish. A range's replicas are found by a walk over tokens, so they
 * can depend on a movement only where a token it sets or lifts lies within that walk. The walk is
 * longest on the sparsest ring, the one that lacks every touched token; where it meets the tokens
 * of one movement alone, the others cannot matter.
 */
import { at } from '../../base/assert.js'
import type { Change } from '../../ring/pending.js'
import { Placement } from '../../ring/placement.js'
import type { Replication } from '../../ring/replication.js'
import { Ring } from '../../ring/ring.js'
import { sameToken, type Token } from '../../ring/token.js'

/** The tokens that a movement sets, lifts or gives to another. */
function touched(ring: Ring, changes: readonly Change[]): Token[] {
  return changes.flatMap((change) => {
    switch (change.kind) {
      case 'join':
        return change.claim.tokens
      case 'leave':
      case 'replace':
        return ring.tokensOf(change.id)
      case 'move':
        return moved(ring.tokensOf(change.id), change.tokens)
    }
  })
}

/** Tokens that are in one list and not in the other. */
function moved(before: readonly Token[], after: readonly Token[]): Token[] {
  const missing = (from: readonly Token[], of: readonly Token[]): Token[] =>
    of.filter((token) => !from.some((other) => sameToken(other, token)))
  return [...missing(after, before), ...missing(before, after)]
}

/**
 * The first two movements that depend on each other, by their places in the list; undefined when
 * all may go on together.
 */
export function clash(
  ring: Ring,
  replications: readonly Replication[],
  moves: readonly (readonly Change[])[],
): readonly [number, number] | undefined {
  if (moves.length < 2) return undefined
  const tokens = moves.map((changes) => touched(ring, changes))
  const sparse = without(ring, tokens.flat())
  const dense = moves.flat().reduce(added, ring)
  for (const replication of replications) {
    if (!sameQuotas(sparse, dense, replication)) return [0, 1]
    const found = overlap(new Placement(sparse, replication), tokens)
    if (found !== undefined) return found
  }
  return undefined
}

function without(ring: Ring, lifted: readonly Token[]): Ring {
  const keys = new Set(lifted.map(({ hi, lo }) => `${hi} ${lo}`))
  const claims = ring.claims().map((claim) => ({
    ...claim,
    tokens: claim.tokens.filter(({ hi, lo }) => !keys.has(`${hi} ${lo}`)),
  }))
  return Ring.of(claims)
}

function added(ring: Ring, change: Change): Ring {
  switch (change.kind) {
    case 'join':
      return ring.with(change.claim)
    case 'leave':
    case 'replace':
    case 'move':
      return ring
  }
}

/** Where the count of nodes or racks decides how the walk goes, every range may depend on it. */
function sameQuotas(sparse: Ring, dense: Ring, replication: Replication): boolean {
  const few = new Placement(sparse, replication).quotas
  const many = new Placement(dense, replication).quotas
  return (
    few.length === many.length &&
    few.every((quota, i) => {
      const other = at(many, i)
      return (
        quota.dc === other.dc &&
        quota.replicas === other.replicas &&
        quota.repeats === other.repeats
      )
    })
  )
}

function overlap(
  sparse: Placement,
  tokens: readonly (readonly Token[])[],
): readonly [number, number] | undefined {
  const { ring } = sparse
  if (ring.size === 0 || sparse.width === 0) return ring.size === 0 ? [0, 1] : undefined
  const movesAt = Array.from({ length: ring.size }, (): number[] => [])
  tokens.forEach((list, move) => {
    for (const token of list) at(movesAt, ring.find(token)).push(move)
  })
  const replicas = new Uint16Array(sparse.width)
  for (let start = 0; start < ring.size; start++) {
    sparse.replicasInto(replicas, start)
    const found = metTwice(ring, movesAt, start, at(replicas, replicas.length - 1))
    if (found !== undefined) return found
  }
  return undefined
}

/** Two movements met on the walk from `start` to the first token of `last`. */
function metTwice(
  ring: Ring,
  movesAt: readonly (readonly number[])[],
  start: number,
  last: number,
): readonly [number, number] | undefined {
  let first = -1
  for (let step = 0; step < ring.size; step++) {
    const position = (start + step) % ring.size
    for (const move of at(movesAt, position)) {
      if (first >= 0 && move !== first) return first < move ? [first, move] : [move, first]
      first = move
    }
    if (ring.tokens.owners[position] === last) return undefined
  }
  return undefined
}
