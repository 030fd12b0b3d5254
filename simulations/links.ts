/**
 * What becomes of a message on its way: delay, loss, repetition and being overtaken for datagrams;
 * for streams, which lose nothing, the time that loss costs them. All chance comes from one
 * generator.
 */
import type { Address, Millis } from '../src/base/machine.js'
import type { Random } from '../src/base/random.js'

export interface Link {
  readonly delayMin: Millis
  readonly delayMax: Millis
  /** Share of datagrams lost, 0..1. */
  readonly loss: number
  /** Share of datagrams that arrive twice, the second time up to `lateMax` later. */
  readonly repeated: number
  /** Share of datagrams that are overtaken: up to `lateMax` late. */
  readonly late: number
  readonly lateMax: Millis
}

export const CALM: Link = {
  delayMin: 0.2,
  delayMax: 0.8,
  loss: 0,
  repeated: 0,
  late: 0,
  lateMax: 100,
}

/** How long a stream waits before it is given up. */
export const STREAM_PATIENCE: Millis = 3000
/** A lost segment is sent again after so long, then after twice that, and so on. */
const RETRANSMIT: Millis = 200

export class Links {
  link: Link
  private readonly random: Random
  /** When the last frame from one to the other arrives; bounded by the pairs of addresses. */
  private readonly streams = new Map<string, Millis>()

  constructor(random: Random, link: Link) {
    this.random = random
    this.link = link
  }

  /** After how long a datagram arrives: once, not at all, or twice. */
  datagram(): Millis[] {
    const { loss, repeated, late } = this.link
    const lost = this.random.between(0, 1) < loss
    const first = lost ? [] : [this.delay() + (this.happens(late) ? this.lateness() : 0)]
    return this.happens(repeated) && !lost ? [...first, this.delay() + this.lateness()] : first
  }

  /** When a frame arrives, never before the last one; undefined when the stream breaks. */
  frame(from: Address, to: Address, now: Millis): Millis | undefined {
    let wait: Millis = 3 * this.link.delayMax
    let again = RETRANSMIT
    while (this.happens(this.link.loss)) {
      wait += again
      again *= 2
      if (wait > STREAM_PATIENCE) return undefined
    }
    const pair = `${from} ${to}`
    const arrival = Math.max(now + wait, this.streams.get(pair) ?? 0)
    this.streams.set(pair, arrival)
    return arrival
  }

  delay(): Millis {
    return this.random.between(this.link.delayMin, this.link.delayMax)
  }

  private lateness(): Millis {
    return this.random.between(0, this.link.lateMax)
  }

  /** Draws only where there is a choice. */
  private happens(share: number): boolean {
    return share > 0 && this.random.between(0, 1) < share
  }
}
