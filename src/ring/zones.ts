/**
 * Which parts of a ring can be balanced by themselves. A datacenter is one; and where a datacenter
 * has exactly as many racks as copies, every rack holds one copy of everything, so each rack is a
 * ring of its own with one copy.
 */
import { at } from '../base/assert.js'
import type { Member } from './member.js'
import { placeOf } from './placement.js'
import type { Replication } from './replication.js'
import type { Ring } from './ring.js'
import type { Token } from './token.js'
import { Zone } from './zone.js'

/** A part of the ring to balance: who is in it, and how many copies it holds of everything. */
export interface Part {
  readonly dc: string
  /** The rack, when it is a part by itself; else undefined. */
  readonly rack: string | undefined
  /** Members as the replication sees them: racks are blank where they do not count. */
  readonly nodes: readonly Member[]
  readonly copies: number
}

/**
 * The parts of all datacenters that hold copies of anything; members without tokens count when
 * `joining` names them.
 */
export function partsOf(ring: Ring, replication: Replication, joining?: string): Part[] {
  const present = new Set(ring.tokens.owners)
  const byDc = new Map<string, Member[]>()
  ring.members.forEach((member, i) => {
    if (!present.has(i) && member.id !== joining) return
    const node = { ...member, ...placeOf(member, replication) }
    byDc.set(node.dc, [...(byDc.get(node.dc) ?? []), node])
  })
  return [...byDc].flatMap(([dc, nodes]) => split(dc, nodes, copiesIn(dc, replication)))
}

/** A datacenter without copies is balanced as if it held one: it may hold some later. */
function copiesIn(dc: string, replication: Replication): number {
  const factor = replication.kind === 'simple' ? replication.factor : replication.factors.get(dc)
  return Math.max(factor?.all ?? 1, 1)
}

function split(dc: string, nodes: readonly Member[], copies: number): Part[] {
  const racks = [...new Set(nodes.map((node) => node.rack))]
  if (racks.length !== copies || copies === 1) return [{ dc, rack: undefined, nodes, copies }]
  return racks.map((rack) => {
    const here = nodes.filter((node) => node.rack === rack)
    return { dc, rack, nodes: here, copies: 1 }
  })
}

/**
 * A workbench of this part of the ring. Where all nodes hold everything no placing of tokens
 * matters to the copies: then the primary shares are balanced, for the nodes to come.
 */
export function zoneOf(ring: Ring, part: Part): Zone {
  const { nodes, copies } = part
  const zone = new Zone(nodes, nodes.length > copies ? copies : 1)
  const local = new Map(nodes.map((node, i) => [node.id, i]))
  const index = ring.members.map((member) => local.get(member.id) ?? -1)
  const tokens: Token[] = []
  const owners: number[] = []
  ring.tokens.owners.forEach((owner, position) => {
    if (at(index, owner) < 0) return
    tokens.push(ring.tokenAt(position))
    owners.push(at(index, owner))
  })
  zone.fill(tokens, owners)
  return zone
}
