/**
 * `npm run bench`: everything that is claimed of speed, measured again. What is measured is kept in
 * bench/results.json, row by row, and bench/README.md is written from that.
 *
 *   npm run bench                       all of it (about two hours)
 *   npm run bench -- codec swim         parts of it: codec, swim, ring, ring-balance, data
 *   npm run bench -- steady --most 2    rows whose name contains a word, with fewer runs
 */
import { execFile, execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { promisify } from 'node:util'
import { benchAgents } from './agents.js'
import { isRecord, missing } from './lab.js'
import { reportOf, type PartName, type Results } from './report.js'

const RESULTS = 'bench/results.json'
const README = 'bench/README.md'

const words = process.argv.slice(2)
const mostAt = words.indexOf('--most')
const most = mostAt < 0 ? Infinity : Number(words.splice(mostAt, 2)[1])
const results = readResults()
const wanted = (part: string): boolean => words.length === 0 || words.includes(part)

if (wanted('codec')) await own('codec')
if (wanted('swim')) await own('swim')
if (wanted('ring')) await own('ring')
if (wanted('ring-balance')) await own('ring-balance')
if (wanted('data')) await own('data')
const PARTS = ['codec', 'swim', 'ring', 'ring-balance', 'data']
const rowWords = words.filter((word) => !PARTS.includes(word))
if (words.length === 0 || rowWords.length > 0) await agents(rowWords)

async function own(part: PartName): Promise<void> {
  const line = await printedBy(part)
  say(`${part}: ${line}`)
  results.parts[part] = { at: today(), figures: asRecord(JSON.parse(line)) }
  write()
}

/** Runs one part in a process of its own, bundled as the agent is. */
async function printedBy(part: string): Promise<string> {
  const built = `dist/bench/${part}.mjs`
  const bundle = ['--bundle', '--platform=node', '--format=esm', '--log-level=error']
  execFileSync('npx', [
    'esbuild',
    `bench/${part}.ts`,
    ...bundle,
    '--external:swim',
    '--external:classic-level',
    `--outfile=${built}`,
  ])
  const { stdout } = await promisify(execFile)('node', ['--no-deprecation', built, '--json'])
  return stdout.trim()
}

async function agents(only: readonly string[]): Promise<void> {
  const lacks = await missing()
  if (lacks.length > 0) {
    say(`The comparison with serf needs:\n${lacks.map((lack) => `  ${lack}`).join('\n')}`)
    process.exitCode = 1
    return
  }
  execFileSync('node', ['scripts/build.mjs'], { stdio: 'inherit' })
  for await (const figures of benchAgents(only, most, say)) {
    results.rows[figures.name] = { ...figures, at: today() }
    write()
  }
}

function write(): void {
  results.machine = `${cpus().length} x ${cpus()[0]?.model ?? 'unknown processor'}, Node ${process.version}`
  writeFileSync(RESULTS, `${JSON.stringify(results, null, 2)}\n`)
  writeFileSync(README, reportOf(results))
}

function readResults(): Results {
  const empty: Results = { machine: '', parts: {}, rows: {} }
  try {
    const read: unknown = JSON.parse(readFileSync(RESULTS, 'utf8'))
    return isResults(read) ? read : empty
  } catch {
    return empty
  }
}

/** What this very file wrote; its parts are not looked into. */
function isResults(value: unknown): value is Results {
  return isRecord(value) && isRecord(value['parts']) && isRecord(value['rows'])
}

function asRecord(value: unknown): Readonly<Record<string, unknown>> {
  if (!isRecord(value)) throw new TypeError('a part printed no object')
  return value
}

function today(): string {
  return new Date().toISOString().slice(0, 10)
}

function say(line: string): void {
  process.stderr.write(`${line}\n`)
}
