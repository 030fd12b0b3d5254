/**
 * The rows of the comparison with serf: what is run, what is read from it, and the bar that binds
 * us.
 */

import { median, said } from './statistics.js'

export interface RowPlan {
  readonly name: string
  readonly experiment: string
  readonly args: readonly string[]
  /** Fresh clusters of each system. */
  readonly runs: number
  /** What is read: the path in the lab's result, and how values become one figure. */
  readonly read: string
  readonly as: 'median' | 'sum' | 'max'
  readonly unit: string
  /** Ours must be at most this times serf's; or at most a fixed number. */
  readonly bar: { readonly times: number } | { readonly most: number } | { readonly fewer: true }
}

const detect = (kill: number): readonly string[] => [
  '--n',
  '30',
  '--times',
  '6',
  '--kill',
  `${kill}`,
]

export interface RowFigures {
  readonly name: string
  readonly serf: readonly number[]
  readonly murmur: readonly number[]
  /** Clusters that did not finish: they are no figures, and no successes either. */
  readonly failed: Readonly<Record<'serf' | 'murmur', number>>
  /** Undefined where one of them gave no figure. */
  readonly holds: boolean | undefined
}

export const rows: readonly RowPlan[] = [
  plan('kill -9 of one of 30: the last live agent knows', 'detect', detect(1), 1, 'last', 's', {
    times: 0.5,
  }),
  plan('3 of 30 killed at once', 'detect', detect(3), 1, 'last', 's', { times: 0.5 }),
  plan(
    'graceful leave of one of 30 known to all',
    'detect',
    [...detect(1), '--how', 'leave'],
    1,
    'last',
    's',
    {
      times: 1,
    },
  ),
  bootstrap(30),
  bootstrap(60),
  plan(
    'all views whole after a 60 s partition heals (starts spread over 40 s)',
    'partition',
    ['--n', '30', '--secs', '60', '--over', '40', '--jitter', '0'],
    5,
    'whole_s',
    's',
    { most: 5 },
  ),
  ...[30, 60, 100].flatMap((n) => steady(n)),
  stress('false alarms, 8 of 32 stopped 8 s, running 0.5 s', 8, 8, 0.5, 3),
  stress('false alarms, 16 of 32 stopped 8 s, running 0.1 s', 16, 8, 0.1, 10),
  stress('false alarms, 16 of 32 stopped 16 s, running 0.1 s', 16, 16, 0.1, 10),
  loss(40),
  loss(50),
]

function plan(
  name: string,
  experiment: string,
  args: readonly string[],
  runs: number,
  read: string,
  unit: string,
  bar: RowPlan['bar'],
  as: RowPlan['as'] = 'median',
): RowPlan {
  return { name, experiment, args, runs, read, unit, bar, as }
}

function bootstrap(n: number): RowPlan {
  const name = `from the last readiness to all views whole, ${n} agents`
  return plan(name, 'bootstrap', ['--n', `${n}`], 20, 'whole_after_ready_s', 's', { times: 1 })
}

function steady(n: number): RowPlan[] {
  const args = ['--n', `${n}`, '--windows', '1']
  const runs = 3
  return [
    plan(`steady bytes sent per agent, ${n}`, 'steady', args, runs, 'bytes_per_s.median', 'B/s', {
      times: 1,
    }),
    plan(`CPU of a steady agent, ${n}`, 'steady', args, runs, 'cpu_ms_per_s.median', 'ms/s', {
      times: 1,
    }),
    plan(`memory of an idle agent, ${n}`, 'steady', args, runs, 'rss_MiB.median', 'MiB RSS', {
      most: 60,
    }),
  ]
}

function stress(name: string, slow: number, down: number, up: number, runs: number): RowPlan {
  const args = [
    '--n',
    '32',
    '--slow',
    `${slow}`,
    '--down',
    `${down}`,
    '--up',
    `${up}`,
    '--secs',
    '48',
    '--settle',
    '8',
  ]
  return plan(name, 'stress', args, runs, 'false.events', 'events', { fewer: true }, 'sum')
}

function loss(percent: number): RowPlan {
  const args = ['--n', '30', '--loss', `${percent}`, '--secs', '48', '--settle', '8']
  return plan(
    `false alarms, ${percent} % loss`,
    'loss',
    args,
    10,
    'false.events',
    'events',
    { fewer: true },
    'sum',
  )
}

/** One figure of several values. */
export function figureOf(plan: RowPlan, values: readonly number[]): number {
  if (plan.as === 'median') return median(values)
  if (plan.as === 'max') return Math.max(...values)
  return values.reduce((sum, value) => sum + value, 0)
}

/** A figure in words: the median with its range, or a sum with its parts. */
export function inWords(plan: RowPlan, values: readonly number[]): string {
  if (values.length === 0) return 'none'
  if (plan.as !== 'sum') return said(values)
  return `${figureOf(plan, values)} in ${values.length} runs (${values.join(', ')})`
}

export function barInWords(plan: RowPlan): string {
  if ('most' in plan.bar) return `at most ${plan.bar.most} ${plan.unit}`
  if (!('times' in plan.bar)) return 'fewer where serf has any, else 0'
  return plan.bar.times === 1 ? "at most serf's" : `at most ${plan.bar.times} of serf's`
}
