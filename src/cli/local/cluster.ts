/**
 * A local cluster as a whole: which agents it has, which of them run, starting them, stopping them.
 * Nothing here prints.
 */
import { nearest } from '../../base/nearest.js'
import { CommandFailure, wrongUse } from '../failure.js'
import { pause } from '../follow.js'
import { isRunning, ownCall, placesOf, signalAgent, startAgent } from './process.js'
import { highestBase, DEFAULT_BASE_PORT, freeBase, loopback, portsOf, takenPorts } from './ports.js'
import type { Taken } from './ports.js'
import { newState, readState, remember, writeState } from './state.js'
import type { LocalAgent, LocalState } from './state.js'

const DEFAULT_COUNT = 5
const POLL_MS = 50
const GRACE_MS = 10_000

export interface Wanted {
  readonly dir: string
  readonly count?: number | undefined
  readonly basePort?: number | undefined
  /** For every agent, as they are. */
  readonly flags: readonly string[]
}

/** What `local list` says of each agent; programs rely on it. */
export interface Listed {
  readonly name: string
  readonly pid: number | null
  readonly running: boolean
  readonly bind: string
  readonly api: string
  readonly dataDir: string
}

export function listed(dir: string): Listed[] {
  return (readState(dir)?.agents ?? []).map((agent) => {
    const running = isRunning(agent, dir)
    const { name, bind, api } = agent
    const dataDir = placesOf(dir, name).data
    return { name, pid: running ? agent.pid : null, running, bind, api, dataDir }
  })
}

export function runningAgents(dir: string): LocalAgent[] {
  return (readState(dir)?.agents ?? []).filter((agent) => isRunning(agent, dir))
}

/** The state of a cluster that must be there. */
export function stateOf(dir: string): LocalState {
  const state = readState(dir)
  if (state !== undefined) return state
  throw new CommandFailure(`There is no local cluster in ${dir}: \`murmur local up\` makes one.`)
}

export function agentOf(dir: string, name: string): LocalAgent {
  const { agents } = stateOf(dir)
  const found = agents.find((agent) => agent.name === name)
  if (found !== undefined) return found
  const names = agents.map((agent) => agent.name)
  const near = nearest(name, names)
  throw wrongUse(
    `There is no agent ${name} in ${dir}${near === undefined ? '' : `, did you mean ${near}?`} ` +
      `There are ${names.join(', ')}.`,
  )
}

/**
 * Lays down (or finds again) the agents and starts as many as are wanted. @returns those started
 */
export async function startCluster(wanted: Wanted): Promise<LocalAgent[]> {
  const { dir } = wanted
  const before = readState(dir)
  refuseRunning(dir)
  const basePort = wanted.basePort ?? before?.basePort ?? DEFAULT_BASE_PORT
  const remembered = before?.agents.length ?? 0
  const count = wanted.count ?? (remembered > 0 ? remembered : DEFAULT_COUNT)
  if (basePort > highestBase(count)) {
    throw wrongUse(
      `--base-port ${basePort} leaves no room for ${count} agents: ` +
        `give at most ${highestBase(count)}.`,
    )
  }
  await refuseTaken(basePort, count)
  const indexes = Array.from({ length: Math.max(count, remembered) }, (_, index) => index)
  const agents = indexes.map((index) => laidOut(basePort, index))
  const state = { ...newState(basePort, wanted.flags), agents }
  writeState(dir, state)
  return agents.slice(0, count).map((agent) => startOne(state, agent, dir))
}

export function startOne(state: LocalState, agent: LocalAgent, dir: string): LocalAgent {
  const pid = startAgent(state, agent, dir, ownCall())
  remember(dir, agent.name, pid)
  return { ...agent, pid }
}

/** One more agent, with the next number. @param flags for it alone, as they are */
export async function addAgent(dir: string, flags: readonly string[] = []): Promise<LocalAgent> {
  const state = stateOf(dir)
  const agent = { ...laidOut(state.basePort, state.agents.length), flags: [...flags] }
  const [taken] = await takenPorts(state.basePort, [state.agents.length])
  if (taken !== undefined) {
    throw new CommandFailure(`${takenText(taken)}: free it and try again.`)
  }
  const grown = { ...state, agents: [...state.agents, agent] }
  writeState(dir, grown)
  return startOne(grown, agent, dir)
}

function laidOut(basePort: number, index: number): LocalAgent {
  const ports = portsOf(basePort, index)
  const name = `n${index + 1}`
  return { name, pid: null, bind: loopback(ports.gossip), api: loopback(ports.api) }
}

function refuseRunning(dir: string): void {
  const names = runningAgents(dir).map((agent) => agent.name)
  if (names.length === 0) return
  throw new CommandFailure(
    `A local cluster already runs in ${dir} (${names.join(', ')}): ` +
      'ask it with `murmur status`, or end it with `murmur local down`.',
  )
}

function takenText({ name, port, use }: Taken): string {
  return `Port ${port}, which ${name} needs for its ${use}, is taken by something else`
}

async function refuseTaken(basePort: number, count: number): Promise<void> {
  const taken = await takenPorts(
    basePort,
    Array.from({ length: count }, (_, index) => index),
  )
  const [first] = taken
  if (first === undefined) return
  const more = taken.length > 1 ? ` (and ${taken.length - 1} more)` : ''
  const base = await freeBase(basePort, count)
  const advice = base === undefined ? 'give another --base-port' : `give --base-port ${base}`
  throw new CommandFailure(`${takenText(first)}${more}: ${advice}.`)
}

export interface Stopped {
  readonly drained: readonly string[]
  /** Those that had to be killed. */
  readonly killed: readonly string[]
}

/** SIGTERM to all at once, SIGKILL to what still runs after the grace, or when told to hurry. */
export async function stopAgents(
  dir: string,
  agents: readonly LocalAgent[],
  hurry: AbortSignal,
  graceMs = GRACE_MS,
): Promise<Stopped> {
  const asked = agents.filter((agent) => signalAgent(agent, dir, 'SIGTERM'))
  const left = await untilEnded(dir, asked, hurry, graceMs)
  const killed = left.filter((agent) => signalAgent(agent, dir, 'SIGKILL'))
  await untilEnded(dir, killed, new AbortController().signal, graceMs)
  for (const agent of agents) remember(dir, agent.name, null)
  const drained = asked.filter((agent) => !killed.includes(agent))
  return { drained: drained.map((a) => a.name), killed: killed.map((a) => a.name) }
}

/** @returns those that still run at the end of the wait */
async function untilEnded(
  dir: string,
  agents: readonly LocalAgent[],
  hurry: AbortSignal,
  graceMs: number,
): Promise<LocalAgent[]> {
  const end = performance.now() + graceMs
  let left = agents.filter((agent) => isRunning(agent, dir))
  while (left.length > 0 && !hurry.aborted && performance.now() < end) {
    await pause(POLL_MS, hurry)
    left = left.filter((agent) => isRunning(agent, dir))
  }
  return left
}

/** SIGKILL, at once; nothing is said to anybody. */
export async function killAgent(dir: string, agent: LocalAgent): Promise<void> {
  if (!signalAgent(agent, dir, 'SIGKILL')) {
    throw new CommandFailure(
      `${agent.name} is not running: \`murmur local restart ${agent.name}\` starts it.`,
    )
  }
  await untilEnded(dir, [agent], new AbortController().signal, GRACE_MS)
  remember(dir, agent.name, null)
}
