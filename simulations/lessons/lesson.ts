/**
 * What a lesson of the book is: options declared like every setting, and a run that tells
 * something in text, in numbers that the prose may claim, and in one figure. The same options
 * tell the same, byte for byte.
 */
import { settle, type Declarations, type Problem, type Values } from '../../src/base/settings.js'

export interface Told {
  readonly kind: 'told'
  readonly text: string
  /** By name, for claims in prose. */
  readonly measures: Readonly<Record<string, number>>
  /** SVG. */
  readonly figure: string
}

export interface Lesson {
  readonly name: string
  /** What is seen in it, in one sentence without a full stop. */
  readonly about: string
  readonly options: Declarations
  tell(given: Readonly<Record<string, unknown>>): Told | Misasked
}

export interface Misasked {
  readonly kind: 'misasked'
  readonly problems: readonly Problem[]
}

export function lesson<const D extends Declarations>(
  name: string,
  about: string,
  options: D,
  run: (values: Values<D>) => Omit<Told, 'kind'>,
): Lesson {
  return {
    name,
    about,
    options,
    tell(given) {
      const { values, problems } = settle(options, given)
      return problems.length > 0 ? { kind: 'misasked', problems } : { kind: 'told', ...run(values) }
    },
  }
}

/** The option that every lesson with chance in it has. */
export const seed = {
  kind: 'number',
  unit: '',
  default: 7,
  min: 0,
  max: 4294967295,
  why: 'all chance comes from it: the same seed is the same run',
} as const

/** Columns padded to the widest cell, numbers to the right. */
export function table(rows: readonly (readonly (string | number)[])[]): string {
  const widths: number[] = []
  for (const row of rows) {
    row.forEach((cell, i) => (widths[i] = Math.max(widths[i] ?? 0, String(cell).length)))
  }
  const line = (row: readonly (string | number)[]): string =>
    row.map((cell, i) => padded(cell, widths[i] ?? 0, i)).join('  ')
  return rows.map((row) => `${line(row).trimEnd()}\n`).join('')
}

/** The first column is words, the others are read as numbers. */
function padded(cell: string | number, width: number, column: number): string {
  return column === 0 ? String(cell).padEnd(width) : String(cell).padStart(width)
}

/** Rounded to so many decimals, as text and without trailing zeros cut. */
export function fixed(value: number, decimals = 1): string {
  return value.toFixed(decimals)
}

/** The value below which a share of the values lies: 0.5 is the median. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  const place = Math.ceil(share * sorted.length) - 1
  return sorted[Math.max(0, Math.min(sorted.length - 1, place))] ?? NaN
}

/** One measure for each key: `chance16` is what was measured for 16. */
export function measuresOf(
  name: string,
  keys: readonly number[],
  measured: (index: number) => number,
): Record<string, number> {
  const measures: Record<string, number> = {}
  keys.forEach((key, i) => (measures[`${name}${key}`] = measured(i)))
  return measures
}

/** Sentences, a table below them, and perhaps a last sentence. */
export function page(
  sentences: readonly string[],
  rows: readonly (readonly (string | number)[])[],
  last?: string,
): string {
  const end = last === undefined ? '' : `\n${last}\n`
  return `${sentences.join(' ')}\n\n${table(rows)}${end}`
}
