/**
 * `GET /v1/moves/events`: what a data plane beside this node has to do, as server-sent events:
 * `copy` for each movement to be copied and `over` once it no longer is, `drop` for what may be
 * deleted. It tells a state and no history: whoever connects is told all that stands, so nothing is
 * missed and an event may come again after a break.
 */
import type { ServerResponse } from 'node:http'
import { copyAnswer, dropAnswer } from './copy-answers.js'
import type { Sources } from './sources.js'

/** Most listeners at a time. */
export const COPY_LISTENERS = 16
/** Most bytes waiting for one listener. */
const UNSENT = 4 * 1024 * 1024
const HEARTBEAT = 15_000

export class CopyStream {
  private readonly sources: Sources
  /** At most COPY_LISTENERS. */
  private readonly open = new Set<ServerResponse>()

  constructor(sources: Sources) {
    this.sources = sources
  }

  get full(): boolean {
    return this.open.size >= COPY_LISTENERS
  }

  /** Answers on `response` until either side ends it. */
  serve(response: ServerResponse): void {
    response.writeHead(200, {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
    })
    response.write(': movements of this node\n\n')
    this.open.add(response)
    const listener = new Told(response, this.sources)
    listener.tell()
    const unsubscribe = this.sources.journal.subscribe(({ event }) => {
      if (event.startsWith('ring.')) listener.tell()
    })
    const heartbeat = setInterval(() => listener.write(': still here\n\n'), HEARTBEAT).unref()
    response.on('error', () => undefined)
    response.on('close', () => {
      clearInterval(heartbeat)
      unsubscribe()
      this.open.delete(response)
    })
  }

  close(): void {
    for (const response of this.open) response.end()
  }
}

/** One listener, and what it was told. */
class Told {
  private readonly response: ServerResponse
  private readonly sources: Sources
  /** Bounded by the movements of the record. */
  private copies = new Set<string>()
  private dropped = 0

  constructor(response: ServerResponse, sources: Sources) {
    this.response = response
    this.sources = sources
  }

  /** What has changed since it was told last. */
  tell(): void {
    const { copies, drop } = this.sources.ring()
    const now = new Set(copies.map(({ move }) => move))
    for (const copy of copies)
      if (!this.copies.has(copy.move)) this.send('copy', copyAnswer(copy, this.sources))
    for (const move of this.copies) if (!now.has(move)) this.send('over', { move })
    this.copies = now
    if (drop !== null && drop.epoch !== this.dropped) {
      this.dropped = drop.epoch
      this.send('drop', dropAnswer(drop, this.sources))
    }
  }

  write(text: string): void {
    if (this.response.writableLength > UNSENT) this.response.destroy()
    else this.response.write(text)
  }

  private send(event: string, data: unknown): void {
    this.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`)
  }
}
