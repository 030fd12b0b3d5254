/** What one node holds of the chain, as plain values: for the API, the CLI and tests. */
import type { HostId } from '../gossip/identity.js'
import type { ChainParts } from './chain-parts.js'
import type { Foreigner } from './foreigners.js'
import type { Intent } from './intent.js'
import type { Peers } from './peers.js'
import type { Hold } from './plan/plan.js'
import type { Sealed } from './record/record-bytes.js'
import type { Digest } from './record/record.js'
import type { Doubt, Droppable, Outgrown, PendingCopy } from './ring-event.js'

export interface RingView {
  /** null before there is a record. */
  readonly current: Sealed | null
  readonly clusterId: Digest
  /** Newest last. */
  readonly history: readonly Sealed[]
  /** Earlier ones may still come, from others that keep more of them. */
  readonly recalls: boolean
  readonly holds: readonly Hold[]
  /** Fewer than a majority of the voters is there, and something should change. */
  readonly frozen: boolean
  readonly votes: boolean
  /** Intents of this node that are pending. */
  readonly own: readonly Intent[]
  /** What others say that they hold. */
  readonly peers: readonly PeerView[]
  /** Other rings of the same name that were heard. */
  readonly foreigners: readonly Foreigner[]
  /** Records that were shown here and are not believed. */
  readonly doubts: readonly Doubt[]
  /** A record that this program is too old for; null: none was shown. */
  readonly outgrown: Outgrown | null
  /** The first record that this node has pledged and that is not agreed on yet; NO_DIGEST: none. */
  readonly pledged: Digest
  /** What this node was asked to copy and has not acknowledged. */
  readonly copies: readonly PendingCopy[]
  /** What it may delete under this record; null until that is sure. */
  readonly drop: Droppable | null
}

export interface PeerView {
  readonly hostId: HostId
  readonly present: boolean
  readonly clusterId: Digest
  readonly epoch: number
  readonly digest: Digest
  readonly votes: boolean
}

export function ringViewOf(parts: ChainParts, peers: Peers): RingView {
  const { ledger, ratifier, book, founding, acceptor } = parts
  const { foreigners, copying, dropping } = parts
  const views: PeerView[] = []
  for (const { hostId, ring } of peers.all()) {
    if (ring === undefined) continue
    const { clusterId, epoch, digest, votes } = ring
    const present = peers.isPresent(hostId)
    views.push({ hostId, present, clusterId, epoch, digest, votes })
  }
  views.sort((a, b) => (a.hostId < b.hostId ? -1 : 1))
  return {
    current: ledger.current ?? null,
    clusterId: ledger.clusterId,
    history: ledger.kept,
    recalls: parts.recalling.goesOn,
    holds: ratifier.holds,
    frozen: ratifier.isFrozen,
    votes: acceptor.votes,
    own: book.mine,
    peers: views,
    foreigners: foreigners.all,
    doubts: parts.vouching.doubts,
    outgrown: parts.learning.outgrown,
    copies: copying.pending,
    drop: dropping.under(ledger.current?.record) ?? null,
    pledged: ledger.current === undefined ? (founding.holds?.digest ?? '') : '',
  }
}
