/** Whom the ring waits for, and for what: in words that an operator can act on. */
import type { HostId } from '../gossip/identity.js'
import type { Sealed } from './record/record-bytes.js'
import { nameIn } from './record/record.js'
import type { RingView } from './ring-view.js'

export interface Waiting {
  readonly name: string
  readonly hostId: HostId
  readonly for: string
}

/** Members that are behind, a majority that is missing, and what holds intents and movements. */
export function ringWaits(self: HostId, ring: RingView, { record, digest }: Sealed): Waiting[] {
  const wait = (hostId: HostId, reason: string): Waiting => {
    return { name: nameIn(record, hostId), hostId, for: reason }
  }
  const behind = record.members.filter(({ hostId }) => {
    const peer = ring.peers.find((other) => other.hostId === hostId)
    return peer?.present === true && peer.digest !== digest
  })
  const frozen = `a majority of the voters: ring frozen at epoch ${record.epoch}`
  return [
    ...behind.map(({ hostId }) => wait(hostId, `epoch ${record.epoch}`)),
    ...(ring.frozen ? [wait(self, frozen)] : []),
    ...ring.holds.flatMap(({ why, missing }) =>
      (missing.length === 0 ? [self] : missing).map((hostId) => wait(hostId, why)),
    ),
  ]
}
