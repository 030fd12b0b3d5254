/**
 * How one piece of news spread: when each of those who should hear of it came to know. Whoever ends
 * before it knew, or is overtaken by later news, was not in the audience.
 */
import type { Millis } from '../../src/base/machine.js'

/** A crash or a drain is news of a fall, a leave of a departure, a start of an arrival. */
export type News = 'fall' | 'departure' | 'arrival' | 'fact'

/** What became of one piece of news, as plain values. */
export interface Spread {
  readonly news: News
  /** Name of the node it is about. */
  readonly about: string
  readonly since: Millis
  /** How many should hear of it. */
  readonly audience: number
  /** How long each of them took, shortest first. */
  readonly took: readonly Millis[]
}

export class Spreading {
  readonly news: News
  readonly about: string
  readonly since: Millis
  /** Whether later news of the same node made this one old. */
  private closed = false
  /** Names; bounded by the nodes of the world. */
  private readonly waiting: Set<string>
  /** Bounded by the nodes of the world. */
  private readonly took: Millis[] = []

  constructor(news: News, about: string, since: Millis, audience: readonly string[]) {
    this.news = news
    this.about = about
    this.since = since
    this.waiting = new Set(audience)
    this.waiting.delete(about)
  }

  /** @returns whether everybody knows now */
  knows(name: string, now: Millis): boolean {
    if (!this.closed && this.waiting.delete(name)) this.took.push(now - this.since)
    return this.waiting.size === 0
  }

  /** Its process ended, or it is about to: it can no longer come to know. */
  ended(name: string): void {
    this.waiting.delete(name)
  }

  overtaken(): void {
    this.closed = true
    this.waiting.clear()
  }

  get told(): Spread {
    const { news, about, since, took, waiting } = this
    const inOrder = [...took].sort((a, b) => a - b)
    return { news, about, since, audience: took.length + waiting.size, took: inOrder }
  }
}
