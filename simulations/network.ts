/** The wires: carries messages between addresses, as far as links and cuts let them. */
import type { Address, Channel, Ending, Millis } from '../src/base/machine.js'
import type { Happening } from './happening.js'
import type { VirtualHost } from './host.js'
import { STREAM_PATIENCE, type Links } from './links.js'

/** Frame, IP and UDP headers of a datagram on a link. */
const DATAGRAM_OVERHEAD = 42
/** What a connection costs for its opening and closing, and a frame on it. */
const STREAM_OVERHEAD = 400

/** A message as it was sent, whatever becomes of it. */
export interface Sent {
  readonly at: Millis
  readonly from: VirtualHost
  readonly to: Address
  readonly bytes: Uint8Array
  readonly via: Channel
}

export type Schedule = (at: Millis, what: Happening) => void

export class Network {
  /** Whether a message gets from one to the other. A stream needs both ways. */
  passes: (from: VirtualHost, to: VirtualHost) => boolean = () => true
  /** Hears of every message sent. */
  onSent: (sent: Sent) => void = () => undefined
  readonly links: Links
  private readonly schedule: Schedule
  /** Bounded by the hosts of the world. */
  private readonly byAddress = new Map<Address, VirtualHost>()

  constructor(links: Links, schedule: Schedule) {
    this.links = links
    this.schedule = schedule
  }

  attach(host: VirtualHost): void {
    this.byAddress.set(host.address, host)
  }

  detach(host: VirtualHost): void {
    this.byAddress.delete(host.address)
  }

  at(address: Address): VirtualHost | undefined {
    return this.byAddress.get(address)
  }

  datagram(from: VirtualHost, to: Address, bytes: Uint8Array, now: Millis): void {
    from.bytesSent += bytes.length + DATAGRAM_OVERHEAD
    from.packetsSent++
    this.onSent({ at: now, from, to, bytes, via: 'datagram' })
    const target = this.at(to)
    const delays = this.links.datagram()
    if (target === undefined || !this.passes(from, target)) return
    const input = { kind: 'arrive', from: from.address, bytes, via: 'datagram' } as const
    for (const delay of delays) this.schedule(now + delay, { kind: 'deliver', to, input })
  }

  frame(from: VirtualHost, to: Address, bytes: Uint8Array, now: Millis): void {
    from.bytesSent += bytes.length + STREAM_OVERHEAD
    from.packetsSent += 5
    this.onSent({ at: now, from, to, bytes, via: 'stream' })
    const target = this.at(to)
    const open = target !== undefined && this.passes(from, target) && this.passes(target, from)
    if (!open) return this.close(from, to, 'lost', now)
    if (target.node === undefined) return this.close(from, to, 'refused', now)
    const arrival = this.links.frame(from.address, to, now)
    if (arrival === undefined) return this.close(from, to, 'lost', now)
    const input = { kind: 'arrive', from: from.address, bytes, via: 'stream' } as const
    this.schedule(arrival, { kind: 'deliver', to, input })
  }

  private close(host: VirtualHost, peer: Address, why: Ending, now: Millis): void {
    const wait = why === 'lost' ? STREAM_PATIENCE : this.links.delay()
    const input = { kind: 'closed', peer, why } as const
    this.schedule(now + wait, { kind: 'reach', host, life: host.life, input })
  }
}
