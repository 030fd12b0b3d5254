/**
 * How a rumor spreads: told, asked for, or both; with losses, with the dead, and when it grows
 * old.
 */
import { at } from '../../src/base/assert.js'
import { log10 } from '../../src/base/math.js'
import { fixed, lesson, seed, page } from './lesson.js'
import { plot } from './plot.js'
import { Gossiper, type RumorSettings } from './toys/gossiper.js'
import { village } from './toys/toy.js'

const options = {
  nodes: {
    kind: 'number',
    unit: 'nodes',
    default: 100,
    min: 2,
    max: 1000,
    why: 'nodes, one of which knows something at the beginning',
  },
  fanOut: {
    kind: 'number',
    unit: 'peers',
    default: 1,
    min: 1,
    max: 10,
    why: 'peers that a node talks to in a round',
  },
  loss: {
    kind: 'number',
    unit: '',
    default: 0,
    min: 0,
    max: 0.95,
    fraction: true,
    why: 'share of messages that are lost',
  },
  rounds: {
    kind: 'number',
    unit: 'rounds',
    default: 0,
    min: 0,
    max: 100,
    why: 'rounds in which a node tells it; 0 is for ever',
  },
  seed,
} as const

const PERIOD = 1000
const LIMIT = 60
const WAYS = ['push', 'pull', 'both'] as const

export interface Spreading {
  /** Rounds at which each learnt it, in order; the first is 0. */
  readonly learnt: readonly number[]
  readonly messages: number
}

/** Lets a rumor spread until all know it, nobody tells it any more, or the time is over. */
export function spreading(
  nodes: number,
  settings: RumorSettings,
  world: { seed: number; loss: number },
): Spreading {
  const link = { loss: world.loss }
  const kernel = village(
    nodes,
    { seed: world.seed, link },
    (birth) => new Gossiper(settings, birth),
  )
  kernel.tell(at(kernel.hosts, 0), ['learn'])
  kernel.until(() => kernel.told.length === nodes, LIMIT * PERIOD, PERIOD)
  const messages = kernel.hosts.reduce((sum, { packetsSent }) => sum + packetsSent, 0)
  return { learnt: kernel.told.map(({ at: time }) => time / PERIOD), messages }
}

export const epidemic = lesson(
  'epidemic',
  'how a rumor spreads when it is told, asked for, or both',
  options,
  ({ nodes, fanOut, loss, rounds, seed }) => {
    const world = { seed, loss }
    const runs = WAYS.map((way) => spreading(nodes, { period: PERIOD, fanOut, way, rounds }, world))
    const rows = runs.map(({ learnt, messages }, i) => [
      at(WAYS, i),
      moment(learnt[Math.ceil(nodes / 2) - 1]),
      moment(learnt[nodes - 1]),
      nodes - learnt.length,
      fixed(messages / nodes),
    ])
    return {
      text: page(
        [
          `${nodes} nodes, fan-out ${fanOut}, ${fixed(loss * 100, 0)} % lost,`,
          `told ${rounds === 0 ? 'for ever' : `for ${rounds} rounds`}. Times in rounds.`,
        ],
        [['way', 'half know', 'all know', 'never', 'messages a node'], ...rows],
      ),
      measures: Object.fromEntries(
        runs.flatMap(({ learnt, messages }, i) => {
          const way = at(WAYS, i)
          return [
            [`${way}Half`, tenth(learnt[Math.ceil(nodes / 2) - 1])],
            [`${way}All`, tenth(learnt[nodes - 1])],
            [`${way}Never`, nodes - learnt.length],
            [`${way}Messages`, tenth(messages / nodes)],
          ]
        }),
      ),
      figure: drawn(nodes, runs),
    }
  },
)

function moment(round: number | undefined): string {
  return round === undefined ? 'not all' : fixed(round)
}

function tenth(value: number | undefined): number {
  return Number(fixed(value ?? Infinity))
}

const SHOWN = 12

function drawn(nodes: number, runs: readonly Spreading[]): string {
  return plot({
    title: `How many of ${nodes} nodes know a rumor, round by round`,
    x: { label: 'rounds', from: 0, to: SHOWN, ticks: [0, 3, 6, 9, 12] },
    y: { label: 'nodes that know, %', from: 0, to: 100, ticks: [0, 25, 50, 75, 100] },
    series: runs.map(({ learnt }, i) => ({
      name: at(WAYS, i),
      points: curve(learnt, nodes),
    })),
  })
}

function curve(learnt: readonly number[], nodes: number): [number, number][] {
  const points: [number, number][] = []
  for (let round = 0; round <= SHOWN; round += 0.25) {
    const known = learnt.filter((time) => time <= round).length
    points.push([round, Number(((100 * known) / nodes).toFixed(1))])
  }
  return points
}

const SIZES = [10, 30, 100, 300, 1000]
const RUNS = 5

/** The same for clusters of many sizes: what grows, and how slowly. */
export const growth = lesson(
  'growth',
  'how long a rumor takes in larger and larger clusters',
  { fanOut: options.fanOut, loss: options.loss, seed },
  ({ fanOut, loss, seed }) => {
    const times = SIZES.map((nodes) => meanTime(nodes, fanOut, loss, seed))
    const rows = SIZES.map((nodes, i) => [
      String(nodes),
      fixed(at(times, i)),
      i === 0 ? '' : fixed(at(times, i) - at(times, i - 1)),
    ])
    return {
      text: page(
        [
          `Told and asked for, fan-out ${fanOut}, ${fixed(loss * 100, 0)} % lost,`,
          `${RUNS} runs each.`,
        ],
        [['nodes', 'rounds until all know', 'more'], ...rows],
      ),
      measures: Object.fromEntries(SIZES.map((nodes, i) => [`all${nodes}`, tenth(at(times, i))])),
      figure: plot({
        title:
          'Rounds until all know, by the number of nodes: a straight line, sizes drawn by factors',
        x: { label: 'nodes', from: 10, to: 1000, ticks: SIZES, log: true },
        y: { label: 'rounds until all know', from: 0, to: 12, ticks: [0, 3, 6, 9, 12] },
        series: [
          { name: 'measured', points: SIZES.map((nodes, i) => [nodes, at(times, i)] as const) },
          {
            name: '2 log10 of the nodes',
            points: SIZES.map((nodes) => [nodes, 2 * log10(nodes)] as const),
          },
        ],
      }),
    }
  },
)

function meanTime(nodes: number, fanOut: number, loss: number, seed: number): number {
  const settings = { period: PERIOD, fanOut, way: 'both', rounds: 0 } as const
  const times = Array.from({ length: RUNS }, (_, i) =>
    spreading(nodes, settings, { seed: seed + i, loss }),
  ).map(({ learnt }) => learnt[nodes - 1] ?? LIMIT)
  return times.reduce((sum, time) => sum + time, 0) / RUNS
}
