/**
 * `GET /v1/events`: announcements as server-sent events, each with its number. Who comes back with
 * Last-Event-ID gets what it missed, or first an event `gap`. A listener that does not keep up is
 * dropped: it may come back and resume.
 */
import type { ServerResponse } from 'node:http'
import { flat } from '../announcement.js'
import type { Announcement } from '../saying.js'
import type { Journal } from '../journal.js'

/** Most listeners at a time. */
export const LISTENERS = 64
/** Most bytes waiting for one listener. */
const UNSENT = 256 * 1024
const HEARTBEAT = 15_000

export interface Wish {
  readonly lastEventId: string | undefined
  /** Event names wanted, all when empty; `member.*` stands for every event of members. */
  readonly types: readonly string[]
}

export class EventStream {
  private readonly journal: Journal
  private readonly unsent: number
  /** Listeners and how many bytes may wait for each; at most LISTENERS. */
  private readonly open = new Map<ServerResponse, number>()
  private heartbeat: NodeJS.Timeout | undefined

  constructor(journal: Journal, unsent = UNSENT) {
    this.journal = journal
    this.unsent = unsent
  }

  get full(): boolean {
    return this.open.size >= LISTENERS
  }

  get size(): number {
    return this.open.size
  }

  /** Answers on `response` until either side ends it. */
  serve(response: ServerResponse, wish: Wish): void {
    response.writeHead(200, {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
    })
    this.heartbeat ??= setInterval(() => this.beat(), HEARTBEAT).unref()
    this.replay(response, wish)
    // What was missed comes in one piece and is no sign of slowness.
    this.open.set(response, response.writableLength + this.unsent)
    const unsubscribe = this.journal.subscribe((said) => {
      if (wants(wish, said.event)) this.write(response, eventText(said))
    })
    response.on('error', () => undefined)
    response.on('close', () => {
      unsubscribe()
      this.forget(response)
    })
  }

  close(): void {
    for (const response of this.open.keys()) response.end()
  }

  /**
   * Begins with the number that it goes on from, so that also who hears nothing can resume there.
   */
  private replay(response: ServerResponse, wish: Wish): void {
    const { missed, gap, at } = this.journal.since(wish.lastEventId)
    response.write(`id: ${at}\n: events of murmuration\n\n`)
    if (gap) {
      const data = { event: 'gap', after: wish.lastEventId ?? null, from: at }
      response.write(`event: gap\ndata: ${JSON.stringify(data)}\n\n`)
    }
    for (const said of missed) {
      if (wants(wish, said.event)) response.write(eventText(said))
    }
  }

  private write(response: ServerResponse, text: string): void {
    if (response.writableLength > (this.open.get(response) ?? 0)) response.destroy()
    else response.write(text)
  }

  private beat(): void {
    for (const response of this.open.keys()) this.write(response, ': still here\n\n')
  }

  private forget(response: ServerResponse): void {
    this.open.delete(response)
    if (this.open.size > 0) return
    clearInterval(this.heartbeat)
    this.heartbeat = undefined
  }
}

export function eventText(said: Announcement): string {
  return `id: ${said.id}\nevent: ${said.event}\ndata: ${JSON.stringify(flat(said))}\n\n`
}

function wants({ types }: Wish, event: string): boolean {
  if (types.length === 0) return true
  return types.some((type) => {
    return type.endsWith('*') ? event.startsWith(type.slice(0, -1)) : type === event
  })
}
