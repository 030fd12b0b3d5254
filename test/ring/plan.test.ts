/** Topology files, good and bad; what-if plans; warnings; pictures that have the same bytes every time. */
import { readFileSync } from 'node:fs'
import { describe, expect, test } from '@jest/globals'
import { pageOf, formatBytes, formatSeconds } from '../../src/ring/page.js'
import { drawPlan } from '../../src/ring/picture.js'
import { compare, placementOf, planChange, type Plan, type WhatIf } from '../../src/ring/plan.js'
import { stripOf } from '../../src/ring/strip.js'
import { readTopology, type Topology, type TopologyProblem } from '../../src/ring/topology.js'
import { warningsOf } from '../../src/ring/warnings.js'

const node = (name: string, rack: string, ...tokens: string[]): object => ({
  name,
  dc: 'dc1',
  rack,
  tokens,
})
const good = {
  strategy: 'NetworkTopologyStrategy',
  replication: { dc1: 2 },
  nodes: [node('a', 'r1', '-6000000000000000000'), node('b', 'r2', '0'), node('c', 'r1', '6')],
}

function topology(given: unknown): Topology {
  const read = readTopology(given)
  if (read.kind === 'refused') throw new Error(JSON.stringify(read.problems))
  return read.topology
}

function problems(given: unknown): readonly TopologyProblem[] {
  const read = readTopology(given)
  return read.kind === 'refused' ? read.problems : []
}

function planned(given: unknown, ...changes: WhatIf[]): Plan {
  const result = planChange(topology(given), changes)
  if (result.kind === 'refused') throw new Error(result.says)
  return result.plan
}

describe('a topology file', () => {
  test('that is good is read, and the examples are', () => {
    expect(topology(good).nodes.map(({ id }) => id)).toEqual(['a', 'b', 'c'])
    for (const name of ['three-racks', 'two-datacenters']) {
      const file = new URL(`../../examples/topologies/${name}.json`, import.meta.url)
      expect(problems(JSON.parse(readFileSync(file, 'utf8')))).toEqual([])
    }
  })

  test('tells every problem with its place', () => {
    const bad = {
      stratgy: 1,
      strategy: 'NetworkTopologyStrategy',
      replication: { dc1: 3, dcx: 2, dc2: 'a' },
      nodes: [
        { name: 'a', dc: 'dc1', rack: 'r', tokens: ['1', '9223372036854775808', '1'] },
        { name: 'a', dc: 'dc2', tokns: [], weight: 0, tokens: [2 ** 53] },
        7,
      ],
    }
    expect(problems(bad).map(({ place }) => place)).toEqual([
      'stratgy',
      'nodes[0].tokens[1]',
      'nodes[0].tokens[2]',
      'nodes[1].tokns',
      'nodes[1].name',
      'nodes[1].tokens[0]',
      'nodes[1].weight',
      'nodes[2]',
      'replication.dcx',
      'replication.dc2',
    ])
  })

  test.each([
    ['nothing', undefined, ''],
    ['a list', [], ''],
    ['no nodes', { ...good, nodes: [] }, 'nodes'],
    ['no strategy', { ...good, strategy: 'Local' }, 'strategy'],
    ['a number for datacenters', { ...good, replication: 3 }, 'replication'],
    ['a node without tokens', { ...good, nodes: [node('a', 'r')] }, 'nodes[0].tokens'],
    ['a million tokens', { ...good, nodes: [{ ...node('a', 'r'), tokens: million() }] }, 'nodes'],
  ])('with %s is refused', (_, given, place) => {
    expect(problems(given)[0]?.place).toBe(place)
  })

  test('with SimpleStrategy takes a number', () => {
    const read = topology({ ...good, strategy: 'SimpleStrategy', replication: 3 })
    expect(read.replication).toEqual({ kind: 'simple', factor: { all: 3, transient: 0 } })
  })
})

function million(): string[] {
  return Array.from({ length: 1_000_000 }, (_, i) => String(i))
}

