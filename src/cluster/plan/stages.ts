/**
 * When a movement goes on. Adjacent stages are compatible, stages two apart are not: before each
 * step a majority of those who held a range, and of those who will, must have applied the stage
 * before it, so that at most two stages can complete a request at any moment (F1's schema change,
 * VLDB 2013; the model in the test suite shows what breaks without).
 */
import type { HostId } from '../../gossip/identity.js'
import { majority, nameIn, type Move, type RingRecord } from '../record/record.js'
import { describe, survivors } from './begin.js'
import { finish, undo } from './finish.js'
import { footprintOf, type Group } from './footprint.js'

/** What was heard from members, as the planner takes it. */
export interface Acks {
  /** The epoch that a member has stored and acts on. */
  applied(hostId: HostId): number
  /** Whether a member has durable copies of all that it gains by a movement. */
  copied(move: string, hostId: HostId): boolean
}

export interface Step {
  readonly record: RingRecord
  readonly why: string
}

/** What a movement waits for. */
export interface Barrier {
  readonly what: string
  readonly missing: readonly HostId[]
}

/** The record with one movement a stage further, or what it waits for. */
export function advance(record: RingRecord, move: Move, acks: Acks): Step | Barrier {
  const waiting = barrierOf(record, move, acks)
  if (waiting !== undefined) return waiting
  const said = describe(record, move)
  switch (move.stage) {
    case 'prepare':
      return { record: atStage(record, move, 'read-new'), why: `${said}: the new copies are read` }
    case 'read-new':
      return { record: finish(record, move), why: `${said}: done` }
    case 'back':
      return { record: undo(record, move), why: `${said}: cancelled` }
  }
}

/** A cancel: one step before anybody reads new copies, afterwards two with a barrier between. */
export function turnBack(record: RingRecord, move: Move): Step | undefined {
  const said = describe(record, move)
  switch (move.stage) {
    case 'prepare':
      return { record: undo(record, move), why: `${said}: cancelled` }
    case 'read-new':
      return { record: atStage(record, move, 'back'), why: `${said}: goes back` }
    case 'back':
      return undefined
  }
}

function atStage(record: RingRecord, move: Move, stage: Move['stage']): RingRecord {
  const moves = record.moves.map((other) =>
    other.id === move.id ? { ...move, stage, since: record.epoch + 1 } : other,
  )
  return { ...record, moves }
}

/** What holds the movement in its stage; undefined when nothing does. */
export function barrierOf(record: RingRecord, move: Move, acks: Acks): Barrier | undefined {
  const { targets, olds, news } = footprintOf(record, move)
  const held = olds.map((group) => (move.loseData ? survivors(group, move) : group))
  const behind = (groups: readonly Group[]): HostId[] => lacking(groups, move, acks)
  if (move.stage !== 'prepare') {
    const missing = distinct([...behind(held), ...behind(news)])
    return missing.length === 0 ? undefined : { what: said(record, move, missing), missing }
  }
  const late = distinct([...behind(held), ...targets.filter((id) => acks.applied(id) < move.since)])
  if (late.length > 0) return { what: said(record, move, late), missing: late }
  const copying = targets.filter((hostId) => !acks.copied(move.id, hostId))
  if (copying.length === 0) return undefined
  const names = copying.map((hostId) => nameIn(record, hostId)).join(', ')
  return { what: `${names} to copy its ranges`, missing: copying }
}

/** Members of groups of which less than a majority has applied the stage. */
function lacking(groups: readonly Group[], move: Move, acks: Acks): HostId[] {
  return groups.flatMap((group) => {
    const late = group.filter((hostId) => acks.applied(hostId) < move.since)
    return group.length - late.length >= majority(group.length) ? [] : late
  })
}

function said(record: RingRecord, move: Move, missing: readonly HostId[]): string {
  const names = missing.map((hostId) => nameIn(record, hostId)).join(', ')
  return `${names} to apply epoch ${move.since}`
}

function distinct(hostIds: readonly HostId[]): HostId[] {
  return [...new Set(hostIds)].sort()
}
