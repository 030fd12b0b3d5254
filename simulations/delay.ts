/**
 * How long a message is under way: a distribution, drawn from with exact arithmetic alone, so that
 * a run is the same on every machine.
 */
import { assertNever } from '../src/base/assert.js'
import type { Millis } from '../src/base/machine.js'
import { exp, ln } from '../src/base/math.js'
import type { Random } from '../src/base/random.js'

export type Delay =
  | { readonly kind: 'constant'; readonly of: Millis }
  | { readonly kind: 'uniform'; readonly from: Millis; readonly to: Millis }
  /** At least `from`, and beyond that so much on average. */
  | { readonly kind: 'exponential'; readonly from: Millis; readonly mean: Millis }
  /**
   * Half of them below the median; `sigma` is the deviation of the logarithm. Round trips of the
   * internet are about so: a long tail on one side.
   */
  | { readonly kind: 'lognormal'; readonly median: Millis; readonly sigma: number }

export function drawDelay(delay: Delay, random: Random): Millis {
  switch (delay.kind) {
    case 'constant':
      return delay.of
    case 'uniform':
      return random.between(delay.from, delay.to)
    case 'exponential':
      return delay.from - delay.mean * ln(1 - random.between(0, 1))
    case 'lognormal':
      return delay.median * exp(delay.sigma * drawNormal(random))
    default:
      return assertNever(delay)
  }
}

/** A standard normal number by the polar method (Marsaglia and Bray, 1964): no sine, no cosine. */
export function drawNormal(random: Random): number {
  for (;;) {
    const x = random.between(-1, 1)
    const y = random.between(-1, 1)
    const square = x * x + y * y
    if (square > 0 && square < 1) return x * Math.sqrt((-2 * ln(square)) / square)
  }
}
