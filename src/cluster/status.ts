/**
 * The `status` shape that programs rely on (DESIGN section 8). Who is up is gossip's to say; who is
 * a member, in which state and with how much, is the record's alone, once there is one.
 */
import { at } from '../base/assert.js'
import type { GossipView, Liveness, MemberView } from '../gossip/view.js'
import type { HostId } from '../gossip/identity.js'
import { ownershipOf } from '../ring/ownership.js'
import { Placement } from '../ring/placement.js'
import { simple } from '../ring/replication.js'
import type { Keyspace } from './keyspace.js'
import { knownRing, type KnownRing } from './known-ring.js'
import { loadIn } from './load-fact.js'
import { memberOf, type RecordMember, type RingRecord } from './record/record.js'
import type { RingView } from './ring-view.js'
import { ringWaits, type Waiting } from './waiting.js'

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

export interface ClusterStatus {
  readonly cluster: string
  readonly clusterId: string | null
  readonly epoch: number | null
  readonly digest: string | null
  /**
   * Every live member heard from since the last change holds this same view and this same record,
   * nobody is suspected, and nothing is on its way to being changed.
   */
  readonly settled: boolean
  readonly waitingFor: readonly Waiting[]
  readonly nodes: readonly NodeStatus[]
}

/** @param keyspace whose copies `owns` counts; without one it is the share by tokens alone */
export function statusOf(view: GossipView, keyspace?: Keyspace, ring?: RingView): ClusterStatus {
  const held = ring?.current ?? undefined
  const waitingFor = view.members.flatMap((member) => waitOf(view, member))
  if (ring !== undefined && held !== undefined) waitingFor.push(...ringWaits(view.self, ring, held))
  return {
    cluster: view.cluster,
    clusterId: held === undefined ? null : (ring?.clusterId ?? null),
    epoch: held?.record.epoch ?? null,
    digest: held?.digest ?? null,
    settled: waitingFor.length === 0,
    waitingFor,
    nodes: nodesOf(view, knownRing(view, held), keyspace),
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
  { ring, held }: KnownRing,
  keyspace?: Keyspace,
): readonly NodeStatus[] {
  const { primary, effective } = ownershipOf(
    new Placement(ring, keyspace?.replication ?? simple(1)),
  )
  const shares = keyspace === undefined ? primary : effective
  const owns = new Map(ring.members.map(({ id }, i) => [id, at(shares, i)]))
  const seen = view.members.map((member) => nodeOf(member, owns, held?.record))
  return held === undefined ? seen : [...seen, ...unseen(view, owns, held.record)]
}

function nodeOf(
  member: MemberView,
  owns: ReadonlyMap<HostId, number>,
  record: RingRecord | undefined,
): NodeStatus {
  const placed = record && memberOf(record, member.hostId)
  return {
    hostId: member.hostId,
    name: member.name,
    address: member.address,
    dc: member.dc,
    rack: member.rack,
    liveness: member.liveness,
    state: stateOf(member, record, placed),
    generation: member.generation,
    incarnation: member.incarnation,
    phi: member.phi,
    load: member.gone === null ? loadIn(member) : null,
    tokens: record === undefined ? member.tokenCount : (placed?.tokens.length ?? 0),
    owns: owns.get(member.hostId) ?? (record === undefined ? null : 0),
  }
}

function stateOf(
  { gone }: MemberView,
  record: RingRecord | undefined,
  placed: RecordMember | undefined,
): NodeState {
  if (record === undefined) return gone === null ? 'normal' : 'left'
  if (placed === undefined) return gone === null ? 'joining' : 'left'
  const moves = record.moves.some(
    ({ kind, tokens }) =>
      kind === 'rebalance' && tokens.some(({ hostId }) => hostId === placed.hostId),
  )
  if (placed.state === 'normal' && moves) return 'moving'
  return stateIn(placed)
}

/** One that was given up at a recovery leaves as its ranges are copied. */
function stateIn({ state }: RecordMember): NodeState {
  return state === 'lost' ? 'leaving' : state
}

/** Members of the record that gossip has not met in this life. */
function unseen(
  view: GossipView,
  owns: ReadonlyMap<HostId, number>,
  record: RingRecord,
): NodeStatus[] {
  const seen = new Set(view.members.map(({ hostId }) => hostId))
  return record.members
    .filter(({ hostId }) => !seen.has(hostId))
    .map((member) => {
      const { hostId, name, address, dc, rack, tokens } = member
      return {
        ...{ hostId, name, address, dc, rack, state: stateIn(member) },
        liveness: 'down',
        generation: 0,
        incarnation: 0,
        phi: null,
        load: null,
        tokens: tokens.length,
        owns: owns.get(hostId) ?? 0,
      }
    })
}
