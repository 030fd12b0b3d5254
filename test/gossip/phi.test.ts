/**
 * phi against Akka's published cases (its formula is ours), against the normal distribution where
 * the comment states an error, and against a recount of the window. Cassandra's and chitchat's
 * cases do not apply: theirs is the exponential model, elapsed time over the mean, where regular
 * arrivals buy no earlier suspicion; ours knows deviation.
 */
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { Accrual, deviationsFor, PHI_MAX, phiOf, type PhiSettings } from '../../src/gossip/phi.js'

/** Akka's defaults, as far as they apply. */
const akka: PhiSettings = { phiWindow: 1000, phiFloor: 100, phiPause: 0 }
const PRIOR = 1000

function after(arrivals: readonly number[], settings: Partial<PhiSettings> = {}): Accrual {
  const [first = 0, ...rest] = arrivals
  const accrual = new Accrual({ ...akka, ...settings }, PRIOR, first)
  for (const arrival of rest) accrual.arrive(arrival)
  return accrual
}

const every = (count: number, step: number): number[] =>
  Array.from({ length: count }, (_, i) => i * step)

describe('phi of a number of deviations', () => {
  // Computed from the formula in akka-remote's PhiAccrualFailureDetector.scala (commit 9892c5e4).
  test.each([
    [-10, 0],
    [-5, 2.17689222196e-8],
    [-4, 7.96331160887e-6],
    [-2, 0.00999876162996],
    [-1, 0.0750330321409],
    [0, 0.301029995664],
    [1, 0.79950832084],
    [2, 1.64282788549],
    [2.5, 2.21607126629],
    [4, 4.73669458271],
    [5, 7.29994739446],
    [6, 10.7826008583],
    [7, 15.3685256226],
    [7.5, 18.1326767801],
    [8, 21.2416002122],
  ])('at %d is %d', (deviations, expected) => {
    expect(phiOf(deviations)).toBeCloseTo(expected, 9)
  })

  test.each([[10], [15], [1e9], [Infinity]])('at %d is the largest told', (deviations) => {
    expect(phiOf(deviations)).toBe(PHI_MAX)
  })

  test('is never negative, never above the largest, and rises', () => {
    const some = fc.double({ min: -100, max: 100, noNaN: true })
    fc.assert(
      fc.property(some, some, (a, b) => {
        const [low, high] = [phiOf(Math.min(a, b)), phiOf(Math.max(a, b))]
        expect(low >= 0 && low <= high && high <= PHI_MAX).toBe(true)
      }),
      { numRuns: 500 },
    )
  })

  test('stands for the tail of the normal distribution, within 2e-4', () => {
    // 1 - the distribution function at 0, 0.6, 1.5, 2, 2.5, 3.5 and 4 (AccrualFailureDetectorSpec).
    const tails = [0.5, 0.2743, 0.0668, 0.02275, 0.00621, 0.00023, 0.00003]
    ;[0, 0.6, 1.5, 2, 2.5, 3.5, 4].forEach((deviations, i) => {
      expect(Math.abs(10 ** -phiOf(deviations) - (tails[i] ?? NaN))).toBeLessThan(2e-4)
    })
  })
})

describe('the deviations for a phi', () => {
  test('are those at which phi reaches it', () => {
    fc.assert(
      fc.property(fc.double({ min: 0.32, max: 25.4, noNaN: true }), (phi) => {
        const deviations = deviationsFor(phi)
        expect(phiOf(deviations)).toBeGreaterThanOrEqual(phi)
        expect(phiOf(deviations - 1e-9)).toBeLessThan(phi)
      }),
    )
    expect(deviationsFor(8)).toBeCloseTo(5.225986644, 8)
  })

  test.each([[0.3], [25.5], [NaN]])('%d is a bug', (phi) => {
    expect(() => deviationsFor(phi)).toThrow('threshold')
  })
})

