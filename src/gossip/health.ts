/**
 * Local health (Lifeguard, section IV-A): a score of how much this node should distrust itself. It
 * rises by missed nacks, own refutations, isolation and stalls, and falls by answered probes; it
 * stretches what depends on being quick.
 */
import type { Outbox } from './outbox.js'

export interface HealthSettings {
  /** The largest score; 0 switches local health off. */
  readonly healthMax: number
  /** How much of the suspicion deadline each point adds. */
  readonly suspicionStretch: number
}

export class Health {
  private readonly settings: HealthSettings
  private readonly outbox: Outbox
  private current = 0

  constructor(settings: HealthSettings, outbox: Outbox) {
    this.settings = settings
    this.outbox = outbox
  }

  /** 0 (well) to `healthMax`. */
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
    return present <= 4 ? 1 : 1 + this.settings.suspicionStretch * this.current
  }

  private move(to: number): void {
    const score = Math.max(0, Math.min(this.settings.healthMax, to))
    if (score === this.current) return
    this.current = score
    this.outbox.event({ kind: 'health.changed', score })
  }
}
