/**
 * The agents of a local cluster as processes: starting them in sessions of their own, finding out
 * whether a remembered process is still that agent, and ending it. A process is ours when its
 * command line names its data directory; a number alone may long belong to somebody else.
 */
import { execFileSync, spawn } from 'node:child_process'
import { closeSync, existsSync, mkdirSync, openSync, readFileSync } from 'node:fs'
import { renameSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { codeOf } from '../failure.js'
import type { LocalAgent, LocalState } from './state.js'

export const CLUSTER = 'local'
const SEEDS = 2
const LOG_LIMIT = 4 * 1024 * 1024

export interface Places {
  readonly data: string
  /** What the agent says: its events. */
  readonly out: string
  /** What goes wrong. */
  readonly err: string
}

/** Where an agent keeps its things, as absolute paths. */
export function placesOf(dir: string, name: string): Places {
  const own = resolve(dir, name)
  return { data: join(own, 'data'), out: join(own, 'log', 'out'), err: join(own, 'log', 'err') }
}

/** How to call this very command again. */
export interface Call {
  readonly program: string
  readonly args: readonly string[]
}

export const ownCall = (): Call => ({
  program: process.execPath,
  args: [...process.execArgv, ...process.argv.slice(1, 2)],
})

/** The arguments of `murmur` for one agent; its seeds are the first two others, best that run. */
export function agentArguments(
  state: LocalState,
  agent: LocalAgent,
  dir: string,
  commandLineOf: CommandLineOf = commandLine,
): string[] {
  const others = state.agents.filter((other) => other.name !== agent.name)
  const running = others.filter((other) => isRunning(other, dir, commandLineOf))
  const seeds = [...running, ...others.filter((other) => !running.includes(other))]
    .slice(0, SEEDS)
    .map((other) => other.bind)
  return [
    'agent',
    ...['--name', agent.name],
    ...['--bind', agent.bind],
    ...['--api', agent.api],
    ...['--data-dir', placesOf(dir, agent.name).data],
    ...['--cluster', CLUSTER],
    ...(seeds.length > 0 ? ['--seeds', seeds.join(',')] : []),
    ...state.flags,
    ...(agent.flags ?? []),
  ]
}

/** Starts it; its output goes to files and it outlives this process. @returns its process id */
export function startAgent(state: LocalState, agent: LocalAgent, dir: string, call: Call): number {
  const places = placesOf(dir, agent.name)
  mkdirSync(join(places.out, '..'), { recursive: true })
  const out = openLog(places.out)
  const err = openLog(places.err)
  const args = [...call.args, ...agentArguments(state, agent, dir)]
  const child = spawn(call.program, args, {
    detached: true,
    stdio: ['ignore', out, err],
    env: ownEnvironment(),
  })
  child.on('error', () => undefined)
  child.unref()
  closeSync(out)
  closeSync(err)
  return child.pid ?? 0
}

/** Variables that are meant for one agent must not reach five. */
function ownEnvironment(): NodeJS.ProcessEnv {
  const own = ['MURMUR_SEEDS', 'MURMUR_ADVERTISE', 'MURMUR_CONFIG']
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !own.includes(name)))
}

/**
 * Appends; beyond a limit the former text moves to FILE.old, so that two such files bound the room
 * it takes.
 */
function openLog(path: string): number {
  if (existsSync(path) && statSync(path).size > LOG_LIMIT) renameSync(path, `${path}.old`)
  return openSync(path, 'a')
}

/** The command line of a process, empty when there is none (or only what is left of one). */
export type CommandLineOf = (pid: number) => readonly string[]

/** Whether the remembered process still is this agent. */
export function isRunning(
  agent: LocalAgent,
  dir: string,
  commandLineOf: CommandLineOf = commandLine,
): boolean {
  if (agent.pid === null) return false
  const line = ` ${commandLineOf(agent.pid).join(' ')} `
  return line.includes(' agent ') && line.includes(` --data-dir ${placesOf(dir, agent.name).data} `)
}

/** From /proc, and from `ps` where there is none. */
export function commandLine(pid: number): readonly string[] {
  try {
    if (existsSync('/proc/self/cmdline')) {
      return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').slice(0, -1)
    }
    const args = ['-ww', '-o', 'command=', '-p', String(pid)]
    return [
      execFileSync('ps', args, { stdio: ['ignore', 'pipe', 'ignore'] })
        .toString()
        .trim(),
    ]
  } catch {
    return []
  }
}

/** Sends a signal, if the process still is this agent. @returns whether it was sent */
export function signalAgent(agent: LocalAgent, dir: string, signal: NodeJS.Signals): boolean {
  if (agent.pid === null || !isRunning(agent, dir)) return false
  try {
    return process.kill(agent.pid, signal)
  } catch (thrown) {
    if (codeOf(thrown) === 'ESRCH') return false
    throw thrown
  }
}

/** The last lines that an agent wrote about what went wrong. */
export function lastWords(dir: string, name: string, lines = 3): string {
  try {
    const text = readFileSync(placesOf(dir, name).err, 'utf8').slice(-4096)
    return text.trimEnd().split('\n').slice(-lines).join(' ')
  } catch {
    return ''
  }
}
