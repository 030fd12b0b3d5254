/**
 * What this agent announced of late, numbered, and who listens. A listener that comes back with the
 * last number it saw gets what it missed, or is told honestly that some of it is gone.
 */
import type { HostId } from '../gossip/identity.js'
import type { Announcement, Saying } from './saying.js'

const KEPT = 4096

export type Listener = (said: Announcement) => void

export interface Replay {
  /** What was announced after the number given, as far as it is kept, oldest first. */
  readonly missed: readonly Announcement[]
  /** Some of what was missed is no longer kept, or belongs to another run of the agent. */
  readonly gap: boolean
  /** The number just before those. */
  readonly at: string
}

export class Journal {
  announced = 0
  /** Announcements by event name; bounded by the kinds of events there are. */
  readonly counts = new Map<string, number>()
  private readonly run: number
  private readonly speaker: { readonly name: string; readonly hostId: HostId }
  private readonly now: () => number
  private readonly kept: number
  /** A ring of at most the last `kept` announcements; number n stands at n modulo that. */
  private readonly ring: Announcement[] = []
  /** Bounded by whoever subscribes; the event stream admits a fixed number. */
  private readonly listeners = new Set<Listener>()

  /**
   * @param now epoch milliseconds; its first value names this run, so that numbers of two runs are
   * never mixed
   */
  constructor(
    speaker: { readonly name: string; readonly hostId: HostId },
    now: () => number,
    kept = KEPT,
  ) {
    this.speaker = speaker
    this.now = now
    this.kept = kept
    this.run = now()
  }

  announce(saying: Saying): Announcement {
    const number = ++this.announced
    const about = saying.about ?? this.speaker
    const said: Announcement = {
      id: `${this.run}-${number}`,
      time: new Date(this.now()).toISOString(),
      level: saying.level,
      event: saying.event,
      node: about.name,
      hostId: about.hostId,
      agent: this.speaker.name,
      details: saying.details,
    }
    this.ring[number % this.kept] = said
    this.counts.set(said.event, (this.counts.get(said.event) ?? 0) + 1)
    for (const listener of this.listeners) listener(said)
    return said
  }

  /** Gives what ends the subscription. */
  subscribe(listener: Listener): () => void {
    this.listeners.add(listener)
    return () => {
      this.listeners.delete(listener)
    }
  }

  /** @param id the last number seen; without it nothing was missed */
  since(id: string | undefined): Replay {
    if (id === undefined) return { missed: [], gap: false, at: `${this.run}-${this.announced}` }
    const [run, number] = id.split('-').map(Number)
    const known = run === this.run && number !== undefined && number <= this.announced
    const oldest = Math.max(1, this.announced - this.kept + 1)
    const wanted = known ? number + 1 : 1
    const first = Math.max(wanted, oldest)
    // At most as many as the ring holds.
    const missed: Announcement[] = []
    for (let next = first; next <= this.announced; next++) {
      const said = this.ring[next % this.kept]
      if (said !== undefined) missed.push(said)
    }
    return { missed, gap: !known || wanted < oldest, at: `${this.run}-${first - 1}` }
  }
}
