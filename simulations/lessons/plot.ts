/**
 * Curves as byte-stable SVG: a title for those who do not see it, two axes, a legend, and for
 * each series a line or dots. Colours come from the page (`--series-0` and so on) and have
 * values of their own, so that a file opened alone is readable too.
 */
import { element, escape, text, title } from '../../src/ring/svg.js'

export interface Axis {
  readonly label: string
  readonly from: number
  readonly to: number
  readonly ticks: readonly number[]
  /** Equal steps are equal factors. */
  readonly log?: true
}

export interface Series {
  readonly name: string
  readonly points: readonly (readonly [x: number, y: number])[]
  /** Single points, or a line that keeps its height until the next point. */
  readonly as?: 'dots' | 'steps'
}

export interface Plot {
  /** What it shows, in a sentence: read out in place of the picture. */
  readonly title: string
  readonly x: Axis
  readonly y: Axis
  readonly series: readonly Series[]
  /** Moments that matter, as upright lines. */
  readonly marks?: readonly { readonly x: number; readonly label: string }[]
}

const WIDTH = 460
const HEIGHT = 300
const LEFT = 62
const RIGHT = 16
const BOTTOM = 48
const LEGEND = 20

export const COLOURS = ['#0072b2', '#d55e00', '#008060', '#a8518a', '#8f6a00', '#3a6ea5'] as const

export function plot(figure: Plot): string {
  const top = 10 + LEGEND * Math.ceil(figure.series.length / 2)
  const place = placing(figure, top)
  const parts = [
    ...grid(figure, place, top),
    ...(figure.marks ?? []).map((mark) => markAt(place.x(mark.x), mark.label, top)),
    ...figure.series.map((series, i) => curve(series, i, place)),
    ...figure.series.map((series, i) => legend(series, i)),
  ]
  return sheet(figure.title, WIDTH, HEIGHT, parts)
}

/** The outermost element with the looks of all figures; ends with a line break. */
export function sheet(
  heading: string,
  width: number,
  height: number,
  parts: readonly string[],
): string {
  const attributes = {
    xmlns: 'http://www.w3.org/2000/svg',
    viewBox: `0 0 ${width} ${height}`,
    class: 'figure',
    role: 'img',
    'aria-label': heading,
    'font-family': 'system-ui, sans-serif',
    'font-size': 14,
  }
  const svg = element('svg', attributes, [title(heading), look(), ...parts])
  return `${svg.replaceAll('><', '>\n<')}\n`
}

function look(): string {
  const series = COLOURS.map((colour, i) => {
    const value = `var(--series-${i},${colour})`
    return `.figure .s${i}{stroke:${value}}.figure .f${i}{fill:${value}}`
  })
  const ink = '.figure text{fill:var(--fg,#222)}.figure .axis{stroke:var(--fg,#222)}'
  const faint = '.figure .grid{stroke:var(--fg,#222);stroke-opacity:.13}'
  return `<style>${ink}${faint}.figure .line{fill:none;stroke-width:2}${series.join('')}</style>`
}

interface Placing {
  x(value: number): number
  y(value: number): number
}

function placing(figure: Plot, top: number): Placing {
  return {
    x: (value) => LEFT + along(figure.x, value) * (WIDTH - LEFT - RIGHT),
    y: (value) => HEIGHT - BOTTOM - along(figure.y, value) * (HEIGHT - BOTTOM - top),
  }
}

/** Where a value lies on an axis, 0..1; values beyond its ends are drawn at them. */
function along(axis: Axis, value: number): number {
  const inside = Math.min(axis.to, Math.max(axis.from, value))
  if (axis.log !== true) return (inside - axis.from) / (axis.to - axis.from)
  return octaves(inside / axis.from) / octaves(axis.to / axis.from)
}

/** log2, straight between powers of two: near enough for a picture, and the same everywhere. */
function octaves(ratio: number): number {
  let rest = ratio
  let whole = 0
  while (rest >= 2) {
    rest /= 2
    whole++
  }
  return whole + (rest - 1)
}

function grid(figure: Plot, place: Placing, top: number): string[] {
  const [bottom, right] = [HEIGHT - BOTTOM, WIDTH - RIGHT]
  const across = figure.y.ticks.flatMap((tick) => [
    line(LEFT, place.y(tick), right, place.y(tick), 'grid'),
    text(LEFT - 6, place.y(tick) + 5, String(tick), { 'text-anchor': 'end' }),
  ])
  const upright = figure.x.ticks.flatMap((tick) => [
    line(place.x(tick), bottom, place.x(tick), bottom + 4, 'axis'),
    text(place.x(tick), bottom + 19, String(tick), { 'text-anchor': 'middle' }),
  ])
  const middle = (top + bottom) / 2
  const turned = { 'text-anchor': 'middle', transform: `rotate(-90 14 ${middle})` }
  return [
    ...across,
    ...upright,
    line(LEFT, bottom, right, bottom, 'axis'),
    text((LEFT + right) / 2, HEIGHT - 8, figure.x.label, { 'text-anchor': 'middle' }),
    text(14, middle, figure.y.label, turned),
  ]
}

function line(x1: number, y1: number, x2: number, y2: number, look: string): string {
  return element('line', {
    x1: tenth(x1),
    y1: tenth(y1),
    x2: tenth(x2),
    y2: tenth(y2),
    class: look,
  })
}

function markAt(x: number, label: string, top: number): string {
  const upright = element('line', {
    x1: tenth(x),
    y1: top,
    x2: tenth(x),
    y2: HEIGHT - BOTTOM,
    class: 'axis',
    'stroke-dasharray': '3 3',
  })
  return upright + text(tenth(x) + 4, top + 12, label)
}

function curve({ points, as }: Series, index: number, place: Placing): string {
  const at = points.map(([x, y]) => [tenth(place.x(x)), tenth(place.y(y))] as const)
  if (as === 'dots') {
    const dots = at.map(([cx, cy]) => element('circle', { cx, cy, r: 3, class: `f${index}` }))
    return dots.join('')
  }
  const steps = as === 'steps'
  const path = at.map(([x, y], i) => (i === 0 ? `M${x} ${y}` : steps ? `H${x}V${y}` : `L${x} ${y}`))
  return element('path', { d: path.join(''), class: `line s${index}`, ...dash(index) })
}

/** Told apart without colours too. */
function dash(index: number): Record<string, string> {
  const pattern = ['', '7 3', '2 3', '10 3 2 3', '4 2', '1 3'][index] ?? ''
  return pattern === '' ? {} : { 'stroke-dasharray': pattern }
}

function legend({ name, as }: Series, index: number): string {
  const [x, y] = [LEFT + (index % 2) * 195, 15 + LEGEND * Math.floor(index / 2)]
  const sign =
    as === 'dots'
      ? element('circle', { cx: x + 11, cy: y - 4, r: 3, class: `f${index}` })
      : element('path', { d: `M${x} ${y - 4}H${x + 22}`, class: `line s${index}`, ...dash(index) })
  return `${sign}<text x="${x + 28}" y="${y}">${escape(name)}</text>`
}

function tenth(value: number): number {
  return Math.round(value * 10) / 10
}
