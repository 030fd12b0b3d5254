/**
 * What becomes of a message on its way: delay, loss, repetition, being overtaken and having to
 * queue for datagrams; for streams, which lose nothing, the time that loss costs them. Links belong
 * to pairs of datacenters. All chance comes from one generator.
 */
import { known } from '../src/base/assert.js'
import { NEVER, type Millis } from '../src/base/machine.js'
import type { Random } from '../src/base/random.js'
import { microsOf, type Micros } from './clock.js'
import { drawDelay, type Delay } from './delay.js'

export interface Link {
  readonly delay: Delay
  /** Share of datagrams lost, 0..1. */
  readonly loss: number
  /** Share of datagrams that arrive twice, the second time up to `lateMax` later. */
  readonly repeated: number
  /** Share of datagrams that are overtaken: up to `lateMax` late. */
  readonly late: number
  readonly lateMax: Millis
  /** Bytes a second that one sender gets through it, null: any number. */
  readonly capacity: number | null
}

export const CALM: Link = {
  delay: { kind: 'uniform', from: 0.2, to: 0.8 },
  loss: 0,
  repeated: 0,
  late: 0,
  lateMax: 100,
  capacity: null,
}

/** Part of a link's description, for every link or for the one between two datacenters. */
export interface Override {
  readonly between?: readonly [string, string]
  readonly link: Partial<Link>
}

/** One end of a link. */
export interface Station {
  readonly index: number
  readonly dc: string
}

/** How long a stream waits before it is given up. */
export const STREAM_PATIENCE: Millis = 3000
/** A lost segment is sent again after so long, then after twice that, and so on. */
const RETRANSMIT: Millis = 200
/** A buffer before a narrow link holds so much; what would wait longer is dropped. */
const QUEUE_MAX: Micros = 500_000
/** Orders of streams remembered before those that are past are forgotten. */
const STREAMS_KEPT = 4096

export class Links {
  private readonly random: Random
  private base: Link
  /** In force, the later before the earlier; bounded by the scenario. */
  private readonly overrides: Override[] = []
  /** What is in force between two datacenters; bounded by their pairs. */
  private readonly effective = new Map<string, Map<string, Link>>()
  /** When the last frame from one to the other arrives; bounded: what is past is forgotten. */
  private readonly streams = new Map<number, Micros>()
  private streamsMax = STREAMS_KEPT
  /** When what a sender puts on a narrow link has left; bounded by senders and datacenters. */
  private readonly busy = new Map<string, Micros>()

  constructor(random: Random, link: Link, overrides: readonly Override[] = []) {
    this.random = random
    this.base = link
    this.overrides.push(...overrides)
  }

  /** The link between any two datacenters that have none of their own. */
  get link(): Link {
    return this.base
  }

  set link(link: Link) {
    this.base = link
    this.effective.clear()
  }

  /** Holds until it is lifted. */
  override(what: Override): void {
    this.overrides.push(what)
    this.effective.clear()
  }

  lift(what: Override): void {
    const place = this.overrides.indexOf(what)
    if (place >= 0) this.overrides.splice(place, 1)
    this.effective.clear()
  }

  between(from: string, to: string): Link {
    const found = this.effective.get(from)?.get(to)
    if (found !== undefined) return found
    const link = this.overrides
      .filter(({ between }) => between === undefined || joins(between, from, to))
      .reduce((sum, { link: part }) => ({ ...sum, ...part }), this.base)
    if (!this.effective.has(from)) this.effective.set(from, new Map())
    known(this.effective.get(from), 'a row').set(to, link)
    return link
  }

  /**
   * When a datagram arrives, NEVER when it is lost.
   *
   * @param loss what is lost besides what the link loses, 0..1
   */
  datagram(link: Link, loss: number, now: Micros): Micros {
    if (this.happens(link.loss) || this.happens(loss)) return NEVER
    const late = this.happens(link.late) ? this.lateness(link) : 0
    return now + this.delay(link) + late
  }

  /** When a datagram arrives a second time, NEVER when it does not. */
  again(link: Link, now: Micros): Micros {
    return this.happens(link.repeated) ? now + this.delay(link) + this.lateness(link) : NEVER
  }

  /** How much later a frame comes again, NEVER when it does not. */
  echo({ share, late }: { readonly share: number; readonly late: Micros }): Micros {
    return this.happens(share) ? Math.round(this.random.between(0, late)) : NEVER
  }

  /** When bytes have left the sender, NEVER when its buffer is full. */
  leaves(link: Link, from: Station, to: Station, size: number, now: Micros): Micros {
    if (link.capacity === null) return now
    const pair = `${from.index} ${to.dc}`
    const free = Math.max(now, this.busy.get(pair) ?? 0)
    if (free - now > QUEUE_MAX) return NEVER
    const left = free + Math.ceil((size * 1e6) / link.capacity)
    this.busy.set(pair, left)
    return left
  }

  /**
   * When a frame arrives, never before the last one; NEVER when the stream breaks.
   *
   * @param lag what it takes besides
   */
  frame(
    link: Link,
    from: Station,
    to: Station,
    { loss, lag }: { readonly loss: number; readonly lag: Micros },
    now: Micros,
  ): Micros {
    let wait = this.delay(link) + this.delay(link) + this.delay(link)
    let again = RETRANSMIT
    while (this.happens(link.loss) || this.happens(loss)) {
      wait += microsOf(again)
      again *= 2
      if (wait > microsOf(STREAM_PATIENCE)) return NEVER
    }
    const pair = from.index * 4294967296 + to.index
    const arrival = Math.max(now + wait + lag, this.streams.get(pair) ?? 0)
    if (this.streams.size >= this.streamsMax) this.forget(now)
    this.streams.set(pair, arrival)
    return arrival
  }

  delay(link: Link): Micros {
    return microsOf(drawDelay(link.delay, this.random))
  }

  private lateness(link: Link): Micros {
    return microsOf(this.random.between(0, link.lateMax))
  }

  /** Draws only where there is a choice. */
  private happens(share: number): boolean {
    return share > 0 && this.random.between(0, 1) < share
  }

  /** Frames that have arrived hold back no later one. */
  private forget(now: Micros): void {
    for (const [pair, arrival] of this.streams) if (arrival <= now) this.streams.delete(pair)
    this.streamsMax = Math.max(STREAMS_KEPT, this.streams.size * 2)
  }
}

function joins(between: readonly [string, string], from: string, to: string): boolean {
  const [one, other] = between
  return (one === from && other === to) || (one === to && other === from)
}
