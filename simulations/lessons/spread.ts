/** How evenly tokens share a ring out: drawn by chance, and chosen by looking at the ring. */
import { at } from '../../src/base/assert.js'
import { allocate, randomTokens } from '../../src/ring/allocate.js'
import type { Member } from '../../src/ring/member.js'
import { imbalanceOf } from '../../src/ring/ownership.js'
import { Placement } from '../../src/ring/placement.js'
import { network } from '../../src/ring/replication.js'
import { Ring } from '../../src/ring/ring.js'
import type { Token } from '../../src/ring/token.js'
import { fixed, lesson, measuresOf, seed, page } from './lesson.js'
import { plot } from './plot.js'

const options = {
  nodes: {
    kind: 'number',
    unit: 'nodes',
    default: 12,
    min: 3,
    max: 48,
    why: 'nodes on the ring, joined one after the other',
  },
  copies: {
    kind: 'number',
    unit: 'copies',
    default: 1,
    min: 1,
    max: 3,
    why: 'copies of every key; what counts is then what a node holds, copies included',
  },
  rings: {
    kind: 'number',
    unit: 'rings',
    default: 5,
    min: 1,
    max: 20,
    why: 'rings that are drawn and averaged',
  },
  seed,
} as const

const COUNTS = [1, 2, 4, 8, 16, 32, 64, 128, 256]
/** Choosing looks at every range for every token; by this count it has nothing left to gain. */
const MOST_CHOSEN = 16

type Choice = (ring: Ring, joiner: Member, tokens: number, purpose: string) => Token[]

function imbalance(ring: Ring, copies: number): number {
  return imbalanceOf(new Placement(ring, network({ dc1: copies })))
}

function grown(nodes: number, tokens: number, choose: Choice, purpose: string): Ring {
  let ring = Ring.of([])
  for (let node = 0; node < nodes; node++) {
    const joiner = { id: `n${String(node).padStart(2, '0')}`, dc: 'dc1', rack: 'r1' }
    ring = ring.with({ ...joiner, tokens: choose(ring, joiner, tokens, purpose) })
  }
  return ring
}

const byChance: Choice = (ring, joiner, tokens, purpose) =>
  randomTokens(ring, tokens, `${purpose} ${joiner.id}`)

export const spread = lesson(
  'spread',
  'how evenly tokens share a ring out',
  options,
  ({ nodes, copies, rings, seed }) => {
    const chosen: Choice = (ring, joiner, tokens, purpose) =>
      allocate(ring, network({ dc1: copies }), { joiner, count: tokens }, purpose)
    const mean = (tokens: number, choose: Choice): number => {
      const all = Array.from({ length: rings }, (_, i) => `seed ${seed} ring ${i}`)
      const each = all.map((purpose) => imbalance(grown(nodes, tokens, choose, purpose), copies))
      return each.reduce((sum, value) => sum + value, 0) / rings
    }
    const chance = COUNTS.map((tokens) => mean(tokens, byChance))
    const few = COUNTS.filter((tokens) => tokens <= MOST_CHOSEN)
    const looked = few.map((tokens) => mean(tokens, chosen))
    const cell = (list: readonly number[], i: number): string =>
      i < list.length ? fixed(at(list, i), 2) : ''
    return {
      text: page(
        [`The fullest of ${nodes} nodes over the mean, ${rings} rings, copies: ${copies}.`],
        [
          ['tokens a node', 'by chance', 'chosen'],
          ...COUNTS.map((count, i) => [count, cell(chance, i), cell(looked, i)]),
        ],
      ),
      measures: {
        ...measuresOf('chance', COUNTS, (i) => Number(cell(chance, i))),
        ...measuresOf('chosen', few, (i) => Number(cell(looked, i))),
      },
      figure: drawn(nodes, chance, looked),
    }
  },
)

function drawn(nodes: number, chance: readonly number[], chosen: readonly number[]): string {
  const points = (list: readonly number[]): (readonly [number, number])[] =>
    list.map((value, i) => [at(COUNTS, i), value] as const)
  return plot({
    title: `The fullest of ${nodes} nodes over the mean, by tokens a node`,
    x: { label: 'tokens a node', from: 1, to: 256, ticks: COUNTS, log: true },
    y: { label: 'fullest node over the mean', from: 1, to: 4, ticks: [1, 1.5, 2, 2.5, 3, 3.5, 4] },
    series: [
      { name: 'tokens by chance', points: points(chance) },
      { name: 'tokens chosen', points: points(chosen) },
    ],
  })
}
