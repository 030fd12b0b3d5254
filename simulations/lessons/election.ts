/**
 * How long five nodes are without a leader when it dies, by how much chance is in their
 * patience.
 */
import { at } from '../../src/base/assert.js'
import type { Millis } from '../../src/base/machine.js'
import { fixed, lesson, quantile, seed, page } from './lesson.js'
import { plot } from './plot.js'
import { Voter } from './toys/voter.js'
import { later, village } from './toys/toy.js'

const options = {
  nodes: {
    kind: 'number',
    unit: 'nodes',
    default: 5,
    min: 3,
    max: 15,
    why: 'nodes that vote',
  },
  wait: {
    kind: 'number',
    unit: 'ms',
    default: 150,
    min: 20,
    max: 5000,
    why: 'how long a follower waits for its leader at least',
  },
  delay: {
    kind: 'number',
    unit: 'ms',
    default: 15,
    min: 1,
    max: 200,
    why: 'longest time of a message on its way; the shortest is a third of it',
  },
  trials: {
    kind: 'number',
    unit: 'trials',
    default: 60,
    min: 5,
    max: 500,
    why: 'leaders that die, for each row',
  },
  seed,
} as const

const SPREADS: readonly Millis[] = [1, 5, 15, 50, 150]
const DEATH: Millis = 3000
const PATIENCE: Millis = 12_000

interface Trial {
  /** From the death of the leader until the next one leads; Infinity: not in this time. */
  readonly time: Millis
  /** Terms in which somebody stood and nobody won, before that. */
  readonly split: number
}

export const election = lesson(
  'election',
  'how long a cluster is without a leader, by the chance in its time-outs',
  options,
  (chosen) => {
    const all = SPREADS.map((spread) => trialsOf(chosen, spread))
    const rows = SPREADS.map((spread, i) => {
      const times = at(all, i).map(({ time }) => time)
      const split = at(all, i).filter((trial) => trial.split > 0).length
      return [
        `${chosen.wait} to ${chosen.wait + spread} ms`,
        inMillis(quantile(times, 0.5)),
        inMillis(quantile(times, 0.95)),
        inMillis(quantile(times, 1)),
        `${Math.round((100 * split) / chosen.trials)} %`,
      ]
    })
    const least = fixed(chosen.delay / 3, 0)
    return {
      text: page(
        [
          `${chosen.nodes} nodes, messages take ${least} to ${chosen.delay} ms,`,
          `${chosen.trials} leaders die for each row. Milliseconds without a leader.`,
        ],
        [['patience', 'median', '95 %', 'worst', 'split votes'], ...rows],
      ),
      measures: Object.fromEntries(
        SPREADS.flatMap((spread, i) => [
          [
            `median${spread}`,
            Math.round(
              quantile(
                at(all, i).map(({ time }) => time),
                0.5,
              ),
            ),
          ],
          [
            `worst${spread}`,
            Math.round(
              quantile(
                at(all, i).map(({ time }) => time),
                1,
              ),
            ),
          ],
          [`split${spread}`, at(all, i).filter((trial) => trial.split > 0).length / chosen.trials],
        ]),
      ),
      figure: drawn(all),
    }
  },
)

function inMillis(time: Millis): string {
  return time === Infinity ? 'none in 12 s' : fixed(time, 0)
}

interface Chosen {
  readonly nodes: number
  readonly wait: Millis
  readonly delay: Millis
  readonly trials: number
  readonly seed: number
}

function trialsOf(chosen: Chosen, spread: Millis): Trial[] {
  return Array.from({ length: chosen.trials }, (_, i) => trial(chosen, spread, chosen.seed + i))
}

function trial({ nodes, wait, delay }: Chosen, spread: Millis, seed: number): Trial {
  const settings = { heartbeat: wait / 3, wait, spread }
  const link = { delay: { kind: 'uniform', from: delay / 3, to: delay } } as const
  const kernel = village(nodes, { seed, link }, (birth) => new Voter(settings, birth))
  // Without chance they may never elect one; then the first of them begins.
  const first = kernel.until(() => leaders(kernel.told).length > 0, PATIENCE)
  if (first === undefined) return { time: Infinity, split: Infinity }
  kernel.run(DEATH + (seed % 50))
  const leader = leaders(kernel.told).at(-1)
  const from = { at: kernel.now, told: kernel.told.length }
  later(kernel, 0, { kind: 'crash', nodes: [leader?.by ?? 'n1'] })
  const found = kernel.until(() => leaders(kernel.told.slice(from.told)).length > 0, PATIENCE, 10)
  const since = kernel.told.slice(from.told)
  const next = leaders(since)[0]
  if (found === undefined || next === undefined) return { time: Infinity, split: Infinity }
  const stood = new Set(
    since.filter(({ event }) => event.kind === 'stands').map(({ event }) => event.term),
  )
  return { time: next.at - from.at, split: stood.size - 1 }
}

function leaders<T extends { readonly event: { readonly kind: string } }>(told: readonly T[]): T[] {
  return told.filter(({ event }) => event.kind === 'leads')
}

function drawn(all: readonly (readonly Trial[])[]): string {
  return plot({
    title: 'Share of elections that were over within a time, for five amounts of chance',
    x: {
      label: 'milliseconds since the leader died',
      from: 0,
      to: 1500,
      ticks: [0, 300, 600, 900, 1200, 1500],
    },
    y: { label: 'leader found, % of trials', from: 0, to: 100, ticks: [0, 25, 50, 75, 100] },
    series: all.map((trials, i) => ({
      name: `chance of ${at(SPREADS, i)} ms`,
      as: 'steps' as const,
      points: shares(trials.map(({ time }) => time)),
    })),
  })
}

function shares(times: readonly Millis[]): [number, number][] {
  const points: [number, number][] = [[0, 0]]
  for (let time = 25; time <= 1500; time += 25) {
    const found = times.filter((each) => each <= time).length
    points.push([time, Number(((100 * found) / times.length).toFixed(1))])
  }
  return points
}
