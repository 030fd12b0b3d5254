/**
 * The text of `murmur plan`: tables, the ring as a strip, and warnings last, where the eye rests.
 */
import { ownershipOf } from '../../ring/ownership.js'
import { formatBytes, summaryOf, type Sizes } from '../../ring/page.js'
import { whereOf } from '../../ring/legend.js'
import type { Placement } from '../../ring/placement.js'
import { compare, type Plan } from '../../ring/plan.js'
import { describeReplication } from '../../ring/replication.js'
import { percent } from '../../ring/svg.js'
import { warningsOf, type Warning } from '../../ring/warnings.js'
import type { RangeRow } from '../plan-shapes.js'
import { stripLines } from './strip.js'
import { tableLines } from './table.js'

/** Flows and nodes listed; the rest is counted. */
const MOST_ROWS = 40

export function replicasText(ranges: readonly RangeRow[]): string {
  return trimmed([
    ['Token', 'Replicas'],
    ...ranges.map(({ token, replicas }) => [token, replicas.join(' ')]),
  ])
}

export function ownershipText(placement: Placement, columns: number): string {
  const plan = compare(placement, placement)
  const { primary } = ownershipOf(placement)
  const { members } = placement.ring
  const share = new Map(members.map(({ id }, i) => [id, primary[i] ?? 0]))
  const rows = plan.nodes.map(({ member, after }) => [
    member.id,
    whereOf(member),
    String(after?.tokens ?? 0),
    percent(share.get(member.id) ?? 0),
    percent(after?.effective ?? 0),
  ])
  const table = capped([['Node', 'Where', 'Tokens', 'Owns', 'Holds'], ...rows], 'nodes')
  const even = `The fullest node holds ${plan.imbalance.after.toFixed(3)} times its rack's mean.`
  const head = `${describeReplication(placement.replication)}, ${members.length} nodes. ${even}`
  return [head, '', table, strip(placement, columns), warned(warningsOf(placement))].join('\n')
}

export function changeText(plan: Plan, title: string, columns: number, sizes?: Sizes): string {
  const nodes = plan.nodes.map(({ member, before, after, receives, sends }) => [
    member.id,
    whereOf(member),
    String((after ?? before)?.tokens ?? 0),
    before === undefined ? '-' : percent(before.effective),
    after === undefined ? '-' : percent(after.effective),
    receives > 0 ? percent(receives) : '',
    sends > 0 ? percent(sends) : '',
  ])
  const heads = ['Node', 'Where', 'Tokens', 'Holds', 'then', 'Receives', 'Sends']
  return [
    `${title}. ${summaryOf(plan, sizes)}`,
    '',
    capped([heads, ...nodes], 'nodes'),
    ...flows(plan, sizes),
    strip(plan.after, columns),
    warned(plan.warnings),
  ].join('\n')
}

function flows({ flows: all, after }: Plan, sizes?: Sizes): string[] {
  if (all.length === 0) return []
  const rows = all.map(({ from, to, share, ranges }) => [
    from?.id ?? 'nobody',
    to.id,
    percent(share / Math.max(after.width, 1)),
    String(ranges),
    ...(sizes === undefined ? [] : [formatBytes(share * sizes.data)]),
  ])
  const heads = ['From', 'To', 'Of all data', 'Ranges', ...(sizes === undefined ? [] : ['Bytes'])]
  return [capped([heads, ...rows], 'flows')]
}

function strip({ ring }: Placement, columns: number): string {
  const lines = stripLines(ring, columns, new Map())
  return lines.map((line) => `${line}\n`).join('')
}

function warned(warnings: readonly Warning[]): string {
  return warnings.map(({ says }) => `Warning: ${says}.\n`).join('')
}

function capped(rows: readonly (readonly string[])[], what: string): string {
  const shown = rows.slice(0, MOST_ROWS + 1)
  const hidden = rows.length - shown.length
  return trimmed(shown) + (hidden > 0 ? `and ${hidden} more ${what}\n` : '')
}

function trimmed(rows: readonly (readonly string[])[]): string {
  return tableLines(rows)
    .map((line) => `${line.trimEnd()}\n`)
    .join('')
}
