/**
 * The contract everything hangs on: a machine that is told what happened and the time, and answers
 * with what is to be done. It holds no socket, timer, clock or logger, so the agent and the
 * simulator drive the very same class.
 */

/**
 * Milliseconds of a monotonic clock whose zero means nothing. May be fractional, down to a
 * microsecond.
 */
export type Millis = number

/** No deadline: later than any time a host will ever name. */
export const NEVER: Millis = Number.POSITIVE_INFINITY

/**
 * HOST:PORT with a numeric host, `127.0.0.1:7946` or `[::1]:7946`: names are resolved before they
 * get here.
 */
export type Address = string

/** Pairs a `persist` effect with the `stored` that answers it. */
export type Ticket = number

export type Channel = 'datagram' | 'stream'

/**
 * Why a stream ended: a refusal proves that one's own network works and that nobody listens there.
 */
export type Ending = 'refused' | 'lost'

export type Effect<Event> =
  /** May be lost, repeated or overtaken. */
  | { readonly kind: 'send'; readonly to: Address; readonly bytes: Uint8Array }
  /**
   * One frame of an ordered stream to that address, or of the open one that came from it; else
   * `closed` follows.
   */
  | { readonly kind: 'stream'; readonly to: Address; readonly bytes: Uint8Array }
  /**
   * Writes (or with null deletes) one key; never delays other effects. Keys are kept in the order
   * of tickets.
   */
  | {
      readonly kind: 'persist'
      readonly ticket: Ticket
      readonly key: string
      readonly bytes: Uint8Array | null
    }
  /** For applications, metrics, logs and traces. */
  | { readonly kind: 'event'; readonly event: Event }

/**
 * A deterministic machine: same seed, same inputs, same times, same effects. `now` never decreases;
 * waking early or late is harmless; effects are performed in order and may fail silently; nothing
 * is ever called back.
 */
export interface Machine<Command, Event> {
  receive(from: Address, bytes: Uint8Array, via: Channel, now: Millis): readonly Effect<Event>[]
  command(command: Command, now: Millis): readonly Effect<Event>[]
  /** The answer to a `persist`: what was promised on it may be sent now, or never. */
  stored(ticket: Ticket, ok: boolean, now: Millis): readonly Effect<Event>[]
  /** A stream ended; frames not yet sent on it are lost. */
  closed(peer: Address, why: Ending, now: Millis): readonly Effect<Event>[]
  wake(now: Millis): readonly Effect<Event>[]
  /** The earliest deadline held anywhere in the state. The host calls `wake` at or after it. */
  readonly wakeAt: Millis
}
