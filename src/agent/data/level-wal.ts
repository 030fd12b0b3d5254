/**
 * The embedded log: records in LevelDB under their positions, each with its CRC-32. Where the log
 * begins and ends is written down too, so that one that has lost records, at whichever end, says so
 * instead of going on as if they had never been.
 */
import { crc32 } from 'node:zlib'
import type { Logged, Position, Wal } from '../../cluster/data/wal.js'
import { damaged, LevelFile, type Level, type LevelOptions } from './level-file.js'

const SUM_BYTES = 4
/** Behind every position. */
const ENDS = Uint8Array.of(255)
/** Records read, or forgotten, at a time. */
const PORTION = 256

interface Ends {
  readonly first: Position
  readonly next: Position
}

export class LevelWal implements Wal {
  private readonly file: LevelFile
  private readonly directory: string
  private ends: Ends
  /** What was begun before: calls take effect one after the other. */
  private last: Promise<unknown> = Promise.resolve()

  private constructor(file: LevelFile, directory: string, ends: Ends) {
    this.file = file
    this.directory = directory
    this.ends = ends
  }

  /** @throws {StorageError} locked, damaged, full or failed; nothing was overwritten */
  static async open(directory: string, options: LevelOptions = {}): Promise<LevelWal> {
    const file = await LevelFile.open(directory, options)
    try {
      const ends = await file.read((level) => endsIn(level, directory))
      return new LevelWal(file, directory, ends)
    } catch (error) {
      await file.close()
      throw error
    }
  }

  get first(): Position {
    return this.ends.first
  }

  get next(): Position {
    return this.ends.next
  }

  append(records: readonly Uint8Array[]): Promise<Position> {
    return this.inTurn(async () => {
      const { first, next } = this.ends
      if (records.length === 0) return next
      const ends = { first, next: next + records.length }
      const puts = records.map((record, i) => put(keyOf(next + i), summed(record)))
      const bytes = records.reduce((sum, record) => sum + record.length, 0)
      await this.file.write(bytes, (level) =>
        level.batch([...puts, put(ENDS, endsBytes(ends))], { sync: true }),
      )
      this.ends = ends
      return next
    })
  }

  async *read(from: Position): AsyncIterable<Logged> {
    const { first, next } = this.ends
    let position = Math.max(from, first)
    do {
      const portion = await this.file.read((level) => portionOf(level, position, next))
      for (const [key, value] of portion) {
        // Trimmed while it was read.
        if (position < this.ends.first) position = Math.min(this.ends.first, positionIn(key))
        const record = recordIn(value)
        if (positionIn(key) !== position || record === undefined)
          throw damaged(this.directory, `its record ${position} is missing or was changed`)
        yield { position, record }
        position++
      }
      if (portion.length < PORTION) break
    } while (position < next)
    if (position < next)
      throw damaged(this.directory, `its records from ${position} on are missing`)
  }

  trim(before: Position): Promise<void> {
    return this.inTurn(async () => {
      const { first, next } = this.ends
      const ends = { first: Math.min(Math.max(before, first), next), next }
      if (ends.first === first) return
      await this.file.write(0, (level) => level.batch([put(ENDS, endsBytes(ends))], { sync: true }))
      this.ends = ends
      await this.file.write(0, (level) => level.clear({ lt: keyOf(ends.first) }))
    })
  }

  async close(): Promise<void> {
    await this.last.catch(() => undefined)
    await this.file.close()
  }

  private inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.last.then(work, work)
    this.last = done.catch(() => undefined)
    return done
  }
}

interface Put {
  readonly type: 'put'
  readonly key: Uint8Array
  readonly value: Uint8Array
}

function put(key: Uint8Array, value: Uint8Array): Put {
  return { type: 'put', key, value }
}

/** The ends as they were written down, held against the records that are there. */
async function endsIn(level: Level, directory: string): Promise<Ends> {
  const said = await level.get(ENDS)
  const [held] = await level.iterator({ lt: ENDS, reverse: true, limit: 1 }).all()
  const ends = said === undefined ? { first: 0, next: 0 } : readEnds(said)
  if (ends === undefined) throw damaged(directory, 'where it ends cannot be read')
  const next = held === undefined ? ends.first : positionIn(held[0]) + 1
  if (Math.max(next, ends.first) !== ends.next)
    throw damaged(directory, `it ends at record ${ends.next}, and holds ${next}`)
  const [oldest] = await level.iterator({ gte: keyOf(ends.first), lt: ENDS, limit: 1 }).all()
  if (ends.first < ends.next && (oldest === undefined || positionIn(oldest[0]) !== ends.first))
    throw damaged(directory, `its record ${ends.first} is missing`)
  return ends
}

function portionOf(
  level: Level,
  from: Position,
  next: Position,
): Promise<[Uint8Array, Uint8Array][]> {
  return level.iterator({ gte: keyOf(from), lt: keyOf(next), limit: PORTION }).all()
}

function keyOf(position: Position): Uint8Array {
  const key = Buffer.alloc(8)
  key.writeUIntBE(position, 2, 6)
  return key
}

function positionIn(key: Uint8Array): Position {
  return Buffer.from(key).readUIntBE(2, 6)
}

function summed(record: Uint8Array): Uint8Array {
  const bytes = Buffer.allocUnsafe(SUM_BYTES + record.length)
  bytes.writeUInt32BE(crc32(record), 0)
  bytes.set(record, SUM_BYTES)
  return bytes
}

function recordIn(bytes: Uint8Array): Uint8Array | undefined {
  if (bytes.length < SUM_BYTES) return undefined
  const record = bytes.subarray(SUM_BYTES)
  return crc32(record) === Buffer.from(bytes).readUInt32BE(0) ? record : undefined
}

function endsBytes({ first, next }: Ends): Uint8Array {
  const bytes = Buffer.alloc(12)
  bytes.writeUIntBE(first, 0, 6)
  bytes.writeUIntBE(next, 6, 6)
  return summed(bytes)
}

function readEnds(bytes: Uint8Array): Ends | undefined {
  const ends = recordIn(bytes)
  if (ends?.length !== 12) return undefined
  const from = Buffer.from(ends)
  return { first: from.readUIntBE(0, 6), next: from.readUIntBE(6, 6) }
}
