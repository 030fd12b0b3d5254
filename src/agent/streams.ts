/**
 * The TCP side: frames to and from peers. A frame goes out on the connection that is open to or
 * from that very address, else on a new one. Idle connections are closed silently; every other
 * ending is told.
 */
import { connect, type Server, type Socket } from 'node:net'
import type { Address, Ending } from '../base/machine.js'
import { Connection } from './connection.js'
import { addressFrom, type Endpoints } from './endpoints.js'

/** Most connections at a time; one more closes the one that has been quiet for longest. */
const MOST = 128

export interface StreamOptions {
  readonly onFrame: (from: Address, bytes: Uint8Array) => void
  readonly onClosed: (peer: Address, why: Ending) => void
  /** Connections quiet for so long are closed. */
  readonly idle?: number
  readonly most?: number
}

/** Takes a connection for itself that does not begin as gossip does. @returns whether it did */
export type Claim = (socket: Socket, first: Buffer) => boolean

export class Streams {
  accepted = 0
  opened = 0
  framesIn = 0
  framesOut = 0
  bytesIn = 0
  bytesOut = 0
  /** Connections ended for an impossible frame length. */
  oversized = 0
  /** Connections ended because too much was waiting to be sent. */
  overflowed = 0
  /** By peer, in the order of their last use; at most `most`, the first is closed for one more. */
  private readonly connections = new Map<Address, Connection>()
  private readonly server: Server
  private readonly endpoints: Endpoints
  private readonly options: StreamOptions
  private claim: Claim | undefined
  private closing = false

  constructor(server: Server, endpoints: Endpoints, options: StreamOptions) {
    this.server = server
    this.endpoints = endpoints
    this.options = options
    server.on('connection', (socket: Socket) => this.accept(socket))
    server.on('error', () => undefined)
  }

  private get idle(): number {
    return this.options.idle ?? 5000
  }

  get open(): number {
    return this.connections.size
  }

  send(to: Address, bytes: Uint8Array): void {
    if (this.closing) return
    const connection = this.connections.get(to) ?? this.connect(to)
    if (connection === undefined) {
      // Told later, as the contract has it: nothing is called back from within an effect.
      setImmediate(() => this.options.onClosed(to, 'lost'))
      return
    }
    this.touch(connection)
    if (connection.send(bytes)) {
      this.framesOut++
      this.bytesOut += bytes.length + 4
    } else this.overflowed++
  }

  /** From now on another one is shown how each connection of a peer begins. */
  share(claim: Claim): void {
    this.claim = claim
  }

  /** Lets what was written go out for a moment, then ends everything. */
  close(): void {
    this.closing = true
    this.server.close()
    for (const connection of this.connections.values()) connection.end()
  }

  private accept(socket: Socket): void {
    const { remoteAddress, remotePort } = socket
    if (this.closing || remoteAddress === undefined || remotePort === undefined) {
      socket.destroy()
      return
    }
    this.accepted++
    const peer = addressFrom(remoteAddress, remotePort)
    if (this.claim === undefined) this.adopt(peer, socket)
    else this.judge(peer, socket, this.claim)
  }

  private judge(peer: Address, socket: Socket, claim: Claim): void {
    const giveUp = (): void => {
      socket.destroy()
    }
    socket.on('error', giveUp)
    socket.setTimeout(this.idle, giveUp)
    socket.once('data', (first: Buffer) => {
      socket.setTimeout(0, giveUp)
      socket.off('timeout', giveUp)
      if (claim(socket, first)) return
      this.adopt(peer, socket).take(first)
    })
  }

  private connect(to: Address): Connection | undefined {
    const endpoint = this.endpoints.of(to)
    if (endpoint === null) return undefined
    this.opened++
    return this.adopt(to, connect({ ...endpoint, noDelay: true }))
  }

  private adopt(peer: Address, socket: Socket): Connection {
    this.makeRoom()
    const connection = new Connection(peer, socket, this.idle, {
      frame: (bytes) => {
        this.framesIn++
        this.bytesIn += bytes.length + 4
        this.touch(connection)
        this.options.onFrame(peer, bytes)
      },
      oversized: () => {
        this.oversized++
      },
      ended: (why) => this.forget(connection, why),
    })
    this.connections.set(peer, connection)
    return connection
  }

  private touch(connection: Connection): void {
    if (this.connections.get(connection.peer) !== connection) return
    this.connections.delete(connection.peer)
    this.connections.set(connection.peer, connection)
  }

  private makeRoom(): void {
    if (this.connections.size < (this.options.most ?? MOST)) return
    const [quietest] = this.connections.values()
    if (quietest === undefined) return
    this.connections.delete(quietest.peer)
    quietest.drop()
  }

  private forget(connection: Connection, why: Ending | 'idle'): void {
    if (this.connections.get(connection.peer) === connection) {
      this.connections.delete(connection.peer)
    }
    if (why !== 'idle' && !this.closing) this.options.onClosed(connection.peer, why)
  }
}
