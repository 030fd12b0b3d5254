/** The JSON that `murmur plan` prints; programs rely on it. */
import { secondsOf, type Sizes } from '../ring/page.js'
import type { Placement } from '../ring/placement.js'
import { holdingsOf, type Plan } from '../ring/plan.js'
import { factorText } from '../ring/replication.js'
import { formatToken } from '../ring/token.js'

export interface RangeRow {
  readonly token: string
  readonly replicas: readonly string[]
}

/** One entry for every token, in token order: the replicas of the range that ends at it. */
export function rangesOf(placement: Placement): RangeRow[] {
  const { ring } = placement
  return Array.from({ length: ring.size }, (_, i) => ({
    token: formatToken(ring.tokenAt(i)),
    replicas: placement.replicasAt(i).map(({ id }) => id),
  }))
}

/** `[ { name, dc, rack, tokens, primary, effective } ]`: shares in 0..1. */
export function holdingsJson(placement: Placement): object[] {
  const holdings = holdingsOf(placement)
  return placement.ring.members.map(({ id, dc, rack }) => ({
    name: id,
    dc,
    rack,
    ...holdings.get(id),
  }))
}

/**
 * Shares are of the ring: a `moved` of 1 is one copy of everything; `movedPart` is of all copies.
 */
export function changeJson(plan: Plan, sizes?: Sizes): object {
  const { imbalance, moved, after, warnings } = plan
  const bytes = (share: number): object =>
    sizes === undefined ? {} : { bytes: Math.round(share * sizes.data) }
  return {
    imbalance,
    moved,
    movedPart: moved / Math.max(after.width, 1),
    ...bytes(moved),
    ...(sizes === undefined ? {} : { seconds: Math.ceil(secondsOf(plan, sizes)) }),
    nodes: plan.nodes.map(({ member, before, after: holds, receives, sends }) => ({
      name: member.id,
      dc: member.dc,
      rack: member.rack,
      before: before ?? null,
      after: holds ?? null,
      receives,
      sends,
    })),
    flows: plan.flows.map(({ from, to, share, ranges }) => ({
      from: from?.id ?? null,
      to: to.id,
      share,
      ranges,
      ...bytes(share),
    })),
    transfers: plan.transfers.map(({ range, source, others, target, dc, share }) => ({
      left: formatToken(range.left),
      right: formatToken(range.right),
      from: source?.id ?? null,
      others: others.map(({ id }) => id),
      to: target.id,
      dc,
      share,
    })),
    warnings,
  }
}

/** A topology file of this placement, nodes in order of name. */
export function topologyJson({ ring, replication }: Placement): string {
  const simple = replication.kind === 'simple'
  const copies = simple
    ? factorOf(factorText(replication.factor))
    : Object.fromEntries(
        [...replication.factors].map(([dc, factor]) => [dc, factorOf(factorText(factor))]),
      )
  const nodes = ring.claims().map(({ id, tokens, ...where }) => ({
    name: id,
    ...where,
    tokens: tokens.map(formatToken),
  }))
  const strategy = simple ? 'SimpleStrategy' : 'NetworkTopologyStrategy'
  return `${JSON.stringify({ strategy, replication: copies, nodes }, null, 2)}\n`
}

function factorOf(text: string): number | string {
  return text.includes('/') ? text : Number(text)
}
