/**
 * The answering end of one connection: it judges who introduces itself, answers questions and makes
 * the pieces of streams as long as there is credit for them.
 */
import type { Socket } from 'node:net'
import { CREDIT_BYTES, type Piece, type Service } from '../../cluster/data/rpc.js'
import { errorText } from '../failure.js'
import type { Frame } from './rpc-frame.js'
import { MAGIC, objection, readIntroduction, type Introduction } from './rpc-hello.js'
import { Wire, type Traffic } from './rpc-wire.js'

/** Questions of one connection that are answered at a time; further ones wait at the asker. */
const QUESTIONS = 256
/** Streams of one connection. */
const STREAMS = 64
/** Milliseconds within which a stranger must have introduced itself. */
const STRANGER = 10_000

/** A stream being made for the other side. */
interface Outflow {
  credit: number
  left: boolean
  /** Lets it look again at the two above. */
  wake: () => void
}

export class Answerer {
  private readonly wire: Wire
  private readonly own: () => Introduction
  private readonly service: () => Service | undefined
  private readonly traffic: Traffic
  /** undefined before it has introduced itself. */
  private other: Introduction | undefined
  /** By number; at most STREAMS. */
  private readonly outflows = new Map<number, Outflow>()
  private questions = 0

  constructor(
    socket: Socket,
    own: () => Introduction,
    service: () => Service | undefined,
    traffic: Traffic,
    onEnd: () => void,
  ) {
    this.own = own
    this.service = service
    this.traffic = traffic
    this.wire = new Wire(socket, traffic, MAGIC, {
      frame: (frame) => this.hear(frame),
      ended: () => {
        for (const outflow of this.outflows.values()) leave(outflow)
        onEnd()
      },
    })
    this.wire.expect(STRANGER)
  }

  /** What was read of the connection before it was known whose it is. */
  take(piece: Buffer): void {
    this.wire.take(piece)
  }

  drop(): void {
    this.wire.drop()
  }

  private hear(frame: Frame): void {
    const { other } = this
    if (other === undefined) return this.meet(frame)
    switch (frame.kind) {
      case 'ask':
        void this.answer(frame, other)
        return
      case 'open':
        void this.flow(frame, other)
        return
      case 'credit':
        this.credit(frame)
        return
      default:
        this.junk()
    }
  }

  private meet({ kind, body }: Frame): void {
    const other = kind === 'hello' ? readIntroduction(body) : undefined
    if (other === undefined) return this.junk()
    const why = objection(this.own(), other)
    if (why === undefined) {
      this.other = other
      this.wire.expect(0)
      this.wire.send('welcome', 0)
      return
    }
    this.wire.send('deny', 0, undefined, Buffer.from(why))
    this.wire.end()
  }

  private junk(): void {
    this.traffic.junk++
    this.wire.drop()
  }

  private async answer({ call, head, body }: Frame, { address }: Introduction): Promise<void> {
    if (++this.questions >= QUESTIONS) this.wire.pause(true)
    try {
      const answer = await this.serving().answer(Buffer.from(head).toString(), body, address)
      this.wire.send('answer', call, undefined, answer)
    } catch (error) {
      this.wire.send('refuse', call, undefined, Buffer.from(errorText(error)))
    }
    await this.wire.room()
    if (this.questions-- === QUESTIONS) this.wire.pause(false)
  }

  private async flow({ call, head, body }: Frame, { address }: Introduction): Promise<void> {
    const outflow: Outflow = { credit: CREDIT_BYTES, left: false, wake: () => undefined }
    try {
      if (this.outflows.size >= STREAMS) throw new Error(`${STREAMS} streams are open already`)
      this.outflows.set(call, outflow)
      const { method, from } = readOpening(head)
      await this.pour(call, outflow, this.serving().stream(method, body, from, address))
      if (!outflow.left) this.wire.send('end', call)
    } catch (error) {
      if (!outflow.left) this.wire.send('refuse', call, undefined, Buffer.from(errorText(error)))
    } finally {
      this.outflows.delete(call)
    }
  }

  private async pour(call: number, outflow: Outflow, pieces: AsyncIterable<Piece>): Promise<void> {
    const iterator = pieces[Symbol.asyncIterator]()
    try {
      for (;;) {
        await this.roomFor(outflow)
        const next = outflow.left ? undefined : await iterator.next()
        if (next === undefined || next.done === true) return
        outflow.credit -= next.value.bytes.length
        if (!outflow.left) this.wire.send('piece', call, next.value.position, next.value.bytes)
      }
    } finally {
      await iterator.return?.()
    }
  }

  private async roomFor(outflow: Outflow): Promise<void> {
    await this.wire.room()
    while (outflow.credit <= 0 && !outflow.left)
      await new Promise<void>((resolve) => (outflow.wake = resolve))
  }

  private credit({ call, head }: Frame): void {
    const outflow = this.outflows.get(call)
    if (outflow === undefined || head.length !== 4) return
    outflow.credit += Buffer.from(head).readUInt32BE(0)
    outflow.wake()
  }

  private serving(): Service {
    const service = this.service()
    if (service === undefined) throw new Error('this node answers no questions yet')
    return service
  }
}

function leave(outflow: Outflow): void {
  outflow.left = true
  outflow.wake()
}

function readOpening(head: Uint8Array): { method: string; from: Uint8Array } {
  const [high = 0, low = 0] = head
  const end = 2 + high * 256 + low
  return { method: Buffer.from(head.subarray(2, end)).toString(), from: head.subarray(end) }
}
