/**
 * A plan as one HTML page that needs nothing else: the picture, who moves what to whom, and what to
 * think of.
 */
import type { Flow, NodePlan, Plan } from './plan.js'
import { whereOf } from './legend.js'
import { drawApart } from './picture.js'
import { escape, percent } from './svg.js'

/** Flows listed; the rest is summed up. */
const MOST_FLOWS = 100

/** How large the data is and how fast a node copies; both undefined when only shares are told. */
export interface Sizes {
  /** Bytes of one copy of everything. */
  readonly data: number
  /** Bytes per second that a node takes in. */
  readonly rate: number
}

export function pageOf(plan: Plan, title: string, sizes?: Sizes): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escape(title)}</title>
<style>
  :root { color-scheme: light dark }
  body { font: 15px/1.5 system-ui, sans-serif; max-width: 1080px; margin: 2rem auto }
  body { padding: 0 1rem }
  .picture { display: flex; flex-wrap: wrap; align-items: flex-start }
  .picture svg { flex: 1 1 320px; min-width: 0; height: auto }
  .table { overflow-x: auto; margin: .5rem 0 1.5rem }
  table { border-collapse: collapse }
  th, td { padding: .2rem 1.2rem .2rem 0; text-align: left; border-bottom: 1px solid #8884 }
  td { white-space: nowrap }
  @media (max-width: 600px) { h1 { font-size: 1.4rem } th, td { padding-right: .7rem } }
  td.number, th.number { text-align: right; font-variant-numeric: tabular-nums }
  .warnings li { margin: .2rem 0 }
</style>
</head>
<body>
<h1>${escape(title)}</h1>
<p>${escape(summaryOf(plan, sizes))}</p>
<div class="picture">
${drawApart(plan).join('')}</div>
${warningsList(plan)}
${flowTable(plan, sizes)}
${nodeTable(plan.nodes)}
</body>
</html>
`
}

/** One sentence with the figures that decide. */
export function summaryOf(plan: Plan, sizes?: Sizes): string {
  const { imbalance, moved, after } = plan
  const now = `The fullest node holds ${imbalance.after.toFixed(3)} times its rack's mean`
  const even = `${now} (${imbalance.before.toFixed(3)} before).`
  if (plan.transfers.length === 0) return `Nothing moves. ${even}`
  const part = percent(moved / Math.max(after.width, 1))
  const bytes =
    sizes === undefined
      ? ''
      : `, ${formatBytes(moved * sizes.data)}, about ${formatSeconds(secondsOf(plan, sizes))}`
  return `${part} of all data moves${bytes}, in ${plan.transfers.length} ranges. ${even}`
}

/** The time of the node that takes in the most, in seconds: all take in at once. */
export function secondsOf(plan: Plan, { data, rate }: Sizes): number {
  return plan.nodes.reduce((most, { receives }) => Math.max(most, (receives * data) / rate), 0)
}

function warningsList({ warnings }: Plan): string {
  if (warnings.length === 0) return ''
  const items = warnings.map(({ says }) => `<li>${escape(says)}</li>`).join('\n')
  return `<h2>Before you do this</h2>\n<ul class="warnings">\n${items}\n</ul>`
}

function flowTable({ flows, after }: Plan, sizes?: Sizes): string {
  if (flows.length === 0) return ''
  const rows = flows.slice(0, MOST_FLOWS).map((flow) => flowRow(flow, after.width, sizes))
  const hidden = flows.length - rows.length
  const rest = hidden > 0 ? `<p>and ${hidden} smaller ones</p>` : ''
  const bytes = sizes === undefined ? [] : ['bytes']
  const heads = tableRow('th', ['from', 'to'], ['of all data', 'ranges', ...bytes])
  return `<h2>What moves</h2>\n${table([heads, ...rows])}${rest}`
}

function flowRow({ from, to, share, ranges }: Flow, copies: number, sizes?: Sizes): string {
  const bytes = sizes === undefined ? [] : [formatBytes(share * sizes.data)]
  const part = percent(share / Math.max(copies, 1))
  return tableRow('td', [from?.id ?? 'nobody', to.id], [part, String(ranges), ...bytes])
}

function nodeTable(nodes: readonly NodePlan[]): string {
  const numbers = ['tokens', 'held before', 'after', 'receives', 'sends']
  const rows = nodes.map(({ member, before, after, receives, sends }) => {
    const moving = [receives, sends].map((share) => (share > 0 ? share : undefined))
    const shares = [before?.effective, after?.effective, ...moving]
    const cells = shares.map((share) => (share === undefined ? '' : percent(share)))
    const tokens = String((after ?? before)?.tokens ?? 0)
    return tableRow('td', [member.id, whereOf(member)], [tokens, ...cells])
  })
  const all = [tableRow('th', ['node', 'where'], numbers), ...rows]
  return `<h2>Nodes</h2>\n${table(all)}`
}

/** A table that scrolls by itself where the screen is narrow. */
function table(rows: readonly string[]): string {
  return `<div class="table">\n<table>\n${rows.join('\n')}\n</table>\n</div>`
}

function tableRow(cell: 'td' | 'th', texts: readonly string[], numbers: readonly string[]): string {
  const left = texts.map((one) => `<${cell}>${escape(one)}</${cell}>`)
  const right = numbers.map((one) => `<${cell} class="number">${escape(one)}</${cell}>`)
  return `<tr>${[...left, ...right].join('')}</tr>`
}

/** `1.5 GiB` */
export function formatBytes(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB']
  let value = bytes
  let unit = 0
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024
    unit++
  }
  return `${value.toFixed(unit === 0 || value >= 100 ? 0 : 1)} ${units[unit] ?? ''}`
}

/** `2 h 5 min`, `40 s` */
export function formatSeconds(seconds: number): string {
  const whole = Math.ceil(seconds)
  const hours = Math.floor(whole / 3600)
  const minutes = Math.floor((whole % 3600) / 60)
  if (hours > 0) return `${hours} h ${minutes} min`
  return minutes > 0 ? `${minutes} min ${whole % 60} s` : `${whole} s`
}
