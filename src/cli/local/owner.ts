/**
 * Waiting until an agent that was added owns a part of the ring, and showing what is agreed on
 * meanwhile, with the reasons that the records give.
 */
import type { ClusterStatus } from '../../cluster/status.js'
import { apiUrl, ask } from '../api.js'
import { answers, type ClusterAnswer } from '../change-answers.js'
import { CommandFailure } from '../failure.js'
import { pause } from '../follow.js'
import { runningAgents } from './cluster.js'
import { isRunning, lastWords } from './process.js'
import type { LocalAgent } from './state.js'
import { statusFrom } from './wholeness.js'

const POLL_MS = 100

/**
 * Returns at once where there is no ring.
 *
 * @param since the epoch before it was started: what was agreed on till then is not told
 * @throws {CommandFailure} when the agent was refused, or ended by itself
 */
export async function untilOwner(
  dir: string,
  agent: LocalAgent,
  since: number,
  { stop, say }: { readonly stop: AbortSignal; readonly say: (line: string) => void },
): Promise<void> {
  let last = since
  while (!stop.aborted) {
    const asked = runningAgents(dir).find(({ name }) => name !== agent.name) ?? agent
    const status = await statusFrom(asked)
    if (status?.epoch === null) return
    if (!isRunning(agent, dir)) throw ended(dir, agent)
    const owned = status && ownedLine(status, agent.name)
    const cluster = await clusterFrom(asked)
    const epoch = cluster?.epoch ?? last
    if (cluster !== undefined && epoch > last) say(recordLine(cluster, agent))
    last = epoch
    if (owned !== undefined) {
      say(owned)
      return
    }
    await pause(POLL_MS, stop)
  }
  say(`Not waiting any longer; ${agent.name} goes on: \`murmur moves\`.`)
}

/** The epoch of a cluster that runs, 0 where it has no ring. */
export async function epochIn(dir: string): Promise<number> {
  const [first] = runningAgents(dir)
  return (first && (await statusFrom(first))?.epoch) ?? 0
}

function recordLine({ epoch, why }: ClusterAnswer, agent: LocalAgent): string {
  const refused = why.find((reason) => reason.startsWith('refused: ') && isNamed(reason, agent))
  if (refused !== undefined) throw new CommandFailure(`${agent.name} is ${refused}.`)
  return `Epoch ${String(epoch)}: ${why.join('; ')}.`
}

/** Where the agent is a member with tokens. */
function ownedLine({ epoch, nodes }: ClusterStatus, name: string): string | undefined {
  const node = nodes.find((each) => each.name === name && each.state === 'normal')
  if (epoch === null || node === undefined || node.tokens === 0) return undefined
  const share = `${((node.owns ?? 0) * 100).toFixed(1)}%`
  return `${name} owns ${share} of the ring with ${node.tokens} tokens, at epoch ${epoch}.`
}

async function clusterFrom(agent: LocalAgent): Promise<ClusterAnswer | undefined> {
  return ask(apiUrl(agent.api), '/v1/cluster', answers.cluster).catch(() => undefined)
}

function isNamed(why: string, { name }: LocalAgent): boolean {
  return ` ${why} `.includes(` ${name} `)
}

function ended(dir: string, { name }: LocalAgent): CommandFailure {
  return new CommandFailure(`${name} ended by itself, saying: ${lastWords(dir, name)}`)
}
