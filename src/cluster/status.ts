/** The `status` shape that programs rely on (DESIGN section 8), made from a gossip view. */
import type { GossipView, Liveness, MemberView } from '../gossip/view.js'
import type { HostId } from '../gossip/identity.js'
import { at } from '../base/assert.js'
import { ownershipOf } from '../ring/ownership.js'
import { Placement } from '../ring/placement.js'
import { simple } from '../ring/replication.js'
import type { Keyspace } from './keyspace.js'
import { wishedRing, type WishedRing } from './wished-ring.js'

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
  /**
   * Share of the ring in 0..1: by its own tokens, or with a keyspace of all keys it keeps a copy
   * of; null where its tokens are not known.
   */
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

export function statusOf(view: GossipView, keyspace?: Keyspace): ClusterStatus {
  const waitingFor = view.members.flatMap((member) => waitOf(view, member))
  return {
    cluster: view.cluster,
    clusterId: null,
    epoch: null,
    digest: null,
    settled: waitingFor.length === 0,
    waitingFor,
    nodes: nodesOf(view, wishedRing(view), keyspace),
  }
}

function waitOf(view: GossipView, member: MemberView): Waiting[] {
  const { name, hostId } = member
  if (member.liveness === 'suspect') return [{ name, hostId, for: 'a suspicion to be refuted' }]
  const differs = view.differing.includes(hostId)
  return differs ? [{ name, hostId, for: 'the same view of the members' }] : []
}

/** Every member with what it owns: without a keyspace by its tokens alone. */
export function nodesOf(
  view: GossipView,
  { ring }: WishedRing,
  keyspace?: Keyspace,
): readonly NodeStatus[] {
  const { primary, effective } = ownershipOf(
    new Placement(ring, keyspace?.replication ?? simple(1)),
  )
  const shares = keyspace === undefined ? primary : effective
  const owns = new Map(ring.members.map(({ id }, i) => [id, at(shares, i)]))
  return view.members.map((member) => nodeOf(member, owns.get(member.hostId) ?? null))
}

function nodeOf(member: MemberView, owns: number | null): NodeStatus {
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
    owns,
  }
}
