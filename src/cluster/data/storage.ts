/**
 * What a data plane keeps its rows in: an ordered map from bytes to bytes. Keys are in the order of
 * their bytes as unsigned numbers, a beginning before the whole. Whoever writes a store of their
 * own runs `storageContract` against it; the embedded one is LevelDB, a sorted array stands in for
 * it in simulations.
 */

/** Largest key and value that every store takes, in bytes. */
export const KEY_BYTES = 64 * 1024
export const VALUE_BYTES = 1024 * 1024

/** Keys and values of one batch of a scan, in bytes, unless a single entry has more. */
export const SCAN_BYTES = 256 * 1024

export interface Entry {
  readonly key: Uint8Array
  readonly value: Uint8Array
}

export interface Change {
  readonly key: Uint8Array
  /** null deletes; deleting what is not there is no error. */
  readonly value: Uint8Array | null
}

/** Keys from `from` on and before `to`; null where they go on to the end. */
export interface Span {
  readonly from: Uint8Array
  readonly to: Uint8Array | null
}

/** The same for the same entries, in whatever store they lie; see `Digester`. */
export interface Digest {
  readonly entries: number
  /** Of keys and values. */
  readonly bytes: number
  /** SHA-256 as hexadecimal digits. */
  readonly hash: string
}

export interface Storage {
  /** undefined where there is no such key. */
  get(key: Uint8Array): Promise<Uint8Array | undefined>
  /**
   * All of it or nothing, and on the disk when it resolves. Of changes to one key the last counts.
   * A batch that could not be written has changed nothing, also after a crash.
   */
  write(changes: readonly Change[]): Promise<void>
  /**
   * The entries of a span in order, as they were when the first batch was asked for: what is
   * written or dropped meanwhile does not show. No batch is empty, none has more than SCAN_BYTES
   * unless it is one entry. Leaving the loop early releases the snapshot.
   */
  scan(span: Span): AsyncIterable<readonly Entry[]>
  /** Of the entries of a span, on one snapshot. */
  digest(span: Span): Promise<Digest>
  /** Deletes every entry of a span; not at once: a crash may leave some of them. */
  drop(span: Span): Promise<void>
  /** Waits for what was begun. Afterwards everything rejects as closed. */
  close(): Promise<void>
}

/**
 * full: there is no room, nothing was changed, the same may succeed later. damaged: what is stored
 * cannot be trusted. locked: another process has it. closed: it was closed. failed: anything else.
 */
export type StorageTrouble = 'full' | 'damaged' | 'locked' | 'closed' | 'failed'

/** What every promise of a store or a log rejects with. */
export class StorageError extends Error {
  override readonly name = 'StorageError'
  readonly trouble: StorageTrouble
  /** What to do about it, as a sentence. */
  readonly next: string

  constructor(trouble: StorageTrouble, message: string, next: string, cause?: unknown) {
    super(message, { cause })
    this.trouble = trouble
    this.next = next
  }
}
