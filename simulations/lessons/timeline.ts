/**
 * What each of several observers believes over time, as byte-stable SVG: a row each, bands along
 * it.
 */
import { box, element, text, title } from '../../src/ring/svg.js'
import { sheet } from './plot.js'

export interface Band {
  readonly from: number
  readonly to: number
  /** Number of a colour, and the word for it. */
  readonly state: number
}

export interface Timeline {
  readonly title: string
  readonly from: number
  readonly to: number
  readonly ticks: readonly number[]
  /** Words for the states, by number. */
  readonly states: readonly string[]
  readonly rows: readonly { readonly name: string; readonly bands: readonly Band[] }[]
  readonly marks?: readonly { readonly x: number; readonly label: string }[]
}

const WIDTH = 460
const LEFT = 48
const RIGHT = 16
const TOP = 50
const ROW = 20

export function timeline(figure: Timeline): string {
  const { from, to, rows, states } = figure
  const x = (value: number): number => {
    const share = (Math.min(to, Math.max(from, value)) - from) / (to - from)
    return Math.round((LEFT + share * (WIDTH - LEFT - RIGHT)) * 10) / 10
  }
  const bottom = TOP + rows.length * ROW
  const parts = [
    ...states.map((name, i) => key(name, i)),
    ...rows.flatMap((row, i) => band(row, TOP + i * ROW, x, states)),
    ...(figure.marks ?? []).map(({ x: at, label }) => mark(x(at), label, bottom)),
    element('line', { x1: LEFT, y1: bottom + 3, x2: WIDTH - RIGHT, y2: bottom + 3, class: 'axis' }),
    ...figure.ticks.map((tick) =>
      text(x(tick), bottom + 20, String(tick), { 'text-anchor': 'middle' }),
    ),
    text((LEFT + WIDTH - RIGHT) / 2, bottom + 40, 'seconds', { 'text-anchor': 'middle' }),
  ]
  return sheet(figure.title, WIDTH, bottom + 44, parts)
}

function key(name: string, index: number): string {
  const left = LEFT + index * 135
  return box(left, 6, 14, 11, { class: `f${index}` }) + text(left + 20, 17, name)
}

function band(
  row: Timeline['rows'][number],
  y: number,
  x: (value: number) => number,
  states: readonly string[],
): string[] {
  const bands = row.bands.map(({ from, to, state }) =>
    element(
      'rect',
      { x: x(from), y, width: x(to) - x(from), height: ROW - 4, class: `f${state}` },
      [title(`${row.name}: ${states[state] ?? ''} from ${from} to ${to}`)],
    ),
  )
  return [text(LEFT - 6, y + 13, row.name, { 'text-anchor': 'end' }), ...bands]
}

function mark(at: number, label: string, bottom: number): string {
  const upright = {
    x1: at,
    y1: TOP - 4,
    x2: at,
    y2: bottom,
    class: 'axis',
    'stroke-dasharray': '3 3',
  }
  return element('line', upright) + text(at + 3, TOP - 8, label)
}
