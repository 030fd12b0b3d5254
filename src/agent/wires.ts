/**
 * The sockets of one agent under one roof. What arrives before somebody listens is dropped, as the
 * network might have done; it is the sender's business to try again.
 */
import type { Address, Channel, Ending } from '../base/machine.js'
import { Datagrams } from './datagrams.js'
import { Endpoints } from './endpoints.js'
import type { Bound } from './sockets.js'
import { Streams } from './streams.js'

export interface Receiver {
  receive(from: Address, bytes: Uint8Array, via: Channel): void
  closed(peer: Address, why: Ending): void
}

export class Wires {
  readonly datagrams: Datagrams
  readonly streams: Streams
  readonly endpoints: Endpoints
  private receiver: Receiver | undefined

  constructor(bound: Bound) {
    const endpoints = new Endpoints(bound.version)
    this.endpoints = endpoints
    this.datagrams = new Datagrams(bound.udp, endpoints, (from, bytes) => {
      this.receiver?.receive(from, bytes, 'datagram')
    })
    this.streams = new Streams(bound.tcp, endpoints, {
      onFrame: (from, bytes) => this.receiver?.receive(from, bytes, 'stream'),
      onClosed: (peer, why) => this.receiver?.closed(peer, why),
    })
  }

  connect(receiver: Receiver): void {
    this.receiver = receiver
  }

  close(): void {
    this.receiver = undefined
    this.datagrams.close()
    this.streams.close()
  }
}
