/**
 * How a node without a record comes to believe one: it is shown one by anybody, asks all voters of
 * that record, follows any later epoch it hears of, and believes one only when a majority of that
 * very epoch's voters report it. A ring pieced together from whoever happens to answer loses data
 * (scylladb/scylladb issue 6088).
 */
import { NEVER, type Millis } from '../base/machine.js'
import type { HostId } from '../gossip/identity.js'
import type { Foreigners } from './foreigners.js'
import type { Peers } from './peers.js'
import type { Head } from './ratify/message.js'
import { NO_DIGEST, majority, votersOf } from './record/record.js'
import type { Sealed } from './record/record-bytes.js'
import type { RingOutbox } from './ring-outbox.js'

interface Parts {
  readonly outbox: RingOutbox
  readonly peers: Peers
  readonly foreigners: Foreigners
}

export class Joining {
  private readonly foreigners: Foreigners
  private readonly outbox: RingOutbox
  private readonly peers: Peers
  private readonly patience: Millis
  private shown: Sealed | undefined
  /** Voters of the record shown that report it; at most all of them. */
  private reports = new Set<HostId>()
  private askAt: Millis = NEVER
  private turn = 0

  constructor(parts: Parts, patience: Millis) {
    this.foreigners = parts.foreigners
    this.outbox = parts.outbox
    this.peers = parts.peers
    this.patience = patience
  }

  get wakeAt(): Millis {
    return this.askAt
  }

  /** Asks the next peer that has a record, or again the voters that have not reported. */
  work(now: Millis): void {
    const known = this.known()
    if (known.length === 0 && this.shown === undefined) {
      this.askAt = NEVER
      return
    }
    if (this.askAt === NEVER) this.askAt = now
    if (now < this.askAt) return
    this.askAt = now + this.patience
    const next = known[this.turn++ % Math.max(known.length, 1)]
    if (next !== undefined) this.outbox.say(next, { kind: 'ask', ...this.held() })
    if (this.shown !== undefined) this.askVoters(this.shown)
  }

  /** A record was shown. */
  see(sealed: Sealed, now: Millis): void {
    const epoch = this.shown?.record.epoch ?? 0
    if (sealed.record.epoch <= epoch) return
    this.shown = sealed
    this.reports = new Set()
    this.askAt = now + this.patience
    this.askVoters(sealed)
  }

  /** @returns the record, once a majority of its voters reports it */
  reported({ sender, digest }: Head): Sealed | undefined {
    const { shown } = this
    if (shown?.digest !== digest) return undefined
    const voters = votersOf(shown.record)
    if (!voters.some(({ hostId }) => hostId === sender)) return undefined
    this.reports.add(sender)
    return this.reports.size >= majority(voters.length) ? shown : undefined
  }

  private askVoters(sealed: Sealed): void {
    for (const { hostId, address } of votersOf(sealed.record)) {
      if (this.reports.has(hostId)) continue
      this.outbox.say(hostId, { kind: 'ask', ...this.held() }, address)
    }
  }

  private held(): { readonly epoch: number; readonly digest: string } {
    const epoch = this.shown?.record.epoch ?? 0
    return { epoch, digest: this.shown?.digest ?? NO_DIGEST }
  }

  /**
   * Peers that say that they have a record, the furthest first; none while there are two clusters
   * of the same name, for nobody but an operator knows which one is meant.
   */
  private known(): HostId[] {
    const found: { readonly hostId: HostId; readonly epoch: number }[] = []
    const clusters = new Set<string>()
    for (const { hostId, ring } of this.peers.all()) {
      if (ring === undefined || !this.peers.isPresent(hostId)) continue
      clusters.add(ring.clusterId)
      found.push({ hostId, epoch: ring.epoch })
    }
    if (clusters.size > 1 || !this.foreigners.none) return []
    found.sort((a, b) => b.epoch - a.epoch || (a.hostId < b.hostId ? -1 : 1))
    return found.map(({ hostId }) => hostId)
  }
}
