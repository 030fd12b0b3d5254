/** The clock of rows: ahead of all it saw, whatever the wall does. */
import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import {
  AHEAD_MAX,
  compareMoments,
  HybridClock,
  isTooFarAhead,
  type Moment,
} from '../../../src/cluster/data/hybrid-clock.js'
import { idOf } from '../fixture.js'

const me = idOf('n1')

test('it follows the wall, and counts while that stands still or steps back', () => {
  const clock = new HybridClock(me)
  const walls = [1000, 1000.9, 1000, 400, 1001]
  const given = walls
    .map((wall) => clock.next(wall))
    .map(({ millis, counter }) => [millis, counter])
  expect(given).toEqual([
    [1000, 0],
    [1000, 1],
    [1000, 2],
    [1000, 3],
    [1001, 0],
  ])
})

test('a write comes after what its session has seen, on a node whose clock is behind', () => {
  const behind = new HybridClock(me)
  const seen = { millis: 5000, counter: 7 }
  expect(behind.next(1000, seen)).toEqual({ millis: 5000, counter: 8, hostId: me })
  expect(behind.next(1000)).toEqual({ millis: 5000, counter: 9, hostId: me })
})

test('a full counter carries into the millisecond', () => {
  const clock = new HybridClock(me)
  expect(clock.next(10, { millis: 10, counter: 65_535 })).toMatchObject({ millis: 11, counter: 0 })
})

test('what is too far ahead is not followed, and says so', () => {
  const clock = new HybridClock(me)
  const broken = { millis: 1000 + AHEAD_MAX + 1, counter: 0 }
  expect(clock.saw(broken, 1000)).toBe(false)
  expect(clock.saw({ millis: 1000 + AHEAD_MAX, counter: 0 }, 1000)).toBe(true)
  expect(isTooFarAhead(broken, 1000)).toBe(true)
  expect(() => clock.next(1000, broken)).toThrow('what can be followed')
})

const moment: fc.Arbitrary<Moment> = fc.record({
  millis: fc.nat(AHEAD_MAX),
  counter: fc.oneof(fc.nat(3), fc.integer({ min: 65_530, max: 65_535 })),
})

test('whatever it is told, each stamp is later than all before and all seen', () => {
  const step = fc.record({ wall: fc.nat(AHEAD_MAX), seen: moment, heard: moment })
  fc.assert(
    fc.property(fc.array(step), (steps) => {
      const clock = new HybridClock(me)
      let most: Moment = { millis: 0, counter: 0 }
      for (const { wall, seen, heard } of steps) {
        if (clock.saw(heard, wall) && compareMoments(heard, most) > 0) most = heard
        const stamp = clock.next(wall, seen)
        expect(compareMoments(stamp, most)).toBeGreaterThan(0)
        expect(compareMoments(stamp, seen)).toBeGreaterThan(0)
        expect(stamp.counter).toBeLessThanOrEqual(65_535)
        most = stamp
      }
    }),
  )
})
