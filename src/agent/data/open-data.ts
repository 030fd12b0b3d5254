/** Opens the data beside a node as the settings say. */
import { connect } from 'node:net'
import type { Address } from '../../base/machine.js'
import { NodeSight } from '../../cluster/data/node-sight.js'
import { RpcError } from '../../cluster/data/rpc.js'
import type { Node } from '../../cluster/node.js'
import { clusterIdOf } from '../../cluster/record/record.js'
import type { HostId } from '../../gossip/identity.js'
import type { Configuration } from '../configuration.js'
import type { Log } from '../log.js'
import type { Wires } from '../wires.js'
import { sightOf } from './copy-sight.js'
import { DataBeside } from './data-beside.js'

const MIB = 1024 * 1024

/** @throws {OperatorError} rows.locked, rows.damaged, rows.full or rows.failed */
export async function openData(
  configuration: Configuration,
  node: Node,
  wires: Wires,
  address: Address,
  hostId: HostId,
  log: Log,
): Promise<DataBeside> {
  const { cluster, dataDir, dataReserve, copyRate, copyLinkRate, copyParallel } = configuration
  const data = await DataBeside.open({
    directory: dataDir,
    reserve: dataReserve * MIB,
    settings: { rate: copyRate * MIB, linkRate: copyLinkRate * MIB, parallel: copyParallel },
    sight: sightOf(node),
    node: new NodeSight(node, hostId, configuration.dc),
    warn: (text) => log.say('warn', text),
    introduce: () => {
      const held = node.record
      const clusterId = held === undefined ? '' : clusterIdOf(held.record, held.digest)
      return { cluster, clusterId, address }
    },
    dial: (to) => {
      const endpoint = wires.endpoints.of(to)
      if (endpoint === null) throw new RpcError('unreachable', `${to} cannot be reached from here`)
      return connect({ ...endpoint, noDelay: true })
    },
  })
  wires.streams.share((socket, first) => data.claim(socket, first))
  return data
}
