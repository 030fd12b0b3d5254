/**
 * `GET /v1/events`: announcements as server-sent events, each with its number. Who comes back with
 * Last-Event-ID gets what it missed, or first an event `gap`.
 */
import type { ServerResponse } from 'node:http'
import { flat } from '../announcement.js'
import type { Announcement } from '../saying.js'
import type { Journal } from '../journal.js'
import { Listeners } from './listeners.js'

export interface Wish {
  readonly lastEventId: string | undefined
  /** Event names wanted, all when empty; `member.*` stands for every event of members. */
  readonly types: readonly string[]
}

export class EventStream {
  private readonly journal: Journal
  private readonly listeners: Listeners

  constructor(journal: Journal, unsent?: number) {
    this.journal = journal
    this.listeners = new Listeners(unsent)
  }

  get full(): boolean {
    return this.listeners.full
  }

  get size(): number {
    return this.listeners.size
  }

  /** Answers on `response` until either side ends it. */
  serve(response: ServerResponse, wish: Wish): void {
    const unsubscribe = this.journal.subscribe((said) => {
      if (wants(wish, said.event)) this.listeners.write(response, eventText(said))
    })
    this.listeners.begin(response, this.missed(wish), unsubscribe)
  }

  close(): void {
    this.listeners.close()
  }

  /**
   * Begins with the number that it goes on from, so that also who hears nothing can resume there.
   */
  private missed(wish: Wish): string {
    const { missed, gap, at } = this.journal.since(wish.lastEventId)
    const data = { event: 'gap', after: wish.lastEventId ?? null, from: at }
    const told = missed.filter((said) => wants(wish, said.event)).map(eventText)
    return [
      `id: ${at}\n: events of murmuration\n\n`,
      ...(gap ? [`event: gap\ndata: ${JSON.stringify(data)}\n\n`] : []),
      ...told,
    ].join('')
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
