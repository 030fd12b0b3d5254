/**
 * A plan as a picture: in the middle the figures that decide, around them the ring with what moves,
 * beside it what every node holds. It reads on light and on dark paper.
 */
import { bands, CENTER, RADIUS, type Colours } from './bands.js'
import { legend, legendHeight } from './legend.js'
import type { NodePlan, Plan } from './plan.js'
import { describeReplication } from './replication.js'
import { box, element, percent, text } from './svg.js'

const WIDTH = 1080
/** The ring is left of it, the legend right. */
const MIDDLE = 564
const HEIGHT = 560

/** Told apart by people with colour-blindness too (Tol's schemes), then by the golden angle. */
const COLOURS: readonly string[] = (
  '#4477aa #ee6677 #228833 #ccbb44 #66ccee #aa3377 ' +
  '#ee8866 #44bb99 #999933 #8877cc #cc6699 #77aadd'
).split(' ')

const STYLE = `
.paper { fill: #fff } text { fill: #1f2430 } .soft { fill: #6b7280 }
.track { fill: #eceff3 } .old { fill: #b4bac5 } .rest { stroke: #eceff3 }
.tick { stroke: #fff; stroke-opacity: .75 }
@media (prefers-color-scheme: dark) {
  .paper { fill: #14171d } text { fill: #e6e9ee } .soft { fill: #98a1b0 }
  .track { fill: #272c36 } .old { fill: #5a6372 } .rest { stroke: #272c36 }
  .tick { stroke: #14171d }
}
`

/** The whole as one SVG. */
export function drawPlan(plan: Plan): string {
  const height = heightOf(plan)
  const colours = coloursOf(plan.nodes)
  const inside = [...ringPart(plan, colours, height), ...legend(plan, colours)]
  return frame({ x: 0, width: WIDTH, height }, inside)
}

/** The ring and its legend as two SVGs, for a page that sets them side by side where it can. */
export function drawApart(plan: Plan): readonly [string, string] {
  const colours = coloursOf(plan.nodes)
  const ring = { x: 0, width: MIDDLE, height: HEIGHT }
  const beside = { x: MIDDLE, width: WIDTH - MIDDLE, height: legendHeight(plan) }
  return [frame(ring, ringPart(plan, colours, HEIGHT)), frame(beside, legend(plan, colours))]
}

interface Frame {
  readonly x: number
  readonly width: number
  readonly height: number
}

function frame({ x, width, height }: Frame, inside: readonly string[]): string {
  const attributes = {
    xmlns: 'http://www.w3.org/2000/svg',
    viewBox: `${x} 0 ${width} ${height}`,
    width,
    height,
    'font-family': 'system-ui, sans-serif',
    'font-size': 14,
  }
  const paper = box(x, 0, width, height, { class: 'paper' })
  const all = [element('style', {}, [STYLE]), paper, ...inside]
  return `${element(
    'svg',
    attributes,
    all.map((one) => `\n${one}`),
  )}\n`
}

function heightOf(plan: Plan): number {
  return Math.max(HEIGHT, legendHeight(plan))
}

function ringPart(plan: Plan, colours: Colours, height: number): string[] {
  return [
    bands(plan, colours),
    ...topMark(),
    ...middle(plan),
    ...keyOf(plan).map((line, i) =>
      text(40, height - 24 + i * 16, line, { class: 'soft', 'font-size': 12 }),
    ),
  ]
}

function coloursOf(nodes: readonly NodePlan[]): Colours {
  return new Map(nodes.map(({ member }, i) => [member.id, colourAt(i)]))
}

function colourAt(i: number): string {
  return COLOURS[i] ?? `hsl(${Math.round((i * 137.508) % 360)} 45% ${45 + (i % 3) * 12}%)`
}

/** Where the line of tokens begins. */
function topMark(): string[] {
  const y = CENTER - RADIUS - 24
  return [
    text(CENTER + 8, 10, '-2^63, clockwise', { class: 'soft', 'font-size': 11 }),
    element('path', { class: 'soft', d: `M ${CENTER - 0.5} 2 h 1 V ${y} h -1 z` }),
  ]
}

function middle({ before, after, moved, imbalance }: Plan): string[] {
  const part = moved / Math.max(after.width, 1)
  const even = imbalance.after.toFixed(2)
  const times = before === after ? even : `${imbalance.before.toFixed(2)} → ${even}`
  const lines: readonly (readonly [string, number])[] = [
    [`${after.ring.members.length} nodes`, 24],
    [`${after.ring.size} tokens`, 15],
    [describeReplication(after.replication), 12],
    [moved > 0 ? `${percent(part)} of all data moves` : 'nothing moves', 17],
    [`fullest node ${times} times`, 13],
    ["its rack's mean", 13],
  ]
  return lines.map(([content, size], i) => {
    const strong = size > 15 ? { 'font-weight': 600 } : { class: 'soft' }
    const style = { 'text-anchor': 'middle', 'font-size': size, ...strong }
    return text(CENTER, CENTER - 56 + i * 27, content, style)
  })
}

function keyOf({ transfers }: Plan): string[] {
  const inner = 'Inner band: the owner of each range.'
  if (transfers.length === 0) return [`${inner} Nothing is copied.`]
  return [inner, 'Outer bands: ranges that are copied, in the colour of who receives them.']
}
