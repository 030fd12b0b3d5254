/**
 * Local health (Lifeguard, section IV-A): a score within its bounds, told when it moves, that
 * stretches the right.
 */
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { Health } from '../../src/gossip/health.js'
import { Outbox } from '../../src/gossip/outbox.js'
import { eventsOf } from './fixture.js'
import { settingsFor } from '../../src/gossip/settings.js'

describe('the score', () => {
  test('stays between 0 and its maximum, and every move of it is told once', () => {
    const step = fc.oneof(fc.constant(-1), fc.nat(3))
    fc.assert(
      fc.property(fc.array(step), fc.nat(8), (steps, max) => {
        const outbox = new Outbox()
        const health = new Health(settingsFor('lan', { healthMax: max }), outbox)
        let expected = 0
        const told: number[] = []
        for (const by of steps) {
          if (by < 0) health.improve()
          else health.worsen(by)
          const next = Math.min(max, Math.max(0, expected + by))
          if (next !== expected) told.push(next)
          expected = next
          expect(health.score).toBe(expected)
        }
        const events = told.map((score) => ({ kind: 'health.changed', score }))
        expect(eventsOf(outbox)).toEqual(events)
      }),
    )
  })

  test('with a maximum of 0 is switched off', () => {
    const health = new Health(settingsFor('lan', { healthMax: 0 }), new Outbox())
    health.worsen(5)
    expect([health.score, health.stretch, health.suspicionStretch(30)]).toEqual([0, 1, 1])
  })
})

test.each([
  [0, 1, 1],
  [1, 2, 1.25],
  [4, 5, 2],
  [8, 9, 3],
])('a score of %d stretches probes %d-fold and suspicions %d-fold', (score, probes, suspicions) => {
  const health = new Health(settingsFor('lan'), new Outbox())
  health.worsen(score)
  expect(health.stretch).toBe(probes)
  expect(health.suspicionStretch(5)).toBe(suspicions)
  for (const present of [1, 2, 3, 4]) expect(health.suspicionStretch(present)).toBe(1)
})
