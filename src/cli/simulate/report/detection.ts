/** How long each survivor took to know of a crash, by configuration. */
import * as Plot from '@observablehq/plot'
import type { Arm } from '../rehearsal.js'
import { inkOf } from './alarms.js'
import { draw, ink, type Drawing } from './drawing.js'

/** Ticks of one row: more are the same picture. */
const TICKS_MAX = 120

interface Row {
  readonly name: string
  /** Seconds, shortest first. */
  readonly took: readonly number[]
}

interface Mark {
  readonly name: string
  readonly seconds: number
}

export function detectionDrawing(arms: readonly Arm[]): Drawing | undefined {
  const rows = arms.map(rowOf)
  const known = rows.filter(({ took }) => took.length > 0)
  if (known.length === 0) return undefined
  const longest = known.reduce((most, { took }) => Math.max(most, took.at(-1) ?? 0), 0)
  const svg = draw(
    { label: 'Time until a crash is known, by configuration', height: 70 + 34 * rows.length },
    {
      marginLeft: 150,
      marginRight: 70,
      x: {
        label: 'seconds from the crash',
        labelArrow: 'none',
        grid: true,
        domain: [0, longest * 1.04],
      },
      y: { domain: rows.map(({ name }) => name), label: null, tickSize: 0 },
      marks: marksOf(known),
    },
  )
  return {
    title: 'When a crash is known',
    caption:
      'A tick for each survivor and each node that crashed or was drained; the dot is where half ' +
      'of them know, the figure the last.',
    svg,
  }
}

function rowOf({ configuration, measured }: Arm): Row {
  const falls = measured.recorded.spreads.filter(({ news }) => news === 'fall')
  const took = falls.flatMap((spread) => spread.took.map((ms) => ms / 1000))
  return { name: configuration.name, took: took.sort((a, b) => a - b) }
}

function marksOf(rows: readonly Row[]): Plot.Markish[] {
  const pick = (at: (took: readonly number[]) => number | undefined): Mark[] =>
    rows.map(({ name, took }) => ({ name, seconds: at(took) ?? 0 }))
  const ticks = rows.flatMap(({ name, took }) =>
    thinned(took).map((seconds): Mark => ({ name, seconds })),
  )
  const colour = ({ name }: Mark): string => inkOf(name)
  const place = { x: 'seconds', y: 'name' } as const
  return [
    Plot.tickX(ticks, { ...place, stroke: colour, strokeOpacity: 0.35, inset: 6 }),
    Plot.dot(
      pick((took) => took[Math.floor((took.length - 1) / 2)]),
      {
        ...place,
        r: 5,
        fill: colour,
        stroke: 'var(--back)',
      },
    ),
    Plot.text(
      pick((took) => took.at(-1)),
      {
        ...place,
        text: ({ seconds }: Mark) => `${seconds.toFixed(1)} s`,
        textAnchor: 'start',
        dx: 8,
        fill: ink.text,
      },
    ),
  ]
}

/** Evenly picked, the ends among them. */
function thinned(sorted: readonly number[]): number[] {
  if (sorted.length <= TICKS_MAX) return [...sorted]
  return Array.from(
    { length: TICKS_MAX },
    (_, i) => sorted[Math.round((i * (sorted.length - 1)) / (TICKS_MAX - 1))] ?? 0,
  )
}
