/** What each figure of a run is called, and in which unit it is told. */
import type { Summary } from './summary.js'

export type Unit = 'ms' | 'bytes/s' | 'count'

export interface Worded {
  readonly words: string
  readonly unit: Unit
}

const news = {
  detection: 'a crash is known',
  departure: 'a leave is known',
  arrival: 'an arrival is known',
  fact: 'a fact is known',
} as const

function spreadWords(name: keyof typeof news): Record<string, Worded> {
  const known = news[name]
  return {
    [`${name}FirstMs`]: { words: `${known}, to the first`, unit: 'ms' },
    [`${name}MedianMs`]: { words: `${known}, to half of all`, unit: 'ms' },
    [`${name}P99Ms`]: { words: `${known}, to 99 %`, unit: 'ms' },
    [`${name}LastMs`]: { words: `${known}, to the last`, unit: 'ms' },
    [`${name}Missed`]: { words: `${known}, never to`, unit: 'count' },
  }
}

/** By the names of a summary, in the order in which they are told. */
export const measureWords: Readonly<Record<string, Worded>> = {
  ...spreadWords('detection'),
  ...spreadWords('departure'),
  ...spreadWords('arrival'),
  ...spreadWords('fact'),
  wholeMs: { words: 'every view whole, after', unit: 'ms' },
  agreedMs: { words: 'all tables the same, after the last trouble', unit: 'ms' },
  falseAlarms: { words: 'false alarms', unit: 'count' },
  falseAlarmsAtHealthy: { words: 'of them raised by the healthy', unit: 'count' },
  troubledCalledDown: { words: 'verdicts on the troubled', unit: 'count' },
  suspicions: { words: 'suspicions', unit: 'count' },
  refutations: { words: 'refutations', unit: 'count' },
  viewSizes: { words: 'sizes that views had', unit: 'count' },
  mostTables: { words: 'most different tables at once', unit: 'count' },
  steadyBytesPerSecond: { words: 'sent by a node in the middle second', unit: 'bytes/s' },
  bytesPerSecond: { words: 'sent by a node on average', unit: 'bytes/s' },
  mostBytesPerSecond: { words: 'most sent by one node in a second', unit: 'bytes/s' },
}

/** The figures that tell configurations apart, with short names; others say little beside these. */
const COMPARED: readonly (readonly [key: string, short: string])[] = [
  ['detectionMedianMs', 'known to half'],
  ['detectionLastMs', 'to the last'],
  ['detectionMissed', 'missed'],
  ['arrivalLastMs', 'arrival'],
  ['factLastMs', 'fact'],
  ['wholeMs', 'whole'],
  ['agreedMs', 'agreed'],
  ['falseAlarms', 'false alarms'],
  ['falseAlarmsAtHealthy', 'at healthy'],
  ['troubledCalledDown', 'on troubled'],
  ['steadyBytesPerSecond', 'steady'],
]

/** Of those, the ones that any of these runs has something to say on. */
export function comparedIn(summaries: readonly Summary[]): (readonly [string, string])[] {
  return COMPARED.filter(([key]) =>
    summaries.some(
      (summary) => summary[key] !== undefined && summary[key] !== null && summary[key] !== 0,
    ),
  ).map(([key, short]) => [key, short])
}

/** `3.67 s`, `203 ms`, `1.4 KB/s`, `17`; a dash where there is nothing. */
export function figureText(value: number | null | undefined, unit: Unit): string {
  if (value === null || value === undefined) return '-'
  switch (unit) {
    case 'ms':
      return value < 1000 ? `${value} ms` : `${(value / 1000).toFixed(2)} s`
    case 'bytes/s':
      return value < 10_000 ? `${value} B/s` : `${(value / 1000).toFixed(1)} KB/s`
    case 'count':
      return String(value)
  }
}
