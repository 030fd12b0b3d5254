/** What moves, against the plain difference of sets; pending ranges against Cassandra's cases. */
import { readFileSync } from 'node:fs'
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import * as v from 'valibot'
import { known } from '../../src/base/assert.js'
import type { Claim } from '../../src/ring/member.js'
import {
  changed,
  pendingRanges,
  unionOf,
  writeReplicas,
  type Change,
} from '../../src/ring/pending.js'
import { Placement } from '../../src/ring/placement.js'
import { formatRange, holds, shareOf, type Range } from '../../src/ring/range.js'
import { simple } from '../../src/ring/replication.js'
import { Ring } from '../../src/ring/ring.js'
import { compareTokens, nextToken, sameToken, type Token } from '../../src/ring/token.js'
import { movedShare, transfer } from '../../src/ring/transfer.js'
import { anyClaims, anyReplication, anyToken, token } from './arbitrary.js'

/** Every token of both rings and its neighbour: one probe for each of the finest ranges. */
function probes(...rings: readonly Ring[]): Token[] {
  return rings
    .flatMap((ring) =>
      Array.from({ length: ring.size }, (_, i) => [ring.tokenAt(i), nextToken(ring.tokenAt(i))]),
    )
    .flat()
}

/** The claim without the tokens of others: who takes a token from a member moves data of third ones. */
function unclaimed(claim: Claim, others: readonly Claim[]): Claim {
  const taken = others.flatMap(({ tokens }) => tokens)
  const free = (token: Token): boolean => !taken.some((other) => sameToken(other, token))
  return { ...claim, tokens: claim.tokens.filter(free) }
}

describe('a transfer', () => {
  test('is the difference of the replica sets of every range', () => {
    const run = fc.property(
      anyClaims(),
      anyClaims({ min: 1 }),
      anyReplication,
      anyReplication,
      (old, next, r1, r2) => {
        const before = new Placement(Ring.of(old), r1)
        const after = new Placement(Ring.of(next), r2)
        const transfers = transfer(before, after)
        for (const probe of probes(before.ring, after.ring)) {
          const olds = before.replicasOf(probe).map(({ id }) => id)
          const news = after.replicasOf(probe).map(({ id }) => id)
          const here = transfers.filter(({ range }) => holds(range, probe))
          const targets = here.map(({ target }) => target.id)
          expect(targets.sort()).toEqual(news.filter((id) => !olds.includes(id)).sort())
          const sources = here.flatMap(({ source }) => (source === undefined ? [] : [source.id]))
          expect(new Set(sources).size).toBe(sources.length)
          for (const id of sources) expect(olds.includes(id) && !news.includes(id)).toBe(true)
          for (const { source, others } of here)
            expect([...(source ? [source.id] : []), ...others.map(({ id }) => id)].sort()).toEqual(
              [...olds].sort(),
            )
        }
      },
    )
    fc.assert(run, { numRuns: 500 })
  })

  test('of one joiner gives to it alone, from those who lose', () => {
    fc.assert(
      fc.property(anyClaims({ min: 4 }), ([drawn, ...others]) => {
        const joiner = unclaimed(known(drawn, 'a joiner'), others)
        const before = new Placement(Ring.of(others), simple(3))
        const after = new Placement(Ring.of(others).with(joiner), simple(3))
        for (const { target, source, range, share } of transfer(before, after)) {
          expect(target.id).toBe(joiner.id)
          if (before.width === 3) expect(source).toBeDefined()
          expect(share).toBeCloseTo(shareOf(range), 12)
        }
      }),
    )
  })

  test('between equal placements is nothing; a first ring is filled from nobody', () => {
    const ring = Ring.of([{ id: 'a', dc: 'd', rack: 'r', tokens: [token(3)] }])
    const placement = new Placement(ring, simple(1))
    expect(transfer(placement, placement)).toEqual([])
    const first = transfer(new Placement(Ring.of([]), simple(1)), placement)
    expect(first).toHaveLength(1)
    expect(first[0]?.source).toBeUndefined()
    expect(movedShare(first)).toBe(1)
  })
})

describe('a union of ranges', () => {
  test('holds what any of them holds, in ranges that do not touch', () => {
    const anyRange = fc.record({ left: anyToken, right: anyToken })
    fc.assert(
      fc.property(fc.array(anyRange, { maxLength: 6 }), anyToken, (ranges, probe) => {
        const union = unionOf(ranges)
        const near = ranges.flatMap(({ left, right }) => [left, nextToken(left), right])
        for (const at of [probe, ...near]) {
          const held = ranges.some((range) => holds(range, at))
          expect(union.filter((range) => holds(range, at))).toHaveLength(held ? 1 : 0)
        }
        for (const range of union)
          if (union.length > 1)
            expect(union.some(({ left }) => compareTokens(left, range.right) === 0)).toBe(false)
      }),
      { numRuns: 500 },
    )
  })
})

