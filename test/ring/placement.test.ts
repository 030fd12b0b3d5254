/** Replicas against the published cases of Cassandra and three drivers, and the laws of racks. */
import { readFileSync } from 'node:fs'
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import * as v from 'valibot'
import type { Claim, Member } from '../../src/ring/member.js'
import { ownershipOf } from '../../src/ring/ownership.js'
import { Placement, transientOf } from '../../src/ring/placement.js'
import { readReplication, type Replication } from '../../src/ring/replication.js'
import { Ring } from '../../src/ring/ring.js'
import type { Token } from '../../src/ring/token.js'
import { anyClaims, anyReplication, anyToken, token } from './arbitrary.js'

const Case = v.object({
  name: v.string(),
  source: v.string(),
  strategy: v.picklist(['SimpleStrategy', 'NetworkTopologyStrategy']),
  rf: v.record(v.string(), v.union([v.number(), v.string()])),
  ordered: v.optional(v.boolean(), false),
  partitioner: v.optional(v.string()),
  nodes: v.optional(
    v.array(
      v.object({ id: v.string(), dc: v.string(), rack: v.string(), tokens: v.array(v.string()) }),
    ),
    [],
  ),
  generate: v.optional(v.looseObject({})),
  expect: v.optional(v.record(v.string(), v.array(v.string())), {}),
  expect_keys: v.optional(v.record(v.string(), v.array(v.string())), {}),
  expect_sizes: v.optional(v.record(v.string(), v.number()), {}),
  expect_counts: v.optional(
    v.object({ primary_ranges_per_node: v.number(), replica_ranges_per_node: v.number() }),
  ),
  expect_all_tokens: v.optional(v.array(v.string())),
})
type Case = v.InferOutput<typeof Case>

const file = new URL('./vectors/replica-placement-published.json', import.meta.url)
const text: unknown = JSON.parse(readFileSync(file, 'utf8'))
const { cases } = v.parse(v.object({ cases: v.array(Case) }), text)

function replicationOf({ strategy, rf }: Case): Replication {
  const read = readReplication(strategy, rf)
  if (read.kind === 'refused') throw new Error(JSON.stringify(read.problems))
  return read.replication
}

interface Node {
  readonly id: string
  readonly dc: string
  readonly rack: string
  readonly tokens: readonly string[]
}

/** The nodes, and how the case's own tokens stand among ours: only their order matters. */
function layOut(one: Case): { claims: Claim[]; place: (text: string) => Token } {
  const nodes = one.generate === undefined ? one.nodes : generated(one)
  if (one.partitioner === undefined) {
    const claims = nodes.map((node) => ({ ...node, tokens: node.tokens.map(token) }))
    return { claims, place: token }
  }
  const asked = Object.keys(one.expect_sizes)
  const order = [...new Set([...nodes.flatMap((node) => node.tokens), ...asked])].sort()
  const place = (own: string): Token => token(order.indexOf(own))
  return { claims: nodes.map((node) => ({ ...node, tokens: node.tokens.map(place) })), place }
}

function generated(one: Case): Node[] {
  if (one.name.startsWith('python'))
    return [0, 1, 2].map((host) => ({
      id: `dc1.${host}`,
      dc: 'dc1',
      rack: 'rack1',
      tokens: Array.from({ length: 500 }, (_, i) => String(host * 1000 + i)),
    }))
  const hex = (value: number): string => value.toString(16).padStart(2, '0')
  const sizes = [
    { racks: 2, endpoints: 128 },
    { racks: 4, endpoints: 256 },
    { racks: 8, endpoints: 512 },
  ]
  return sizes.flatMap(({ racks, endpoints }, dc) =>
    Array.from({ length: endpoints }, (_, i) => {
      const rack = Math.floor(i / (endpoints / racks))
      const endpoint = (i % (endpoints / racks)) + 1
      return {
        id: `10.${dc}.${rack}.${endpoint}`,
        dc: String(dc),
        rack: String(rack),
        tokens: [hex(endpoint) + hex(rack) + hex(dc)],
      }
    }),
  )
}

function named(one: Case, placement: Placement, at: Token): string[] {
  const replicas = placement.replicasOf(at)
  const transient = transientOf(placement, replicas)
  const names = replicas.map((one) => one.id + (transient.includes(one) ? ' (transient)' : ''))
  return one.ordered ? names : names.sort()
}

describe('published cases', () => {
  test.each(cases)('$name ($source)', (one) => {
    const { claims, place } = layOut(one)
    const placement = new Placement(Ring.of(claims), replicationOf(one))
    for (const [key, names] of Object.entries({ ...one.expect, ...one.expect_keys }))
      expect(named(one, placement, place(key))).toEqual(one.ordered ? names : [...names].sort())
    for (const [key, size] of Object.entries(one.expect_sizes))
      expect(new Set(named(one, placement, place(key))).size).toBe(size)
    if (one.expect_all_tokens !== undefined)
      for (let i = 0; i < placement.ring.size; i++)
        expect(
          placement
            .replicasAt(i)
            .map(({ id }) => id)
            .sort(),
        ).toEqual(one.expect_all_tokens)
    if (one.expect_counts !== undefined) expect(rangeCounts(placement)).toEqual(one.expect_counts)
  })

  test('SimpleStrategy takes the next nodes for every RF (SimpleStrategyTest)', () => {
    const claims = [0, 1, 2, 3, 4].map((i) => ({ ...dc1, id: `n${i}`, tokens: [token(i * 10)] }))
    for (const rf of [1, 2, 3, 5]) {
      const placement = new Placement(Ring.of(claims), replicate('SimpleStrategy', rf))
      for (let i = 0; i < 5; i++)
        expect(placement.replicasOf(token(i * 10 + 5)).map(({ id }) => id)).toEqual(
          Array.from({ length: rf }, (_, k) => `n${(i + 1 + k) % 5}`),
        )
    }
  })
})