describe('cases of AccrualFailureDetectorSpec', () => {
  test('one heartbeat only: a guess with a quarter of deviation', () => {
    const accrual = after([0])
    expect(accrual.phi(1000)).toBeCloseTo(0.30103, 5)
    expect(accrual.phi(2000)).toBeCloseTo(4.7366946, 6)
    expect(accrual.phi(3000)).toBeCloseTo(21.2416, 4)
  })

  test('missed heartbeats', () => {
    const accrual = after([0, 1000, 1100])
    expect(accrual.phi(1200)).toBeCloseTo(0.025714294, 8)
    expect(accrual.phi(8200)).toBe(PHI_MAX)
  })

  test('an acceptable pause is forgiven, what is longer is not', () => {
    expect(after(every(4, 1000), { phiPause: 3000 }).phi(7000)).toBeCloseTo(0.30103, 5)
    const later = after([...every(6, 1000), 6000], { phiPause: 3000 })
    expect(later.phi(6500)).toBeLessThan(1e-9)
    expect(later.phi(11000)).toBeCloseTo(21.2416, 4)
  })

  test('a long pause is not learnt, and the node comes back', () => {
    // Akka drops any interval that ended in unavailability; ours one of ten priors or more.
    const accrual = after(every(1000, 1000), { phiPause: 3000, phiWindow: 64 })
    expect(accrual.phi(1299000)).toBe(PHI_MAX)
    accrual.arrive(1299100)
    expect(accrual.phi(1300000)).toBe(0)
    accrual.arrive(1300100)
    expect(accrual.phi(1307100)).toBeGreaterThan(8)
    accrual.arrive(1307200)
    expect(accrual.phi(1308100)).toBeLessThan(0.01)
  })

  test('a window of three forgets what was before', () => {
    const arrivals = [0, 100, 200, 300]
    const [early, late] = [arrivals, [...arrivals, 1000, 1500, 2000, 2500]]
    expect(after(early, { phiWindow: 3 }).phi(400)).toBeCloseTo(0.30103, 5)
    expect(after(late, { phiWindow: 3 }).phi(3000)).toBeCloseTo(0.30103, 5)
  })
})

describe('the window', () => {
  /** Mean and deviation as the accrual has them: where its phi reaches 0 and 1 deviations. */
  function statistics(accrual: Accrual, last: number): [number, number] {
    return [accrual.reaches(0) - last, accrual.reaches(1) - accrual.reaches(0)]
  }

  test('has the mean and deviation of a recount, prior samples included', () => {
    const interval = fc.integer({ min: 1, max: 99999 }).map((tenths) => tenths / 10)
    const size = fc.integer({ min: 2, max: 8 })
    fc.assert(
      fc.property(fc.array(interval, { maxLength: 30 }), size, (intervals, phiWindow) => {
        const accrual = after([0], { phiWindow, phiFloor: 1e-6 })
        let now = 0
        for (const step of intervals) accrual.arrive((now += step))
        const kept = [750, 1250, ...intervals].slice(-phiWindow)
        const mean = kept.reduce((all, one) => all + one, 0) / kept.length
        const squares = kept.reduce((all, one) => all + (one - mean) ** 2, 0)
        const found = statistics(accrual, now)
        expect(found[0]).toBeCloseTo(mean, 4)
        expect(found[1]).toBeCloseTo(Math.sqrt(squares / kept.length), 2)
      }),
    )
  })

  test('agrees with the published means and variances of a window of three', () => {
    for (const [samples, mean, variance] of [
      [[100, 110, 90], 100, 66.6666667],
      [[100, 110, 90, 140], 113.333333, 422.222222],
      [[100, 110, 90, 140, 80], 103.333333, 688.88888889],
    ] as const) {
      const accrual = after([0], { phiWindow: 3, phiFloor: 1e-6 })
      let now = 0
      for (const sample of samples) accrual.arrive((now += sample))
      const found = statistics(accrual, now)
      expect(found[0]).toBeCloseTo(mean, 5)
      expect(found[1] ** 2).toBeCloseTo(variance, 5)
    }
  })

  test('of equal intervals has no deviation below the floor, however many there were', () => {
    const accrual = after(every(2000, 333.3), { phiWindow: 64 })
    expect(statistics(accrual, 1999 * 333.3)[1]).toBeCloseTo(100, 6)
  })
})

describe('silence', () => {
  test('raises phi, reaches a threshold when it was said to, and ends with a sign of life', () => {
    const accrual = after(every(20, 1000))
    const at = accrual.reaches(deviationsFor(8))
    expect(accrual.phi(at - 1)).toBeLessThan(8)
    expect(accrual.phi(at + 1)).toBeGreaterThan(8)
    accrual.touch(at)
    expect(accrual.phi(at + 1)).toBeLessThan(0.1)
    expect(accrual.reaches(0) - at).toBeCloseTo(1000, 6)
  })

  test('while this process stood still was its own', () => {
    const [still, well] = [after(every(20, 1000)), after(every(20, 1000))]
    still.shift(5000)
    expect(still.phi(25000)).toBe(well.phi(20000))
  })

  test('is not ended twice at one time: two arrivals at once are one interval', () => {
    const accrual = after([0, 1000, 1000])
    expect(accrual.reaches(0)).toBeCloseTo(2000, 6)
  })
})
