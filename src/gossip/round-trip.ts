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
/** Members whose own trips are remembered; the one first measured longest ago is dropped. */
const MEASURED_MAX = 1024
/** Smallest deviation assumed of round trips: what a scheduler adds on an idle machine. */
const DEVIATION_FLOOR: Millis = 10

interface Trip {
  mean: Millis
  spread: Millis
}

export class RoundTrips {
  private readonly settings: RoundTripSettings
  private readonly deviations: number
  /** In the order of the first measurement; bounded: MEASURED_MAX. */
  private readonly trips = new Map<Row, Trip>()
  private pooledMean = 0
  private pooledSpread = 0

  constructor(settings: RoundTripSettings) {
    this.settings = settings
    this.deviations = deviationsFor(settings.phiThreshold)
  }

  measured(row: Row, trip: Millis): void {
    const own = this.trips.get(row)
    this.pooledSpread = spread(this.pooledSpread, this.pooledMean, trip)
    this.pooledMean = smooth(this.pooledMean, trip)
    if (own === undefined) this.add(row, { mean: trip, spread: trip / 2 })
    else {
      own.spread = spread(own.spread, own.mean, trip)
      own.mean = smooth(own.mean, trip)
    }
  }

  /** Another instance, perhaps elsewhere, has this row now. */
  forget(row: Row): void {
    this.trips.delete(row)
  }

  /** Smoothed round trip, null before one was measured. */
  of(row: Row): Millis | null {
    return this.trips.get(row)?.mean ?? null
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
    const own = this.trips.get(row)
    const mean = own?.mean ?? this.pooledMean
    const deviation = own?.spread ?? this.pooledSpread
    return { mean, deviation: Math.max(DEVIATION_FLOOR, deviation) }
  }

  private add(row: Row, trip: Trip): void {
    this.trips.set(row, trip)
    if (this.trips.size <= MEASURED_MAX) return
    for (const oldest of this.trips.keys()) {
      this.trips.delete(oldest)
      return
    }
  }
}

function smooth(former: Millis, trip: Millis): Millis {
  return former === 0 ? trip : former + (trip - former) * MEAN_GAIN
}

function spread(former: Millis, mean: Millis, trip: Millis): Millis {
  if (mean === 0) return trip / 2
  return former + (Math.abs(trip - mean) - former) * DEVIATION_GAIN
}
