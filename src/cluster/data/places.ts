/**
 * Who keeps a key under a record, and so who is written to and read from. While the key moves it is
 * written to the old replicas and to the new ones, and read from one of the two, by the stage of
 * the movement; a range is in one movement at the most.
 */
import type { HostId } from '../../gossip/identity.js'
import { Placement } from '../../ring/placement.js'
import type { Token } from '../../ring/token.js'
import { placementsOf } from '../plan/footprint.js'
import { ringOf } from '../plan/layout.js'
import { keyspaceLabelled, type Move, type RingRecord } from '../record/record.js'
import type { Copies } from './consistency.js'
import { keyspaceIn, tokenIn } from './row.js'

export interface Places {
  /** The replicas, or the old ones and the new ones: a write needs its level in each. */
  readonly writes: readonly Copies[]
  /** Those of `writes` that are read from. */
  readonly reads: Copies
}

/** Where a row belongs, as its key in the store says. */
export interface RowPlace {
  /** Its label. */
  readonly keyspace: string
  readonly token: Token
}

/** undefined where it is no row's key. */
export function rowPlace(key: Uint8Array): RowPlace | undefined {
  const token = tokenIn(key)
  const keyspace = keyspaceIn(key)
  return token === undefined || keyspace === undefined ? undefined : { keyspace, token }
}

/** undefined where the record has no such keyspace. */
export function placesOf(record: RingRecord, { keyspace, token }: RowPlace): Places | undefined {
  const held = placedIn(record, keyspace)
  if (held === undefined) return undefined
  const olds = copiesAt(held.now, token)
  for (const { move, after } of held.moving) {
    const news = copiesAt(after, token)
    if (sameMembers(olds, news)) continue
    return { writes: [olds, news], reads: move.stage === 'read-new' ? news : olds }
  }
  return { writes: [olds], reads: olds }
}

/** Whether both say the same of whom to write to and whom to read from, in whatever order. */
export function samePlaces(a: Places | undefined, b: Places | undefined): boolean {
  if (a === undefined || b === undefined) return a === b
  return (
    a.writes.length === b.writes.length &&
    a.writes.every((copies, i) => sameMembers(copies, b.writes[i])) &&
    sameMembers(a.reads, b.reads)
  )
}

export function keeps({ members }: Copies, hostId: HostId): boolean {
  return members.some(({ id }) => id === hostId)
}

interface Placements {
  readonly now: Placement
  /** What each movement under way leads to, in the order of the record. */
  readonly moving: readonly { readonly move: Move; readonly after: Placement }[]
}

/** Placements of records that are still held; an entry goes with its record. */
const placements = new WeakMap<RingRecord, Map<string, Placements>>()

function placedIn(record: RingRecord, label: string): Placements | undefined {
  const held = placements.get(record) ?? new Map<string, Placements>()
  placements.set(record, held)
  const found = held.get(label)
  if (found !== undefined) return found
  const keyspace = keyspaceLabelled(record, label)
  if (keyspace === undefined) return undefined
  const moving = record.moves.map((move) => {
    const [, after] = placementsOf(record, move, keyspace)
    return { move, after }
  })
  const made = { now: new Placement(ringOf(record), keyspace.replication), moving }
  held.set(label, made)
  return made
}

function copiesAt(placement: Placement, token: Token): Copies {
  return { members: placement.replicasOf(token), replication: placement.replication }
}

/** In whatever order. */
export function sameMembers(a: Copies, b: Copies | undefined): boolean {
  if (b?.members.length !== a.members.length) return false
  return a.members.every(({ id }) => keeps(b, id))
}
