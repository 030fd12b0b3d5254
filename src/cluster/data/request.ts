/** What a coordinator asks of a replica, and what that answers. */
import type { HostId } from '../../gossip/identity.js'
import type { Moment } from './hybrid-clock.js'
import type { Entry } from './storage.js'

/** A replica merges a write: of two versions of a row it keeps the newer. */
export type Ask =
  | { readonly kind: 'write'; readonly entry: Entry }
  /** @param key that of the store, as `rowKey` makes it */
  | { readonly kind: 'read'; readonly key: Uint8Array }

export interface Request {
  /** That of the record by which the coordinator chose whom to ask. */
  readonly epoch: number
  readonly by: HostId
  /** Whom it is meant for: another may live at that address by now. */
  readonly to: HostId
  readonly ask: Ask
}

export type Answer =
  /** The write, or a newer one of the row, is on the disk. */
  | { readonly kind: 'written' }
  /** The stored version of the row; null: there is none, not even a tombstone. */
  | { readonly kind: 'row'; readonly value: Uint8Array | null }
  /**
   * STALE_RING: the range has changed since the epoch of the request; this replica is at `epoch`.
   */
  | { readonly kind: 'stale'; readonly epoch: number }
  | { readonly kind: 'refused'; readonly why: string }

/** An answer with what the replica's clock has seen, so that clocks follow each other. */
export interface Reply {
  readonly answer: Answer
  readonly moment: Moment
}

/** The key in the store that it is about. */
export function keyOf(ask: Ask): Uint8Array {
  return ask.kind === 'write' ? ask.entry.key : ask.key
}
