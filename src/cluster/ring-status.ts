/**
 * The `ring` shape that programs rely on: every node with its tokens and what it owns, enough to
 * build the same ring elsewhere.
 */
import type { GossipView } from '../gossip/view.js'
import { describeReplication } from '../ring/replication.js'
import { formatToken } from '../ring/token.js'
import type { HostId } from '../gossip/identity.js'
import type { Keyspace } from './keyspace.js'
import { nodesOf, type NodeStatus } from './status.js'
import type { Waiting } from './waiting.js'
import { knownRing, type KnownRing } from './known-ring.js'
import type { Sealed } from './record/record-bytes.js'
import { clusterIdOf } from './record/record.js'

export interface RingStatus {
  readonly cluster: string
  /** null, as epoch and digest, while the ring is what the nodes wish and no record says it. */
  readonly clusterId: string | null
  readonly epoch: number | null
  readonly digest: string | null
  readonly keyspace: string | null
  readonly replication: string | null
  /** Nodes whose tokens the asked agent has not heard yet. */
  readonly waitingFor: readonly Waiting[]
  /** Who may own tokens: present members, down or not, in order of host id. */
  readonly nodes: readonly RingNode[]
  /** Tokens that two nodes wish: the lower host id has them. */
  readonly clashes: readonly RingClash[]
}

export type RingNode = Omit<NodeStatus, 'tokens'> & {
  /** Ascending, as decimal strings: those that are its own. */
  readonly tokens: readonly string[]
}

export interface RingClash {
  readonly token: string
  readonly winner: HostId
  readonly loser: HostId
}

export function ringStatusOf(view: GossipView, keyspace?: Keyspace, held?: Sealed): RingStatus {
  const known = knownRing(view, held)
  const { ring } = known
  const tokens = tokensOf(known)
  const present = nodesOf(view, known, keyspace).filter(({ state }) => state !== 'left')
  return {
    cluster: view.cluster,
    clusterId: held === undefined ? null : clusterIdOf(held.record, held.digest),
    epoch: held?.record.epoch ?? null,
    digest: held?.digest ?? null,
    keyspace: keyspace?.name ?? null,
    replication: keyspace === undefined ? null : describeReplication(keyspace.replication),
    waitingFor: unheardOf(view, known),
    nodes: present.map((node) => ({ ...node, tokens: tokens.get(node.hostId) ?? [] })),
    clashes: ring.clashes.map(({ token, winner, loser }) => ({
      token: formatToken(token),
      winner: winner.id,
      loser: loser.id,
    })),
  }
}

export function unheardOf({ members }: GossipView, { unheard }: KnownRing): Waiting[] {
  const silent = new Set(unheard)
  return members
    .filter(({ hostId }) => silent.has(hostId))
    .map(({ name, hostId }) => ({ name, hostId, for: 'its tokens' }))
}

/** The tokens of every member as text, ascending. */
function tokensOf({ ring }: KnownRing): Map<HostId, string[]> {
  const lists = new Map(ring.members.map(({ id }): [HostId, string[]] => [id, []]))
  for (let i = 0; i < ring.size; i++)
    lists.get(ring.ownerAt(i).id)?.push(formatToken(ring.tokenAt(i)))
  return lists
}
