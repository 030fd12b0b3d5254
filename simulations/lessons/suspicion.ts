/** Four detectors on the same lossy network: alone, with relays, with suspicion, with both. */
import { at } from '../../src/base/assert.js'
import type { Millis } from '../../src/base/machine.js'
import { fixed, lesson, seed, page } from './lesson.js'
import { plot } from './plot.js'
import { Swimmer, type SwimSettings } from './toys/swimmer.js'
import { later, village } from './toys/toy.js'

const options = {
  nodes: {
    kind: 'number',
    unit: 'nodes',
    default: 20,
    min: 4,
    max: 60,
    why: 'nodes, each probing one other a second',
  },
  relays: {
    kind: 'number',
    unit: 'nodes',
    default: 3,
    min: 0,
    max: 10,
    why: 'others that are asked to probe one that did not answer',
  },
  suspicion: {
    kind: 'number',
    unit: 'ms',
    default: 5000,
    min: 0,
    max: 30_000,
    why: 'how long a suspect may defend itself',
  },
  loss: {
    kind: 'number',
    unit: '',
    default: 0.2,
    min: 0,
    max: 0.6,
    fraction: true,
    why: 'share of messages that are lost, in the table',
  },
  seed,
} as const

const QUIET: Millis = 60_000
const END: Millis = 100_000
const LOSSES = [0, 0.05, 0.1, 0.15, 0.2]

interface Outcome {
  /** Verdicts on nodes that lived, in the first minute. */
  readonly falseDeaths: number
  /** Seconds from a death until the last node knew; Infinity: never. */
  readonly all: number
  /** A second and node. */
  readonly messages: number
}

export const suspicion = lesson(
  'suspicion',
  'what relays and suspicion do for a detector on a lossy network',
  options,
  ({ nodes, relays, suspicion: wait, loss, seed }) => {
    const base = { period: 1000, timeout: 300 }
    const variants: [name: string, settings: SwimSettings][] = [
      ['probe alone', { ...base, relays: 0, suspicion: 0 }],
      ['with relays', { ...base, relays, suspicion: 0 }],
      ['with suspicion', { ...base, relays: 0, suspicion: wait }],
      ['with both', { ...base, relays, suspicion: wait }],
    ]
    const run = (settings: SwimSettings, lost: number): Outcome =>
      outcomeOf(nodes, settings, { seed, loss: lost })
    const outcomes = variants.map(([, settings]) => run(settings, loss))
    const rows = variants.map(([name], i) => {
      const { falseDeaths, all, messages } = at(outcomes, i)
      return [name, falseDeaths, fixed(all), fixed(messages)]
    })
    return {
      text: page(
        [
          `${nodes} nodes, ${fixed(loss * 100, 0)} % of all messages lost,`,
          'a minute in which all live; then one dies.',
        ],
        [
          ['', 'called dead, but alive', 'all know after, s', 'messages a second and node'],
          ...rows,
        ],
      ),
      measures: Object.fromEntries(
        ['alone', 'relays', 'suspicion', 'both'].flatMap((name, i) => [
          [`${name}False`, at(outcomes, i).falseDeaths],
          [`${name}All`, Number(fixed(at(outcomes, i).all))],
          [`${name}Messages`, Number(fixed(at(outcomes, i).messages))],
        ]),
      ),
      figure: plot({
        title: 'Nodes called dead though they lived, in one minute, by the share of lost messages',
        x: { label: 'messages lost, %', from: 0, to: 20, ticks: [0, 5, 10, 15, 20] },
        y: { label: 'called dead, but alive', from: 0, to: 160, ticks: [0, 40, 80, 120, 160] },
        series: variants.map(([name, settings]) => ({
          name,
          points: LOSSES.map((lost) => [lost * 100, run(settings, lost).falseDeaths] as const),
        })),
      }),
    }
  },
)

function outcomeOf(
  nodes: number,
  settings: SwimSettings,
  { seed, loss }: { seed: number; loss: number },
): Outcome {
  const kernel = village(nodes, { seed, link: { loss } }, (birth) => new Swimmer(settings, birth))
  const victim = at(kernel.hosts, nodes - 1)
  let messages = 0
  kernel.after(QUIET, () => {
    messages = kernel.hosts.reduce((sum, { packetsSent }) => sum + packetsSent, 0)
  })
  later(kernel, QUIET, { kind: 'crash', nodes: [victim.name] })
  kernel.run(END)
  const early = kernel.told.filter(({ at: time, event }) => event.own && time < QUIET)
  const falseDeaths = new Set(early.map(({ event }) => `${event.peer} ${event.incarnation}`))
  const knew = kernel.hosts
    .filter((host) => host !== victim)
    .map(({ name }) =>
      kernel.told.find(
        ({ at: time, by, event }) => time >= QUIET && by === name && event.peer === victim.address,
      ),
    )
  return {
    falseDeaths: falseDeaths.size,
    all: (Math.max(...knew.map((told) => told?.at ?? Infinity)) - QUIET) / 1000,
    messages: messages / nodes / (QUIET / 1000),
  }
}
