/**
 * How data planes of different nodes speak: questions with one answer, and streams of pieces that
 * the asker draws at its own pace. Frames arrive whole, in order and as they were sent, or the call
 * rejects with an RpcError; a question may have been carried out although its answer is lost, so
 * handlers are made to be repeated. Whoever writes a transport of their own runs `rpcContract`
 * against it.
 */
import type { Address, Millis } from '../../base/machine.js'

/** Largest question, answer or piece, in bytes. */
export const PIECE_BYTES = 1024 * 1024

/** Bytes of one stream that are under way and not yet asked for, at most; a piece may pass it. */
export const CREDIT_BYTES = 2 * 1024 * 1024

export interface Piece {
  /** Where to go on behind this piece: what `from` is when the stream is opened again. */
  readonly position: Uint8Array
  readonly bytes: Uint8Array
}

/** What a node answers with, by the name of the method. */
export interface Service {
  /** What it rejects with reaches the asker as `refused`, with the message. */
  answer(method: string, body: Uint8Array, by: Address): Promise<Uint8Array>
  /**
   * It is asked for the next piece only while there is room for it, and left early when the asker
   * goes.
   * @param from the position of the last piece that the asker has taken, empty at the beginning
   */
  stream(method: string, body: Uint8Array, from: Uint8Array, by: Address): AsyncIterable<Piece>
}

export interface CallOptions {
  /** For the answer, or between two pieces: the longest silence. */
  readonly timeout: Millis
}

export interface Rpc {
  /** Who answers from now on; before that, and for unknown methods, questions are refused. */
  serve(service: Service): void
  ask(to: Address, method: string, body: Uint8Array, options: CallOptions): Promise<Uint8Array>
  /**
   * Pieces in order, each once: after a break it is opened again behind the last piece taken, until
   * nothing came for `timeout`. Leaving the loop early ends it on the other side too.
   */
  open(to: Address, method: string, body: Uint8Array, options: CallOptions): AsyncIterable<Piece>
  /** Ends everything that is under way. */
  close(): Promise<void>
}

/**
 * unreachable: no connection, nothing was done. broken: the connection ended, it may have been
 * done. timeout: silence. foreign: of another cluster. refused: the other side says why. closed: on
 * this side.
 */
export type RpcTrouble = 'unreachable' | 'broken' | 'timeout' | 'foreign' | 'refused' | 'closed'

export class RpcError extends Error {
  override readonly name = 'RpcError'
  readonly trouble: RpcTrouble

  constructor(trouble: RpcTrouble, message: string, cause?: unknown) {
    super(message, { cause })
    this.trouble = trouble
  }
}
