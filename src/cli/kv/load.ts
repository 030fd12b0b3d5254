/**
 * `murmur kv import` and `verify`: every row of a file, in batches of which a few are under way at
 * a time. A row that fails, as it may while the ring changes or a connection breaks, is tried again
 * before it is given up: written twice, it is the same row.
 */
import { resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { answerOf, checked } from '../api.js'
import { CommandFailure } from '../failure.js'
import { progressFor } from '../simulate/progress.js'
import type { Surroundings } from '../surroundings.js'
import { targetOf } from '../target.js'
import type { KvOptions } from './options.js'
import { rowsOf, type FileRow } from './rows-file.js'
import { batch, type Result } from './shapes.js'

const BATCH = 100
const UNDER_WAY = 4
/** Tries of a row, and the pause before each further one. */
const TRIES = 12
const PAUSE_MS = 500
/** A batch whose rows all run into their deadlines, one after the other, on a busy machine. */
const PATIENCE_MS = 60_000
/** Keys told one by one. */
const TOLD_MAX = 20

interface Sums {
  readonly rows: number
  /** Keys that could not be written or read, with why; at most the rows. */
  readonly failed: { readonly key: string; readonly why: string }[]
}

export async function importFile(
  keyspace: string,
  file: string,
  options: KvOptions,
  around: Surroundings,
): Promise<void> {
  const run = new Loading(keyspace, options, around)
  const rows = await rowsOf(resolve(around.cwd, file))
  const { failed } = await run.all(rows, (some) => ({ put: some }))
  const written = rows.length - failed.length
  run.print({ rows: rows.length, written, failed }, `${written} of ${rows.length} rows written.`)
  if (failed.length > 0) throw new CommandFailure(`${told(failed)} Import it again.`)
}

/** @throws {CommandFailure} when a row is missing, differs or could not be read */
export async function verifyFile(
  keyspace: string,
  file: string,
  options: KvOptions,
  around: Surroundings,
): Promise<void> {
  const run = new Loading(keyspace, options, around)
  const rows = await rowsOf(resolve(around.cwd, file))
  const expected = new Map(rows)
  const missing: string[] = []
  const different: string[] = []
  const sums = await run.all(
    rows,
    (some) => ({ get: some.map(([key]) => key) }),
    (result) => {
      if (!('found' in result)) return
      if (!result.found) missing.push(result.key)
      else if (result.value !== expected.get(result.key)) different.push(result.key)
    },
  )
  const { failed } = sums
  const found = rows.length - missing.length - different.length - failed.length
  const lines = [
    `${found} of ${rows.length} rows are there, read at ${options.level}.`,
    ...listed('missing', missing),
    ...listed('different', different),
  ]
  run.print({ rows: rows.length, found, missing, different, failed }, lines.join('\n'))
  if (failed.length > 0) throw new CommandFailure(told(failed))
  const lacking = missing.length + different.length
  if (lacking > 0) throw new CommandFailure(`${lacking} rows are not as ${file} has them.`)
}

class Loading {
  private readonly keyspace: string
  private readonly options: KvOptions
  private readonly around: Surroundings
  private readonly url: string

  constructor(keyspace: string, options: KvOptions, around: Surroundings) {
    this.keyspace = keyspace
    this.options = options
    this.around = around
    this.url = targetOf(options.api, around)
  }

  /** Sends all rows, a few batches at a time. */
  async all(
    rows: readonly FileRow[],
    question: (rows: readonly FileRow[]) => object,
    take: (result: Result) => void = () => undefined,
  ): Promise<Sums> {
    const sums: Sums = { rows: rows.length, failed: [] }
    await this.keyspaceThere(rows)
    const progress = await progressFor(this.around)
    let next = 0
    let done = 0
    const work = async (): Promise<void> => {
      while (next < rows.length) {
        const some = rows.slice(next, (next += BATCH))
        await this.some(some, question, take, sums)
        done += some.length
        progress.at(done / rows.length, `${done} rows`)
      }
    }
    try {
      await Promise.all(Array.from({ length: UNDER_WAY }, work))
    } finally {
      progress.end()
    }
    return sums
  }

  print(json: object, text: string): void {
    this.around.out.write(`${this.options.json ? JSON.stringify(json, null, 2) : text}\n`)
  }

  /** Waits for a keyspace that was created a moment ago, and is not agreed on yet. */
  private async keyspaceThere(rows: readonly FileRow[]): Promise<void> {
    const get = rows.slice(0, 1).map(([key]) => key)
    for (let tries = 1; tries < TRIES; tries++) {
      const [result] = await this.ask({ get })
      if (result === undefined || !('error' in result)) return
      if (result.error.code !== 'kv.no-keyspace') return
      await sleep(PAUSE_MS)
    }
  }

  /** One batch, and again those rows of it that failed. */
  private async some(
    rows: readonly FileRow[],
    question: (rows: readonly FileRow[]) => object,
    take: (result: Result) => void,
    sums: Sums,
  ): Promise<void> {
    let left = rows
    for (let tries = 1; left.length > 0; tries++) {
      const results = await this.tried(question(left), tries)
      const again: FileRow[] = []
      left.forEach((row, i) => {
        const result = results[i]
        if (result !== undefined && !('error' in result)) return take(result)
        if (tries < TRIES && isPassing(result?.error.code)) again.push(row)
        else sums.failed.push({ key: row[0], why: result?.error.message ?? 'no answer' })
      })
      left = again
      if (left.length > 0) await sleep(PAUSE_MS)
    }
  }

  /** No results where no answer came; the last time that ends the whole run. */
  private async tried(body: object, tries: number): Promise<readonly Result[]> {
    try {
      return await this.ask(body)
    } catch (thrown) {
      if (tries >= TRIES || !(thrown instanceof CommandFailure)) throw thrown
      return []
    }
  }

  private async ask(body: object): Promise<readonly Result[]> {
    const path = `/v1/kv/${encodeURIComponent(this.keyspace)}?level=${this.options.level}`
    const answer = await answerOf(this.url, path, 'POST', body, PATIENCE_MS)
    return checked(answer, batch, this.url, path).results
  }
}

/** Whether it may be otherwise in a moment; undefined where no answer came. */
function isPassing(code: string | undefined): boolean {
  return code === undefined || !['kv.no-keyspace', 'kv.too-long', 'kv.clock'].includes(code)
}

function listed(what: string, keys: readonly string[]): string[] {
  if (keys.length === 0) return []
  const more = keys.length > TOLD_MAX ? ` and ${keys.length - TOLD_MAX} more` : ''
  return [`${what}: ${keys.slice(0, TOLD_MAX).join(', ')}${more}`]
}

function told(failed: Sums['failed']): string {
  const [first] = failed
  return `${failed.length} rows failed, the first because: ${first?.why ?? ''}`
}
