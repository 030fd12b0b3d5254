/**
 * The report: one page that needs nothing else. What was asked, whether it passed, the figures, the
 * plots, the settings, and the command that gives the same page again.
 */
import { escape } from '../../../ring/svg.js'
import { comparedIn, figureText, measureWords } from '../../../../simulations/measures/words.js'
import type { SimulateJson } from '../outcome.js'
import type { Plan } from '../plan.js'
import type { Arm } from '../rehearsal.js'
import type { Drawing } from './drawing.js'
import { drawingsOf } from './drawings.js'
import { STYLE } from './style.js'

export function reportPage(plan: Plan, arms: readonly Arm[], outcome: SimulateJson): string {
  const title = `${plan.scenario.name}, ${outcome.nodes} nodes, seed ${plan.seed}`
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escape(title)}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<header>
<p class="kind">Murmuration, a simulation</p>
<h1>${escape(plan.scenario.name)}</h1>
<p class="asks">${escape(capital(plan.asks))}</p>
<p class="verdict ${verdictClass(outcome)}">${escape(verdict(outcome))}</p>
</header>
${circumstances(plan, arms, outcome)}
${violationList(outcome)}
${drawingsOf(plan, arms).map(drawn).join('\n')}
${section('Figures', figureTable(arms))}
${comparison(arms)}
${settingsSection(plan)}
</main>
</body>
</html>
`
}

function verdict({ passed, violations, measures }: SimulateJson): string {
  if (measures['complete'] !== true) return 'Stopped before its end: this is a part'
  return passed ? 'Passed' : `Failed, ${violations.length} violations`
}

function verdictClass({ passed, measures }: SimulateJson): string {
  return measures['complete'] !== true ? 'part' : passed ? 'passed' : 'failed'
}

function circumstances(plan: Plan, arms: readonly Arm[], { traceHash }: SimulateJson): string {
  const seconds = ((arms[0]?.measured.until ?? 0) / 1000).toFixed(0)
  const facts: (readonly [string, string])[] = [
    ...plan.options,
    ['seed', String(plan.seed)],
    ['profile', plan.profile],
    ['virtual time', `${seconds} s`],
    ['trace hash', traceHash],
  ]
  const rows = facts.map(
    ([name, value]) => `<div><dt>${escape(name)}</dt><dd>${escape(value)}</dd></div>`,
  )
  return `<dl class="facts">${rows.join('')}</dl>
<p class="repeat">The same again: <code>${escape(plan.command)}</code></p>`
}

function violationList({ violations }: SimulateJson): string {
  if (violations.length === 0) return ''
  const items = violations.map(
    ({ at, check, host, what }) =>
      `<li>${(at / 1000).toFixed(3)} s, ${escape(host)}, ${escape(check)}: ${escape(what)}</li>`,
  )
  return section('Violations', `<ul>${items.join('')}</ul>`)
}

function drawn({ title, caption, svg }: Drawing): string {
  const words = `<figcaption>${escape(caption)}</figcaption>`
  return section(title, `<figure><div class="plot">${svg}</div>${words}</figure>`)
}

/** @param inside as HTML */
function section(title: string, inside: string): string {
  return `<section><h2>${escape(title)}</h2>${inside}</section>`
}

function figureTable(arms: readonly Arm[]): string {
  const summary = arms[0]?.measured.summary ?? {}
  const rows = Object.entries(measureWords).flatMap(([key, { words, unit }]) =>
    summary[key] === undefined ? [] : [rowOf(escape(words), [figureText(summary[key], unit)])],
  )
  return `<table class="figures">${rows.join('')}</table>`
}

function comparison(arms: readonly Arm[]): string {
  if (arms.length < 2) return ''
  const columns = comparedIn(arms.map(({ measured }) => measured.summary))
  const head = columns.map(([, short]) => `<th scope="col">${escape(short)}</th>`).join('')
  const rows = arms.map(({ configuration, measured }) => {
    const { name, says } = configuration
    const cells = columns.map(([key]) =>
      figureText(measured.summary[key], measureWords[key]?.unit ?? 'count'),
    )
    return rowOf(`${escape(name)}<small>${escape(says)}</small>`, cells)
  })
  const table = `<table><tr><th></th>${head}</tr>${rows.join('')}</table>`
  return section('The same under other protocols', `<div class="wide">${table}</div>`)
}

/** @param head as HTML */
function rowOf(head: string, cells: readonly string[]): string {
  const data = cells.map((cell) => `<td>${escape(cell)}</td>`)
  return `<tr><th scope="row">${head}</th>${data.join('')}</tr>`
}

function settingsSection({ scenario }: Plan): string {
  const { profile, ...changed } = scenario.settings
  const others = Object.entries(changed).map(([key, value]) => `${key} ${String(value)}`)
  const said = others.length === 0 ? 'all others as shipped' : others.join(', ')
  const { steps } = scenario
  const words = `Profile ${profile}; ${escape(said)}. Steps: ${steps.length}.`
  return section('Settings', `<p>${words} All are described in docs/settings.md.</p>`)
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
