/**
 * The arithmetic that traces depend on: bit-exact outputs, so that any change of it shows;
 * published constants; and Math.* of this engine within the error that the comments state.
 */
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { exp, ln, log10 } from '../../src/base/math.js'

const LN_ERROR = 4e-15
const EXP_ERROR = 1e-13

describe('bit for bit', () => {
  test.each([
    [0.5, -0.6931471805599453],
    [1, 0],
    [2, 0.6931471805599453],
    [3, 1.0986122886681096],
    [10, 2.3025850929940455],
    [1000, 6.907755278982137],
    [Math.PI, 1.1447298858494002],
    [1.4142135623730951, 0.34657359027997275],
    [0.7071067811865476, -0.3465735902799726],
    [5e-324, -744.4400719213812],
    [Number.MAX_VALUE, 709.782712893384],
  ])('ln(%d)', (x, expected) => {
    expect(ln(x)).toBe(expected)
  })

  test.each([
    [2, 0.30102999566398114],
    [10, 0.9999999999999998],
    [1000, 2.9999999999999996],
    [1e300, 299.99999999999994],
  ])('log10(%d)', (x, expected) => {
    expect(log10(x)).toBe(expected)
  })

  test.each([
    [0, 1],
    [1, 2.7182818284590455],
    [-1, 0.36787944117144233],
    [0.5, 1.6487212707001282],
    [10, 22026.46579480673],
    [-10, 0.00004539992976248483],
    [Math.PI, 23.140692632779267],
    [700, 1.014232054735055e304],
    [-700, 9.85967654375928e-305],
  ])('exp(%d)', (x, expected) => {
    expect(exp(x)).toBe(expected)
  })
})

/** Constants known to many more digits, here rounded to a double. */
test.each([
  ['ln 2', ln(2), 0.6931471805599453],
  ['ln 7', ln(7), 1.9459101490553132],
  ['ln 10', ln(10), 2.302585092994046],
  ['log10 of e', log10(Math.E), 0.4342944819032518],
  ['e', exp(1), 2.718281828459045],
  ['e^-pi', exp(-Math.PI), 0.04321391826377225],
  ['e^10', exp(10), 22026.465794806718],
])('%s is the known constant', (_, found, truth) => {
  expect(Math.abs(found - truth)).toBeLessThanOrEqual(truth * LN_ERROR)
})

describe('within the stated error of this engine', () => {
  const positive = fc.double({ min: 1e-300, max: 1e300, noNaN: true })
  const nearOne = fc.double({ min: 0.5, max: 2, noNaN: true })

  test('ln, near 1 too where the result vanishes', () => {
    const close = (x: number): void => {
      expect(Math.abs(ln(x) - Math.log(x))).toBeLessThanOrEqual(LN_ERROR * Math.abs(Math.log(x)))
    }
    fc.assert(fc.property(positive, close), { numRuns: 1000 })
    fc.assert(fc.property(nearOne, close), { numRuns: 1000 })
  })

  test('log10', () => {
    fc.assert(
      fc.property(positive, (x) => {
        const truth = Math.log10(x)
        expect(Math.abs(log10(x) - truth)).toBeLessThanOrEqual(LN_ERROR * Math.abs(truth))
      }),
      { numRuns: 1000 },
    )
  })

  test('exp', () => {
    fc.assert(
      fc.property(fc.double({ min: -700, max: 700, noNaN: true }), (x) => {
        expect(Math.abs(exp(x) - Math.exp(x))).toBeLessThanOrEqual(EXP_ERROR * Math.exp(x))
      }),
      { numRuns: 1000 },
    )
  })
})

test('ln and exp undo each other', () => {
  fc.assert(
    fc.property(fc.double({ min: -600, max: 600, noNaN: true }), (x) => {
      expect(Math.abs(ln(exp(x)) - x)).toBeLessThanOrEqual(2e-13)
    }),
  )
})

test('both rise where x rises by more than their error', () => {
  fc.assert(
    fc.property(fc.double({ min: -690, max: 690, noNaN: true }), (x) => {
      expect(exp(x + 1e-9)).toBeGreaterThan(exp(x))
      expect(ln(Math.abs(x) + 1.000001)).toBeGreaterThan(ln(Math.abs(x) + 1))
    }),
  )
})

test.each([[0], [-1], [NaN], [Infinity]])('ln(%d) is a bug', (x) => {
  expect(() => ln(x)).toThrow('ln(')
})

test.each([[700.1], [-700.1], [NaN]])('exp(%d) is a bug', (x) => {
  expect(() => exp(x)).toThrow('exp(')
})
