/**
 * The ring drawn for a terminal: the line of tokens from the least to the greatest, whose end joins
 * its beginning, a row a node. Taller blocks: more of that stretch is its own.
 */
import type { Ring } from '../../ring/ring.js'
import { stripOf } from '../../ring/strip.js'
import { natural } from './order.js'

/** Nodes drawn; the rest is counted. */
const MOST_ROWS = 40
const MOST_COLUMNS = 96

/** @param names what to call a member, where not by its id */
export function stripLines(
  ring: Ring,
  columns: number,
  names: ReadonlyMap<string, string>,
): string[] {
  const called = ring.members.map(({ id }) => names.get(id) ?? id)
  const widest = Math.max(0, ...called.map((name) => name.length))
  const width = Math.max(Math.min(columns - widest - 3, MOST_COLUMNS), 16)
  const rows = stripOf(ring, width).map((row, i) => ({ name: called[i] ?? '', row }))
  const shown = rows.sort((a, b) => natural(a.name, b.name)).slice(0, MOST_ROWS)
  const hidden = rows.length - shown.length
  return [
    ...shown.map(({ name, row }) => `${name.padEnd(widest)} │${row}│`),
    `${' '.repeat(widest)}  -2^63${'2^63'.padStart(width - 5)}`,
    ...(hidden > 0 ? [`and ${hidden} more nodes`] : []),
  ]
}
