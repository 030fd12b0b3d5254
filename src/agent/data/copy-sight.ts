/** What the mover sees of the node beside it: the record that it acts on, and who is there. */
import type { Address, Millis } from '../../base/machine.js'
import type { Node } from '../../cluster/node.js'
import { nameIn, type RingRecord } from '../../cluster/record/record.js'
import type { HostId } from '../../gossip/identity.js'
import type { MemberView } from '../../gossip/view.js'

export interface CopySight {
  /** Of the record that the node has stored and acts on; 0 before there is one. */
  readonly epoch: number
  isUnderWay(move: string): boolean
  /** Whether gossip holds it for dead, or knows of none such. */
  isDown(hostId: HostId): boolean
  addressOf(hostId: HostId): Address | undefined
  nameOf(hostId: HostId): string
}

/** A node as its mover sees it. */
export function sightOf(node: Node, now: () => Millis): CopySight {
  const member = (hostId: HostId): MemberView | undefined =>
    node.view(now()).members.find((each) => each.hostId === hostId)
  const record = (): RingRecord | undefined => node.record?.record
  return {
    get epoch() {
      return record()?.epoch ?? 0
    },
    isUnderWay: (move) => record()?.moves.some(({ id }) => id === move) ?? false,
    isDown: (hostId) => (member(hostId)?.liveness ?? 'down') === 'down',
    addressOf: (hostId) => member(hostId)?.address,
    nameOf: (hostId) => {
      const held = record()
      return held === undefined ? hostId : nameIn(held, hostId)
    },
  }
}
