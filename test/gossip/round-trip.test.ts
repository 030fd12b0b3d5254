/**
 * Round trips: what was measured sets the patience, per member where known, pooled where not,
 * between two bounds.
 */
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { deviationsFor, phiOf } from '../../src/gossip/phi.js'
import { RoundTrips } from '../../src/gossip/round-trip.js'

const settings = { ackFloor: 150, ackPrior: 200, ackCap: 500, phiThreshold: 8 }
const trip = fc.double({ min: 0.01, max: 5000, noNaN: true })

describe('patience', () => {
  test('is the prior before anything was measured, of anybody', () => {
    expect(new RoundTrips(settings).patience(3)).toBe(200)
  })

  test('lies between floor and cap after any measurements', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(20), trip), { minLength: 1 }), (measured) => {
        const trips = new RoundTrips(settings)
        for (const [row, millis] of measured) trips.measured(row, millis)
        for (let row = 0; row < 30; row++) {
          expect(trips.patience(row)).toBeGreaterThanOrEqual(150)
          expect(trips.patience(row)).toBeLessThanOrEqual(500)
        }
      }),
    )
  })

  test('is the silence at which phi reaches the threshold', () => {
    const trips = new RoundTrips({ ...settings, ackFloor: 0, ackCap: 60000 })
    for (let i = 0; i < 200; i++) trips.measured(1, 100)
    expect(trips.patience(1)).toBeCloseTo(100 + deviationsFor(8) * 10, 3)
    expect(trips.phi(1, trips.patience(1))).toBeCloseTo(8, 3)
    expect(trips.phi(1, 110)).toBeCloseTo(phiOf(1), 3)
  })

  test('for one never measured follows all others', () => {
    const trips = new RoundTrips({ ...settings, ackFloor: 0, ackCap: 60000 })
    for (let row = 1; row < 50; row++) trips.measured(row, 40)
    expect(trips.patience(99)).toBeGreaterThan(40)
    expect(trips.patience(99)).toBeLessThan(150)
  })
})

describe('the smoothed trip', () => {
  test('begins with the first and moves an eighth of the way to each that follows', () => {
    const trips = new RoundTrips(settings)
    expect(trips.of(1)).toBeNull()
    trips.measured(1, 80)
    expect(trips.of(1)).toBe(80)
    trips.measured(1, 160)
    expect(trips.of(1)).toBe(90)
    expect(trips.of(2)).toBeNull()
  })

  test('stays within what was measured', () => {
    fc.assert(
      fc.property(fc.array(trip, { minLength: 1 }), (measured) => {
        const trips = new RoundTrips(settings)
        for (const millis of measured) trips.measured(1, millis)
        const found = trips.of(1) ?? NaN
        expect(found).toBeGreaterThanOrEqual(Math.min(...measured) * 0.999)
        expect(found).toBeLessThanOrEqual(Math.max(...measured) * 1.001)
      }),
    )
  })

  test('is forgotten with its row, the pool is not', () => {
    const trips = new RoundTrips(settings)
    trips.measured(40, 300)
    trips.forget(40)
    expect(trips.of(40)).toBeNull()
    expect(trips.patience(40)).toBe(500)
  })
})
