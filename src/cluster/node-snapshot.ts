/**
 * A node as bytes, with everything that it believes, waits for and has planned, and back: the copy
 * gives the same effects for the same inputs from then on. A recording begins with it.
 */
import { revive } from '../base/revival.js'
import { snapshot, type Classes } from '../base/snapshot.js'
import { Arrivals } from '../gossip/arrivals.js'
import { Gossip } from '../gossip/gossip.js'
import { gossipClasses } from '../gossip/parts.js'
import { chainClasses } from './chain-classes.js'
import { Node } from './node.js'

/** What a node consists of. */
export const nodeClasses: Classes = { ...gossipClasses, ...chainClasses, Arrivals, Gossip, Node }

export function snapshotOf(node: Node): Uint8Array {
  return snapshot(node, nodeClasses)
}

/** undefined: not the snapshot of a node of this release. */
export function nodeFrom(bytes: Uint8Array): Node | undefined {
  const revived = revive(bytes, nodeClasses)
  return revived.kind === 'revived' && revived.root instanceof Node ? revived.root : undefined
}
