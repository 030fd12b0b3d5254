/** One number to choose: how long to wait. What each choice costs in false alarms and in time. */
import { at } from '../../src/base/assert.js'
import type { Millis } from '../../src/base/machine.js'
import { fixed, lesson, measuresOf, seed, page } from './lesson.js'
import { plot } from './plot.js'
import { Heartbeater } from './toys/heartbeater.js'
import { later, village } from './toys/toy.js'

const options = {
  loss: {
    kind: 'number',
    unit: '',
    default: 0.05,
    min: 0,
    max: 0.9,
    fraction: true,
    why: 'share of heartbeats that are lost',
  },
  slow: {
    kind: 'number',
    unit: '',
    default: 0.03,
    min: 0,
    max: 1,
    fraction: true,
    why: 'share of heartbeats that are late, by up to two seconds',
  },
  nodes: {
    kind: 'number',
    unit: 'nodes',
    default: 10,
    min: 2,
    max: 30,
    why: 'nodes that all watch each other',
  },
  seed,
} as const

const PERIOD: Millis = 1000
const TIMEOUTS: readonly Millis[] = [1100, 1500, 2000, 2500, 3000, 4000, 5000, 6000, 8000]
const QUIET: Millis = 240_000
const END: Millis = QUIET + 12_000

interface Cost {
  /** Of all observers together, a minute. */
  readonly falseAlarms: number
  /** Seconds until all observers knew. */
  readonly all: number
}

export const timeout = lesson(
  'timeout',
  'what a longer wait costs in time and saves in false alarms',
  options,
  ({ loss, slow, nodes, seed }) => {
    const costs = TIMEOUTS.map((wait) => costOf(wait, loss, slow, nodes, seed))
    const rows = TIMEOUTS.map((wait, i) => {
      const { falseAlarms, all } = at(costs, i)
      return [`${fixed(wait / 1000)} s`, fixed(falseAlarms, 2), fixed(all, 2)]
    })
    return {
      text: page(
        [
          `${nodes} nodes, heartbeats each second,`,
          `${percent(loss)} lost, ${percent(slow)} late by up to 2 s.`,
        ],
        [['time-out', 'false alarms a minute', 'all know after, s'], ...rows],
        `Messages a second, in all: ${nodes * (nodes - 1)}.`,
      ),
      measures: {
        ...measuresOf('alarms', TIMEOUTS, (i) => Number(fixed(at(costs, i).falseAlarms, 2))),
        ...measuresOf('all', TIMEOUTS, (i) => Number(fixed(at(costs, i).all, 2))),
        messages: nodes * (nodes - 1),
      },
      figure: drawn(costs),
    }
  },
)

function costOf(wait: Millis, loss: number, slow: number, nodes: number, seed: number): Cost {
  const link = { loss, late: slow, lateMax: 2000 }
  const settings = { period: PERIOD, timeout: wait }
  const kernel = village(nodes, { seed, link }, (birth) => new Heartbeater(settings, birth))
  const victim = at(kernel.hosts, nodes - 1)
  later(kernel, QUIET, { kind: 'crash', nodes: [victim.name] })
  kernel.run(END)
  const alarms = kernel.told.filter(({ at: time, event }) => time < QUIET && event.kind === 'down')
  const known = kernel.hosts
    .filter((host) => host !== victim)
    .map(({ name }) => lastDown(kernel.told, name, victim.address))
  return {
    falseAlarms: alarms.length / (QUIET / 60_000),
    all: Math.max(...known),
  }
}

/** Seconds after the death at which this observer believed it for good. */
function lastDown(
  told: readonly { at: Millis; by: string; event: { kind: string; peer: string } }[],
  observer: string,
  victim: string,
): number {
  const last = told.filter(({ by, event }) => by === observer && event.peer === victim).at(-1)
  return last?.event.kind === 'down' ? Math.max(0, last.at - QUIET) / 1000 : Infinity
}

function percent(share: number): string {
  return `${Number((share * 100).toFixed(1))} %`
}

function drawn(costs: readonly Cost[]): string {
  const most = Math.max(1, ...costs.map(({ falseAlarms }) => falseAlarms))
  const top = [5, 10, 20, 50, 100, 200, 500, 1000].find((each) => each >= most) ?? 5000
  return plot({
    title: 'False alarms against the time until all know of a death, one dot for each time-out',
    x: { label: 'seconds until all know of a death', from: 0, to: 9, ticks: [0, 2, 4, 6, 8] },
    y: {
      label: 'false alarms a minute',
      from: 0,
      to: top,
      ticks: [0, top / 4, top / 2, (3 * top) / 4, top],
    },
    series: [
      {
        name: 'time-outs from 1.1 to 8 s',
        as: 'dots',
        points: costs.map(({ all, falseAlarms }) => [all, falseAlarms] as const),
      },
    ],
  })
}
