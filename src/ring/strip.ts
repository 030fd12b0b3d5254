/**
 * The ring for a terminal: the line of tokens cut into columns, a row a node, filled by how much of
 * each it owns.
 */
import { at } from '../base/assert.js'
import type { Ring } from './ring.js'
import { MIN_TOKEN, shareBetween } from './token.js'

const LEVELS = ' ▁▂▃▄▅▆▇█'

/** A row for each member in the order of the ring's members. @param columns 8 or more */
export function stripOf(ring: Ring, columns: number): string[] {
  const cells = ring.members.map(() => new Float64Array(columns))
  for (let i = 0; i < ring.size; i++) {
    const start = shareBetween(MIN_TOKEN, ring.rangeAt(i).left) * columns
    spread(at(cells, at(ring.tokens.owners, i)), start, ring.shareAt(i) * columns)
  }
  return cells.map((row) => [...row].map(levelOf).join(''))
}

/** Adds a stretch of the line to a row; what passes the end comes in at the beginning. */
function spread(row: Float64Array, start: number, length: number): void {
  let from = start
  let left = length
  while (left > 1e-9) {
    const column = Math.floor(from)
    const here = Math.min(left, column + 1 - from)
    const cell = column % row.length
    row[cell] = at(row, cell) + here
    from = column + 1
    left -= here
  }
}

/** Anything at all shows. */
function levelOf(part: number): string {
  const level = Math.ceil(part * 8 - 1e-6)
  return LEVELS[Math.min(Math.max(level, 0), 8)] ?? ' '
}
