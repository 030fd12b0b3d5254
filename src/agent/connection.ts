/**
 * One TCP connection: frames in, frames out within a bound, and one reason at its end. An end in
 * silence (neither side had said anything for a while, nothing was unsent) is no news; a refusal
 * and a break are.
 */
import type { Socket } from 'node:net'
import type { Address, Ending } from '../base/machine.js'
import { errorCodes } from './failure.js'
import { FRAME_LIMIT, FrameReader, frameHeader } from './frames.js'

/** Most bytes handed over and not yet taken by the system. */
const UNSENT = FRAME_LIMIT + 4

export interface ConnectionListener {
  frame(bytes: Uint8Array): void
  oversized(): void
  /** Called once. */
  ended(why: Ending | 'idle'): void
}

export class Connection {
  readonly peer: Address
  private readonly socket: Socket
  private readonly listener: ConnectionListener
  private readonly idle: number
  private readonly reader = new FrameReader()
  private why: Ending | 'idle' = 'lost'
  private lastUse = performance.now()

  constructor(peer: Address, socket: Socket, idle: number, listener: ConnectionListener) {
    this.peer = peer
    this.socket = socket
    this.idle = idle
    this.listener = listener
    socket.setTimeout(idle, () => this.timeOut())
    socket.on('data', (piece: Buffer) => this.take(piece))
    socket.on('end', () => this.ended())
    socket.on('error', (error) => {
      this.why = errorCodes(error)[0] === 'ECONNREFUSED' ? 'refused' : 'lost'
    })
    socket.on('close', () => listener.ended(this.why))
  }

  /** False, and the connection is dropped, when too much is waiting already. */
  send(bytes: Uint8Array): boolean {
    if (this.socket.writableLength + bytes.length + 4 > UNSENT) {
      this.drop()
      return false
    }
    this.lastUse = performance.now()
    this.socket.cork()
    this.socket.write(frameHeader(bytes.length))
    this.socket.write(bytes)
    this.socket.uncork()
    return true
  }

  /** What came on it. */
  take(piece: Buffer): void {
    this.lastUse = performance.now()
    const frames = this.reader.push(piece)
    if (frames === 'oversized') {
      this.listener.oversized()
      this.drop()
      return
    }
    for (const frame of frames) this.listener.frame(frame)
  }

  /** Ends it after what was written went out, or after a second. */
  end(): void {
    this.socket.end()
    this.socket.setTimeout(1000, () => this.socket.destroy())
  }

  /** Breaks it: what was not sent is lost. */
  drop(): void {
    this.why = 'lost'
    this.socket.destroy()
  }

  private timeOut(): void {
    if (!this.socket.connecting && this.socket.writableLength === 0) this.why = 'idle'
    this.socket.destroy()
  }

  /** The peer's end comes a little before our own time is up where both are idle alike. */
  private ended(): void {
    const quiet = performance.now() - this.lastUse
    if (this.socket.writableLength === 0 && quiet > this.idle / 2) this.why = 'idle'
  }
}
