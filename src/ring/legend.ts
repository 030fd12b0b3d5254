/**
 * Beside the ring: what every node holds before and after, as bars, and the largest flows between
 * nodes.
 */
import type { Colours } from './bands.js'
import type { Member } from './member.js'
import type { NodePlan, Plan } from './plan.js'
import { box, percent, text } from './svg.js'

const LEFT = 580
const BARS = LEFT + 140
const BAR = 170
const RIGHT = 1068
const ROW = 30
const FLOW = 24
/** Nodes and flows listed; the rest is counted. */
const MOST_ROWS = 40
const MOST_FLOWS = 8

const SMALL = { class: 'soft', 'font-size': 12 } as const

/** How far down the legend of this plan reaches, in pixels. */
export function legendHeight(plan: Plan): number {
  const rows = Math.min(plan.nodes.length, MOST_ROWS)
  return 170 + rows * ROW + Math.min(plan.flows.length, MOST_FLOWS) * FLOW
}

export function legend(plan: Plan, colours: Colours): string[] {
  const rows = plan.nodes.slice(0, MOST_ROWS)
  const hidden = plan.nodes.length - rows.length
  const share = ({ before, after }: NodePlan): number =>
    Math.max(before?.effective ?? 0, after?.effective ?? 0)
  const most = plan.nodes.reduce((max, node) => Math.max(max, share(node)), 0) || 1
  const bottom = 110 + rows.length * ROW
  return [
    text(LEFT + 26, 64, 'node', SMALL),
    text(BARS, 64, 'holds of all keys, before and after', SMALL),
    text(RIGHT, 64, 'receives', { ...SMALL, 'text-anchor': 'end' }),
    ...rows.flatMap((node, i) => row(node, 92 + i * ROW, most, colours)),
    ...(hidden > 0 ? [text(LEFT + 26, bottom - 14, `and ${hidden} more`, SMALL)] : []),
    ...flowRows(plan, bottom + 10, colours),
  ]
}

function row(node: NodePlan, y: number, most: number, colours: Colours): string[] {
  const { member, before, after, receives } = node
  const state = before === undefined ? ' joins' : after === undefined ? ' leaves' : ''
  const weight = state === '' ? {} : { 'font-weight': 700 }
  const width = (share = 0): number => (share / most) * BAR
  const fill = colours.get(member.id) ?? '#888'
  const bold = { 'font-size': 12, 'text-anchor': 'end', 'font-weight': 600 }
  return [
    box(LEFT, y - 12, 16, 16, { fill }),
    text(LEFT + 26, y, short(member.id) + state, weight),
    text(LEFT + 26, y + 12, short(whereOf(member), 24), { class: 'soft', 'font-size': 10 }),
    box(BARS, y - 11, BAR, 14, { class: 'track' }),
    box(BARS, y - 11, width(before?.effective), 4, { class: 'old' }),
    box(BARS, y - 6, width(after?.effective), 9, { fill }),
    text(BARS + BAR + 10, y, between(before?.effective, after?.effective), { 'font-size': 12 }),
    ...(receives > 0 ? [text(RIGHT, y, percent(receives), bold)] : []),
  ]
}

function between(before: number | undefined, after: number | undefined): string {
  if (before === undefined) return percent(after ?? 0)
  if (after === undefined) return `${percent(before)} → 0`
  const same = percent(before) === percent(after)
  return same ? percent(after) : `${percent(before)} → ${percent(after)}`
}

function flowRows({ flows: all, after }: Plan, top: number, colours: Colours): string[] {
  const flows = all.slice(0, MOST_FLOWS)
  if (flows.length === 0) return []
  const more = all.length > flows.length ? `, the largest of ${all.length}` : ''
  const rows = flows.flatMap(({ from, to, share }, i) => {
    const y = top + 28 + i * FLOW
    const fill = (id = ''): { fill: string } => ({ fill: colours.get(id) ?? '#888' })
    return [
      box(LEFT + 26, y - 12, 14, 14, fill(from?.id)),
      text(LEFT + 48, y, `${short(from?.id ?? 'nobody')} →`),
      box(BARS, y - 12, 14, 14, fill(to.id)),
      text(BARS + 22, y, short(to.id)),
      text(BARS + BAR + 10, y, percent(share / Math.max(after.width, 1)), { 'font-size': 12 }),
    ]
  })
  return [text(LEFT + 26, top, `copies, as part of all data${more}`, SMALL), ...rows]
}

export function whereOf({ dc, rack }: Member): string {
  return rack === '' ? dc : `${dc} / ${rack}`
}

function short(content: string, most = 12): string {
  return content.length <= most ? content : `${content.slice(0, most - 1)}…`
}
