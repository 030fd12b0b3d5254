/** Waiting for a local cluster to become one: until its agents see each other, and have settled. */
import { resolve } from 'node:path'
import type { ClusterStatus } from '../../cluster/status.js'
import { answers } from '../answers.js'
import { apiUrl, ask } from '../api.js'
import { CommandFailure } from '../failure.js'
import { pause } from '../follow.js'
import { isRunning, lastWords } from './process.js'
import { readState, type LocalAgent } from './state.js'

const POLL_MS = 100
const PATIENCE_MS = 60_000
const SETTLE_MS = 3000
const FOUND_MS = 10_000

/** What an agent answers just now, undefined when it does not. */
export async function statusFrom(agent: LocalAgent): Promise<ClusterStatus | undefined> {
  return ask(apiUrl(agent.api), '/v1/status', answers.status).catch(() => undefined)
}

/**
 * Waits until each of `agents` sees each of them up. @returns the last one's status, or undefined
 * when told to stop
 * @throws {CommandFailure} when one of them has ended instead, or when it takes too long
 */
export async function untilWhole(
  dir: string,
  agents: readonly LocalAgent[],
  stop: AbortSignal,
  patienceMs = PATIENCE_MS,
): Promise<ClusterStatus | undefined> {
  const names = agents.map((agent) => agent.name)
  const end = performance.now() + patienceMs
  while (!stop.aborted) {
    const statuses = await Promise.all(agents.map(statusFrom))
    const whole = statuses.every((status) => status !== undefined && seesAll(status, names))
    if (whole) return statuses[0]
    for (const agent of agents) refuseEnded(dir, agent)
    if (performance.now() > end) throw notWhole(dir, agents, statuses)
    await pause(POLL_MS, stop)
  }
  return undefined
}

export function seesAll(status: ClusterStatus, names: readonly string[]): boolean {
  const up = new Set(status.nodes.filter((n) => n.liveness === 'up').map((n) => n.name))
  return names.every((name) => up.has(name))
}

/**
 * Until it is whole, and a little longer if that is what it takes to settle.
 *
 * @param founds they found a ring, and that is waited for too
 */
export async function untilSettled(
  dir: string,
  agents: readonly LocalAgent[],
  stop: AbortSignal,
  founds = false,
): Promise<ClusterStatus | undefined> {
  let status = await untilWhole(dir, agents, stop)
  const end = performance.now() + (founds ? FOUND_MS : SETTLE_MS)
  const open = (seen: ClusterStatus): boolean => !seen.settled || (founds && seen.epoch === null)
  const [first] = agents
  while (first !== undefined && status && open(status) && performance.now() < end) {
    await pause(POLL_MS, stop)
    status = (await statusFrom(first)) ?? status
  }
  return status
}

function notWhole(
  dir: string,
  agents: readonly LocalAgent[],
  statuses: readonly (ClusterStatus | undefined)[],
): CommandFailure {
  const silent = agents.filter((_, i) => statuses[i] === undefined).map((agent) => agent.name)
  const why =
    silent.length > 0 ? `${silent.join(', ')} do not answer` : 'they do not all see each other yet'
  return new CommandFailure(
    `The agents run, but ${why}: ask \`murmur status\` again, or see their logs in ${dir}.`,
  )
}

function refuseEnded(dir: string, agent: LocalAgent): void {
  if (isRunning(agent, dir)) return
  // Somebody may have ended it on purpose meanwhile.
  if (readState(dir)?.agents.find((other) => other.name === agent.name)?.pid !== agent.pid) return
  const words = lastWords(dir, agent.name)
  const why = words === '' ? '' : `, saying: ${words}`
  throw new CommandFailure(
    `${agent.name} ended by itself${why} (its output is in ${resolve(dir, agent.name, 'log')}).`,
  )
}
