/**
 * Round trips, smoothed (Jacobson 1988), per member and pooled: a probe is late when phi of its
 * silence reaches the threshold given the round trips seen, between a floor and a cap.
 */
import type { Millis } from '../base/machine.js'
import { deviationsFor, phiOf } from './phi.js'
import type { Row } from './members.js'

export interface RoundTripSettings {
  readonly ackFloor: Millis
  readonly ackPrior: Millis
  readonly ackCap: Millis
  readonly phiThreshold: number
}

const MEAN_GAIN = 1 / 8
const DEVIATION_GAIN = 1 / 4
/** Smallest deviation assumed of round trips: what a scheduler adds on an idle machine. */
const DEVIATION_FLOOR: Millis = 10

export class RoundTrips {
  private readonly settings: RoundTripSettings
  private readonly deviations: number
  /** Smoothed mean and deviation by row, 0 where unknown; bounded by the member table. */
  private means = new Float32Array(8)
  private spreads = new Float32Array(8)
  private pooledMean = 0
  private pooledSpread = 0

  constructor(settings: RoundTripSettings) {
    this.settings = settings
    this.deviations = deviationsFor(settings.phiThreshold)
  }

  measured(row: Row, trip: Millis): void {
    while (row >= this.means.length) this.grow()
    const mean = this.means[row] ?? 0
    this.spreads[row] = spread(this.spreads[row] ?? 0, mean, trip)
    this.means[row] = mean === 0 ? trip : mean + (trip - mean) * MEAN_GAIN
    this.pooledSpread = spread(this.pooledSpread, this.pooledMean, trip)
    const pooled = this.pooledMean
    this.pooledMean = pooled === 0 ? trip : pooled + (trip - pooled) * MEAN_GAIN
  }

  /** Another instance, perhaps elsewhere, has this row now. */
  forget(row: Row): void {
    this.means[row] = 0
    this.spreads[row] = 0
  }

  /** Smoothed round trip, null before one was measured. */
  of(row: Row): Millis | null {
    const mean = this.means[row] ?? 0
    return mean === 0 ? null : mean
  }

  /** How long to wait for a direct answer. */
  patience(row: Row): Millis {
    const { mean, deviation } = this.expected(row)
    if (mean === 0) return this.settings.ackPrior
    const late = mean + this.deviations * deviation
    return Math.min(this.settings.ackCap, Math.max(this.settings.ackFloor, late))
  }

  /** phi of an answer that has not come for so long. */
  phi(row: Row, silence: Millis): number {
    const { mean, deviation } = this.expected(row)
    return phiOf((silence - mean) / deviation)
  }

  private expected(row: Row): { mean: Millis; deviation: Millis } {
    const own = this.means[row] ?? 0
    const mean = own === 0 ? this.pooledMean : own
    const deviation = own === 0 ? this.pooledSpread : (this.spreads[row] ?? 0)
    return { mean, deviation: Math.max(DEVIATION_FLOOR, deviation) }
  }

  private grow(): void {
    const means = new Float32Array(this.means.length * 2)
    const spreads = new Float32Array(this.means.length * 2)
    means.set(this.means)
    spreads.set(this.spreads)
    this.means = means
    this.spreads = spreads
  }
}

function spread(former: Millis, mean: Millis, trip: Millis): Millis {
  if (mean === 0) return trip / 2
  return former + (Math.abs(trip - mean) - former) * DEVIATION_GAIN
}
