/** What a change would do, in figures: who owns how much before and after, and who copies what. */
import { simple } from '../ring/replication.js'
import { Placement } from '../ring/placement.js'
import { compare } from '../ring/plan.js'
import { changesOf, replicationAfter, ringAfter, ringOf } from './plan/layout.js'
import { nameIn, type RingRecord } from './record/record.js'

export interface Outlook {
  readonly epoch: number
  /** How many records it takes: one, or three where data moves. */
  readonly commits: number
  readonly nodes: readonly {
    readonly name: string
    readonly hostId: string
    /** Primary share of the ring, null where the node is not there. */
    readonly before: number | null
    readonly after: number | null
  }[]
  /** Data copied of each keyspace, as a share of it: 1 is one copy of everything. */
  readonly copies: readonly {
    readonly keyspace: string
    readonly moved: number
    readonly flows: readonly {
      readonly from: string
      readonly to: string
      readonly share: number
    }[]
  }[]
}

export function outlook(before: RingRecord, after: RingRecord): Outlook {
  const fresh = after.moves.filter(({ id }) => before.moves.every((move) => move.id !== id))
  const ring = fresh.reduce((held, move) => ringAfter(held, changesOf(after, move)), ringOf(after))
  const name = (hostId: string): string => nameIn(after, hostId)
  const shares = compare(new Placement(ringOf(before), simple(1)), new Placement(ring, simple(1)))
  const copies = after.keyspaces.map((keyspace) => {
    const replication = fresh.reduce(
      (held, move) => replicationAfter(move, { ...keyspace, replication: held }),
      keyspace.replication,
    )
    const made = compare(
      new Placement(ringOf(before), keyspace.replication),
      new Placement(ring, replication),
    )
    const flows = made.flows.map(({ from, to, share }) => ({
      from: from === undefined ? 'nobody' : name(from.id),
      to: name(to.id),
      share,
    }))
    return { keyspace: keyspace.name, moved: made.moved, flows }
  })
  return {
    epoch: after.epoch,
    commits: fresh.length > 0 ? 3 : 1,
    nodes: shares.nodes.map(({ member, before: old, after: next }) => ({
      name: name(member.id),
      hostId: member.id,
      before: old?.primary ?? null,
      after: next?.primary ?? null,
    })),
    copies,
  }
}
