/**
 * Begins a movement: at once done where no data is touched, prepared where it is, and waiting where
 * another movement holds one of its ranges.
 */
import {
  majority,
  memberOf,
  nameIn,
  type Move,
  type RecordMember,
  type RingRecord,
} from '../record/record.js'
import { finish } from './finish.js'
import { footprintOf } from './footprint.js'
import { clash } from './independence.js'
import { changesOf, replicationsOf, ringOf } from './layout.js'
import { done, refused, waits, type Verdict } from './verdict.js'

/** Most movements at a time: what one record carries. */
export const MOVES_AT_ONCE = 64

/** @param record with the members of the movement in the states that they have during it */
export function begin(record: RingRecord, move: Move, what: string): Verdict {
  if (record.moves.length >= MOVES_AT_ONCE) return waits(`${MOVES_AT_ONCE} movements are under way`)
  const held = blockedBy(record, move)
  if (held !== undefined)
    return waits(`the movement ${held.id} (${describe(record, held)}) holds one of its ranges`)
  const { targets, olds } = footprintOf(record, move)
  const lost = olds.find((group) => survivors(group, move).length < majority(group.length))
  if (lost !== undefined && (move.kind === 'remove' || move.kind === 'replace') && !move.loseData) {
    const names = lost.map((hostId) => nameIn(record, hostId)).join(', ')
    return refused(
      `no majority is left of a range held by ${names}`,
      'Bring one of them back, or repeat it with --accept-data-loss.',
    )
  }
  if (targets.length === 0 && olds.length === 0) {
    return done(finish(record, move), `${what}; no data had to move`)
  }
  return done({ ...record, moves: [...record.moves, move] }, `${what}: prepared`)
}

export function describe(record: RingRecord, move: Move): string {
  const names = move.nodes.map((hostId) => nameIn(record, hostId)).join(', ')
  if (move.kind === 'rebalance') return 'rebalance'
  if (move.alters !== null) return `alter ${move.alters.name}`
  return move.by === '' ? `${move.kind} ${names}` : `replace ${names} by ${nameIn(record, move.by)}`
}

/** The movement under way that this one must not meet. */
function blockedBy(record: RingRecord, move: Move): Move | undefined {
  // Every range of its keyspace changes, whatever the tokens do.
  const alters = move.alters !== null || record.moves.some((other) => other.alters !== null)
  if (alters && record.moves.length > 0) return record.moves[0]
  const nodes = new Set(partiesOf(move))
  const shared = record.moves.find((other) => partiesOf(other).some((hostId) => nodes.has(hostId)))
  if (shared !== undefined) return shared
  const moves = [...record.moves, move].map((each) => changesOf(record, each))
  const found = clash(ringOf(record), replicationsOf(record), moves)
  return found && record.moves[found[0]]
}

function partiesOf(move: Move): string[] {
  return [...move.nodes, move.by, ...move.tokens.map(({ hostId }) => hostId)].filter(
    (hostId) => hostId !== '',
  )
}

/** Those of a group that will still be there; the removed count as lost. */
export function survivors(group: readonly string[], move: Move): string[] {
  const lost = move.kind === 'remove' || move.kind === 'replace'
  return group.filter((hostId) => !lost || !move.nodes.includes(hostId))
}

/** The record with one member replaced by another form of it, or added. */
export function withMember(record: RingRecord, member: RecordMember): RingRecord {
  const others = record.members.filter(({ hostId }) => hostId !== member.hostId)
  const members = [...others, member].sort((a, b) => (a.hostId < b.hostId ? -1 : 1))
  return { ...record, members }
}

export function withState(
  record: RingRecord,
  hostIds: readonly string[],
  state: RecordMember['state'],
): RingRecord {
  return hostIds.reduce((held, hostId) => {
    const member = memberOf(held, hostId)
    return member === undefined ? held : withMember(held, { ...member, state })
  }, record)
}