const Node = v.object({ node: v.string(), token: v.number() })
const Expected = v.record(v.string(), v.array(v.string()))
const Names = v.optional(v.array(v.string()), [])
const Vectors = v.object({
  write_endpoints: v.array(
    v.object({
      name: v.string(),
      rf: v.optional(v.number()),
      ring: v.array(Node),
      bootstrapping: v.optional(v.array(Node), []),
      key_tokens: v.optional(v.array(v.number()), []),
      rfs_in_the_test: v.optional(v.array(v.number()), []),
      stage1: v.optional(
        v.object({
          leaving: v.array(v.string()),
          bootstrapping: v.array(Node),
          write_endpoints_by_key_token: Expected,
        }),
      ),
      stage2: v.optional(
        v.object({
          now_left: v.array(v.string()),
          now_normal: v.array(Node),
          still_leaving: v.array(v.string()),
          still_bootstrapping: v.array(Node),
          write_endpoints_by_key_token: Expected,
        }),
      ),
    }),
  ),
  pending_ranges: v.array(
    v.object({
      name: v.string(),
      rf: v.number(),
      ring: v.array(Node),
      replacing: v.optional(v.array(v.object({ node: v.string(), by: v.string() })), []),
      leaving: Names,
      moving: v.optional(v.array(v.object({ node: v.string(), to: v.number() })), []),
      pending: v.optional(Expected),
      pending_by_node: v.optional(Expected),
    }),
  ),
})

const file = new URL('./vectors/pending-ranges.json', import.meta.url)
const text: unknown = JSON.parse(readFileSync(file, 'utf8'))
const vectors = v.parse(Vectors, text)

function claimOf({ node, token: own }: { node: string; token: number }): Claim {
  return { id: node, dc: 'dc1', rack: 'r1', tokens: [token(own)] }
}

function expectWrites(
  ring: Ring,
  rf: number,
  changes: readonly Change[],
  wanted: v.InferOutput<typeof Expected>,
): void {
  const now = new Placement(ring, simple(rf))
  const pending = pendingRanges(now, changes)
  for (const [key, names] of Object.entries(wanted)) {
    const writes = writeReplicas(now, pending, token(key)).map(({ id }) => id)
    expect({ key, writes: writes.sort() }).toEqual({ key, writes: [...names].sort() })
  }
}

const join = (node: { node: string; token: number }): Change => ({
  kind: 'join',
  claim: claimOf(node),
})
const leave = (id: string): Change => ({ kind: 'leave', id })

describe('pending ranges', () => {
  const staged = vectors.write_endpoints.filter(({ stage1 }) => stage1 !== undefined)
  test.each(staged)('$name (LeaveAndBootstrapTest)', ({ rf = 1, ring: nodes, stage1, stage2 }) => {
    const ring = Ring.of(nodes.map(claimOf))
    if (stage1 === undefined || stage2 === undefined) throw new Error('two stages')
    const first = [...stage1.leaving.map(leave), ...stage1.bootstrapping.map(join)]
    expectWrites(ring, rf, first, stage1.write_endpoints_by_key_token)
    const done = [...stage2.now_left.map(leave), ...stage2.now_normal.map(join)]
    const then = [...stage2.still_leaving.map(leave), ...stage2.still_bootstrapping.map(join)]
    expectWrites(done.reduce(changed, ring), rf, then, stage2.write_endpoints_by_key_token)
  })

  test('while one node bootstraps (SimpleStrategyTest.testGetEndpointsDuringBootstrap)', () => {
    const one = vectors.write_endpoints.find(({ rfs_in_the_test: rfs }) => rfs.length > 0)
    for (const rf of one?.rfs_in_the_test ?? []) {
      const wanted = (one?.key_tokens ?? []).map((key, i) => {
        const old = Array.from({ length: rf }, (_, k) => `127.0.0.${((i + 1 + k) % 10) + 1}`)
        return [String(key), i >= 10 - rf ? [...old, '127.0.0.11'] : old] as const
      })
      const changes = (one?.bootstrapping ?? []).map(join)
      expectWrites(Ring.of((one?.ring ?? []).map(claimOf)), rf, changes, Object.fromEntries(wanted))
    }
  })

  test.each(vectors.pending_ranges)('$name (PendingRangesTest)', (one) => {
    const ring = Ring.of(one.ring.map(claimOf))
    const changes: Change[] = [
      ...one.leaving.map(leave),
      ...one.moving.map(({ node, to }): Change => ({
        kind: 'move',
        id: node,
        tokens: [token(to)],
      })),
      ...one.replacing.map(({ node, by }): Change => ({
        kind: 'replace',
        id: node,
        by: { id: by, dc: 'dc1', rack: 'r1' },
      })),
    ]
    const pending = pendingRanges(new Placement(ring, simple(one.rf)), changes)
    const rangesOf = (name: string): readonly Range[] =>
      pending.find(({ member }) => member.id === name)?.ranges ?? []
    for (const [name, ranges] of Object.entries(one.pending_by_node ?? {}))
      expect(rangesOf(name).map(formatRange).sort()).toEqual(merged(ranges).sort())
    if (one.pending !== undefined)
      for (const name of new Set(Object.values(one.pending).flat())) {
        const ranges = Object.entries(one.pending).filter(([, names]) => names.includes(name))
        const wanted = merged(ranges.map(([range]) => range))
        expect(rangesOf(name).map(formatRange)).toEqual(wanted)
      }
  })
})

/** Ranges as text, those that touch as one: the cases list some of them apart. */
function merged(ranges: readonly string[]): string[] {
  const read = ranges.map((range) => {
    const [left = '', right = ''] = range.slice(1, -1).split(',')
    return { left: token(left), right: token(right) }
  })
  return unionOf(read).map(formatRange)
}
