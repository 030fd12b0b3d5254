/**
 * The name that was meant: given slips of the hand, the intended name is found, and nothing is
 * guessed wildly.
 */
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { nearest } from '../../src/base/nearest.js'

const names = ['probePeriod', 'edgePeriod', 'edges', 'relays', 'phiThreshold', 'cluster']

describe('the nearest name', () => {
  test.each([
    ['probePeriod', 'probePeriod'],
    ['probeperiod', 'probePeriod'],
    ['proberPeriod', 'probePeriod'],
    ['edge', 'edges'],
    ['egdes', undefined],
    ['relay', 'relays'],
    ['clsuter', 'cluster'],
    ['phiTreshold', 'phiThreshold'],
    ['banana', undefined],
    ['', undefined],
  ])('to %j is %j', (given, expected) => {
    expect(nearest(given, names)).toBe(expected)
  })

  test('is nothing among no names', () => {
    expect(nearest('edges', [])).toBeUndefined()
  })

  test('is the first of two that are equally near', () => {
    expect(nearest('bat', ['cat', 'hat'])).toBe('cat')
  })
})

test('a name with one letter dropped, doubled or changed is still found', () => {
  const slip = fc.record({ name: fc.constantFrom(...names), place: fc.nat(), kind: fc.nat(2) })
  fc.assert(
    fc.property(slip, ({ name, place, kind }) => {
      const at = place % name.length
      const middle = kind === 0 ? '' : kind === 1 ? name.slice(at, at + 1).repeat(2) : '_'
      expect(nearest(name.slice(0, at) + middle + name.slice(at + 1), names)).toBe(name)
    }),
  )
})

test('what is found differs in at most a third of the letters given, or one', () => {
  fc.assert(
    fc.property(fc.string(), (given) => {
      const found = nearest(given, names)
      if (found === undefined) return
      const most = Math.floor(Math.max(given.length, 3) / 3)
      expect(Math.abs(found.length - given.length)).toBeLessThanOrEqual(most)
    }),
  )
})
