/**
 * Movements that may be under way together, checked against the dumb way: all orders in which they
 * could finish, and the replicas of every range after each step.
 */
import { expect, test } from '@jest/globals'
import { known } from '../../src/base/assert.js'
import { Random } from '../../src/base/random.js'
import { clash } from '../../src/cluster/plan/independence.js'
import { ringAfter } from '../../src/cluster/plan/layout.js'
import type { Member } from '../../src/ring/member.js'
import type { Change } from '../../src/ring/pending.js'
import { Placement } from '../../src/ring/placement.js'
import { network, type Replication } from '../../src/ring/replication.js'
import { Ring } from '../../src/ring/ring.js'
import type { Token } from '../../src/ring/token.js'

function drawRing(random: Random, nodes: number, racks: number): Ring {
  return Ring.of(
    Array.from({ length: nodes }, (_, i) => ({
      id: `n${i}`,
      dc: 'dc1',
      rack: `rack${i % racks}`,
      tokens: drawTokens(random, 1 + random.int(2)),
    })),
  )
}

function drawTokens(random: Random, count: number): Token[] {
  return Array.from({ length: count }, () => ({ hi: random.bits() | 0, lo: random.bits() }))
}

function drawChange(random: Random, ring: Ring, index: number, racks: number): Change {
  const id = `n${random.int(ring.members.length)}`
  const rack = `rack${random.int(racks + 1)}`
  switch (random.int(4)) {
    case 0:
      return { kind: 'leave', id }
    case 1:
      return { kind: 'move', id, tokens: drawTokens(random, 1) }
    case 2:
      return { kind: 'replace', id, by: { ...memberAt(ring, id), id: `r${index}` } }
    default: {
      const claim = { id: `j${index}`, dc: 'dc1', rack, tokens: drawTokens(random, 1) }
      return { kind: 'join', claim }
    }
  }
}

/** A replacement stands in the rack of the one whose place it takes. */
function memberAt(ring: Ring, id: string): Member {
  return known(
    ring.members.find((member) => member.id === id),
    id,
  )
}

/** Every way to order them. */
function orders<T>(list: readonly T[]): T[][] {
  if (list.length === 0) return [[]]
  return list.flatMap((first) =>
    orders(list.filter((other) => other !== first)).map((rest) => [first, ...rest]),
  )
}

function replicas(ring: Ring, replication: Replication, token: Token): string {
  const members = new Placement(ring, replication).replicasOf(token)
  return members
    .map(({ id }) => id)
    .sort()
    .join()
}

/**
 * Whether some range has other replicas at some moment than before all or after the one movement
 * that touches it.
 */
function interferes(
  ring: Ring,
  replication: Replication,
  changes: readonly Change[],
  tokens: readonly Token[],
): boolean {
  const alone = changes.map((change) => ringAfter(ring, [change]))
  return tokens.some((token) => {
    const before = replicas(ring, replication, token)
    const moved = alone.map((after) => replicas(after, replication, token))
    const touching = moved.flatMap((after, i) => (after === before ? [] : [i]))
    if (touching.length > 1) return true
    return orders(changes).some((order) => {
      let held = ring
      return order.some((change) => {
        held = ringAfter(held, [change])
        const done = order.indexOf(change) >= order.indexOf(changes[touching[0] ?? -1] ?? change)
        const expected = touching.length === 1 && done ? moved[touching[0] ?? 0] : before
        return replicas(held, replication, token) !== expected
      })
    })
  })
}

test('movements that do not clash can finish in any order, each range moved by one alone', () => {
  let together = 0
  let apart = 0
  for (let seed = 0; seed < 700; seed++) {
    const random = Random.from(seed)
    const racks = 1 + random.int(3)
    const ring = drawRing(random, 3 + random.int(20), racks)
    const replication = network({ dc1: 1 + random.int(3) })
    const count = 2 + random.int(2)
    const changes = Array.from({ length: count }, (_, i) => drawChange(random, ring, i, racks))
    const ids = changes.map((change) => (change.kind === 'join' ? change.claim.id : change.id))
    if (new Set(ids).size < ids.length) continue
    const moves = changes.map((change) => [change])
    if (clash(ring, [replication], moves) !== undefined) {
      apart++
      continue
    }
    together++
    const set = changes.flatMap((change) => (change.kind === 'join' ? change.claim.tokens : []))
    const tokens = [...Array.from({ length: ring.size }, (_, i) => ring.tokenAt(i)), ...set]
    if (interferes(ring, replication, changes, tokens)) throw new Error(`seed ${seed}`)
  }
  // Neither answer is the only one ever given.
  expect(together).toBeGreaterThan(50)
  expect(apart).toBeGreaterThan(50)
})
