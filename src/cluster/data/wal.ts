/**
 * A log of records, for what must be remembered in the order in which it happened: a movement that
 * was begun and how far it is, hints for a node that is down. Positions count records and are never
 * used twice. Whoever writes a log of their own runs `walContract` against it. Everything rejects
 * with a StorageError; a log that has lost or changed a record between its ends is damaged, and
 * says so when it is opened or read, before anything is given out as if it were whole.
 */

/** Counts records from 0 over the whole life of the log. */
export type Position = number

/** Largest record, in bytes. */
export const RECORD_BYTES = 1024 * 1024

export interface Logged {
  readonly position: Position
  readonly record: Uint8Array
}

export interface Wal {
  /** The oldest record that is kept; equal to `next` where there is none. */
  readonly first: Position
  /** Where the next record will stand. */
  readonly next: Position
  /**
   * All of them or none, one after the other, and on the disk when it resolves with the position of
   * the first. Calls take effect in the order in which they were made.
   */
  append(records: readonly Uint8Array[]): Promise<Position>
  /** In order, from `from` or the oldest kept on, up to what was durable at the first step. */
  read(from: Position): AsyncIterable<Logged>
  /** Forgets what stands before `before`, at most up to `next`. A crash may leave some of it. */
  trim(before: Position): Promise<void>
  close(): Promise<void>
}
