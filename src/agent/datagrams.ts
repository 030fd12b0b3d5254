/**
 * The UDP side: numeric addresses in both directions, and counts. A datagram that cannot be sent is
 * a lost one.
 */
import type { RemoteInfo, Socket } from 'node:dgram'
import type { Address } from '../base/machine.js'
import { addressFrom, type Endpoints } from './endpoints.js'

export class Datagrams {
  received = 0
  receivedBytes = 0
  sent = 0
  sentBytes = 0
  /** Not handed to the system: no numeric address, or an error of the socket. */
  unsent = 0
  private readonly socket: Socket
  private readonly endpoints: Endpoints
  private closed = false

  constructor(
    socket: Socket,
    endpoints: Endpoints,
    onDatagram: (from: Address, bytes: Uint8Array) => void,
  ) {
    this.socket = socket
    this.endpoints = endpoints
    socket.on('message', (bytes: Buffer, from: RemoteInfo) => {
      this.received++
      this.receivedBytes += bytes.length
      onDatagram(addressFrom(from.address, from.port), bytes)
    })
    // An error of one datagram, such as an unreachable network, is no reason to stop.
    socket.on('error', () => {
      this.unsent++
    })
  }

  send(to: Address, bytes: Uint8Array): void {
    const endpoint = this.endpoints.of(to)
    if (endpoint === null || this.closed) {
      this.unsent++
      return
    }
    this.sent++
    this.sentBytes += bytes.length
    this.socket.send(bytes, endpoint.port, endpoint.host)
  }

  close(): void {
    if (this.closed) return
    this.closed = true
    this.socket.close()
  }
}
