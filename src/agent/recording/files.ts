/**
 * The files of a recording: FILE is being written, FILE.1, FILE.2 and so on are whole segments, of
 * which the last few are kept. Everything is written in order and in the background, but for the
 * end of the process, which waits for it.
 */
import { closeSync, openSync, renameSync, writeSync } from 'node:fs'
import { open, readdir, rename, rm, type FileHandle } from 'node:fs/promises'
import { basename, dirname } from 'node:path'
import { promisify } from 'node:util'
import { deflate, deflateSync } from 'node:zlib'
import { OperatorError, errorText } from '../failure.js'
import { headBytes, MAGIC, type Head } from './segment.js'

/** Bytes that may wait for the disk; one that is slower than that ends the recording. */
const WAITING_MAX = 16 * 1024 * 1024

type Entry =
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array }
  | { readonly kind: 'segment'; readonly head: Head; readonly snapshot: Uint8Array }

const pack = promisify(deflate)

export class RecordingFiles {
  /** What the next segment is called once it is whole. */
  readonly first: number
  private readonly path: string
  private readonly keep: number
  private readonly onFailure: (why: string) => void
  private handle: FileHandle | undefined
  private number = 0
  private position = 0
  private waitingBytes = 0
  /** Bounded: WAITING_MAX bytes. */
  private waiting: Entry[] = []
  private working: Promise<void> | undefined
  private failed = false

  private constructor(path: string, keep: number, first: number, onFailure: (why: string) => void) {
    this.path = path
    this.keep = keep
    this.first = first
    this.onFailure = onFailure
  }

  /**
   * Puts what an earlier run left aside, under the next number.
   * @throws {OperatorError} when nothing can be written there, or something else stands there
   */
  static async open(
    path: string,
    keep: number,
    onFailure: (why: string) => void,
  ): Promise<RecordingFiles> {
    try {
      const last = Math.max(0, ...(await numbersOf(path)))
      const left = await leftBehind(path)
      if (left) await rename(path, `${path}.${last + 1}`)
      await (await open(path, 'w')).close()
      const files = new RecordingFiles(path, keep, last + (left ? 2 : 1), onFailure)
      await files.prune(files.first)
      return files
    } catch (error) {
      if (error instanceof OperatorError) throw error
      throw new OperatorError(
        'record.failed',
        `The recording ${path} cannot be written: ${errorText(error)}.`,
        'Give another FILE with --record, or start without.',
        error,
      )
    }
  }

  segment(head: Head, snapshot: Uint8Array): void {
    this.enqueue({ kind: 'segment', head, snapshot }, snapshot.length)
  }

  append(bytes: Uint8Array): void {
    this.enqueue({ kind: 'bytes', bytes }, bytes.length)
  }

  /** Everything that waits is written. */
  async close(): Promise<void> {
    await this.working
    await this.handle?.close()
    this.handle = undefined
    this.failed = true
  }

  /** The process ends now: what waits is written by the same calls, but waited for. */
  closeNow(): void {
    if (this.failed) return
    this.failed = true
    let fd = this.handle?.fd
    try {
      for (const entry of this.waiting) {
        if (entry.kind === 'segment') {
          fd = this.turnNow(entry.head, fd)
          this.write(fd, headBytes(entry.head, deflateSync(entry.snapshot)))
        } else if (fd !== undefined) this.write(fd, entry.bytes)
      }
    } catch {
      // There is nobody left to tell.
    }
  }

  private enqueue(entry: Entry, size: number): void {
    if (this.failed) return
    this.waiting.push(entry)
    this.waitingBytes += size
    if (this.waitingBytes > WAITING_MAX) return this.fail('the disk is too slow')
    this.working ??= this.work()
  }

  private async work(): Promise<void> {
    try {
      for (let entry = this.next; entry !== undefined; entry = this.next) await this.perform(entry)
    } catch (error) {
      this.fail(errorText(error))
    }
    this.working = undefined
  }

  private get next(): Entry | undefined {
    return this.failed ? undefined : this.waiting[0]
  }

  private async perform(entry: Entry): Promise<void> {
    const bytes = entry.kind === 'bytes' ? entry.bytes : await this.turn(entry)
    const { handle, position } = this
    if (handle === undefined || this.failed) return
    let written = 0
    while (written < bytes.length) {
      const rest = bytes.length - written
      written += (await handle.write(bytes, written, rest, position + written)).bytesWritten
    }
    // Only now: closeNow writes what was under way once more, at the same place.
    this.position = position + bytes.length
    this.waiting.shift()
    this.waitingBytes -= entry.kind === 'bytes' ? entry.bytes.length : entry.snapshot.length
  }

  /** The next segment: the former one gets its number for a name. */
  private async turn({ head, snapshot }: Entry & { kind: 'segment' }): Promise<Uint8Array> {
    if (this.number !== head.number) {
      await this.handle?.close()
      this.handle = undefined
      if (this.number > 0) await rename(this.path, `${this.path}.${this.number}`)
      this.handle = await open(this.path, 'w')
      this.number = head.number
      this.position = 0
      await this.prune(head.number)
    }
    return headBytes(head, await pack(snapshot))
  }

  private turnNow(head: Head, fd: number | undefined): number {
    if (this.number === head.number && fd !== undefined) return fd
    if (fd !== undefined) closeSync(fd)
    if (this.number > 0) renameSync(this.path, `${this.path}.${this.number}`)
    this.number = head.number
    this.position = 0
    return openSync(this.path, 'w')
  }

  private write(fd: number, bytes: Uint8Array): void {
    this.position += writeSync(fd, bytes, 0, bytes.length, this.position)
  }

  /** @param current the number of the segment being written, which counts as one */
  private async prune(current: number): Promise<void> {
    for (const number of await numbersOf(this.path)) {
      if (number <= current - this.keep) await rm(`${this.path}.${number}`, { force: true })
    }
  }

  private fail(why: string): void {
    if (this.failed) return
    this.failed = true
    this.waiting = []
    void this.handle?.close().catch(() => undefined)
    this.handle = undefined
    this.onFailure(why)
  }
}

/** The numbers of the whole segments beside FILE. */
export async function numbersOf(path: string): Promise<number[]> {
  const name = basename(path)
  const names = await readdir(dirname(path))
  return names
    .filter((other) => other.startsWith(`${name}.`))
    .map((other) => other.slice(name.length + 1))
    .filter((rest) => /^[1-9]\d{0,8}$/.test(rest))
    .map(Number)
    .sort((a, b) => a - b)
}

/** Whether an earlier run left a recording there. Anything else is somebody's file. */
async function leftBehind(path: string): Promise<boolean> {
  const file = await open(path, 'r').catch(() => undefined)
  if (file === undefined) return false
  try {
    const { bytesRead, buffer } = await file.read(Buffer.alloc(MAGIC.length), 0, MAGIC.length, 0)
    if (bytesRead === 0) return false
    if (buffer.subarray(0, bytesRead).equals(MAGIC.subarray(0, bytesRead))) return true
  } finally {
    await file.close()
  }
  throw new OperatorError(
    'record.taken',
    `${path} is no recording and was left alone.`,
    'Give another FILE with --record.',
  )
}
