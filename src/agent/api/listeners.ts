/**
 * Open streams of server-sent events: how many at a time, how much may wait for one, and a sign of
 * life. A listener that does not keep up is dropped: it may come back and resume.
 */
import type { ServerResponse } from 'node:http'

/** Most listeners at a time, of one kind of stream, unless it says otherwise. */
export const LISTENERS = 64
/** Most bytes waiting for one listener. */
const UNSENT = 256 * 1024
const HEARTBEAT = 15_000

export class Listeners {
  private readonly unsent: number
  private readonly most: number
  /** Listeners and how many bytes may wait for each; bounded: `most`. */
  private readonly open = new Map<ServerResponse, number>()
  private heartbeat: NodeJS.Timeout | undefined

  constructor(unsent = UNSENT, most = LISTENERS) {
    this.unsent = unsent
    this.most = most
  }

  get full(): boolean {
    return this.open.size >= this.most
  }

  get size(): number {
    return this.open.size
  }

  /** Begins a stream; the first words may be of any size. @param gone called when it ends */
  begin(response: ServerResponse, first: string, gone: () => void): void {
    response.writeHead(200, {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
    })
    this.heartbeat ??= setInterval(() => this.beat(), HEARTBEAT).unref()
    response.write(first)
    // What was missed comes in one piece and is no sign of slowness.
    this.open.set(response, response.writableLength + this.unsent)
    response.on('error', () => undefined)
    response.on('close', () => {
      gone()
      this.forget(response)
    })
  }

  write(response: ServerResponse, text: string): void {
    if (response.writableLength > (this.open.get(response) ?? 0)) response.destroy()
    else response.write(text)
  }

  close(): void {
    for (const response of this.open.keys()) response.end()
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
