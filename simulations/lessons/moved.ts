/** How many keys change their node when one more joins, by four ways of placing them. */
import { at } from '../../src/base/assert.js'
import { scramble } from '../../src/base/random.js'
import { randomTokens } from '../../src/ring/allocate.js'
import { Ring } from '../../src/ring/ring.js'
import { hashOf } from '../../src/ring/token.js'
import { encodeUtf8 } from '../../src/base/utf8.js'
import { fixed, lesson, seed, page } from './lesson.js'
import { plot } from './plot.js'

const options = {
  nodes: {
    kind: 'number',
    unit: 'nodes',
    default: 10,
    min: 2,
    max: 64,
    why: 'nodes before one more joins',
  },
  keys: {
    kind: 'number',
    unit: 'keys',
    default: 10_000,
    min: 100,
    max: 50_000,
    why: 'keys that are placed before and after',
  },
  tokens: {
    kind: 'number',
    unit: 'tokens',
    default: 16,
    min: 1,
    max: 64,
    why: 'places on the ring for each node',
  },
  seed,
} as const

// ANCHOR: placers
/** A placer says which of so many nodes a key belongs to. */
type Placer = (key: string, nodes: number) => number

/** The remainder of the key's hash. */
const byRemainder: Placer = (key, nodes) => hash(key) % nodes

/** The node that draws the highest lot for this key; each draws for itself. */
const byHighestLot: Placer = (key, nodes) => {
  const lots = Array.from({ length: nodes }, (_, node) => scramble(hash(key), node))
  return lots.indexOf(Math.max(...lots))
}
// ANCHOR_END: placers

// ANCHOR: by-ring
/** The node whose token comes first, clockwise from the key's place on the ring. */
function byRing(tokens: number, chance: number): Placer {
  const rings = new Map<number, Ring>()
  return (key, nodes) => {
    const ring = rings.get(nodes) ?? grown(nodes, tokens, chance)
    rings.set(nodes, ring)
    return Number(ring.ownerOfKey(key)?.id)
  }
}
// ANCHOR_END: by-ring

/** A node keeps its tokens when others join, so the larger ring holds the smaller one. */
function grown(nodes: number, tokens: number, chance: number): Ring {
  let ring = Ring.of([])
  for (let node = 0; node < nodes; node++) {
    const drawn = randomTokens(ring, tokens, `seed ${chance} node ${node}`)
    ring = ring.with({ id: String(node), dc: 'dc1', rack: 'r1', tokens: drawn })
  }
  return ring
}

function hash(key: string): number {
  return hashOf(encodeUtf8(key)).lo
}

/** The share of keys whose node is another one when one more node has joined. */
function movedShare(place: Placer, nodes: number, keys: readonly string[]): number {
  return keys.filter((key) => place(key, nodes) !== place(key, nodes + 1)).length / keys.length
}

const SIZES = [4, 6, 8, 12, 16, 24, 32]
const FEWER_KEYS = 2_000

export const moved = lesson(
  'moved',
  'how many keys change their node when one more joins',
  options,
  ({ nodes, keys, tokens, seed }) => {
    const all = Array.from({ length: keys }, (_, i) => `user:${i}`)
    const placers: [name: string, place: Placer][] = [
      ['remainder', byRemainder],
      ['ring, 1 token', byRing(1, seed)],
      [`ring, ${tokens} tokens`, byRing(tokens, seed)],
      ['highest lot', byHighestLot],
    ]
    const shares = placers.map(([, place]) => movedShare(place, nodes, all))
    const rows = placers.map(([name], i) => [name, `${fixed(at(shares, i) * 100)} %`])
    const least = `${fixed(100 / (nodes + 1))} %`
    return {
      text: page(
        [`${keys} keys on ${nodes} nodes, and one more joins.`],
        [['placed by', 'keys that move'], ...rows, ['least possible', least]],
      ),
      measures: {
        remainder: rounded(at(shares, 0)),
        oneToken: rounded(at(shares, 1)),
        tokens: rounded(at(shares, 2)),
        lot: rounded(at(shares, 3)),
      },
      figure: drawn(placers, all.slice(0, FEWER_KEYS)),
    }
  },
)

function rounded(share: number): number {
  return Math.round(share * 1000) / 1000
}

function drawn(placers: readonly [string, Placer][], keys: readonly string[]): string {
  return plot({
    title: 'Share of keys that move when one node joins, by the number of nodes before',
    x: { label: 'nodes before', from: 4, to: 32, ticks: SIZES, log: true },
    y: { label: 'keys that move, %', from: 0, to: 100, ticks: [0, 25, 50, 75, 100] },
    series: placers.map(([name, place]) => ({
      name,
      points: SIZES.map((size) => [size, 100 * movedShare(place, size, keys)] as const),
    })),
  })
}
