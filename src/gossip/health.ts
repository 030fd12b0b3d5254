/**
 * Local health (Lifeguard, section IV-A): a score of how much this node should distrust itself. It
 * rises by missed nacks, own refutations, isolation and stalls, and falls by answered probes; it
 * stretches what depends on being quick.
 */
import type { Outbox } from './outbox.js'

/**
 * How much of the suspicion deadline each point adds (background: with less, short minimums raise
 * false alarms).
 */
const SUSPICION_STRETCH = 0.25

export class Health {
  private readonly max: number
  private readonly outbox: Outbox
  private current = 0

  /** @param max the largest score; 0 switches local health off */
  constructor(max: number, outbox: Outbox) {
    this.max = max
    this.outbox = outbox
  }

  /** 0 (well) to max. */
  get score(): number {
    return this.current
  }

  worsen(by: number): void {
    this.move(this.current + by)
  }

  /** A probe was answered. */
  improve(): void {
    this.move(this.current - 1)
  }

  /** Factor on probe time-outs and on the pace of the round robin. */
  get stretch(): number {
    return 1 + this.current
  }

  /**
   * Factor on the suspicion deadline; nobody could relay in a cluster of four, so it is not
   * stretched there.
   */
  suspicionStretch(present: number): number {
    return present <= 4 ? 1 : 1 + SUSPICION_STRETCH * this.current
  }

  private move(to: number): void {
    const score = Math.max(0, Math.min(this.max, to))
    if (score === this.current) return
    this.current = score
    this.outbox.event({ kind: 'health.changed', score })
  }
}
