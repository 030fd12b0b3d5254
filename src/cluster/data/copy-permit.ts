/**
 * Whether a node lets itself be copied for a movement: only once it acts on the epoch at which that
 * began, for what it acknowledges from then on reaches the new replica as a write. So whoever
 * copies misses nothing that a majority acknowledged before, even without the first barrier.
 */
import type { HostId } from '../../gossip/identity.js'

/** What is to be copied, and of whom: another may live at that address by now, without the rows. */
export interface CopyFrom {
  readonly of: HostId
  readonly move: string
  readonly epoch: number
}

/** The node that is to be copied. */
export interface Copied {
  readonly self: HostId
  /** Of the record that it has stored and acts on; 0 before there is one. */
  readonly epoch: number
  /** Its disk is known to be its last: an old copy has forgotten rows that it acknowledged. */
  readonly trusted: boolean
  isUnderWay(move: string): boolean
}

/** @returns why nothing may be copied from it now; asked again, later it may */
export function objectionTo({ of, move, epoch }: CopyFrom, node: Copied): string | undefined {
  if (of !== node.self) return `this node is not ${of}, which is to be copied`
  if (!node.trusted) return 'this node does not know yet whether its disk is its last'
  if (node.epoch < epoch) return `this node acts on epoch ${node.epoch} only`
  return node.isUnderWay(move) ? undefined : `the movement ${move} is not under way here`
}
