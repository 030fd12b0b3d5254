/** How often a read misses the write before it, by how many replicas each waits for. */
import { at } from '../../src/base/assert.js'
import type { Millis } from '../../src/base/machine.js'
import { fixed, lesson, quantile, seed, page } from './lesson.js'
import { plot } from './plot.js'
import { Keeper } from './toys/keeper.js'
import { village } from './toys/toy.js'

const options = {
  replicas: {
    kind: 'number',
    unit: 'replicas',
    default: 3,
    min: 2,
    max: 7,
    why: 'copies of the value',
  },
  slow: {
    kind: 'number',
    unit: 'ms',
    default: 10,
    min: 0,
    max: 200,
    why: 'mean of the random part of a delay',
  },
  loss: {
    kind: 'number',
    unit: '',
    default: 0,
    min: 0,
    max: 0.5,
    fraction: true,
    why: 'share of messages that are lost',
  },
  writes: {
    kind: 'number',
    unit: 'writes',
    default: 400,
    min: 10,
    max: 5000,
    why: 'writes, each followed by a read',
  },
  seed,
} as const

const GAPS: readonly Millis[] = [0, 5, 10, 20, 30, 40, 60]
const TURN: Millis = 2000

interface Answered {
  readonly stale: number
  readonly median: Millis
  readonly answered: number
}

export const quorum = lesson(
  'quorum',
  'how often a read misses the write just before it',
  options,
  (chosen) => {
    const more = Math.floor(chosen.replicas / 2) + 1
    const waits: [write: number, read: number][] = [
      [1, 1],
      [1, more],
      [more, 1],
      [more, more],
    ]
    const all = waits.map(([write, read]) => GAPS.map((gap) => answered(chosen, write, read, gap)))
    const rows = waits.map(([write, read], i) => {
      const first = at(at(all, i), 0)
      return [
        `W=${write} R=${read}`,
        percent(first.stale),
        percent(at(at(all, i), 3).stale),
        fixed(first.median),
        percent(first.answered),
      ]
    })
    return {
      text: page(
        [
          `${chosen.replicas} replicas, delays of 1 ms and ${chosen.slow} ms more on average,`,
          `${percent(chosen.loss)} lost.`,
        ],
        [['', 'stale at once', 'stale 20 ms later', 'median read, ms', 'answered'], ...rows],
      ),
      measures: Object.fromEntries(
        waits.flatMap(([write, read], i) => [
          [`stale${write}${read}`, Number(at(at(all, i), 0).stale.toFixed(3))],
          [`later${write}${read}`, Number(at(at(all, i), 3).stale.toFixed(3))],
          [`read${write}${read}`, Number(fixed(at(at(all, i), 0).median))],
        ]),
      ),
      figure: plot({
        title: 'Share of stale reads, by the time between the acknowledged write and the read',
        x: {
          label: 'milliseconds from the write to the read',
          from: 0,
          to: 60,
          ticks: [0, 10, 20, 30, 40, 50, 60],
        },
        y: { label: 'stale reads, %', from: 0, to: 60, ticks: [0, 15, 30, 45, 60] },
        series: waits.map(([write, read], i) => ({
          name: `W=${write} R=${read}`,
          points: GAPS.map((gap, k) => [gap, at(at(all, i), k).stale * 100] as const),
        })),
      }),
    }
  },
)

interface Chosen {
  readonly replicas: number
  readonly slow: Millis
  readonly loss: number
  readonly writes: number
  readonly seed: number
}

function answered(
  { replicas, slow, loss, writes, seed }: Chosen,
  write: number,
  read: number,
  gap: Millis,
): Answered {
  const link = { loss, delay: { kind: 'exponential', from: 1, mean: slow } } as const
  const kernel = village(
    replicas + 1,
    { seed, link },
    (birth) => new Keeper({ write, read, gap }, birth),
  )
  const client = at(kernel.hosts, replicas)
  for (let i = 0; i < writes; i++) {
    kernel.tell(client, ['write'])
    kernel.run(TURN)
  }
  const reads = kernel.told.map(({ event }) => event)
  return {
    stale: reads.filter(({ stale }) => stale).length / reads.length,
    median: quantile(
      reads.map(({ took }) => took),
      0.5,
    ),
    answered: reads.length / writes,
  }
}

function percent(share: number): string {
  return `${fixed(share * 100)} %`
}
