/** What a replay found, for people: how far it went and why, then the node as it was there. */
import { phiText } from '../layout/phi.js'
import { statusLines } from '../layout/status.js'
import { tableLines } from '../layout/table.js'
import { clockTime, dayAndTime, duration } from '../layout/time.js'
import type { Colours } from '../surroundings.js'
import type { DifferenceReport, Report } from './report.js'

/** Entries of evidence shown; all of them are in the JSON. */
const EVIDENCE_SHOWN = 20

export function reportLines(report: Report, colours: Colours): string[] {
  return [
    `${colours.bold(report.node)} at ${dayAndTime(Date.parse(report.at))}, ${progress(report)}`,
    standing(report, colours),
    ...(report.difference === null ? [] : ['', ...differenceLines(report.difference, colours)]),
    '',
    ...statusLines(report.status, { names: true, colours }),
    '',
    ...evidenceLines(report, colours),
    '',
    ...counterLines(report),
  ]
}

function progress({ step, steps, segment, began, at }: Report): string {
  const span = duration(Date.parse(at) - Date.parse(began))
  return `step ${step}: ${steps} steps in ${span}, segment ${segment}`
}

function standing(report: Report, { green, red }: Colours): string {
  const hash = `trace hash ${report.traceHash}`
  const here = `the same up to here, ${hash}`
  switch (report.stopped) {
    case 'end':
      if (report.recordedHash === report.traceHash)
        return `${green('The same to the end')}, ${hash} as recorded.`
      return `${red('The trace hash differs')}: ${hash}, recorded ${report.recordedHash ?? '-'}.`
    case 'cut':
      return `${green('The same to the last whole step')}, ${hash}; the file ends there.`
    case 'damaged':
      return `${red('The file is damaged behind this step')}; ${here}.`
    case 'time':
    case 'event':
      return `${green('The same up to here')}, ${hash}.`
    case 'difference':
      return `${red('The next step differs from its record')}; ${here}.`
  }
}

function differenceLines(difference: DifferenceReport, colours: Colours): string[] {
  const list = (effects: readonly string[]): string[] =>
    effects.length === 0 ? ['  nothing'] : effects.map((effect) => `  ${effect}`)
  return [
    `Step ${difference.step} at ${clockTime(Date.parse(difference.at))}: ${difference.input}`,
    colours.dim('recorded'),
    ...list(difference.expected),
    colours.dim('found'),
    ...list(difference.found),
  ]
}

function evidenceLines(report: Report, colours: Colours): string[] {
  const all = report.evidence
    .flatMap(({ node, evidence }) => evidence.map((entry) => ({ node, ...entry })))
    .sort((a, b) => Date.parse(a.time) - Date.parse(b.time))
  if (all.length === 0) return ['There is no evidence yet.']
  const shown = all.slice(-EVIDENCE_SHOWN)
  const rows = shown.map((entry) => [
    clockTime(Date.parse(entry.time)),
    entry.node,
    entry.kind,
    entry.by,
    phiText(entry.phi),
    entry.detail,
  ])
  const table = tableLines([['Time', 'Node', 'What', 'Says', 'Phi', 'Why'], ...rows])
  const [head = '', ...lines] = table.map((line) => line.trimEnd())
  const of = all.length > shown.length ? ` (the last ${shown.length} of ${all.length})` : ''
  return [`Evidence, oldest first${of}:`, colours.dim(head), ...lines]
}

function counterLines({ counters, health }: Report): string[] {
  const entries = Object.entries({ 'health score': health, ...counters })
  return ['Counters:', ...tableLines(entries.map(([name, count]) => [`  ${name}`, String(count)]))]
}
