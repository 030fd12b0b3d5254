/**
 * The embedded store: LevelDB through classic-level. Batches are synced; a scan reads one of
 * LevelDB's snapshots; a digest is such a scan through the SHA-256 of Node, which is several times
 * faster than a portable one.
 */
import { batchesOf } from '../../cluster/data/batches.js'
import { Digester } from '../../cluster/data/digester.js'
import { SCAN_BYTES } from '../../cluster/data/storage.js'
import type { Change, Digest, Entry, Span, Storage } from '../../cluster/data/storage.js'
import { Gathered } from './gathered.js'
import { LevelFile, type Level, type LevelOptions } from './level-file.js'

/** An iterator stops reading ahead beyond this; small enough that a batch rarely has to be cut. */
const AHEAD = SCAN_BYTES / 2
/** Entries read ahead at the most: they cost more than their bytes. */
const ENTRIES = 4096

export class LevelStorage implements Storage {
  private readonly file: LevelFile

  private constructor(file: LevelFile) {
    this.file = file
  }

  /** @throws {StorageError} locked, damaged, full or failed; nothing was overwritten */
  static async open(directory: string, options: LevelOptions = {}): Promise<LevelStorage> {
    return new LevelStorage(await LevelFile.open(directory, options))
  }

  get(key: Uint8Array): Promise<Uint8Array | undefined> {
    return this.file.read((level) => level.get(key))
  }

  write(changes: readonly Change[]): Promise<void> {
    const bytes = changes.reduce(
      (sum, { key, value }) => sum + key.length + (value?.length ?? 0),
      0,
    )
    const operations = changes.map(operation)
    return this.file.write(bytes, (level) => level.batch(operations, { sync: true }))
  }

  async *scan({ from, to }: Span): AsyncIterable<readonly Entry[]> {
    const iterator = await this.file.read((level) => Promise.resolve(entriesOf(level, from, to)))
    try {
      for (;;) {
        const read = await this.file.read(() => iterator.nextv(ENTRIES))
        if (read.length === 0) return
        yield* batchesOf(read.map(([key, value]) => ({ key, value })))
      }
    } finally {
      await iterator.close()
    }
  }

  async digest(span: Span): Promise<Digest> {
    const digester = new Digester(new Gathered())
    for await (const batch of this.scan(span)) for (const entry of batch) digester.add(entry)
    return digester.digest()
  }

  drop({ from, to }: Span): Promise<void> {
    const range = to === null ? { gte: from } : { gte: from, lt: to }
    return this.file.write(0, (level) => level.clear(range))
  }

  close(): Promise<void> {
    return this.file.close()
  }
}

type Operation =
  | { readonly type: 'put'; readonly key: Uint8Array; readonly value: Uint8Array }
  | { readonly type: 'del'; readonly key: Uint8Array }

function operation({ key, value }: Change): Operation {
  return value === null ? { type: 'del', key } : { type: 'put', key, value }
}

function entriesOf(level: Level, from: Uint8Array, to: Uint8Array | null) {
  const range = to === null ? { gte: from } : { gte: from, lt: to }
  return level.iterator({ ...range, highWaterMarkBytes: AHEAD, fillCache: false })
}
