/**
 * The drawing end of one stream: what has come and was not drawn yet waits here, within the credit
 * that was given; as it is drawn, new credit is given.
 */
import { CREDIT_BYTES, RpcError, type Piece } from '../../cluster/data/rpc.js'
import type { Frame } from './rpc-frame.js'

/** Credit is given back in such portions. */
const PORTION = CREDIT_BYTES / 8

interface Ending {
  readonly error: RpcError | undefined
}

export class Drawing {
  private readonly credit: (bytes: number) => void
  /** Come and not drawn: at most CREDIT_BYTES and one piece. */
  private readonly waiting: Piece[] = []
  private owed = 0
  private ending: Ending | undefined
  private wake: () => void = () => undefined

  constructor(credit: (bytes: number) => void) {
    this.credit = credit
  }

  /** @returns whether it is over */
  frame({ kind, head, body }: Frame): boolean {
    if (kind === 'piece') this.waiting.push({ position: head, bytes: body })
    else if (kind === 'end') this.ending = { error: undefined }
    else this.ending = { error: new RpcError('refused', Buffer.from(body).toString()) }
    this.wake()
    return this.ending !== undefined
  }

  fail(error: RpcError): void {
    this.ending ??= { error }
    this.wake()
  }

  /** @param timeout longest silence */
  async *pieces(timeout: number): AsyncGenerator<Piece, void, undefined> {
    for (;;) {
      const piece = this.waiting.shift()
      if (piece !== undefined) {
        this.owe(piece.bytes.length)
        yield piece
      } else if (this.ending === undefined) await this.news(timeout)
      else if (this.ending.error === undefined) return
      else throw this.ending.error
    }
  }

  private owe(bytes: number): void {
    this.owed += bytes
    if (this.owed < PORTION || this.ending !== undefined) return
    this.credit(this.owed)
    this.owed = 0
  }

  private news(timeout: number): Promise<void> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(
        () => reject(new RpcError('timeout', `no piece within ${timeout} ms`)),
        timeout,
      )
      this.wake = () => {
        clearTimeout(timer)
        this.wake = () => undefined
        resolve()
      }
    })
  }
}
