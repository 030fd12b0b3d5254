/**
 * `GET /v1/explain/NODE`: why a node is seen as it is, the evidence in order; and finding the node
 * that is meant.
 */
import type { Evidence, GossipView, MemberView } from '../../gossip/view.js'

export interface Explanation {
  readonly node: string
  readonly hostId: string
  readonly verdict: string
  readonly since: string
  readonly evidence: readonly {
    readonly time: string
    readonly kind: string
    readonly by: string
    readonly phi: number | null
    readonly detail: string
  }[]
}

/**
 * The members that a host id, a name or an address stands for: two may claim one name or one
 * address.
 */
export function membersCalled(view: GossipView, called: string): readonly MemberView[] {
  const byId = view.members.filter((member) => member.hostId === called.toLowerCase())
  if (byId.length > 0) return byId
  const claims = view.members.filter(({ name, address }) => name === called || address === called)
  // Who left or was removed no longer claims anything that somebody present claims.
  const present = claims.filter((member) => member.gone === null)
  return present.length > 0 ? present : claims
}

export function explanationOf(member: MemberView, evidence: readonly Evidence[]): Explanation {
  return {
    node: member.name,
    hostId: member.hostId,
    verdict: member.gone ?? member.liveness,
    since: new Date(member.since).toISOString(),
    evidence: evidence.map(({ time, kind, by, phi, detail }) => ({
      time: new Date(time).toISOString(),
      kind,
      by,
      phi,
      detail,
    })),
  }
}
