/**
 * How much everyone holds, and how evenly: shares of the ring, copies counted, compared within each
 * rack.
 */
import { at } from '../base/assert.js'
import { weightOf, type Member } from './member.js'
import { placeOf, type Placement } from './placement.js'

export interface Ownership {
  /** Per member of the ring: the share of the ring that is its own by its tokens; sums to 1. */
  readonly primary: Float64Array
  /** Per member: the share of all keys it holds a copy of, 0..1; sums to the number of copies. */
  readonly effective: Float64Array
}

export function ownershipOf(placement: Placement): Ownership {
  const { ring, width } = placement
  const primary = new Float64Array(ring.members.length)
  const effective = new Float64Array(ring.members.length)
  const table = placement.table()
  for (let i = 0; i < ring.size; i++) {
    const share = ring.shareAt(i)
    const owner = at(ring.tokens.owners, i)
    primary[owner] = at(primary, owner) + share
    for (let k = i * width; k < (i + 1) * width; k++) {
      const replica = at(table, k)
      effective[replica] = at(effective, replica) + share
    }
  }
  return { primary, effective }
}

/** The nodes that share one rack's data among them; with SimpleStrategy, all nodes. */
export interface Group {
  readonly dc: string
  readonly rack: string
  readonly nodes: number
  /** Mean share of a node of weight 1. */
  readonly mean: number
  readonly fullest: Member
  /** Largest share over the mean, by weight; at least 1. */
  readonly ratio: number
}

/** The groups that hold data, in order of datacenter and rack. */
export function groupsOf(placement: Placement, ownership = ownershipOf(placement)): Group[] {
  const rows = new Map<string, { member: Member; share: number }[]>()
  placement.ring.members.forEach((member, i) => {
    const share = at(ownership.effective, i)
    if (share === 0) return
    const { dc, rack } = placeOf(member, placement.replication)
    const key = JSON.stringify([dc, rack])
    rows.set(key, [...(rows.get(key) ?? []), { member, share }])
  })
  const keys = [...rows.keys()].sort()
  return keys.map((key) => groupOf(rows.get(key) ?? [], placement))
}

function groupOf(
  rows: readonly { member: Member; share: number }[],
  { replication }: Placement,
): Group {
  const data = rows.reduce((sum, { share }) => sum + share, 0)
  const mean = data / rows.reduce((sum, { member }) => sum + weightOf(member), 0)
  let fullest = at(rows, 0)
  const load = ({ member, share }: { member: Member; share: number }): number =>
    share / weightOf(member)
  for (const row of rows) if (load(row) > load(fullest)) fullest = row
  const { dc, rack } = placeOf(fullest.member, replication)
  return {
    dc,
    rack,
    nodes: rows.length,
    mean,
    fullest: fullest.member,
    ratio: load(fullest) / mean,
  }
}

/** The worst of the groups: largest share over the mean of its rack; 1 when there is no data. */
export function imbalanceOf(placement: Placement, ownership = ownershipOf(placement)): number {
  return groupsOf(placement, ownership).reduce((most, { ratio }) => Math.max(most, ratio), 1)
}
