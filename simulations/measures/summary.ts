/** The figures of one run: flat, named with their units, the same for every scenario. */
import type { Millis } from '../../src/base/machine.js'
import { endOfTrouble, type Scenario } from '../scenario.js'
import { ascending, mean, most, quantile } from './figures.js'
import type { Recorded } from './recorder.js'
import type { News } from './spread.js'

/** Null where the run had nothing to measure. */
export type Summary = Readonly<Record<string, number | null>>

const NEWS: readonly (readonly [news: News, measure: string])[] = [
  ['fall', 'detection'],
  ['departure', 'departure'],
  ['arrival', 'arrival'],
  ['fact', 'fact'],
]

export function summaryOf(recorded: Recorded, scenario: Scenario): Summary {
  const calmFrom = endOfTrouble(scenario)
  const settled = scenario.settled === true
  const { alarms, traffic } = recorded
  return {
    ...Object.fromEntries(
      NEWS.flatMap(([news, name]) => Object.entries(spreadFigures(recorded, news, name))),
    ),
    ...(settled ? {} : { wholeMs: recorded.wholeAt }),
    agreedMs: agreedAfter(recorded, calmFrom),
    falseAlarms: alarms.falseAlarms,
    falseAlarmsAtHealthy: alarms.falseAtHealthy,
    troubledCalledDown: alarms.aboutTroubled,
    suspicions: alarms.suspicions,
    refutations: alarms.refutations,
    viewSizes: recorded.viewSizes,
    mostTables: most(recorded.tables.map(({ value }) => value)),
    steadyBytesPerSecond: rounded(quantile(ascending(traffic.map((w) => w.mean)), 0.5)),
    bytesPerSecond: rounded(mean(traffic.map((window) => window.mean))),
    mostBytesPerSecond: rounded(most(traffic.map((window) => window.most))),
  }
}

/** Of all pairs of news and hearer; `first` is the median over the news of its first hearer. */
function spreadFigures(recorded: Recorded, news: News, name: string): Summary {
  const spreads = recorded.spreads.filter((each) => each.news === news && each.audience > 0)
  if (spreads.length === 0) return {}
  const firsts = ascending(spreads.flatMap(({ took }) => took[0] ?? []))
  const all = ascending(spreads.flatMap(({ took }) => took))
  const missed = spreads.reduce((sum, { audience, took }) => sum + audience - took.length, 0)
  return {
    [`${name}FirstMs`]: rounded(quantile(firsts, 0.5)),
    [`${name}MedianMs`]: rounded(quantile(all, 0.5)),
    [`${name}P99Ms`]: rounded(quantile(all, 0.99)),
    [`${name}LastMs`]: rounded(all.at(-1) ?? null),
    [`${name}Missed`]: missed,
  }
}

/** How long after the last trouble all tables were the same for good; null: they are not yet. */
function agreedAfter({ tables }: Recorded, calmFrom: Millis): Millis | null {
  const lastDiffering = tables.findLastIndex(({ value }) => value > 1)
  const agreed = tables[lastDiffering + 1]
  return agreed === undefined ? null : Math.max(0, agreed.at - calmFrom)
}

function rounded(value: number | null): number | null {
  return value === null ? null : Math.round(value)
}
