/** What a change would do, in figures: who owns how much before and after, and who copies what. */
import type { HostId } from '../gossip/identity.js'
import { simple } from '../ring/replication.js'
import { Placement } from '../ring/placement.js'
import { compare, type Plan } from '../ring/plan.js'
import { refillsOf } from './plan/footprint.js'
import { changesOf, replicationAfter, ringAfter, ringOf } from './plan/layout.js'
import { nameIn, type Keyspace, type Move, type RingRecord } from './record/record.js'

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
  readonly copies: readonly {
    readonly keyspace: string
    /** Data copied, as a share of the keyspace: 1 is one copy of everything. */
    readonly moved: number
    readonly flows: readonly CopyFlow[]
  }[]
  /** What is copied in all, by what the nodes say that they hold; null where one does not say. */
  readonly bytes: number | null
}

export interface CopyFlow {
  /** A name; `nobody` where no copy is left, `replicas` where who stays is brought up to date. */
  readonly from: string
  readonly to: string
  readonly share: number
  readonly bytes: number | null
}

type Copied = Omit<CopyFlow, 'bytes'>

/** @param loads bytes of rows that each node says that it holds */
export function outlook(
  before: RingRecord,
  after: RingRecord,
  loads: ReadonlyMap<HostId, number>,
): Outlook {
  const fresh = after.moves.filter(({ id }) => before.moves.every((move) => move.id !== id))
  const ring = fresh.reduce((held, move) => ringAfter(held, changesOf(after, move)), ringOf(after))
  const name = (hostId: string): string => nameIn(after, hostId)
  const shares = compare(new Placement(ringOf(before), simple(1)), new Placement(ring, simple(1)))
  const plans = after.keyspaces.map((keyspace) => {
    const replication = fresh.reduce(
      (held, move) => replicationAfter(move, { ...keyspace, replication: held }),
      keyspace.replication,
    )
    const old = new Placement(ringOf(before), keyspace.replication)
    return { keyspace, plan: compare(old, new Placement(ring, replication)) }
  })
  const weight = weightOf(plans, loads)
  const bytesOf = (share: number): number | null => weight && Math.round(share * weight)
  const copies = plans.map(({ keyspace, plan }) => {
    const copied = [...flowsOf(plan, name), ...refillFlows(after, fresh, keyspace, name)]
    const moved = copied.reduce((sum, { share }) => sum + share, 0)
    const flows = copied.map((flow) => ({ ...flow, bytes: bytesOf(flow.share) }))
    return { keyspace: keyspace.name, moved, flows }
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
    bytes: bytesOf(copies.reduce((sum, { moved }) => sum + moved, 0)),
  }
}

function flowsOf({ flows }: Plan, name: (hostId: HostId) => string): Copied[] {
  return flows.map(({ from, to, share }) => ({
    from: from === undefined ? 'nobody' : name(from.id),
    to: name(to.id),
    share,
  }))
}

/** One for each that is brought up to date. */
function refillFlows(
  after: RingRecord,
  fresh: readonly Move[],
  keyspace: Keyspace,
  name: (hostId: HostId) => string,
): Copied[] {
  const shares = new Map<HostId, number>()
  for (const move of fresh)
    for (const { target, share } of refillsOf(after, move, keyspace))
      shares.set(target.id, (shares.get(target.id) ?? 0) + share)
  return [...shares].map(([to, share]) => ({ from: 'replicas', to: name(to), share }))
}

/**
 * Bytes of one copy of everything, as if every keyspace were as full as the others: nodes say only
 * what they hold of all. Null where nothing is held, or one of those who hold some says nothing.
 */
function weightOf(
  plans: readonly { readonly plan: Plan }[],
  loads: ReadonlyMap<HostId, number>,
): number | null {
  const held = new Map<HostId, number>()
  for (const { plan } of plans)
    for (const { member, before } of plan.nodes)
      held.set(member.id, (held.get(member.id) ?? 0) + (before?.effective ?? 0))
  let [copies, bytes] = [0, 0]
  for (const [hostId, share] of held) {
    const load = loads.get(hostId)
    if (share > 0 && load === undefined) return null
    copies += share
    bytes += load ?? 0
  }
  return copies === 0 ? null : bytes / copies
}
