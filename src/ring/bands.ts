/**
 * The bands of the picture: who owns each range, and around it who receives a copy of it. Arcs are
 * dashes of whole circles, so that no trigonometry is needed and the same plan gives the same bytes
 * everywhere. The least token stands at the top; tokens grow clockwise.
 */
import type { Plan } from './plan.js'
import type { Placement } from './placement.js'
import { formatRange, type Range } from './range.js'
import { element, percent, title } from './svg.js'
import { MIN_TOKEN, shareBetween } from './token.js'
import type { Transfer } from './transfer.js'

/** Where the middle of the ring is, in pixels from the left and from the top. */
export const CENTER = 270
export const RADIUS = 200
const BAND = 46
/** Outer bands for ranges that several nodes receive; past the last they lie over each other. */
const LANES = 3
const LANE = 8
/** Most tokens that are marked one by one. */
const MOST_TICKS = 400

export type Colours = ReadonlyMap<string, string>

export function bands(plan: Plan, colours: Colours): string {
  return element('g', { fill: 'none' }, [
    circle(laneAt(0), LANE, { class: 'rest' }),
    ...owners(plan.after, colours),
    ...ticks(plan.after),
    ...received(plan.transfers, colours),
  ])
}

function owners({ ring }: Placement, colours: Colours): string[] {
  return Array.from({ length: ring.size }, (_, i) => {
    const { id } = ring.ownerAt(i)
    const range = ring.rangeAt(i)
    const says = `${formatRange(range)} ${percent(ring.shareAt(i))}, owner ${id}`
    return arc(range, RADIUS, BAND, colours.get(id), says)
  })
}

function received(transfers: readonly Transfer[], colours: Colours): string[] {
  const ends = Array.from({ length: LANES }, () => -1)
  return transfers.map(({ range, share, source, target }) => {
    const left = shareBetween(MIN_TOKEN, range.left)
    const start = left + share > 1 + 1e-9 ? left - 1 : left
    const free = ends.findIndex((end) => end <= start + 1e-9)
    const lane = free < 0 ? LANES - 1 : free
    ends[lane] = start + share
    const from = source === undefined ? '' : ` from ${source.id}`
    const says = `${formatRange(range)} ${percent(share)}, copied to ${target.id}${from}`
    return arc(range, laneAt(lane), LANE, colours.get(target.id), says)
  })
}

function laneAt(lane: number): number {
  return RADIUS + 34 + lane * 10
}

function arc(range: Range, radius: number, width: number, colour = '#888', says: string): string {
  const start = shareBetween(MIN_TOKEN, range.left)
  const share = shareBetween(range.left, range.right)
  const length = share === 0 ? 1 : share
  const dash = {
    pathLength: 1,
    'stroke-dasharray': `${length.toFixed(6)} ${(1 - length).toFixed(6)}`,
    'stroke-dashoffset': -start,
    transform: `rotate(-90 ${CENTER} ${CENTER})`,
  }
  return circle(radius, width, { stroke: colour, ...dash }, [title(says)])
}

function circle(
  radius: number,
  width: number,
  more: Readonly<Record<string, string | number>>,
  inside: readonly string[] = [],
): string {
  const place = { cx: CENTER, cy: CENTER, r: radius, 'stroke-width': width }
  return element('circle', { ...place, ...more }, inside)
}

/** A thin gap where each token stands, while there are few enough to be seen. */
function ticks({ ring }: Placement): string[] {
  if (ring.size > MOST_TICKS) return []
  const top = CENTER - RADIUS - BAND / 2
  return Array.from({ length: ring.size }, (_, i) => {
    const turn = (shareBetween(MIN_TOKEN, ring.tokenAt(i)) * 360).toFixed(4)
    const line = { x1: CENTER, x2: CENTER, y1: top, y2: top + BAND, class: 'tick' }
    return element('line', { ...line, transform: `rotate(${turn} ${CENTER} ${CENTER})` })
  })
}
