/**
 * The ring that a record describes, and the ring that a movement of it leads to. Members that still
 * join stand in no ring.
 */
import { known } from '../../base/assert.js'
import type { HostId } from '../../gossip/identity.js'
import type { Claim, Member } from '../../ring/member.js'
import { changed, type Change } from '../../ring/pending.js'
import type { Factor, Replication } from '../../ring/replication.js'
import { Ring } from '../../ring/ring.js'
import {
  labelOf,
  memberOf,
  type Keyspace,
  type Move,
  type RecordMember,
  type RingRecord,
} from '../record/record.js'

/** Copies for which tokens are placed where no keyspace says otherwise. */
const COPIES = 3

/** Rings of records that are still held; an entry goes with its record. */
const rings = new WeakMap<RingRecord, Ring>()

export function ringOf(record: RingRecord): Ring {
  const held = rings.get(record)
  if (held !== undefined) return held
  const ring = Ring.of(record.members.filter(({ state }) => state !== 'joining').map(claimOf))
  rings.set(record, ring)
  return ring
}

export function claimOf(member: RecordMember): Claim {
  return { ...ringMember(member), tokens: member.tokens }
}

export function ringMember({ hostId, dc, rack, weight }: RecordMember): Member {
  return { id: hostId, dc, rack, weight: weight / 1000 }
}

/** What the movement does to the ring, once it is done. */
export function changesOf(record: RingRecord, move: Move): Change[] {
  const member = (hostId: HostId): Member =>
    ringMember(known(memberOf(record, hostId), `member ${hostId} of a movement`))
  switch (move.kind) {
    case 'join':
      return move.tokens.map(({ hostId, tokens }) => ({
        kind: 'join',
        claim: { ...member(hostId), tokens },
      }))
    case 'leave':
    case 'remove':
      return move.nodes.map((id) => ({ kind: 'leave', id }))
    case 'replace':
      return move.nodes.map((id) => ({ kind: 'replace', id, by: member(move.by) }))
    case 'rebalance':
      return move.tokens.map(({ hostId, tokens }) => ({ kind: 'move', id: hostId, tokens }))
    case 'alter':
      return []
  }
}

/** The ring with all of these done; tokens that change hands are taken up before they are set. */
export function ringAfter(ring: Ring, changes: readonly Change[]): Ring {
  const lifted = changes
    .filter((change) => change.kind === 'move')
    .reduce((held, { id }) => changed(held, { kind: 'move', id, tokens: [] }), ring)
  return changes.reduce(changed, lifted)
}

/** How many copies the keyspace keeps once the movement is done. */
export function replicationAfter({ alters }: Move, keyspace: Keyspace): Replication {
  const alike = alters !== null && labelOf(alters) === labelOf(keyspace)
  return alike ? alters.replication : keyspace.replication
}

/** Every replication in use, each once. */
export function replicationsOf(record: RingRecord): Replication[] {
  return record.keyspaces.map(({ replication }) => replication)
}

/** What tokens are placed for: in each datacenter the most copies that any keyspace keeps there. */
export function allocationOf(record: RingRecord, dcs: readonly string[]): Replication {
  const replications = replicationsOf(record)
  const all = [...new Set([...record.members.map(({ dc }) => dc), ...dcs])].sort()
  const most = (dc: string): Factor => ({ all: mostCopies(replications, dc), transient: 0 })
  return { kind: 'network', factors: new Map(all.map((dc) => [dc, most(dc)])) }
}

function mostCopies(replications: readonly Replication[], dc: string): number {
  const copies = replications.map((replication) =>
    replication.kind === 'simple'
      ? replication.factor.all
      : (replication.factors.get(dc)?.all ?? 0),
  )
  return copies.reduce((most, count) => Math.max(most, count), 0) || COPIES
}
