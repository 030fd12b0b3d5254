/**
 * Following an agent's events (server-sent events, WHATWG HTML section 9.2): each is given once and
 * in order, also over a broken connection, because the next one asks for what came after the last
 * id seen.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { reach, refusal } from './api.js'
import { CommandFailure, Gone, wordsOf } from './failure.js'
import type { Surroundings } from './surroundings.js'

export interface Arrival {
  readonly id: string
  readonly kind: string
  readonly data: string
}

export interface Following {
  readonly url: string
  readonly path: string
  readonly stop: AbortSignal
  /** Begin after this id. */
  readonly last?: string | undefined
  /** Also what carries a number and no data: from where one could resume. */
  readonly all?: true
  /**
   * Told each time the connection is lost, before it is tried again. Without it a loss ends the
   * following.
   */
  readonly lost?: (why: CommandFailure) => void
  /** Wait between attempts. */
  readonly pauseMs?: number
}

/** Follows until Ctrl-C, and says so when the connection is lost. */
export async function* followUntilStopped(
  around: Surroundings,
  what: Pick<Following, 'url' | 'path' | 'last'>,
): AsyncGenerator<Arrival> {
  const stop = new AbortController()
  const forget = around.onStop(() => stop.abort())
  const lost = (why: Error): void =>
    around.err.write(`murmur: ${wordsOf(why)} Trying again until Ctrl-C.\n`)
  try {
    yield* follow({ ...what, stop: stop.signal, lost })
  } finally {
    forget()
  }
}

/** @throws {CommandFailure} when the first attempt fails, or what follows the last id is gone */
export async function* follow(following: Following): AsyncGenerator<Arrival> {
  let last = following.last
  let everSpoke = false
  while (!following.stop.aborted) {
    try {
      for await (const arrival of connection(following, last)) {
        everSpoke = true
        if (arrival.id !== '') last = arrival.id
        if (arrival.data !== '' || following.all === true) yield arrival
      }
      throw new CommandFailure(`${following.url} closed the stream of events.`)
    } catch (thrown) {
      if (isStopped(following.stop)) return
      const passes = thrown instanceof CommandFailure && !(thrown instanceof Gone)
      if (!passes || !everSpoke || !following.lost) throw thrown
      following.lost(thrown)
      await pause(following.pauseMs ?? 1000, following.stop)
    }
  }
}

/** Reads again what another party may have changed meanwhile. */
function isStopped(signal: AbortSignal): boolean {
  return signal.aborted
}

/** What one connection brings; an arrival without data says only that it stands. */
async function* connection(
  following: Following,
  last: string | undefined,
): AsyncGenerator<Arrival> {
  const { url, path, stop } = following
  const headers: Record<string, string> = { accept: 'text/event-stream' }
  if (last !== undefined) headers['last-event-id'] = last
  const response = await reach(url, path, { headers, signal: stop })
  if (!response.ok || response.body === null) {
    throw refusal(url, response.status, await response.json().catch(() => undefined))
  }
  const parser = new EventParser()
  const decoder = new TextDecoder()
  try {
    for await (const bytes of piecesOf(response.body)) {
      yield* parser.feed(decoder.decode(bytes, { stream: true }))
    }
  } catch {
    throw new CommandFailure(`The connection to ${url} broke.`)
  }
}

/** The type of a body's pieces is not declared everywhere. */
function piecesOf(body: ReadableStream<Uint8Array>): AsyncIterable<Uint8Array> {
  return body
}

/** Cuts a stream of text into events, wherever the pieces end. */
export class EventParser {
  private rest = ''
  private id = ''
  private kind = ''
  /** A number came: without data it says from where to resume. */
  private numbered = false
  /**
   * The data lines of the event that is not yet complete; bounded by what one agent puts into an
   * event.
   */
  private data: string[] = []

  feed(text: string): Arrival[] {
    const lines = (this.rest + text).split(/\r\n|\n|\r(?!$)/)
    this.rest = lines.pop() ?? ''
    return lines.flatMap((line) => this.line(line))
  }

  /** An empty line ends an event, if it had any data. */
  private line(line: string): Arrival[] {
    if (line !== '') this.field(line)
    return line === '' && (this.data.length > 0 || this.numbered) ? [this.take()] : []
  }

  private field(line: string): void {
    const colon = line.indexOf(':')
    const name = colon < 0 ? line : line.slice(0, colon)
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '')
    if (name === 'data') this.data.push(value)
    else if (name === 'event') this.kind = value
    else if (name === 'id') {
      this.id = value
      this.numbered = true
    }
  }

  private take(): Arrival {
    const arrival = { id: this.id, kind: this.kind, data: this.data.join('\n') }
    this.data = []
    this.kind = ''
    this.numbered = false
    return arrival
  }
}

/** Waits, at most until told to stop. */
export async function pause(millis: number, stop: AbortSignal): Promise<void> {
  await sleep(millis, undefined, { signal: stop }).catch(() => undefined)
}
