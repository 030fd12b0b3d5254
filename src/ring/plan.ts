/**
 * What if: a change to a topology worked out without touching anything. Ownership before and after,
 * what moves from whom to whom, and what to think of before doing it.
 */
import { at } from '../base/assert.js'
import { nearest } from '../base/nearest.js'
import { allocate } from './allocate.js'
import type { Member } from './member.js'
import { imbalanceOf, ownershipOf } from './ownership.js'
import { Placement } from './placement.js'
import { rebalance } from './rebalance.js'
import type { Factor, Replication } from './replication.js'
import { Ring } from './ring.js'
import type { Topology } from './topology.js'
import { movedShare, transfer, type Transfer } from './transfer.js'
import { warningsOf, type Warning } from './warnings.js'

export type WhatIf =
  | { readonly kind: 'add'; readonly member: Member; readonly tokens?: number }
  | { readonly kind: 'remove'; readonly name: string }
  | { readonly kind: 'replace'; readonly name: string; readonly by: string }
  /** Copies in a datacenter; '' for SimpleStrategy. */
  | { readonly kind: 'copies'; readonly dc: string; readonly factor: Factor }
  | { readonly kind: 'rack'; readonly name: string; readonly rack: string }
  | { readonly kind: 'rebalance' }

export interface NodePlan {
  readonly member: Member
  /** Tokens and shares before and after; undefined where the node is not there. */
  readonly before: Holding | undefined
  readonly after: Holding | undefined
  /** What it copies from others and what others copy from it, as shares of the ring. */
  readonly receives: number
  readonly sends: number
}

export interface Holding {
  readonly tokens: number
  /** Primary share of the ring, 0..1. */
  readonly primary: number
  /** Share of all keys that it holds a copy of, 0..1. */
  readonly effective: number
}

/** All that goes from one node to another; `from` is undefined when copies have no source. */
export interface Flow {
  readonly from: Member | undefined
  readonly to: Member
  readonly share: number
  readonly ranges: number
}

export interface Plan {
  readonly before: Placement
  readonly after: Placement
  /** In order of datacenter, rack and name. */
  readonly nodes: readonly NodePlan[]
  readonly transfers: readonly Transfer[]
  /** The largest first. */
  readonly flows: readonly Flow[]
  /** Data copied, as a share of the ring: 1 is one copy of everything. */
  readonly moved: number
  /** Largest share over the mean of its rack. */
  readonly imbalance: { readonly before: number; readonly after: number }
  /** Of the placement after. */
  readonly warnings: readonly Warning[]
}

export type Planned =
  | { readonly kind: 'plan'; readonly plan: Plan }
  | { readonly kind: 'refused'; readonly says: string }

export function placementOf({ nodes, replication }: Topology): Placement {
  return new Placement(Ring.of(nodes), replication)
}

/** @param seed decides the tokens of the first node of a new datacenter */
export function planChange(topology: Topology, changes: readonly WhatIf[], seed = ''): Planned {
  const before = placementOf(topology)
  let state: State = { ring: before.ring, replication: topology.replication }
  for (const change of changes) {
    const next = apply(state, change, seed)
    if (typeof next === 'string') return { kind: 'refused', says: next }
    state = next
  }
  return { kind: 'plan', plan: compare(before, new Placement(state.ring, state.replication)) }
}

/** What it takes to get from one placement to another. */
export function compare(before: Placement, after: Placement): Plan {
  const transfers = transfer(before, after)
  const flows = flowsOf(transfers)
  return {
    before,
    after,
    nodes: nodesOf(before, after, flows),
    transfers,
    flows,
    moved: movedShare(transfers),
    imbalance: { before: imbalanceOf(before), after: imbalanceOf(after) },
    warnings: warningsOf(after),
  }
}

interface State {
  readonly ring: Ring
  readonly replication: Replication
}

