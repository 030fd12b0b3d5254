/**
 * A beginning in the middle: a node that holds a whole cluster for alive without having met it.
 * Large simulations begin so, because the meetings of ten thousand nodes, each of every other, are
 * 10^8 pings. An agent never does this: it believes nobody it has not heard.
 */
import type { Millis } from '../base/machine.js'
import type { Edges } from './edges.js'
import type { Facts } from './fact-set.js'
import type { Identity } from './identity.js'
import { NO_ROW, SELF, type Members } from './members.js'
import type { Rumors } from './rumors.js'

/** One member of a settled cluster; the same value may stand in the tables of many nodes. */
export interface Settler {
  readonly identity: Identity
  readonly facts: Facts
  readonly version: number
}

interface Parts {
  readonly members: Members
  readonly edges: Edges
  readonly rumors: Rumors
}

/** The first node of the cluster. */
export function settle(settlers: readonly Settler[], parts: Parts, now: Millis): void {
  const { members } = parts
  members.reserve(settlers.length)
  for (const { identity, facts, version } of settlers) {
    if (members.rowOf(identity) !== NO_ROW) continue
    const row = members.add({ identity, standing: 'alive', incarnation: 0 }, now)
    if (row !== NO_ROW) members.setFacts(row, facts, version)
  }
  begin(parts, now)
}

/** Any other: what it would come to row by row is copied from one that is settled. */
export function settleLike(settled: Members, parts: Parts, now: Millis): void {
  parts.members.copy(settled)
  begin(parts, now)
}

function begin({ edges, rumors }: Parts, now: Millis): void {
  rumors.forget(SELF)
  edges.chooseAgain(now)
}
