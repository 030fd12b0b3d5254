/**
 * `GET /v1/moves/events`: what a data plane beside this node has to do, as server-sent events:
 * `copy` for each movement to be copied and `over` once it no longer is, `drop` for what may be
 * deleted. It tells a state and no history: whoever connects is told all that stands, so nothing is
 * missed and an event may come again after a break.
 */
import type { ServerResponse } from 'node:http'
import { copyAnswer, dropAnswer } from './copy-answers.js'
import { Listeners } from './listeners.js'
import type { Sources } from './sources.js'

/** Most listeners at a time. */
export const COPY_LISTENERS = 16
/** Most bytes waiting for one listener: what it is told first may be long. */
const UNSENT = 4 * 1024 * 1024

export class CopyStream {
  private readonly sources: Sources
  private readonly listeners = new Listeners(UNSENT, COPY_LISTENERS)

  constructor(sources: Sources) {
    this.sources = sources
  }

  get full(): boolean {
    return this.listeners.full
  }

  /** Answers on `response` until either side ends it. */
  serve(response: ServerResponse): void {
    const told = new Told(this.sources, (text) => this.listeners.write(response, text))
    const unsubscribe = this.sources.journal.subscribe(({ event }) => {
      if (event.startsWith('ring.')) told.tell()
    })
    this.listeners.begin(response, ': movements of this node\n\n', unsubscribe)
    told.tell()
  }

  close(): void {
    this.listeners.close()
  }
}

/** One listener, and what it was told. */
class Told {
  private readonly sources: Sources
  private readonly write: (text: string) => void
  /** Bounded by the movements of the record. */
  private copies = new Set<string>()
  private dropped = 0

  constructor(sources: Sources, write: (text: string) => void) {
    this.sources = sources
    this.write = write
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

  private send(event: string, data: unknown): void {
    this.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`)
  }
}
