/**
 * A table as nodetool 4 writes it: every cell, the last of a line too, is padded to the widest of
 * its column, with two spaces between.
 */

export function tableLines(rows: readonly (readonly string[])[]): string[] {
  const widths = columnWidths(rows)
  return rows.map((row) => widths.map((width, i) => (row[i] ?? '').padEnd(width)).join('  '))
}

function columnWidths(rows: readonly (readonly string[])[]): number[] {
  const columns = Math.max(0, ...rows.map((row) => row.length))
  return Array.from({ length: columns }, (_, i) =>
    Math.max(...rows.map((row) => row[i]?.length ?? 0)),
  )
}