/** The state after a change, or why it cannot be done. */
function apply(state: State, change: WhatIf, seed: string): State | string {
  const { ring, replication } = state
  switch (change.kind) {
    case 'add': {
      const { member, tokens } = change
      if (ring.has(member.id)) return `${member.id} is there already`
      const wanted = { joiner: member, ...(tokens === undefined ? {} : { count: tokens }) }
      return {
        ...state,
        ring: ring.with({ ...member, tokens: allocate(ring, replication, wanted, seed) }),
      }
    }
    case 'remove':
      if (!ring.has(change.name)) return unknownNode(change.name, ring)
      if (ring.members.length === 1) return `${change.name} is the last node`
      return { ...state, ring: ring.without(change.name) }
    case 'replace':
      return replaced(state, change.name, change.by)
    case 'rack':
      return reracked(state, change.name, change.rack)
    case 'copies':
      return recopied(state, change.dc, change.factor)
    case 'rebalance':
      return { ...state, ring: rebalance(ring, replication).ring }
  }
}

function replaced(state: State, name: string, by: string): State | string {
  const { ring } = state
  const old = ring.members[ring.indexOf(name) ?? -1]
  if (old === undefined) return unknownNode(name, ring)
  if (ring.has(by)) return `${by} is there already`
  const tokens = ring.tokensOf(name)
  return { ...state, ring: ring.without(name).with({ ...old, id: by, tokens }) }
}

function reracked(state: State, name: string, rack: string): State | string {
  const { ring } = state
  const old = ring.members[ring.indexOf(name) ?? -1]
  if (old === undefined) return unknownNode(name, ring)
  return { ...state, ring: ring.with({ ...old, rack, tokens: ring.tokensOf(name) }) }
}

function recopied(state: State, dc: string, factor: Factor): State | string {
  const { ring, replication } = state
  if (replication.kind === 'simple')
    return dc === ''
      ? { ring, replication: { kind: 'simple', factor } }
      : 'SimpleStrategy knows no datacenters: give the number of copies alone'
  if (dc === '') return 'NetworkTopologyStrategy counts for each datacenter: give DC=COPIES'
  const dcs = [...new Set(ring.members.map((member) => member.dc))]
  if (!dcs.includes(dc)) return `no node is in ${dc}: there are ${dcs.join(', ')}`
  const factors = new Map([...replication.factors, [dc, factor]])
  return { ring, replication: { kind: 'network', factors } }
}

function unknownNode(name: string, ring: Ring): string {
  const near = nearest(
    name,
    ring.members.map(({ id }) => id),
  )
  return `there is no node ${name}${near === undefined ? '' : `, did you mean ${near}?`}`
}

function flowsOf(transfers: readonly Transfer[]): Flow[] {
  const flows = new Map<string, Flow>()
  for (const { source, others, target, share } of transfers) {
    const from = source ?? others[0]
    const key = JSON.stringify([from?.id ?? null, target.id])
    const flow = flows.get(key)
    const sum = { share: share + (flow?.share ?? 0), ranges: 1 + (flow?.ranges ?? 0) }
    flows.set(key, { from, to: target, ...sum })
  }
  return [...flows.values()].sort((a, b) => b.share - a.share)
}

function nodesOf(before: Placement, after: Placement, flows: readonly Flow[]): NodePlan[] {
  const olds = holdingsOf(before)
  const news = holdingsOf(after)
  const members = new Map(
    [...before.ring.members, ...after.ring.members].map((one) => [one.id, one]),
  )
  const ordered = [...members.values()].sort(
    (a, b) => order(a.dc, b.dc) || order(a.rack, b.rack) || order(a.id, b.id),
  )
  const received = new Map<string, number>()
  const sent = new Map<string, number>()
  for (const { from, to, share } of flows) {
    received.set(to.id, (received.get(to.id) ?? 0) + share)
    if (from !== undefined) sent.set(from.id, (sent.get(from.id) ?? 0) + share)
  }
  return ordered.map((member) => ({
    member,
    before: olds.get(member.id),
    after: news.get(member.id),
    receives: received.get(member.id) ?? 0,
    sends: sent.get(member.id) ?? 0,
  }))
}

/** What every member of a placement holds. */
export function holdingsOf(placement: Placement): Map<string, Holding> {
  const { ring } = placement
  const { primary, effective } = ownershipOf(placement)
  const tokens = new Uint32Array(ring.members.length)
  for (const owner of ring.tokens.owners) tokens[owner] = at(tokens, owner) + 1
  return new Map(
    ring.members.map(({ id }, i) => [
      id,
      { tokens: at(tokens, i), primary: at(primary, i), effective: at(effective, i) },
    ]),
  )
}

function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
