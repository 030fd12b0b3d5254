/** Many stores fill one empty newcomer, each deciding alone from what it heard some time ago. */
import { at } from '../../src/base/assert.js'
import type { Millis } from '../../src/base/machine.js'
import { fixed, lesson, seed, page } from './lesson.js'
import { plot } from './plot.js'
import { Store, type StoreSettings } from './toys/store.js'
import { village } from './toys/toy.js'

const options = {
  stores: {
    kind: 'number',
    unit: 'stores',
    default: 10,
    min: 3,
    max: 50,
    why: 'stores, the last of which begins empty',
  },
  news: {
    kind: 'number',
    unit: 'ms',
    default: 10_000,
    min: 100,
    max: 60_000,
    why: 'how often a store tells its load',
  },
  slack: {
    kind: 'number',
    unit: '',
    default: 0,
    min: 0,
    max: 1,
    fraction: true,
    why: 'share above the mean that is still fine',
  },
  seed,
} as const

const LOAD = 40
const END: Millis = 120_000
const SAMPLE: Millis = 1000

interface Filling {
  /** Load of the newcomer, second by second. */
  readonly newcomer: readonly number[]
  readonly moves: number
  /** Largest over the mean at the end. */
  readonly imbalance: number
}

export const herd = lesson(
  'herd',
  'how many stores fill an empty one when each decides for itself',
  options,
  ({ stores, news, slack, seed }) => {
    const base = { news, pace: 1000, load: LOAD }
    const ways: [name: string, settings: StoreSettings][] = [
      ['emptiest', { ...base, slack, choice: 'emptiest' }],
      ['emptiest, 5 % slack', { ...base, slack: Math.max(slack, 0.05), choice: 'emptiest' }],
      ['any below the mean', { ...base, slack: Math.max(slack, 0.05), choice: 'any' }],
    ]
    const runs = ways.map(([, settings]) => filling(stores, settings, seed))
    const mean = (LOAD * (stores - 1)) / stores
    const names = ways.map(([name]) => name)
    const rows = runs.map(({ newcomer, moves, imbalance }, i) => [
      at(names, i),
      Math.max(...newcomer),
      fixed(newcomer.at(-1) ?? 0, 0),
      moves,
      fixed(imbalance, 2),
    ])
    return {
      text: page(
        [
          `${stores} stores with ${LOAD} ranges each but the last, which is empty;`,
          `loads are told every ${news / 1000} s. A fair share is ${fixed(mean, 0)}.`,
        ],
        [['gives to', 'newcomer, most', 'after 120 s', 'moves', 'fullest over mean'], ...rows],
        `Moves that were needed: ${fixed(mean, 0)}.`,
      ),
      measures: Object.fromEntries(
        ['plain', 'slack', 'any'].flatMap((name, i) => [
          [`${name}Most`, Math.max(...at(runs, i).newcomer)],
          [`${name}Moves`, at(runs, i).moves],
          [`${name}End`, Number(fixed(at(runs, i).imbalance, 2))],
        ]),
      ),
      figure: drawn(names, runs, mean),
    }
  },
)

function filling(stores: number, settings: StoreSettings, seed: number): Filling {
  const kernel = village(stores, { seed }, (birth) => new Store(settings, birth))
  const empty = at(kernel.hosts, stores - 1)
  kernel.tell(empty, ['hold', '0'])
  const newcomer: number[] = []
  for (let time = 0; time <= END; time += SAMPLE) {
    newcomer.push(empty.node?.load ?? 0)
    kernel.run(SAMPLE)
  }
  const loads = kernel.hosts.map(({ node }) => node?.load ?? 0)
  const mean = loads.reduce((sum, load) => sum + load, 0) / stores
  return { newcomer, moves: kernel.told.length, imbalance: Math.max(...loads) / mean }
}

function drawn(names: readonly string[], runs: readonly Filling[], mean: number): string {
  const most = Math.max(...runs.flatMap(({ newcomer }) => newcomer))
  const top = Math.ceil(most / 40) * 40
  return plot({
    title: 'Ranges that the newcomer holds, second by second, for three ways of deciding',
    x: { label: 'seconds', from: 0, to: 120, ticks: [0, 30, 60, 90, 120] },
    y: {
      label: 'ranges of the newcomer',
      from: 0,
      to: top,
      ticks: [0, top / 4, top / 2, (3 * top) / 4, top],
    },
    series: [
      ...runs.map(({ newcomer }, i) => ({
        name: at(names, i),
        points: newcomer.map((load, second) => [second, load] as const),
      })),
      {
        name: 'fair share',
        points: [
          [0, mean],
          [120, mean],
        ] as const,
      },
    ],
  })
}
