/** The ring's part of bench/README.md: every figure beside its bar and the fastest peer that counts. */
import * as v from 'valibot'

const Row = v.object({
  ring: v.string(),
  owners: v.number(),
  lists: v.number(),
  build: v.nullable(v.number()),
  add: v.nullable(v.number()),
  drop: v.nullable(v.number()),
  kib: v.nullable(v.number()),
  agree: v.nullable(v.number()),
})
type Row = v.InferOutput<typeof Row>

const Ring = v.object({
  hash: v.object({ own: v.number(), driver: v.nullable(v.number()) }),
  small: v.array(Row),
  large: v.array(Row),
  plans: v.array(v.object({ racks: v.number(), first: v.number(), best: v.number() })),
})
const Balance = v.object({
  racks: v.array(
    v.object({ racks: v.number(), grown: v.number(), halved: v.number(), cost: v.number() }),
  ),
})

interface Part {
  readonly at: string
  readonly figures: unknown
}
type Line = readonly [what: string, own: string, peer: string, bar: string, holds: boolean]

export function ringLines(parts: Readonly<Partial<Record<string, Part>>>): string[] {
  const { ring, 'ring-balance': balance } = parts
  const lines = [
    ...(ring === undefined ? [] : speedLines(v.parse(Ring, ring.figures))),
    ...(balance === undefined ? [] : balanceLines(v.parse(Balance, balance.figures))),
  ]
  if (lines.length === 0) return []
  const rows = lines.map(([what, own, peer, bar, holds]) => {
    return `| ${[what, own, peer, bar, holds ? 'yes' : '**no**'].join(' | ')} |`
  })
  return [
    '## The ring',
    '',
    'One core, CPU time, peers in the same run. A peer counts that gives the same answer on all nodes',
    'whenever each learnt of the last member (column `agree` of [ring.md](ring.md), which has all rows',
    'and the tables of balance): `consistent-hash` agrees on 1 % of the keys, with its points spread',
    'uniformly and names sorted on half of them, and only where all build the ring at once on all.',
    `Peers take text keys. ${ring?.at ?? balance?.at ?? ''}.`,
    '',
    '| what | ours | fastest peer that counts | bar | holds |',
    '|---|---|---|---|---|',
    ...rows,
    '',
  ]
}

function speedLines({ hash, small, large, plans }: v.InferOutput<typeof Ring>): Line[] {
  const [bytes, text] = small.filter(({ ring }) => ring.startsWith('ours'))
  const [big] = large
  if (bytes === undefined || text === undefined || big === undefined) return []
  const peers = small.filter(({ ring, agree }) => !ring.startsWith('ours') && agree === 1)
  const times = hash.own / (hash.driver ?? Infinity)
  const plan = Math.max(...plans.map(({ first }) => first))
  const fast = (what: string, pick: (row: Row) => number, least: number): Line[] => {
    const [name, peer] = bestOf(peers, pick, (a, b) => a > b)
    const beside = `${millions(peer)} (${name})`
    const bar = `>= ${least} M/s, above the peer`
    return [
      [
        `${what}, from a key of 16 bytes`,
        millions(pick(bytes)),
        beside,
        bar,
        pick(bytes) >= least * 1e6,
      ],
      [`${what}, from a text`, millions(pick(text)), beside, 'above the peer', pick(text) > peer],
    ]
  }
  const cheap = (
    what: string,
    pick: (row: Row) => number | null,
    unit: string,
    most: number,
  ): Line => {
    const [name, peer] = bestOf(
      peers,
      (row) => pick(row) ?? Infinity,
      (a, b) => a < b,
    )
    const own = pick(bytes) ?? Infinity
    return [
      what,
      `${fixed(own)} ${unit}`,
      `${fixed(peer)} ${unit} (${name})`,
      `<= ${most} ${unit}`,
      own <= most,
    ]
  }
  const driver = `${millions(hash.driver ?? 0)} (cassandra-driver)`
  return [
    ['tokens of 16-byte keys', millions(hash.own), driver, '>= 8 times', times >= 8],
    ...fast('owners, 100 nodes x 256 tokens', ({ owners }) => owners, 5),
    ...fast('replica lists there, RF 3, three racks', ({ lists }) => lists, 2),
    cheap(
      'memory of that ring, with the replicas of all ranges asked',
      ({ kib }) => kib,
      'KiB',
      614,
    ),
    cheap('build it', ({ build }) => build, 'ms', 5),
    cheap("one node's change", ({ add }) => add, 'ms', 1),
    ['owners, 1,000 nodes x 256 tokens', millions(big.owners), '', '', true],
    ['replica lists there', millions(big.lists), '', '', true],
    [
      'plan a join to 1,000 nodes x 16 tokens, first call, the slowest of 1, 3 and 10 racks',
      `${plan.toFixed(0)} ms`,
      '',
      '< 200 ms',
      plan < 200,
    ],
  ]
}

function balanceLines({ racks: all }: v.InferOutput<typeof Balance>): Line[] {
  return all.flatMap(({ racks, grown, halved, cost }): Line[] => {
    const where = racks === 1 ? 'no racks' : `${racks} racks`
    return [
      [
        `largest share over its rack's mean, 6 to 100 nodes, ${where}`,
        grown.toFixed(3),
        '',
        '<= 1.05',
        grown <= 1.05,
      ],
      [`after halving and rebalancing, ${where}`, halved.toFixed(3), '', '<= 1.08', halved <= 1.08],
      [
        `data moved for that over the unavoidable, ${where}`,
        cost.toFixed(2),
        '',
        '<= 1.3',
        cost <= 1.3,
      ],
    ]
  })
}

function bestOf(
  rows: readonly Row[],
  pick: (row: Row) => number,
  better: (a: number, b: number) => boolean,
): readonly [string, number] {
  return rows.reduce<readonly [string, number]>(
    (best, row) => (best[0] === '' || better(pick(row), best[1]) ? [row.ring, pick(row)] : best),
    ['', 0],
  )
}

function millions(rate: number): string {
  return `${(rate / 1e6).toFixed(2)} M/s`
}

function fixed(value: number): string {
  return value.toFixed(value < 10 ? 2 : 0)
}
