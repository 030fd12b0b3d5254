/**
 * The asking end of one connection: it introduces itself, then sends questions and opens streams,
 * each under a number of its own, and gives every one of them an end when the connection ends.
 */
import type { Socket } from 'node:net'
import { RpcError, type Piece } from '../../cluster/data/rpc.js'
import type { Frame } from './rpc-frame.js'
import { introductionBytes, MAGIC, type Introduction } from './rpc-hello.js'
import { Drawing } from './rpc-drawing.js'
import { Wire, type Traffic, type WireEnding } from './rpc-wire.js'

/** Something under way that hears frames until it is over. */
export interface Call {
  /** @returns whether it is over */
  frame(frame: Frame): boolean
  fail(error: RpcError): void
}

export class Asker {
  private readonly wire: Wire
  private readonly onEnd: () => void
  /** By number; bounded by those who wait for them. */
  private readonly calls = new Map<number, Call>()
  private last = 0
  private welcomed = false
  private denied: RpcError | undefined

  constructor(socket: Socket, own: Introduction, traffic: Traffic, onEnd: () => void) {
    this.onEnd = onEnd
    this.wire = new Wire(socket, traffic, new Uint8Array(), {
      frame: (frame) => this.hear(frame),
      ended: (why) => this.end(why),
    })
    this.wire.raw(MAGIC)
    this.wire.send('hello', 0, undefined, introductionBytes(own))
  }

  /** Nothing is under way. */
  get idle(): boolean {
    return this.calls.size === 0
  }

  ask(method: string, body: Uint8Array, timeout: number): Promise<Uint8Array> {
    return new Promise((resolve, reject) => {
      const call = ++this.last
      const before = this.wire.received
      const timer = setTimeout(() => {
        this.calls.delete(call)
        reject(new RpcError('timeout', `no answer to ${method} within ${timeout} ms`))
        if (this.wire.received === before) this.wire.drop()
      }, timeout)
      this.begin(call, {
        frame: ({ kind, body: answer }) => {
          clearTimeout(timer)
          if (kind === 'answer') resolve(answer)
          else reject(new RpcError('refused', textOf(answer)))
          return true
        },
        fail: (error) => {
          clearTimeout(timer)
          reject(error)
        },
      })
      this.wire.send('ask', call, Buffer.from(method), body)
    })
  }

  /** Pieces as they are drawn. A stream is left by closing the connection. */
  async *open(
    method: string,
    body: Uint8Array,
    from: Uint8Array,
    timeout: number,
  ): AsyncGenerator<Piece, void, undefined> {
    const call = ++this.last
    const drawing = new Drawing((credit) => this.wire.send('credit', call, creditBytes(credit)))
    this.begin(call, drawing)
    this.wire.send('open', call, openingBytes(method, from), body)
    yield* drawing.pieces(timeout)
  }

  close(why: RpcError): void {
    this.denied ??= why
    this.wire.drop()
    this.failAll(why)
  }

  private begin(number: number, call: Call): void {
    if (this.wire.ended) call.fail(this.denied ?? new RpcError('broken', 'the connection is over'))
    else this.calls.set(number, call)
  }

  private hear(frame: Frame): void {
    switch (frame.kind) {
      case 'welcome':
        this.welcomed = true
        return
      case 'deny':
        this.close(new RpcError('foreign', textOf(frame.body)))
        return
      default:
        if (this.calls.get(frame.call)?.frame(frame) === true) this.calls.delete(frame.call)
    }
  }

  private end(why: WireEnding): void {
    this.failAll(this.denied ?? endingError(why, this.welcomed))
    this.onEnd()
  }

  private failAll(error: RpcError): void {
    const calls = [...this.calls.values()]
    this.calls.clear()
    for (const call of calls) call.fail(error)
  }
}

/** An agent that keeps no data takes the greeting for junk. */
const UNWELCOME = 'no connection came about: it is gone, or was started without --kv'

function endingError(why: WireEnding, welcomed: boolean): RpcError {
  if (why === 'refused') return new RpcError('unreachable', 'nobody listens there')
  if (why === 'lost' && !welcomed) return new RpcError('unreachable', UNWELCOME)
  return new RpcError('broken', why === 'lost' ? 'the connection broke' : `a ${why} frame came`)
}

function openingBytes(method: string, from: Uint8Array): Uint8Array {
  const name = Buffer.from(method)
  return Buffer.concat([Uint8Array.of(name.length >>> 8, name.length), name, from])
}

function creditBytes(credit: number): Uint8Array {
  const bytes = Buffer.allocUnsafe(4)
  bytes.writeUInt32BE(credit, 0)
  return bytes
}

function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString()
}
