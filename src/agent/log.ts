/**
 * What an agent writes: events to standard output, other words to standard error, as text or as
 * lines of JSON. winston does the writing; it is loaded while the agent starts, and what is said
 * before it is there waits its turn.
 */
import type { Logger } from 'winston'
import { flat } from './announcement.js'
import type { Announcement, Level } from './saying.js'
import { eventLine } from './event-line.js'

export interface Log {
  /** Whether something of this level is written at all; costs nothing to ask. */
  writes(level: Level): boolean
  event(said: Announcement): void
  say(level: Level, message: string): void
  /** Resolves when everything said was handed to the system. */
  close(): Promise<void>
}

export interface LogOptions {
  readonly format: 'text' | 'json'
  readonly level: Level
  readonly out: NodeJS.WritableStream
  readonly err: NodeJS.WritableStream
}

const RANK: Readonly<Record<Level, number>> = { error: 0, warn: 1, info: 2, debug: 3 }

/** For programs that embed an agent and listen to it themselves. */
export const silentLog: Log = {
  writes: () => false,
  event: () => undefined,
  say: () => undefined,
  close: () => Promise.resolve(),
}

export function openLog(options: LogOptions): Log {
  const rank = RANK[options.level]
  const writes = (level: Level): boolean => RANK[level] <= rank
  const out = new Lines(options.out)
  out.prepare()
  const err = new Lines(options.err)
  const json = options.format === 'json'
  return {
    writes,
    event: (said) => {
      if (writes(said.level))
        out.write(said.level, json ? JSON.stringify(flat(said)) : eventLine(said))
    },
    say: (level, message) => {
      if (!writes(level)) return
      const time = new Date().toISOString()
      err.write(
        level,
        json ? JSON.stringify({ time, level, message }) : `${time} ${level} ${message}`,
      )
    },
    close: async () => {
      await out.close()
      await err.close()
    },
  }
}

/** Finished lines for one stream, in order. */
class Lines {
  private readonly stream: NodeJS.WritableStream
  private logger: Logger | undefined
  private loading: Promise<void> | undefined
  /** Said while winston loads: unbounded, but for a few milliseconds. */
  private early: { readonly level: Level; readonly message: string }[] = []

  constructor(stream: NodeJS.WritableStream) {
    this.stream = stream
    // Nobody reads any more: an agent lives on.
    stream.on('error', () => undefined)
  }

  write(level: Level, message: string): void {
    if (this.logger !== undefined) {
      this.logger.log(level, message)
      return
    }
    this.early.push({ level, message })
    this.prepare()
  }

  prepare(): void {
    this.loading ??= this.load()
  }

  async close(): Promise<void> {
    await this.loading
    if (this.logger === undefined) return
    const finished = new Promise((resolve) => this.logger?.once('finish', resolve))
    this.logger.end()
    await finished
  }

  private async load(): Promise<void> {
    const { createLogger, format, transports } = await import('winston')
    this.logger = createLogger({
      level: 'debug',
      levels: RANK,
      format: format.printf((info) => String(info.message)),
      // winston types its transports as interfaces.
      // eslint-disable-next-line @typescript-eslint/no-unsafe-class-instance-assignment
      transports: [new transports.Stream({ stream: this.stream, eol: '\n' })],
    })
    for (const { level, message } of this.early.splice(0)) this.logger.log(level, message)
  }
}
