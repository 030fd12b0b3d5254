/** The `endpoints` shape: who keeps a key of a keyspace, the primary first, and how each is. */
import type { GossipView } from '../gossip/view.js'
import { Placement } from '../ring/placement.js'
import { describeReplication } from '../ring/replication.js'
import { formatToken, tokenOf } from '../ring/token.js'
import type { Keyspace } from './keyspace.js'
import { unheardOf } from './ring-status.js'
import { nodesOf, type NodeStatus } from './status.js'
import type { Waiting } from './waiting.js'
import { knownRing } from './known-ring.js'
import type { Sealed } from './record/record-bytes.js'

export interface Endpoints {
  readonly keyspace: string
  readonly replication: string
  /** Whether the record says it, or the question, or it is the usual one. */
  readonly replicationFrom: Keyspace['from']
  readonly token: string
  readonly epoch: number | null
  readonly digest: string | null
  readonly waitingFor: readonly Waiting[]
  readonly endpoints: readonly Endpoint[]
}

export type Endpoint = Pick<
  NodeStatus,
  'hostId' | 'name' | 'address' | 'dc' | 'rack' | 'liveness' | 'state'
>

export function endpointsOf(
  view: GossipView,
  keyspace: Keyspace,
  key: Uint8Array,
  held?: Sealed,
): Endpoints {
  const known = knownRing(view, held)
  const nodes = new Map(nodesOf(view, known).map((node) => [node.hostId, node]))
  const token = tokenOf(key)
  const replicas = new Placement(known.ring, keyspace.replication).replicasOf(token)
  return {
    keyspace: keyspace.name,
    replication: describeReplication(keyspace.replication),
    replicationFrom: keyspace.from,
    token: formatToken(token),
    epoch: held?.record.epoch ?? null,
    digest: held?.digest ?? null,
    waitingFor: unheardOf(view, known),
    endpoints: replicas.flatMap(({ id }) => {
      const node = nodes.get(id)
      return node === undefined ? [] : [endpointOf(node)]
    }),
  }
}

function endpointOf(node: NodeStatus): Endpoint {
  const { hostId, name, address, dc, rack, liveness, state } = node
  return { hostId, name, address, dc, rack, liveness, state }
}
