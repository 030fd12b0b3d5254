/**
 * One connection of the data plane's transport: frames in, frames out, and one reason at its end.
 * Whoever sends much asks for room first: what waits to be sent is bounded by the two sides' credit
 * and by that.
 */
import type { Socket } from 'node:net'
import { compareBytes } from '../../base/byte-order.js'
import { errorCodes } from '../failure.js'
import { FrameCutter, framed, type Frame, type FrameKind, type Junk } from './rpc-frame.js'

/** Bytes not yet taken by the system beyond which there is no room. */
const UNSENT = 1024 * 1024

/** Totals of one transport since it was made. */
export interface Traffic {
  bytesIn: number
  bytesOut: number
  /** Connections ended because of what came on them. */
  junk: number
}

export interface WireListener {
  frame(frame: Frame): void
  /** Called once: refused when nobody listened there, else how it ended. */
  ended(why: WireEnding): void
}

export type WireEnding = 'refused' | 'lost' | Junk

export class Wire {
  /** Bytes that came so far: a peer of whom nothing comes may be gone. */
  received = 0
  private readonly socket: Socket
  private readonly traffic: Traffic
  private readonly cutter = new FrameCutter()
  private readonly listener: WireListener
  private greeting: Uint8Array
  private why: WireEnding = 'lost'
  private over = false
  private gathering = false
  /** Those who wait for room; bounded by the streams of the connection. */
  private waiting: (() => void)[] = []

  /** @param greeting what must come before all frames; empty where nothing must */
  constructor(socket: Socket, traffic: Traffic, greeting: Uint8Array, listener: WireListener) {
    this.socket = socket
    this.traffic = traffic
    this.greeting = greeting
    this.listener = listener
    socket.on('data', (piece: Buffer) => this.take(piece))
    socket.on('drain', () => this.letGo())
    socket.on('error', (error) => {
      if (errorCodes(error)[0] === 'ECONNREFUSED') this.why = 'refused'
    })
    socket.on('close', () => this.finish())
  }

  get ended(): boolean {
    return this.over
  }

  take(piece: Buffer): void {
    this.received += piece.length
    this.traffic.bytesIn += piece.length
    const junk = this.greeted(piece)
    if (junk === undefined) return
    this.traffic.junk++
    this.why = junk
    this.socket.destroy()
  }

  raw(bytes: Uint8Array): void {
    this.traffic.bytesOut += bytes.length
    this.socket.write(bytes)
  }

  send(kind: FrameKind, call: number, head?: Uint8Array, body?: Uint8Array): void {
    if (this.over || this.socket.destroyed) return
    this.gather()
    for (const part of framed(kind, call, head, body)) this.raw(part)
  }

  /** Resolves when little waits to be sent, or the connection is over. */
  room(): Promise<void> {
    if (this.over || this.socket.writableLength < UNSENT) return Promise.resolve()
    return new Promise((resolve) => this.waiting.push(resolve))
  }

  /** Hears nothing for a while: what comes waits at the sender. */
  pause(on: boolean): void {
    if (on) this.socket.pause()
    else this.socket.resume()
  }

  /** Ends it when nothing comes for so long; 0 for any time. */
  expect(silence: number): void {
    this.socket.setTimeout(silence, () => this.socket.destroy())
  }

  /** Lets what was sent go out, then ends. */
  end(): void {
    this.socket.end()
    this.expect(1000)
  }

  drop(): void {
    this.socket.destroy()
  }

  /** What is sent in one turn goes out at once: a call of the system costs more than a row. */
  private gather(): void {
    if (this.gathering) return
    this.gathering = true
    this.socket.cork()
    process.nextTick(() => {
      this.gathering = false
      this.socket.uncork()
    })
  }

  private greeted(piece: Buffer): Junk | undefined {
    const size = Math.min(this.greeting.length, piece.length)
    if (compareBytes(piece.subarray(0, size), this.greeting.subarray(0, size)) !== 0)
      return 'damaged'
    this.greeting = this.greeting.subarray(size)
    return this.cutter.push(piece.subarray(size), (frame) => {
      if (!this.socket.destroyed) this.listener.frame(frame)
    })
  }

  private letGo(): void {
    for (const resolve of this.waiting.splice(0)) resolve()
  }

  private finish(): void {
    this.over = true
    this.letGo()
    this.listener.ended(this.why)
  }
}
