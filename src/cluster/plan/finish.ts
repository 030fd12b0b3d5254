/** The end of a movement in the record: done, or undone after a cancel. */
import type { HostId } from '../../gossip/identity.js'
import { changesOf, replicationAfter, ringAfter, ringOf } from './layout.js'
import {
  nameIn,
  type Banned,
  type Move,
  type RecordMember,
  type RingRecord,
} from '../record/record.js'

/** With the ring as the movement leaves it: newcomers are members, those who left are banned. */
export function finish(record: RingRecord, move: Move): RingRecord {
  const after = ringAfter(ringOf(record), changesOf(record, move))
  const as = bannedAs(move.kind)
  const goes = as === undefined ? [] : move.nodes
  const members = record.members.flatMap((member): RecordMember[] => {
    if (goes.includes(member.hostId)) return []
    if (!after.has(member.hostId)) return [member]
    return [{ ...member, state: stateAfter(member, move), tokens: after.tokensOf(member.hostId) }]
  })
  const banned = as === undefined ? record.banned : banAll(record, goes, as)
  const keyspaces = record.keyspaces.map((keyspace) => {
    return { ...keyspace, replication: replicationAfter(move, keyspace) }
  })
  return { ...without(record, move), members, banned, keyspaces }
}

function bannedAs(kind: Move['kind']): Banned['as'] | undefined {
  switch (kind) {
    case 'leave':
      return 'left'
    case 'remove':
      return 'removed'
    case 'replace':
      return 'replaced'
    case 'join':
    case 'rebalance':
    case 'alter':
      return undefined
  }
}

/** As if it had never begun; but whoever was to come in is banned, for its data is of no use. */
export function undo(record: RingRecord, move: Move): RingRecord {
  const comers = move.kind === 'join' ? move.nodes : move.by === '' ? [] : [move.by]
  const members = record.members
    .filter(({ hostId }) => !comers.includes(hostId))
    .map((member) =>
      move.nodes.includes(member.hostId) ? { ...member, state: 'normal' as const } : member,
    )
  return { ...without(record, move), members, banned: banAll(record, comers, 'cancelled') }
}

function stateAfter(member: RecordMember, move: Move): RecordMember['state'] {
  const comes =
    move.kind === 'join' ? move.nodes.includes(member.hostId) : move.by === member.hostId
  return comes ? 'normal' : member.state
}

function without(record: RingRecord, move: Move): RingRecord {
  return { ...record, moves: record.moves.filter(({ id }) => id !== move.id) }
}

function banAll(
  record: RingRecord,
  hostIds: readonly HostId[],
  as: Banned['as'],
): readonly Banned[] {
  const epoch = record.epoch + 1
  const fresh = hostIds.map((hostId) => ({ hostId, name: nameIn(record, hostId), as, epoch }))
  const kept = record.banned.filter(({ hostId }) => !hostIds.includes(hostId))
  return [...kept, ...fresh].sort((a, b) => (a.hostId < b.hostId ? -1 : 1))
}
