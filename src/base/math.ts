/**
 * The only transcendental functions of the deterministic floors, made of + - * / alone (each
 * exactly rounded by IEEE 754), so that a trace is the same on every machine and engine. Held to
 * fixed vectors in test/base/math.test.ts.
 */
import { assert } from './assert.js'

const LN2 = 0.6931471805599453
const LN10 = 2.302585092994046

/**
 * Natural logarithm of x > 0, within 4e-15 relative: x = m 2^k, then the series of
 * atanh((m-1)/(m+1)).
 */
export function ln(x: number): number {
  assert(x > 0 && Number.isFinite(x), 'ln(x) needs x > 0')
  let power = 0
  let mantissa = x
  while (mantissa > 1.4142135623730951) {
    mantissa /= 2
    power++
  }
  while (mantissa < 0.7071067811865476) {
    mantissa *= 2
    power--
  }
  const z = (mantissa - 1) / (mantissa + 1)
  const square = z * z
  let sum = 0
  for (let odd = 25; odd >= 1; odd -= 2) sum = sum * square + 1 / odd
  return power * LN2 + 2 * z * sum
}

export function log10(x: number): number {
  return ln(x) / LN10
}

/**
 * e to the power x for |x| <= 700, within 1e-13 relative: reduced to |r| <= ln2/2, then Taylor's
 * series.
 */
export function exp(x: number): number {
  assert(x >= -700 && x <= 700, 'exp(x) needs -700..700')
  const power = Math.round(x / LN2)
  const rest = x - power * LN2
  let sum = 1
  for (let n = 16; n >= 1; n--) sum = 1 + (rest * sum) / n
  const step = power < 0 ? 0.5 : 2
  for (let i = Math.abs(power); i > 0; i--) sum *= step
  return sum
}
