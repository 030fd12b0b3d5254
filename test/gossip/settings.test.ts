/**
 * The numbers of the protocol: their defaults keep to their own bounds, and each profile settles
 * without a problem.
 */
import { describe, expect, test } from '@jest/globals'
import { settle } from '../../src/base/settings.js'
import { gossipSettings, settingsFor } from '../../src/gossip/settings.js'

const declared = Object.entries(gossipSettings)

describe('every setting', () => {
  test.each(declared)(
    '%s has a default within its bounds, and a reason in sentences',
    (key, one) => {
      if (one.kind === 'number') {
        expect(one.default).toBeGreaterThanOrEqual(one.min)
        expect(one.default).toBeLessThanOrEqual(one.max)
      }
      expect(settle(gossipSettings, { [key]: one.default }).problems).toEqual([])
      expect(one.why).toMatch(/^[A-Z0-9].*\.$/)
    },
  )
})

describe('the profiles', () => {
  test('lan is the defaults, calm and wan wait longer before a verdict', () => {
    expect(settingsFor('lan')).toEqual(settle(gossipSettings, {}).values)
    expect(settingsFor('calm').suspicionFactor).toBe(2)
    expect(settingsFor('wan').suspicionFactor).toBe(4)
  })

  test.each(['lan', 'calm', 'wan'] as const)('%s has times that fit together', (profile) => {
    const { ackFloor, ackPrior, ackCap, relayWait, probePeriod, ...rest } = settingsFor(profile)
    expect(ackFloor).toBeLessThanOrEqual(ackPrior)
    expect(ackPrior).toBeLessThanOrEqual(ackCap)
    expect(2 * rest.checkGap).toBeLessThan(rest.suspicionFactor * 1000)
    expect(rest.edgePeriod).toBeLessThanOrEqual(3500)
    expect(rest.gossipPeriod).toBeLessThanOrEqual(probePeriod)
    expect(relayWait).toBeGreaterThan(0)
  })

  test('can be replaced in part, with every problem told', () => {
    expect(settingsFor('calm', { edges: 2 })).toMatchObject({ edges: 2, suspicionFactor: 2 })
    expect(() => settingsFor('lan', { edges: 99, relays: -1 })).toThrow(/edges: 99.*relays: -1/)
  })
})
