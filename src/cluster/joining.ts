/**
 * How a node without a record comes to be shown one: it asks whoever says that it has one, the
 * furthest first. What it is shown it believes only once a majority of that very epoch's voters
 * vouch for it. A ring pieced together from whoever happens to answer loses data (scylladb/scylladb
 * issue 6088).
 */
import { NEVER, type Millis } from '../base/machine.js'
import type { HostId } from '../gossip/identity.js'
import type { Foreigners } from './foreigners.js'
import type { Peers } from './peers.js'
import { NO_DIGEST, type Digest } from './record/record.js'
import type { RingOutbox } from './ring-outbox.js'
import type { Vouching } from './vouching.js'

interface Parts {
  readonly outbox: RingOutbox
  readonly peers: Peers
  readonly foreigners: Foreigners
  readonly vouching: Vouching
}

interface Holder {
  readonly hostId: HostId
  readonly clusterId: Digest
  readonly epoch: number
  readonly digest: Digest
}

export class Joining {
  private readonly parts: Parts
  private readonly patience: Millis
  private askAt: Millis = NEVER
  private turn = 0

  constructor(parts: Parts, patience: Millis) {
    this.parts = parts
    this.patience = patience
  }

  get wakeAt(): Millis {
    return this.askAt
  }

  /** There is one ring within reach: of two, nobody but an operator knows which one is meant. */
  get isClear(): boolean {
    const clusters = new Set(this.holders().map(({ clusterId }) => clusterId))
    return clusters.size <= 1 && this.parts.foreigners.none
  }

  /** Asks the next peer that has a record which nobody has shown yet. */
  work(now: Millis): void {
    const found = this.isClear ? this.holders() : []
    const unseen = found.filter(({ digest }) => !this.parts.vouching.isOffered(digest))
    if (unseen.length === 0) {
      this.askAt = NEVER
      return
    }
    if (this.askAt === NEVER) this.askAt = now
    if (now < this.askAt) return
    this.askAt = now + this.patience
    const next = unseen[this.turn++ % unseen.length]
    if (next !== undefined)
      this.parts.outbox.say(next.hostId, { kind: 'ask', epoch: 0, digest: NO_DIGEST })
  }

  /** Peers that say that they have a record, the furthest first. */
  private holders(): Holder[] {
    const found: Holder[] = []
    for (const { hostId, ring } of this.parts.peers.all()) {
      if (ring === undefined || !this.parts.peers.isPresent(hostId)) continue
      const { clusterId, epoch, digest } = ring
      found.push({ hostId, clusterId, epoch, digest })
    }
    return found.sort((a, b) => b.epoch - a.epoch || (a.hostId < b.hostId ? -1 : 1))
  }
}
