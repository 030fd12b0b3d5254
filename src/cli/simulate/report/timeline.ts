/** The plots over time share an axis of seconds and the bands that show when something was done. */
import * as Plot from '@observablehq/plot'
import { endOfTrouble, spanOf, type Scenario } from '../../../../simulations/scenario.js'
import { ink } from './drawing.js'

/** More bands than this would be a wall. */
const BANDS_MAX = 60

interface Band {
  readonly from: number
  readonly to: number
  readonly what: string
}

/** What lasts is a band, what is over at once a line. */
export function troubleMarks(scenario: Scenario): Plot.Markish[] {
  const bands = scenario.steps
    .map(({ at, fault }): Band => {
      return { from: at / 1000, to: (at + spanOf(fault)) / 1000, what: fault.kind }
    })
    .slice(0, BANDS_MAX)
  const lasting = bands.filter(({ from, to }) => to > from)
  const instants = bands.filter(({ from, to }) => to === from)
  return [
    Plot.rectX(lasting, { x1: 'from', x2: 'to', fill: ink.trouble, fillOpacity: 0.35 }),
    Plot.ruleX(instants, { x: 'from', stroke: ink.trouble, strokeWidth: 1.5 }),
    Plot.text(labelled(bands), {
      x: 'from',
      text: 'what',
      frameAnchor: 'top',
      textAnchor: 'start',
      dx: 4,
      dy: -12,
      fill: ink.muted,
      fontSize: 11,
    }),
  ]
}

/** Names of the first few, each kind once: words on top of each other tell nothing. */
function labelled(bands: readonly Band[]): Band[] {
  const seen = new Set<string>()
  return bands.filter(({ what }) => {
    if (seen.has(what) || seen.size >= 4) return false
    seen.add(what)
    return true
  })
}

/** From the start to the end of the run, in every plot of it. */
export function secondsAxis(scenario: Scenario): Plot.ScaleOptions {
  const end = endOfTrouble(scenario) + scenario.calm
  return { label: 'seconds of the run', labelArrow: 'none', domain: [0, end / 1000] }
}

/** 1, 2, 5, 10, ...: the marks of a logarithmic axis that people read at a glance. */
export function roundTicks(values: readonly number[]): number[] {
  const [least, most] = [Math.min(...values), Math.max(...values)]
  const decades = [1, 10, 100, 1000, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9]
  const all = decades.flatMap((decade) => [decade, 2 * decade, 5 * decade])
  return all.filter((tick) => tick >= least && tick <= most * 1.001)
}
