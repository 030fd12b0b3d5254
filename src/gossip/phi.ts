/**
 * phi accrual (Hayashibara et al., SRDS 2004): how improbable a silence is, given the intervals
 * seen before. phi = 8 means here: if arrivals are normal with the mean and deviation of the
 * window, a silence this long has a probability of about 10^-7. Both have a floor or prior, so that
 * few or very regular samples make no hair trigger.
 */
import { assert } from '../base/assert.js'
import type { Millis } from '../base/machine.js'
import { exp, ln } from '../base/math.js'

const LN10 = 2.302585092994046

/** Larger phi says nothing more, and this is the largest that the wire carries. */
export const PHI_MAX = 25.5

/**
 * phi of a silence that exceeds the mean by `y` standard deviations: -log10 of the normal
 * distribution's tail, by its logistic approximation (error of the tail below 2e-4; far out phi is
 * high, by an eighth at 8, which it reaches after 5.2 deviations instead of 5.6).
 */
export function phiOf(y: number): number {
  const u = y * (1.5976 + 0.070566 * y * y)
  if (u > PHI_MAX * LN10) return PHI_MAX
  if (u < -30) return 0
  return Math.min(PHI_MAX, u > 30 ? u / LN10 : ln(1 + exp(u)) / LN10)
}

/**
 * The number of deviations at which phi reaches a threshold: the inverse of `phiOf`, by bisection.
 */
export function deviationsFor(phi: number): number {
  assert(phi > 0.31 && phi < PHI_MAX, `threshold ${phi} within 0.31..${PHI_MAX}`)
  let low = 0
  let high = 40
  for (let step = 0; step < 60; step++) {
    const middle = (low + high) / 2
    if (phiOf(middle) < phi) low = middle
    else high = middle
  }
  return high
}

/** Ticks of a millisecond in the window. */
const TICKS = 10

/**
 * The last intervals in tenths of a millisecond, with integer sums: incremental and exact, so no
 * negative variance.
 */
export class Window {
  /** A ring; bounded by the window's size. */
  private readonly samples: Float64Array
  private next = 0
  private sum = 0
  private squares = 0
  count = 0

  constructor(size: number) {
    this.samples = new Float64Array(size)
  }

  add(interval: Millis): void {
    // Up to 94 s the square of a whole number of ticks, 1024 times over, stays an exact integer.
    const sample = Math.min(940_000, Math.round(interval * TICKS))
    const former = this.samples[this.next] ?? 0
    this.sum += sample - former
    this.squares += sample * sample - former * former
    this.samples[this.next] = sample
    this.next = (this.next + 1) % this.samples.length
    this.count = Math.min(this.count + 1, this.samples.length)
  }

  get mean(): Millis {
    return this.sum / this.count / TICKS
  }

  get deviation(): Millis {
    const mean = this.sum / this.count
    const variance = this.squares / this.count - mean * mean
    return Math.sqrt(Math.max(0, variance)) / TICKS
  }
}

export interface PhiSettings {
  readonly phiWindow: number
  readonly phiFloor: Millis
  readonly phiPause: Millis
}

/** The arrivals on one steady edge. */
export class Accrual {
  private readonly settings: PhiSettings
  private readonly prior: Millis
  private readonly window: Window
  /** Of any sign of life, and of a steady one. */
  private lastArrival: Millis
  private lastSteady: Millis

  /**
   * @param prior the interval to expect before any was seen; it counts as two samples
   * @param apart how far these lie from it, as a share
   */
  constructor(settings: PhiSettings, prior: Millis, now: Millis, apart = 0.25) {
    this.settings = settings
    this.prior = prior
    this.window = new Window(settings.phiWindow)
    this.lastArrival = now
    this.lastSteady = now
    this.window.add(prior * (1 - apart))
    this.window.add(prior * (1 + apart))
  }

  /** The first steady answer: what came before was no interval. */
  begin(now: Millis): void {
    this.lastArrival = now
    this.lastSteady = now
  }

  /** A steady answer arrived. */
  arrive(now: Millis): void {
    const interval = now - this.lastSteady
    this.lastArrival = now
    this.lastSteady = now
    if (interval > 0 && interval < this.prior * 10) this.window.add(interval)
  }

  /** The silence ends, by another first-hand sign of life; but that is no steady interval. */
  touch(now: Millis): void {
    this.lastArrival = now
  }

  /** When the next is to be expected. */
  get expectedAt(): Millis {
    return this.lastArrival + this.window.mean
  }

  phi(now: Millis): number {
    const deviation = Math.max(this.settings.phiFloor, this.window.deviation)
    return phiOf((now - this.expectedAt - this.settings.phiPause) / deviation)
  }

  /** When phi will reach the threshold, if nothing arrives. */
  reaches(deviations: number): Millis {
    const deviation = Math.max(this.settings.phiFloor, this.window.deviation)
    return this.expectedAt + this.settings.phiPause + deviations * deviation
  }

  /** This process stood still: the silence was ours. */
  shift(by: Millis): void {
    this.lastArrival += by
    this.lastSteady += by
  }
}
