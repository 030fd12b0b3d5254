/**
 * After a majority is lost for good: a record that the survivors go on with. Nobody could ratify
 * it, so an operator answers for it, and it begins another cluster: its id is a new one, so that
 * those who are given up, should they ever come back, are foreigners and merge nothing. They stay
 * in the ring as lost, without a vote, until what is left of their copies has been copied by a
 * movement like any other.
 */
import { encodeUtf8 } from '../base/utf8.js'
import type { HostId } from '../gossip/identity.js'
import { Placement } from '../ring/placement.js'
import { withState } from './plan/begin.js'
import { undo } from './plan/finish.js'
import { ringOf } from './plan/layout.js'
import { movement } from './plan/membership.js'
import { digestHex } from './record/digest.js'
import { seal, type Sealed } from './record/record-bytes.js'
import { clusterIdOf, majority, nameIn, votersOf, type RingRecord } from './record/record.js'

export type Recovery =
  | { readonly kind: 'recovered'; readonly sealed: Sealed; readonly lost: readonly HostId[] }
  | { readonly kind: 'refused'; readonly why: string; readonly next: string }

/** What a keyspace gives up, in ranges of the ring. */
export interface GivenUp {
  readonly keyspace: string
  readonly ranges: number
  /** No survivor holds a copy. */
  readonly gone: number
  /** Fewer than a majority of the copies is left: the last writes may be missing. */
  readonly thin: number
}

const ID_DIGITS = 16

/** @param survivors host ids; all other members are given up for good */
export function recoverRing(held: Sealed, survivors: readonly HostId[]): Recovery {
  const { record } = held
  const problem = problemWith(record, survivors)
  if (problem !== undefined) return problem
  const still = record.moves.reduce(undo, record)
  const lost = still.members
    .map(({ hostId }) => hostId)
    .filter((hostId) => !survivors.includes(hostId))
  const sealed = seal(recordWithout(still, held, lost))
  if (sealed !== undefined) return { kind: 'recovered', sealed, lost }
  return { kind: 'refused', why: 'the record would be too large', next: 'Report this as a bug.' }
}

function recordWithout(still: RingRecord, held: Sealed, lost: readonly HostId[]): RingRecord {
  const generation = still.generation + 1
  const epoch = still.epoch + 1
  const before = clusterIdOf(held.record, held.digest)
  const said = [before, held.digest, String(generation), ...lost].join(' ')
  const clusterId = digestHex(encodeUtf8(said))
  const names = lost.map((hostId) => nameIn(still, hostId)).join(', ')
  const id = clusterId.slice(0, ID_DIGITS)
  return {
    ...withState(still, lost, 'lost'),
    epoch,
    parent: held.digest,
    clusterId,
    generation,
    moves: [{ ...movement(still, id, 'remove', lost), loseData: true }],
    committee: still.committee.filter((hostId) => !lost.includes(hostId)),
    // What was wished before is void: nobody knows what came of it.
    horizon: epoch,
    why: [`recovered without ${names}`],
  }
}

function problemWith(record: RingRecord, survivors: readonly HostId[]): Recovery | undefined {
  const refused = (why: string, next: string): Recovery => ({ kind: 'refused', why, next })
  const owners = record.members.filter(({ tokens }) => tokens.length > 0)
  const there = owners.filter(({ hostId }) => survivors.includes(hostId))
  if (there.length === 0 || there.length < new Set(survivors).size) {
    const names = owners.map(({ name }) => name).join(', ')
    return refused('a survivor must be a member with tokens', `Name some of ${names}.`)
  }
  const voters = votersOf(record)
  const left = voters.filter(({ hostId }) => survivors.includes(hostId)).length
  if (left < majority(voters.length)) return undefined
  return refused(
    `${left} of ${voters.length} voters are left, and ${majority(voters.length)} are enough`,
    'Start them and use murmur remove, which loses nothing.',
  )
}

export function givenUp(record: RingRecord, lost: readonly HostId[]): GivenUp[] {
  const ring = ringOf(record)
  return record.keyspaces.map(({ name, replication }) => {
    const placement = new Placement(ring, replication)
    let [gone, thin] = [0, 0]
    for (let i = 0; i < ring.size; i++) {
      const replicas = placement.replicasAt(i)
      const left = replicas.filter(({ id }) => !lost.includes(id)).length
      if (left === 0) gone++
      else if (left < majority(replicas.length)) thin++
    }
    return { keyspace: name, ranges: ring.size, gone, thin }
  })
}

/** Whether a node that holds `own` may go on with a record that was recovered elsewhere. */
export function mayAdopt(
  own: Sealed,
  { record }: Sealed,
  self: HostId,
): Exclude<Recovery, { kind: 'recovered' }> | undefined {
  const refused = (why: string, next: string) => ({ kind: 'refused', why, next }) as const
  const again = 'Recover on the node with the highest epoch, and use its record.'
  if (record.generation !== own.record.generation + 1)
    return refused(
      `this node is of generation ${own.record.generation}, the record of ${record.generation}`,
      again,
    )
  if (own.record.epoch >= record.epoch)
    return refused(`this node holds epoch ${own.record.epoch} already`, again)
  const member = record.members.find(({ hostId }) => hostId === self)
  if (member !== undefined && member.state !== 'lost') return undefined
  return refused(
    'this node is none of its survivors',
    'Move its data directory away; it then joins as a new node.',
  )
}
