/**
 * The rows of a file: a CSV, whose first column is the key and the rest of the line the value, or a
 * list of words, each with the number of its line. Of a key that comes twice the last line counts.
 */
import { readFile } from 'node:fs/promises'
import { codeOf, CommandFailure, wrongUse } from '../failure.js'

export type FileRow = readonly [key: string, value: string]

/** @throws {CommandFailure} when it cannot be read, or holds no row */
export async function rowsOf(path: string): Promise<FileRow[]> {
  const text = await readFile(path, 'utf8').catch((thrown: unknown) => {
    const code = codeOf(thrown)
    if (code === 'ENOENT') throw wrongUse(`There is no file ${path}.`)
    throw new CommandFailure(`${path} cannot be read (${code ?? 'unknown'}): check its rights.`)
  })
  const rows = new Map<string, string>()
  const isTable = /\.csv$/i.test(path)
  text.split(/\r?\n/).forEach((line, i) => {
    const [key, value] = isTable ? columnsOf(line) : [line.trim(), String(i + 1)]
    if (key !== '') rows.set(key, value)
  })
  if (rows.size === 0) throw wrongUse(`${path} holds no rows: give a list of words or a CSV.`)
  return [...rows]
}

/** The first column, in quotes or not (RFC 4180), and what follows its comma as it stands. */
function columnsOf(line: string): FileRow {
  const quoted = /^"((?:[^"]|"")*)"(?:,(.*))?$/.exec(line)
  if (quoted !== null) return [(quoted[1] ?? '').replaceAll('""', '"'), quoted[2] ?? '']
  const comma = line.indexOf(',')
  return comma < 0 ? [line, ''] : [line.slice(0, comma), line.slice(comma + 1)]
}
