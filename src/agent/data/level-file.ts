/**
 * One LevelDB under a store or a log. A write that failed may have left half a record in LevelDB's
 * log, behind which it would write the next one, to be dropped at recovery although it was
 * acknowledged: so after a failure the database is opened anew, which cuts the half record off,
 * before anything else is written. A disk that is nearly full is refused while there is still room
 * for LevelDB's own business, so that reading goes on.
 */
import { mkdir, readdir, statfs } from 'node:fs/promises'
import type { ClassicLevel } from 'classic-level'
import { StorageError } from '../../cluster/data/storage.js'
import { errorCodes, errorText } from '../failure.js'
import { damagedLog } from '../log-check.js'

export type Level = ClassicLevel<Uint8Array, Uint8Array>

export interface LevelOptions {
  /** Bytes that must stay free on the disk: room for LevelDB to compact what it has. */
  readonly reserve?: number
  /** Bytes free where the directory lies. */
  readonly free?: (directory: string) => Promise<number>
  /** LevelDB keeps two of these in memory, in bytes. */
  readonly writeBuffer?: number
}

const RESERVE = 64 * 1024 * 1024
const WRITE_BUFFER = 4 * 1024 * 1024
/** Bytes written after which the free room is looked at again. */
const LOOK = 4 * 1024 * 1024

export class LevelFile {
  private readonly directory: string
  private readonly options: LevelOptions
  private current: Promise<Level>
  /** A write has failed since it was opened: nothing more is written before it is opened anew. */
  private broken = false
  /** It could not be opened anew: whoever comes next tries again. */
  private lost = false
  private closed = false
  /** Written since the free room was looked at. */
  private unlooked = LOOK

  private constructor(directory: string, options: LevelOptions, level: Level) {
    this.directory = directory
    this.options = options
    this.current = Promise.resolve(level)
  }

  /** @throws {StorageError} locked, damaged, full or failed; nothing was overwritten */
  static async open(directory: string, options: LevelOptions = {}): Promise<LevelFile> {
    return new LevelFile(directory, options, await openLevel(directory, options))
  }

  async read<T>(work: (level: Level) => Promise<T>): Promise<T> {
    this.check()
    if (this.lost) this.openAnew()
    const level = await this.current
    try {
      return await work(level)
    } catch (error) {
      throw this.known(error)
    }
  }

  /** @param bytes about how much is written */
  async write(bytes: number, work: (level: Level) => Promise<void>): Promise<void> {
    this.check()
    await this.look(bytes)
    if (this.broken || this.lost) this.openAnew()
    const level = await this.current
    try {
      await work(level)
    } catch (error) {
      this.broken = true
      throw this.known(error)
    }
  }

  async close(): Promise<void> {
    if (this.closed) return
    this.closed = true
    const level = await this.current.catch(() => undefined)
    await level?.close()
  }

  private async look(bytes: number): Promise<void> {
    this.unlooked += bytes
    if (this.unlooked < LOOK) return
    const free = await (this.options.free ?? freeAt)(this.directory)
    const reserve = this.options.reserve ?? RESERVE
    if (free < reserve) throw full(this.directory, `${free} bytes are free, ${reserve} are kept`)
    this.unlooked = 0
  }

  /** Once for all that come meanwhile; scans that are under way end with an error. */
  private openAnew(): void {
    this.broken = false
    this.lost = false
    const former = this.current
    this.current = former
      .then(
        (level) => level.close(),
        () => undefined,
      )
      .then(() => openLevel(this.directory, this.options))
    this.current.catch(() => (this.lost = true))
  }

  private check(): void {
    if (this.closed) throw closed(this.directory)
  }

  private known(error: unknown): StorageError {
    return this.closed ? closed(this.directory) : storageError(this.directory, error)
  }
}

async function openLevel(directory: string, options: LevelOptions): Promise<Level> {
  const { ClassicLevel } = await import('classic-level')
  try {
    await mkdir(directory, { recursive: true })
    await checkFiles(directory)
    const level: Level = new ClassicLevel(directory, {
      keyEncoding: 'view',
      valueEncoding: 'view',
      writeBufferSize: options.writeBuffer ?? WRITE_BUFFER,
      cacheSize: 4 * 1024 * 1024,
      blockSize: 16 * 1024,
      maxOpenFiles: 64,
    })
    await level.open()
    return level
  } catch (error) {
    throw storageError(directory, error)
  }
}

/** What LevelDB would mend by forgetting, found before it can. */
async function checkFiles(directory: string): Promise<void> {
  const names = await readdir(directory)
  const used = names.some((name) => /\.(log|ldb|sst)$/.test(name))
  if (used && !names.includes('CURRENT')) throw damaged(directory, 'CURRENT is missing')
  const log = await damagedLog(directory)
  if (log !== undefined) throw damaged(directory, `${log} holds a record that is not whole`)
}

async function freeAt(directory: string): Promise<number> {
  const { bavail, bsize } = await statfs(directory)
  return bavail * bsize
}

/** What LevelDB and the system say when there is no room, in words or codes. */
const NO_ROOM = /ENOSPC|EDQUOT|EFBIG|no space left|quota exceeded|file too large/i

export function storageError(directory: string, error: unknown): StorageError {
  if (error instanceof StorageError) return error
  const text = errorText(error)
  const codes = errorCodes(error)
  if (codes.includes('LEVEL_LOCKED')) return locked(directory, error)
  if (NO_ROOM.test(`${codes.join(' ')} ${text}`)) return full(directory, text, error)
  if (codes.includes('LEVEL_CORRUPTION') || /corrupt|no such file|ldb: invalid/i.test(text))
    return damaged(directory, text)
  return new StorageError(
    'failed',
    `The store ${directory} cannot be used (${text}).`,
    'Make it a directory that this user may write, or mend the disk.',
    error,
  )
}

function locked(directory: string, error: unknown): StorageError {
  return new StorageError(
    'locked',
    `The store ${directory} is in use by another process.`,
    'Stop that process, or give another directory.',
    error,
  )
}

function full(directory: string, why: string, error?: unknown): StorageError {
  return new StorageError(
    'full',
    `There is no room left for the store ${directory} (${why}).`,
    'Free some room on that disk: what waits for it goes on by itself.',
    error,
  )
}

export function damaged(directory: string, what: string): StorageError {
  return new StorageError(
    'damaged',
    `The store ${directory} is damaged: ${what}. Nothing in it was changed.`,
    'Restore it from a backup, or replace this node: the other replicas have its rows.',
  )
}

function closed(directory: string): StorageError {
  return new StorageError('closed', `The store ${directory} is closed.`, 'Open it again.')
}
