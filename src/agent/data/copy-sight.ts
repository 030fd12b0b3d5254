/** What the mover sees of the node beside it: the record that it acts on, and who is there. */
import type { Address } from '../../base/machine.js'
import type { HostId } from '../../gossip/identity.js'

export interface CopySight {
  /** Of the record that the node has stored and acts on; 0 before there is one. */
  readonly epoch: number
  isUnderWay(move: string): boolean
  /** Whether gossip holds it for dead, or knows of none such. */
  isDown(hostId: HostId): boolean
  addressOf(hostId: HostId): Address | undefined
  nameOf(hostId: HostId): string
}
