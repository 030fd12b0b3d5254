/** The `status` shape that programs rely on (DESIGN section 8), made from a gossip view. */
import type { GossipView, Liveness, MemberView } from '../gossip/view.js'
import type { HostId } from '../gossip/identity.js'

export type NodeState = 'normal' | 'joining' | 'leaving' | 'moving' | 'left'

export interface NodeStatus {
  readonly hostId: HostId
  readonly name: string
  readonly address: string
  readonly dc: string
  readonly rack: string
  readonly liveness: Liveness
  readonly state: NodeState
  readonly generation: number
  readonly incarnation: number
  /** null where this agent has no edge to the node. */
  readonly phi: number | null
  /** Bytes of data as the node published it, null when it has not. */
  readonly load: number | null
  readonly tokens: number
  /** Primary share in 0..1, null before there is a ring. */
  readonly owns: number | null
}

export interface Waiting {
  readonly name: string
  readonly hostId: HostId
  readonly for: string
}

export interface ClusterStatus {
  readonly cluster: string
  readonly clusterId: string | null
  readonly epoch: number | null
  readonly digest: string | null
  /**
   * Every live member heard from since the last change holds this same view, and nobody is
   * suspected.
   */
  readonly settled: boolean
  readonly waitingFor: readonly Waiting[]
  readonly nodes: readonly NodeStatus[]
}

export function statusOf(view: GossipView): ClusterStatus {
  const waitingFor = view.members.flatMap((member) => waitOf(view, member))
  return {
    cluster: view.cluster,
    clusterId: null,
    epoch: null,
    digest: null,
    settled: waitingFor.length === 0,
    waitingFor,
    nodes: view.members.map(nodeOf),
  }
}

function waitOf(view: GossipView, member: MemberView): Waiting[] {
  const { name, hostId } = member
  if (member.liveness === 'suspect') return [{ name, hostId, for: 'a suspicion to be refuted' }]
  const differs = view.differing.includes(hostId)
  return differs ? [{ name, hostId, for: 'the same view of the members' }] : []
}

function nodeOf(member: MemberView): NodeStatus {
  return {
    hostId: member.hostId,
    name: member.name,
    address: member.address,
    dc: member.dc,
    rack: member.rack,
    liveness: member.liveness,
    state: member.gone === null ? 'normal' : 'left',
    generation: member.generation,
    incarnation: member.incarnation,
    phi: member.phi,
    load: null,
    tokens: member.tokenCount,
    owns: null,
  }
}
