/** Distributions of delay against their moments, and against what they promise at their edges. */
import { describe, expect, test } from '@jest/globals'
import { exp } from '../../src/base/math.js'
import { Random } from '../../src/base/random.js'
import { drawDelay, drawNormal, type Delay } from '../../simulations/delay.js'

const DRAWS = 40_000

function drawn(delay: Delay, seed: number): number[] {
  const random = Random.from(seed).fork('delay')
  return Array.from({ length: DRAWS }, () => drawDelay(delay, random))
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

function deviationOf(values: readonly number[]): number {
  const mean = meanOf(values)
  return Math.sqrt(meanOf(values.map((value) => (value - mean) * (value - mean))))
}

/** Five standard errors of the mean: a wrong distribution is far outside, a right one never. */
function near(values: readonly number[], mean: number, deviation: number): void {
  const error = deviation / Math.sqrt(DRAWS)
  expect(Math.abs(meanOf(values) - mean)).toBeLessThanOrEqual(5 * error + 1e-9)
  expect(deviationOf(values)).toBeGreaterThanOrEqual(deviation * 0.96)
  expect(deviationOf(values)).toBeLessThanOrEqual(deviation * 1.04)
}

describe.each([1, 2, 3])('drawn %i', (seed) => {
  test('a constant is one number', () => {
    expect(new Set(drawn({ kind: 'constant', of: 7.5 }, seed))).toEqual(new Set([7.5]))
  })

  test('a uniform delay lies between its ends', () => {
    const values = drawn({ kind: 'uniform', from: 2, to: 14 }, seed)
    near(values, 8, 12 / Math.sqrt(12))
    expect(Math.min(...values)).toBeGreaterThanOrEqual(2)
    expect(Math.max(...values)).toBeLessThan(14)
  })

  test('an exponential delay has its mean above its floor, and is as wide', () => {
    const values = drawn({ kind: 'exponential', from: 3, mean: 5 }, seed)
    near(values, 8, 5)
    expect(Math.min(...values)).toBeGreaterThanOrEqual(3)
  })

  test('the logarithm of a log-normal delay is normal', () => {
    const values = drawn({ kind: 'lognormal', median: 20, sigma: 0.4 }, seed)
    const variance = 0.4 * 0.4
    const mean = 20 * exp(variance / 2)
    near(values, mean, mean * Math.sqrt(exp(variance) - 1))
    const below = values.filter((value) => value < 20).length / DRAWS
    expect(below).toBeGreaterThan(0.485)
    expect(below).toBeLessThan(0.515)
  })

  test('a normal number has the tails of one', () => {
    const random = Random.from(seed).fork('normal')
    const values = Array.from({ length: DRAWS }, () => drawNormal(random))
    near(values, 0, 1)
    const beyond = (limit: number): number =>
      values.filter((value) => Math.abs(value) > limit).length / DRAWS
    expect(beyond(1)).toBeGreaterThan(0.305)
    expect(beyond(1)).toBeLessThan(0.33)
    expect(beyond(3)).toBeGreaterThan(0.0015)
    expect(beyond(3)).toBeLessThan(0.0042)
  })
})