/** Ranges a node is primary and replica of, where all nodes have equally many. */
function rangeCounts({ ring, width }: Placement): Record<string, number> {
  const nodes = ring.members.length
  return {
    primary_ranges_per_node: ring.size / nodes,
    replica_ranges_per_node: (ring.size * width) / nodes,
  }
}

describe('options', () => {
  test('are refused as in Cassandra', () => {
    const network = readReplication('NetworkTopologyStrategy', { replication_factor: 3 })
    expect(JSON.stringify(network)).toContain('replication_factor should not appear')
    expect(JSON.stringify(readReplication('SimpleStrategy', {}))).toContain(
      'SimpleStrategy requires a replication_factor strategy option.',
    )
  })

  test.each(['3/', 'a/1', 'a', '3/a', '-1', '', '3/3', 2.5, null])('%j is no factor', (factor) => {
    expect(readReplication('NetworkTopologyStrategy', { dc1: factor }).kind).toBe('refused')
  })

  test.each(['3', '3/1', 3, 0])('%j is a factor (python ReplicationFactor tests)', (factor) => {
    expect(readReplication('NetworkTopologyStrategy', { dc1: factor }).kind).toBe('replication')
  })

  test('an empty ring has no replicas and no error (SimpleStrategyTest)', () => {
    const placement = new Placement(Ring.of([]), replicate('SimpleStrategy', 3))
    expect(placement.replicasOf(token(1))).toEqual([])
  })
})

function replicate(strategy: 'SimpleStrategy', rf: number): Replication {
  const read = readReplication(strategy, { replication_factor: rf })
  if (read.kind === 'refused') throw new Error('refused')
  return read.replication
}

const dc1 = { dc: 'dc1', rack: 'r1' }

/** Cassandra's rule once more, in the plainest form. */
function byHand(ring: Ring, replication: Replication, from: Token): string[] {
  const order = Array.from({ length: ring.size }, (_, i) =>
    ring.ownerAt((ring.find(from) + i) % ring.size),
  )
  const nodes = [...new Set(order)]
  if (replication.kind === 'simple')
    return nodes.slice(0, replication.factor.all).map(({ id }) => id)
  const chosen = new Set<Member>()
  for (const [dc, { all }] of replication.factors) {
    const here = nodes.filter((node) => node.dc === dc)
    const racks = new Set(here.map(({ rack }) => rack))
    let repeats = all - racks.size
    const met = new Set<string>()
    let left = Math.min(all, here.length)
    for (const node of here) {
      if (left === 0) break
      if (met.has(node.rack) && repeats-- <= 0) continue
      met.add(node.rack)
      chosen.add(node)
      left--
    }
  }
  return nodes.filter((node) => chosen.has(node)).map(({ id }) => id)
}

describe('laws', () => {
  test('replicas are those of the rule written by hand', () => {
    fc.assert(
      fc.property(anyClaims(), anyReplication, anyToken, (claims, replication, from) => {
        const ring = Ring.of(claims)
        const ids = new Placement(ring, replication).replicasOf(from).map(({ id }) => id)
        expect(ids).toEqual(byHand(ring, replication, from))
      }),
      { numRuns: 2000 },
    )
  })

  test('replicas are distinct, and on distinct racks while there are racks', () => {
    fc.assert(
      fc.property(anyClaims({ min: 1 }), anyReplication, anyToken, (claims, replication, from) => {
        const ring = Ring.of(claims)
        const replicas = new Placement(ring, replication).replicasOf(from)
        expect(new Set(replicas).size).toBe(replicas.length)
        if (replication.kind === 'simple') return
        const owning = new Set(Array.from({ length: ring.size }, (_, i) => ring.ownerAt(i)))
        for (const [dc, { all }] of replication.factors) {
          const racks = new Set(
            [...owning].filter((node) => node.dc === dc).map(({ rack }) => rack),
          )
          const here = replicas.filter((node) => node.dc === dc).map(({ rack }) => rack)
          expect(new Set(here).size).toBe(Math.min(all, racks.size))
        }
      }),
    )
  })

  test('the whole table agrees with single look-ups, and shares sum to the copies', () => {
    fc.assert(
      fc.property(anyClaims({ min: 1 }), anyReplication, (claims, replication) => {
        const placement = new Placement(Ring.of(claims), replication)
        const table = placement.table()
        const { ring, width } = placement
        for (let i = 0; i < ring.size; i++) {
          const row = [...table.subarray(i * width, (i + 1) * width)]
          expect(row.map((k) => ring.members[k])).toEqual(placement.replicasAt(i))
        }
        const { effective, primary } = ownershipOf(placement)
        expect(effective.reduce((a, b) => a + b, 0)).toBeCloseTo(width, 9)
        expect(primary.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 9)
      }),
    )
  })
})