describe('a plan', () => {
  const joins: WhatIf = { kind: 'add', member: { id: 'd', dc: 'dc1', rack: 'r2' } }

  test('of a join moves data to the joiner alone, and the sums agree', () => {
    const plan = planned(good, joins)
    expect(plan.nodes.find(({ member }) => member.id === 'd')?.before).toBeUndefined()
    expect(plan.flows.every(({ to }) => to.id === 'd')).toBe(true)
    const received = plan.nodes.reduce((sum, { receives }) => sum + receives, 0)
    const sent = plan.nodes.reduce((sum, { sends }) => sum + sends, 0)
    expect(received).toBeCloseTo(plan.moved, 12)
    expect(sent).toBeCloseTo(plan.moved, 12)
  })

  test('of a replacement moves all of the old node to the new one and nothing else', () => {
    const plan = planned(good, { kind: 'replace', name: 'b', by: 'z' })
    const old = plan.nodes.find(({ member }) => member.id === 'b')
    expect(plan.flows).toHaveLength(1)
    expect(plan.moved).toBeCloseTo(old?.before?.effective ?? 0, 12)
  })

  test('of more copies, another rack, a leave, a rebalance', () => {
    const more = planned(good, { kind: 'copies', dc: 'dc1', factor: { all: 3, transient: 0 } })
    expect(more.moved).toBeCloseTo(1, 12)
    expect(planned(good, { kind: 'rack', name: 'c', rack: 'r2' }).moved).toBeGreaterThan(0)
    expect(planned(good, { kind: 'remove', name: 'c' }).after.ring.members).toHaveLength(2)
    const level = planned(good, { kind: 'rebalance' })
    expect(level.imbalance.after).toBeLessThan(level.imbalance.before)
  })

  test.each<[WhatIf, RegExp]>([
    [{ kind: 'remove', name: 'aa' }, /no node aa, did you mean a\?/],
    [{ kind: 'replace', name: 'a', by: 'b' }, /b is there already/],
    [{ kind: 'rack', name: 'x', rack: 'r' }, /no node x/],
    [{ kind: 'add', member: { id: 'a', dc: 'dc1', rack: 'r' } }, /a is there already/],
    [{ kind: 'copies', dc: 'dc9', factor: { all: 1, transient: 0 } }, /no node is in dc9/],
    [{ kind: 'copies', dc: '', factor: { all: 1, transient: 0 } }, /give DC=COPIES/],
  ])('of %j is refused', (change, says) => {
    const result = planChange(topology(good), [change])
    expect(result.kind === 'refused' && result.says).toMatch(says)
  })

  test('warns of what is allowed but unwise', () => {
    const kinds = (given: unknown): string[] =>
      warningsOf(placementOf(topology(given))).map(({ kind }) => kind)
    expect(kinds({ ...good, replication: { dc1: 4 } })).toContain('rf-unreachable')
    expect(kinds({ ...good, replication: { dc1: 3 } })).toContain('few-racks')
    expect(kinds(good)).toContain('small-rack')
    const uneven = [node('a', 'r', '0'), node('b', 'r', '9'), node('c', 'r', '-4')]
    expect(kinds({ ...good, nodes: uneven, replication: { dc1: 1 } })).toContain('hot-node')
    const idle = { ...node('d', 'r', '5'), dc: 'dc2' }
    expect(kinds({ ...good, nodes: [...good.nodes, idle] })).toContain('no-copies')
    const warnings = warningsOf(placementOf(topology({ ...good, replication: { dc1: 4 } })))
    expect(warnings[0]?.says).toContain('Your replication factor')
  })

  test('of 1,000 nodes lists one row for each', () => {
    const nodes = Array.from({ length: 1000 }, (_, i) =>
      node(`n${i}`, `r${i % 3}`, String(BigInt(i) * 18014398509481984n - 2n ** 63n)),
    )
    const plan = planned({ ...good, nodes }, { kind: 'remove', name: 'n7' })
    expect(plan.nodes).toHaveLength(1000)
    expect(drawPlan(plan)).toContain('and 960 more')
  })
})

describe('pictures', () => {
  const plan = planned(good, { kind: 'add', member: { id: '<d&>', dc: 'dc1', rack: 'r2' } })

  test('are the same bytes for the same plan, with an arc for every range and transfer', () => {
    const svg = drawPlan(plan)
    expect(drawPlan(plan)).toBe(svg)
    const arcs = svg.match(/<circle/g) ?? []
    expect(arcs).toHaveLength(1 + plan.after.ring.size + plan.transfers.length)
  })

  test('escape names', () => {
    const page = pageOf(plan, 'a <b>', { data: 1e12, rate: 5e7 })
    expect(page).toContain('&lt;d&amp;&gt;')
    expect(page).not.toContain('<d&>')
    expect(page).toContain('<title>a &lt;b&gt;</title>')
  })

  test('of nothing moving say so', () => {
    const placement = placementOf(topology(good))
    expect(drawPlan(compare(placement, placement))).toContain('Nothing is copied.')
  })

  test('of the terminal show who owns what', () => {
    const quarters = ['-4611686018427387904', '0', '4611686018427387904', '9223372036854775807']
    const nodes = quarters.map((token, i) => node(`n${i}`, 'r', token))
    const rows = stripOf(placementOf(topology({ ...good, nodes })).ring, 8)
    expect(rows).toEqual(['██      ', '  ██    ', '    ██  ', '      ██'])
  })

  test('sizes and times are in words', () => {
    expect([0, 1023, 1536, 5e12].map(formatBytes)).toEqual(['0 B', '1023 B', '1.5 KiB', '4.5 TiB'])
    expect([12, 75, 7500].map(formatSeconds)).toEqual(['12 s', '1 min 15 s', '2 h 5 min'])
  })
})
