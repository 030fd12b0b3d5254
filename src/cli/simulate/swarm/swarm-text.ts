/** What a swarm found, in a terminal: its counts, and each failure with how to see it again. */
import type { Violation } from '../../../../simulations/checks/check.js'
import { tableLines } from '../../layout/table.js'
import type { Colours } from '../../surroundings.js'
import type { Survey } from './survey.js'
import type { SwarmOptions } from './options.js'

export interface Failure {
  readonly seed: number
  readonly nodes: number
  readonly violation: Violation | null
  /** The one command that shows it again. */
  readonly repeat: string
  /** Where the small scenario was written, if it was made small. */
  readonly file: string | null
}

const COLUMNS = 3
/** Failures told one by one. */
const TOLD_MAX = 20

/** @param idle what should have happened and never did */
export function swarmText(
  options: SwarmOptions,
  found: Survey,
  failures: readonly Failure[],
  idle: readonly string[],
  colours: Colours,
): string {
  const last = options.seed + found.runs - 1
  const hours = found.nodeHours.toFixed(1)
  const lines = [
    `${colours.bold('swarm')}: ${found.runs} runs, seeds ${options.seed} to ${last}`,
    colours.dim(`${hours} node hours; agreed at most ${seconds(found.slowestAgreement)} s after`),
    '',
    ...countLines(found.counts),
    '',
    ...failures.slice(0, TOLD_MAX).flatMap((failure) => failureLines(failure, colours)),
    ...(idle.length === 0 ? [] : [`${colours.yellow('never happened')}: ${idle.join(', ')}`]),
    verdict(failures.length, found.runs === options.runs && idle.length === 0, colours),
  ]
  return lines.map((line) => `${line.trimEnd()}\n`).join('')
}

export function countLines(counts: Readonly<Record<string, number>>): string[] {
  const cells = Object.entries(counts)
  const height = Math.ceil(cells.length / COLUMNS)
  const rows = Array.from({ length: height }, (_, row) =>
    Array.from({ length: COLUMNS }, (__, column) => cells[column * height + row] ?? ['', '']),
  )
  return tableLines(rows.map((row) => row.flatMap(([name, count]) => [name, String(count)]))).map(
    (line) => `  ${line}`,
  )
}

function failureLines({ seed, nodes, violation, repeat, file }: Failure, c: Colours): string[] {
  const where = `seed ${seed}, ${nodes} nodes`
  if (violation === null) return [`${c.red('failed')}  ${where}`]
  const { check, at, host, what } = violation
  return [
    `${c.red(check)}  ${where}, at ${seconds(at)} s: ${host} ${what}`,
    `  repeat with: ${repeat}`,
    ...(file === null ? [] : [`  made small:  murmur simulate ${file} --seed ${seed}`]),
  ]
}

function verdict(failed: number, whole: boolean, c: Colours): string {
  if (failed > 0) return `${c.red('FAILED')} in ${failed} run${failed === 1 ? '' : 's'}`
  return whole ? c.green('PASSED') : `${c.yellow('NOT PROVED')}: no failure in what was run`
}

function seconds(millis: number): string {
  return (millis / 1000).toFixed(1)
}
