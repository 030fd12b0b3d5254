/**
 * How even the ring is while it grows and after it halves, as a table: ours, random tokens, and
 * what was measured of Cassandra's allocator. Run: node --import tsx bench/ring-balance.ts [--seeds
 * N] [--json]
 */
import { parseArgs } from 'node:util'
import { Random } from '../src/base/random.js'
import { allocate, randomTokens } from '../src/ring/allocate.js'
import type { Member } from '../src/ring/member.js'
import { imbalanceOf } from '../src/ring/ownership.js'
import { Placement } from '../src/ring/placement.js'
import { rebalance } from '../src/ring/rebalance.js'
import { network, type Replication } from '../src/ring/replication.js'
import { Ring } from '../src/ring/ring.js'

const RF3 = network({ dc1: 3 })
const TOP = 100
const SHOWN = [6, 12, 24, 50, 100]

const { values } = parseArgs({
  options: { seeds: { type: 'string', default: '3' }, json: { type: 'boolean', default: false } },
})
const seeds = Number(values.seeds)
/** With --json only the worst figures are printed, by number of racks. */
const worstFigures: { racks: number; grown: number; halved: number; cost: number }[] = []
const say = (line: string): void => {
  if (!values.json) console.log(line)
}

/** One ring of every size up to TOP, each grown from the one before. */
function growth(racks: number, seed: number, tokensFor: typeof allocated): Ring[] {
  const rings = [Ring.of([])]
  for (let n = 1; n <= TOP; n++) {
    const ring = rings[n - 1] ?? Ring.of([])
    const joiner = { id: `n${String(n).padStart(3, '0')}`, dc: 'dc1', rack: `r${n % racks}` }
    rings.push(ring.with({ ...joiner, tokens: tokensFor(ring, joiner, seed) }))
  }
  return rings
}

function allocated(ring: Ring, joiner: Member, seed: number): ReturnType<typeof allocate> {
  return allocate(ring, RF3, { joiner }, `seed ${seed}`)
}

function byChance(ring: Ring, joiner: Member, seed: number): ReturnType<typeof allocate> {
  return randomTokens(ring, 16, `seed ${seed} ${joiner.id}`)
}

function imbalance(ring: Ring, replication: Replication = RF3): number {
  return imbalanceOf(new Placement(ring, replication))
}

/** Half of each rack leaves, drawn from the seed. */
function halved(ring: Ring, seed: number): Ring {
  const racks = [...new Set(ring.members.map(({ rack }) => rack))]
  const random = Random.from(seed).fork('who leaves')
  let result = ring
  for (const rack of racks) {
    const here = ring.members.filter((member) => member.rack === rack)
    for (const { id } of random.sample(here, Math.floor(here.length / 2)))
      result = result.without(id)
  }
  return result
}

interface Worst {
  size: number
  ratio: number
}

function worstOf(rings: readonly Ring[]): Worst {
  const worst = { size: 0, ratio: 0 }
  for (let size = 6; size <= TOP; size++) {
    const ratio = imbalance(rings[size] ?? Ring.of([]))
    if (ratio > worst.ratio) Object.assign(worst, { size, ratio })
  }
  return worst
}

const fixed = (value: number): string => value.toFixed(3)
const mean = (list: readonly number[]): number => list.reduce((a, b) => a + b, 0) / list.length

for (const racks of [1, 3]) {
  const name = racks === 1 ? 'no racks' : `${racks} racks`
  const all: Ring[][] = []
  for (let seed = 1; seed <= seeds; seed++) all.push(growth(racks, seed, allocated))
  const chance = Array.from({ length: seeds }, (_, i) => growth(racks, i + 1, byChance))
  const shown = (list: readonly Ring[][]): string[] =>
    SHOWN.map((n) => {
      const ratios = list.map((rings) => imbalance(rings[n] ?? Ring.of([])))
      return `${fixed(mean(ratios))} (${fixed(Math.max(...ratios))})`
    })
  say(
    `\n${name}, RF 3, 16 tokens: mean (worst) of ${seeds} seeds, largest share over its rack's mean`,
  )
  say(`| nodes | ${SHOWN.join(' | ')} | worst of all sizes 6..${TOP} |`)
  say(`|${'---|'.repeat(SHOWN.length + 2)}`)
  const worst = all.map(worstOf).sort((a, b) => b.ratio - a.ratio)[0]
  say(`| ours | ${shown(all).join(' | ')} | ${fixed(worst?.ratio ?? 0)} at ${worst?.size ?? 0} |`)
  say(`| random | ${shown(chance).join(' | ')} | |`)
  say(`\n${name}, halved and rebalanced`)
  say(
    '| nodes | before | after | moved over unavoidable | moved, share of all data | token moves |',
  )
  say('|---|---|---|---|---|---|')
  const figures = { racks, grown: worst?.ratio ?? 0, halved: 0, cost: 0 }
  worstFigures.push(figures)
  for (const size of [6, 12, 18, 24, 36, 48, 60, 78, 96]) {
    const plans = all.flatMap((rings) =>
      [1, 2, 3, 4].map((seed) => rebalance(halved(rings[size] ?? Ring.of([]), seed), RF3)),
    )
    const most = (pick: (plan: (typeof plans)[number]) => number): number =>
      Math.max(...plans.map(pick))
    const cost = plans.map((plan) => (plan.unavoidable > 0 ? plan.moved / plan.unavoidable : 1))
    figures.halved = Math.max(
      figures.halved,
      most((p) => p.after),
    )
    figures.cost = Math.max(figures.cost, ...cost)
    say(
      `| ${size} to ${size / 2} | ${fixed(most((p) => p.before))} | ${fixed(most((p) => p.after))} | ` +
        `${fixed(Math.max(...cost))} | ${fixed(most((p) => p.moved / 3))} | ${most((p) => p.moves.length)} |`,
    )
  }
}
if (values.json) console.log(JSON.stringify({ racks: worstFigures }))
