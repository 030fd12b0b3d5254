/** What the mover sees of the node beside it: the record that it acts on, and who is there. */
import type { Address } from '../../base/machine.js'
import type { Copied } from '../../cluster/data/copy-permit.js'
import type { SourceSight } from '../../cluster/data/range-sources.js'
import type { Node } from '../../cluster/node.js'
import { keyspaceLabelled, nameIn, type RingRecord } from '../../cluster/record/record.js'
import type { HostId } from '../../gossip/identity.js'

export interface CopySight extends Copied, SourceSight {
  addressOf(hostId: HostId): Address | undefined
  nameOf(hostId: HostId): string
}

/** A node as its mover sees it. */
export function sightOf(node: Node): CopySight {
  const record = (): RingRecord | undefined => node.record?.record
  return {
    self: node.self,
    get epoch() {
      return record()?.epoch ?? 0
    },
    get trusted() {
      return node.trusted
    },
    isUnderWay: (move) => record()?.moves.some(({ id }) => id === move) ?? false,
    isKept: (keyspace) => keyspaceLabelled(record(), keyspace) !== undefined,
    isDown: (hostId) => !node.isPresent(hostId),
    addressOf: (hostId) => node.addressOf(hostId),
    nameOf: (hostId) => {
      const held = record()
      return held === undefined ? hostId : nameIn(held, hostId)
    },
  }
}
