/**
 * The `ring` shape that programs rely on: every node with its tokens and what it owns, enough to
 * build the same ring elsewhere.
 */
import type { GossipView } from '../gossip/view.js'
import { describeReplication } from '../ring/replication.js'
import { formatToken } from '../ring/token.js'
import type { HostId } from '../gossip/identity.js'
import type { Keyspace } from './keyspace.js'
import { nodesOf, type NodeStatus, type Waiting } from './status.js'
import { wishedRing, type WishedRing } from './wished-ring.js'

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

export function ringStatusOf(view: GossipView, keyspace?: Keyspace): RingStatus {
  const wished = wishedRing(view)
  const { ring } = wished
  const tokens = tokensOf(wished)
  const present = nodesOf(view, wished, keyspace).filter(({ state }) => state !== 'left')
  return {
    cluster: view.cluster,
    clusterId: null,
    epoch: null,
    digest: null,
    keyspace: keyspace?.name ?? null,
    replication: keyspace === undefined ? null : describeReplication(keyspace.replication),
    waitingFor: unheardOf(view, wished),
    nodes: present.map((node) => ({ ...node, tokens: tokens.get(node.hostId) ?? [] })),
    clashes: ring.clashes.map(({ token, winner, loser }) => ({
      token: formatToken(token),
      winner: winner.id,
      loser: loser.id,
    })),
  }
}

export function unheardOf({ members }: GossipView, { unheard }: WishedRing): Waiting[] {
  const silent = new Set(unheard)
  return members
    .filter(({ hostId }) => silent.has(hostId))
    .map(({ name, hostId }) => ({ name, hostId, for: 'its tokens' }))
}

/** The tokens of every member as text, ascending. */
function tokensOf({ ring }: WishedRing): Map<HostId, string[]> {
  const lists = new Map(ring.members.map(({ id }): [HostId, string[]] => [id, []]))
  for (let i = 0; i < ring.size; i++)
    lists.get(ring.ownerAt(i).id)?.push(formatToken(ring.tokenAt(i)))
  return lists
}
