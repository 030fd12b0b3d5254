/** The outcome of a simulation in a terminal: its figures, how others compare, how to repeat it. */
import { measureWords, comparedIn, figureText } from '../../../simulations/measures/words.js'
import { tableLines } from '../layout/table.js'
import type { Colours } from '../surroundings.js'
import type { SimulateJson } from './outcome.js'
import type { Plan } from './plan.js'
import type { Arm } from './rehearsal.js'

export function summaryText(
  plan: Plan,
  arms: readonly Arm[],
  outcome: SimulateJson,
  colours: Colours,
): string {
  const lines = [
    `${colours.bold(plan.scenario.name)}: ${plan.asks}`,
    colours.dim(circumstances(plan, arms)),
    '',
    ...figureLines(arms),
    ...(arms.length > 1 ? ['', ...comparisonLines(arms, colours)] : []),
    '',
    verdictLine(outcome, colours),
    `repeat with: ${plan.command}`,
  ]
  return lines.map((line) => `${line.trimEnd()}\n`).join('')
}

function circumstances(plan: Plan, arms: readonly Arm[]): string {
  const options = plan.options.map(([name, value]) => `${name} ${value}`)
  const seconds = ((arms[0]?.measured.until ?? 0) / 1000).toFixed(0)
  return [
    ...options,
    `seed ${plan.seed}`,
    `profile ${plan.profile}`,
    `${seconds} virtual seconds`,
  ].join(', ')
}

function figureLines(arms: readonly Arm[]): string[] {
  const summary = arms[0]?.measured.summary ?? {}
  const rows = Object.entries(measureWords).flatMap(([key, { words, unit }]) =>
    summary[key] === undefined ? [] : [[words, figureText(summary[key], unit)]],
  )
  return tableLines(rows).map((line) => `  ${line}`)
}

function comparisonLines(arms: readonly Arm[], colours: Colours): string[] {
  const columns = comparedIn(arms.map(({ measured }) => measured.summary))
  const head = ['', ...columns.map(([, short]) => short)]
  const rows = arms.map(({ configuration, measured }) => [
    configuration.name,
    ...columns.map(([key]) =>
      figureText(measured.summary[key], measureWords[key]?.unit ?? 'count'),
    ),
  ])
  const [first = '', ...rest] = tableLines([head, ...rows])
  return [colours.dim(first), ...rest].map((line) => `  ${line}`)
}

function verdictLine(
  { passed, violations, measures, traceHash }: SimulateJson,
  c: Colours,
): string {
  const hash = `trace ${traceHash}`
  if (measures['complete'] !== true) {
    return `${c.yellow('STOPPED')} before its end: the figures are those of a part.  ${hash}`
  }
  if (passed) return `${c.green('PASSED')}  ${hash}`
  const count = `${violations.length} violation${violations.length === 1 ? '' : 's'}`
  return `${c.red('FAILED')} with ${count}  ${hash}`
}
