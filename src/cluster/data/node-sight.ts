/** A node as the data plane beside it sees it: its records, and who is there. */
import type { Address } from '../../base/machine.js'
import type { HostId } from '../../gossip/identity.js'
import type { Node } from '../node.js'
import type { Sealed } from '../record/record-bytes.js'
import type { RingRecord } from '../record/record.js'
import type { Outlook } from './coordinator.js'
import type { Standing } from './replica.js'

export class NodeSight implements Standing, Outlook {
  readonly self: HostId
  readonly dc: string
  private readonly node: Pick<Node, 'records' | 'trusted' | 'isPresent' | 'addressOf'>
  /** The records as they were looked at last, and what came of it; bounded as the node's are. */
  private seen: readonly Sealed[] = []
  private newest: Sealed | undefined
  private known: readonly RingRecord[] = [] // bounded likewise

  constructor(node: NodeSight['node'], self: HostId, dc: string) {
    this.node = node
    this.self = self
    this.dc = dc
  }

  get history(): readonly RingRecord[] {
    const { records } = this.node
    const newest = records.at(-1)
    if (records !== this.seen || newest !== this.newest) {
      this.seen = records
      this.newest = newest
      this.known = records.map(({ record }) => record)
    }
    return this.known
  }

  get record(): RingRecord | undefined {
    return this.node.records.at(-1)?.record
  }

  get trusted(): boolean {
    return this.node.trusted
  }

  isPresent(hostId: HostId): boolean {
    return this.node.isPresent(hostId)
  }

  addressOf(hostId: HostId): Address | undefined {
    return this.node.addressOf(hostId)
  }
}
