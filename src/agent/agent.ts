/**
 * One agent in the real world: sockets, disk and API around one node. Its parts are opened in the
 * order in which their failing would leave the least behind, and closed again when a later one
 * fails.
 */
import { randomUUID } from 'node:crypto'
import { hostname, networkInterfaces } from 'node:os'
import { splitAddress } from '../base/address.js'
import type { Address } from '../base/machine.js'
import { Node } from '../cluster/node.js'
import { openApi, type Api } from './api/server.js'
import type { Sources } from './api/sources.js'
import { entropy, monotonic, wallTime } from './clock.js'
import type { Configuration } from './configuration.js'
import { openDataDirectory, type Opened } from './data-directory.js'
import type { DataBeside } from './data/data-beside.js'
import { deferred } from './deferred.js'
import { canonical } from './endpoints.js'
import { OperatorError } from './failure.js'
import { silentLog, type Log } from './log.js'
import type { Recorder } from './recording/recorder.js'
import { checkRows } from './rows-directory.js'
import { RunningAgent, type Agent } from './running.js'
import { systemResolver, type Resolver } from './seeds.js'
import { apiAddress } from './settings.js'
import { bindSockets, numericHost, reachable, type Bound } from './sockets.js'
import { Wires } from './wires.js'

export interface AgentOptions {
  /** Silent where none is given: programs that embed an agent subscribe to it. */
  readonly log?: Log
  readonly resolver?: Resolver
}

/** @throws {OperatorError} when it cannot start; then nothing is left open */
export async function runAgent(
  configuration: Configuration,
  options: AgentOptions = {},
): Promise<Agent> {
  // Undone last first when a later step fails; one entry a step.
  const undo: (() => Promise<void> | void)[] = []
  try {
    const bound = await bindSockets(...hostAndPort(configuration.bind))
    const wires = new Wires(bound)
    undo.push(() => wires.close())
    const address = await advertised(configuration.advertise, bound)
    const sources = deferred<Sources>()
    const api = await openApiAt(configuration.api, sources.promise)
    undo.push(() => api?.close())
    const opened = await openDataDirectory(configuration.dataDir, configuration.cluster)
    undo.push(() => opened.database.close())
    const log = options.log ?? silentLog
    const self = nodeOf(configuration, opened, address)
    const recorder = await recorderOf(configuration, self, log)
    undo.push(() => recorder?.close())
    const data = await dataOf(configuration, self, opened, wires, address, log)
    undo.push(() => data?.close())
    const agent = new RunningAgent({
      ...self,
      configuration,
      address,
      api,
      wires,
      opened,
      recorder,
      data,
      log,
      resolver: options.resolver ?? systemResolver,
    })
    sources.resolve(agent.sources)
    agent.start()
    return agent
  } catch (error) {
    for (const step of undo.reverse()) await step()
    throw error
  }
}

interface Self {
  readonly node: Node
  readonly hostId: string
  readonly name: string
}

/** Loaded only where something is recorded. */
async function recorderOf(
  { record, recordSize, recordKeep }: Configuration,
  self: Self,
  log: Log,
): Promise<Recorder | undefined> {
  if (record === '') return undefined
  const { openRecorder } = await import('./recording/recorder.js')
  return openRecorder({ path: record, size: recordSize * 1024 * 1024, keep: recordKeep, self, log })
}

/** Loaded only where rows are kept beside the node. */
async function dataOf(
  configuration: Configuration,
  { node, hostId }: Self,
  { keptRows }: Opened,
  wires: Wires,
  address: Address,
  log: Log,
): Promise<DataBeside | undefined> {
  const { kv, ownData, dataDir } = configuration
  checkRows(dataDir, { kv, keptRows, hostId })
  if (!kv) return undefined
  if (ownData)
    throw new OperatorError(
      'data.twice',
      'Rows are to be kept by the agent (--kv) and by a data plane of yours (--own-data).',
      'Give one of the two, the same to all agents of the ring.',
    )
  const { openData } = await import('./data/open-data.js')
  return openData(configuration, node, wires, address, hostId, log)
}

function nodeOf(configuration: Configuration, opened: Opened, address: Address): Self {
  const { cluster, dc, rack, tokens, gossip, expect, replace, ring } = configuration
  const { restored, restoredRing } = opened
  const hostId = restored?.hostId ?? randomUUID()
  const name = configuration.name || hostname().slice(0, 60) || hostId.slice(0, 8)
  const identity = { cluster, hostId, name, address, dc, rack, tokens }
  const keepsData = configuration.kv || configuration.ownData
  const chain = { expect, replaces: replace, ringSettings: ring, restoredRing, keepsData }
  const around = { settings: gossip, restored, wall: wallTime(), random: entropy() }
  return { node: new Node({ ...identity, ...chain, ...around }, monotonic()), hostId, name }
}

async function openApiAt(place: string, sources: Promise<Sources>): Promise<Api | undefined> {
  const parts = place === 'off' ? undefined : apiAddress(place)
  return parts === undefined ? undefined : openApi(parts.host, parts.port, sources)
}

async function advertised(given: string, bound: Bound): Promise<Address> {
  if (given === '')
    return reachable(
      bound,
      Object.values(networkInterfaces()).flatMap((all) => all ?? []),
    )
  const [host, port] = hostAndPort(given)
  return canonical(await numericHost(host, 'advertise'), port === 0 ? bound.port : port)
}

/** Of an address that the settings have checked. */
function hostAndPort(address: string): [string, number] {
  const { host, port } = splitAddress(address) ?? { host: address, port: 0 }
  return [host, port]
}
