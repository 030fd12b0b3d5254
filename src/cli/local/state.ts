/**
 * What is remembered of a local cluster: DIR/cluster.json, written whole or not at all. It says
 * which agents there are and which processes they were; whether those still run is for `process.ts`
 * to find out.
 */
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as v from 'valibot'
import { CommandFailure, codeOf, wordsOf } from '../failure.js'

const FORMAT = 1
const FILE = 'cluster.json'

const port = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(65535))
const local = v.object({
  name: v.pipe(v.string(), v.regex(/^n[1-9]\d*$/)),
  /** The last process that was started for it, null before the first and after a stop. */
  pid: v.nullable(v.pipe(v.number(), v.integer(), v.minValue(2))),
  bind: v.string(),
  api: v.string(),
  /** Given to this agent alone, after those of all. */
  flags: v.optional(v.array(v.string())),
})
const stateSchema = v.object({
  format: v.literal(FORMAT),
  basePort: port,
  /** Given to every agent as it is, such as --profile calm. */
  flags: v.array(v.string()),
  agents: v.array(local),
})

export type LocalAgent = v.InferOutput<typeof local>
export type LocalState = v.InferOutput<typeof stateSchema>

/**
 * undefined where there is no local cluster. @throws {CommandFailure} when the file cannot be
 * understood
 */
export function readState(dir: string): LocalState | undefined {
  const path = join(dir, FILE)
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (thrown) {
    if (codeOf(thrown) === 'ENOENT' || codeOf(thrown) === 'ENOTDIR') return undefined
    throw new CommandFailure(`${path} cannot be read (${wordsOf(thrown)}): check its permissions.`)
  }
  const state = understood(text)
  if (state !== undefined) return state
  throw new CommandFailure(
    `${path} is no state of a local cluster of this version: ` +
      `move ${dir} away, or give another --dir.`,
  )
}

function understood(text: string): LocalState | undefined {
  try {
    const read = v.safeParse(stateSchema, JSON.parse(text))
    return read.success ? read.output : undefined
  } catch {
    return undefined
  }
}

/** A reader sees the old state or the new one, never half of it. */
export function writeState(dir: string, state: LocalState): void {
  const path = join(dir, FILE)
  const draft = `${path}.${process.pid}`
  try {
    mkdirSync(dir, { recursive: true })
    writeFileSync(draft, `${JSON.stringify(state, null, 2)}\n`)
    renameSync(draft, path)
  } catch (thrown) {
    throw new CommandFailure(
      `${path} cannot be written (${wordsOf(thrown)}): give another --dir, or make room there.`,
    )
  }
}

/** Changes what is remembered of one agent; what others changed meanwhile stays. */
export function remember(dir: string, name: string, pid: number | null): void {
  const state = readState(dir)
  if (state === undefined) return
  const agents = state.agents.map((agent) => (agent.name === name ? { ...agent, pid } : agent))
  writeState(dir, { ...state, agents })
}

export const newState = (basePort: number, flags: readonly string[]): LocalState => ({
  format: FORMAT,
  basePort,
  flags: [...flags],
  agents: [],
})
