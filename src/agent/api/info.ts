/** `GET /v1/info`: this one agent, what `nodetool info` prints. */
import { known } from '../../base/assert.js'
import type { Sources } from './sources.js'

export interface Info {
  readonly hostId: string
  readonly name: string
  readonly cluster: string
  readonly address: string
  readonly dc: string
  readonly rack: string
  readonly generation: number
  readonly incarnation: number
  readonly tokens: number
  readonly gossipActive: boolean
  /** Seconds. */
  readonly uptime: number
  /** Bytes of the process in memory. */
  readonly rss: number
  /** Bytes of the JavaScript heap in use, and its size. */
  readonly heapUsed: number
  readonly heapTotal: number
  /** Local health score, 0 is well. */
  readonly health: number
  /** Of the record that it acts on; null before there is one. */
  readonly epoch: number | null
  readonly digest: string | null
  readonly members: { readonly up: number; readonly suspect: number; readonly down: number }
  readonly pid: number
  readonly release: string
  readonly node: string
}

export function infoOf(sources: Sources): Info {
  const view = sources.view()
  const self = known(
    view.members.find((member) => member.self),
    'oneself among the members',
  )
  const memory = process.memoryUsage()
  const count = (liveness: string): number =>
    view.members.filter((member) => member.gone === null && member.liveness === liveness).length
  return {
    hostId: self.hostId,
    name: self.name,
    cluster: view.cluster,
    address: self.address,
    dc: self.dc,
    rack: self.rack,
    generation: self.generation,
    incarnation: self.incarnation,
    tokens: self.tokenCount,
    gossipActive: view.started,
    uptime: Math.round(sources.uptime() * 1000) / 1000,
    rss: memory.rss,
    heapUsed: memory.heapUsed,
    heapTotal: memory.heapTotal,
    health: view.health,
    epoch: sources.record()?.record.epoch ?? null,
    digest: sources.record()?.digest ?? null,
    members: { up: count('up'), suspect: count('suspect'), down: count('down') },
    pid: process.pid,
    release: sources.release,
    node: process.version,
  }
}
