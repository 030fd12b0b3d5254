/**
 * Keeping a picture of the cluster true: it is asked for anew whenever an event arrives, and slowly
 * anyway, and the last events are kept beside it. Which agent is asked may change meanwhile, when
 * the one before is gone.
 */
import type { ClusterStatus } from '../../cluster/status.js'
import { answers } from '../answers.js'
import { ask, shortUrl } from '../api.js'
import { wordsOf } from '../failure.js'
import { follow, pause } from '../follow.js'
import { readEvent, type AgentEvent } from '../layout/event.js'

const SLOW_POLL_MS = 2000
const RETRY_MS = 500
/** Events come in bursts; one question answers them all. */
const BURST_MS = 60
const EVENTS_KEPT = 50
const RECENT = 30

export interface Seen {
  readonly status: ClusterStatus | undefined
  /** Whom the status came from. */
  readonly from: string
  /** Oldest first, at most EVENTS_KEPT. */
  readonly events: readonly AgentEvent[]
  /** Why nobody answers just now. */
  readonly trouble: string | undefined
}

export interface Watching {
  /** The agent to ask at this moment; undefined when there is none. */
  readonly choose: () => string | undefined
  readonly stop: AbortSignal
  /** Show also what was announced just before. */
  readonly recent?: true
  readonly changed: (seen: Seen) => void
  readonly heard?: (event: AgentEvent) => void
}

export async function watchCluster(watching: Watching): Promise<void> {
  const watcher = new Watcher(watching)
  await Promise.all([watcher.listen(), watcher.poll()])
}

class Watcher {
  private readonly watching: Watching
  private seen: Seen = { status: undefined, from: '', events: [], trouble: undefined }
  /** Ends the present wait of the poll. */
  private bell = new AbortController()

  constructor(watching: Watching) {
    this.watching = watching
    watching.stop.addEventListener('abort', () => this.bell.abort(), { once: true })
  }

  async listen(): Promise<void> {
    const { choose, stop } = this.watching
    while (!stop.aborted) {
      const url = choose()
      if (url === undefined) this.change({ trouble: 'no agent is running' })
      else await this.listenTo(url)
      await pause(RETRY_MS, stop)
    }
  }

  private async listenTo(url: string): Promise<void> {
    const { stop, heard } = this.watching
    try {
      const last = await this.beginning(url)
      for await (const arrival of follow({ url, path: '/v1/events', stop, last })) {
        const event = readEvent(arrival.data)
        if (event === undefined || event.level === 'debug') continue
        heard?.(event)
        this.change({ events: [...this.seen.events, event].slice(-EVENTS_KEPT) })
        this.bell.abort()
      }
    } catch (thrown) {
      if (!stop.aborted) this.change({ trouble: wordsOf(thrown) })
    }
  }

  /**
   * Where to begin, so that the first agent's latest events are shown too; its ids are RUN-NUMBER.
   */
  private async beginning(url: string): Promise<string | undefined> {
    if (this.watching.recent !== true || this.seen.events.length > 0) return undefined
    for await (const { id } of follow({
      url,
      path: '/v1/events',
      stop: this.watching.stop,
      all: true,
    })) {
      const [run = '', number = ''] = id.split('-')
      return `${run}-${Math.max(0, Number(number) - RECENT)}`
    }
    return undefined
  }

  async poll(): Promise<void> {
    const { stop } = this.watching
    while (!stop.aborted) {
      this.bell = new AbortController()
      await this.refresh()
      await pause(SLOW_POLL_MS, this.bell.signal)
      await pause(BURST_MS, stop)
    }
  }

  private async refresh(): Promise<void> {
    const url = this.watching.choose()
    if (url === undefined) {
      this.change({ trouble: 'no agent is running' })
      return
    }
    try {
      const status = await ask(url, '/v1/status', answers.status)
      this.change({ status, from: shortUrl(url), trouble: undefined })
    } catch (thrown) {
      this.change({ trouble: wordsOf(thrown) })
    }
  }

  private change(part: Partial<Seen>): void {
    this.seen = { ...this.seen, ...part }
    if (!this.watching.stop.aborted) this.watching.changed(this.seen)
  }
}
