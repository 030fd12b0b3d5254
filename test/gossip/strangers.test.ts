/**
 * Those heard of at second hand: pinged a few at a time, forgotten after enough silence, never
 * asked for twice at once.
 */
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { Strangers } from '../../src/gossip/strangers.js'
import { node } from './fixture.js'

function heardOf(count: number): Strangers {
  const strangers = new Strangers({ told: () => undefined })
  for (let number = 0; number < count; number++) strangers.hear(node(number), number)
  return strangers
}

const tagsOf = (strangers: Strangers): number[] =>
  strangers.take().map(({ identity }) => identity.tag)

describe('strangers', () => {
  test('are pinged in the order they were heard of, 64 at once', () => {
    const strangers = heardOf(100)
    const first = strangers.take()
    expect(first.map(({ incarnation }) => incarnation)).toEqual(
      Array.from({ length: 64 }, (_, i) => i),
    )
    expect([strangers.ready, strangers.size]).toEqual([false, 100])
    strangers.met(node(5).tag)
    expect(strangers.ready).toBe(true)
    expect(tagsOf(strangers)).toEqual([node(64).tag])
  })

  test('heard of again are still one', () => {
    const strangers = heardOf(3)
    strangers.hear(node(1), 9)
    expect(strangers.size).toBe(3)
    strangers.take()
    strangers.hear(node(1), 9)
    expect([strangers.size, strangers.ready]).toEqual([3, false])
  })

  test('are told of a number of times, before their ping and after', () => {
    const strangers = heardOf(2)
    strangers.hear(node(1), 9)
    strangers.take()
    strangers.hear(node(1), 9)
    strangers.silent(node(1).tag)
    strangers.hear(node(1), 9)
    expect([0, 1, 2].map((number) => strangers.met(node(number).tag))).toEqual([1, 4, 0])
  })

  test('that stay silent are forgotten after eight pings', () => {
    const strangers = heardOf(1)
    for (let tries = 0; tries < 8; tries++) {
      expect(tagsOf(strangers)).toEqual([node(0).tag])
      strangers.silent(node(0).tag)
    }
    expect([strangers.size, strangers.ready]).toEqual([0, false])
  })

  test('that were met are no strangers any more, waiting or pinged', () => {
    const strangers = heardOf(2)
    strangers.met(node(0).tag)
    expect(tagsOf(strangers)).toEqual([node(1).tag])
    strangers.met(node(1).tag)
    strangers.silent(node(1).tag)
    expect(strangers.size).toBe(0)
  })

  test('beyond 4096 are dropped', () => {
    expect(heardOf(5000).size).toBe(4096)
  })
})

test('never more than 64 are under way, whatever happens', () => {
  const step = fc.record({
    kind: fc.constantFrom('hear', 'take', 'met', 'silent'),
    who: fc.nat(200),
  })
  fc.assert(
    fc.property(fc.array(step, { maxLength: 300 }), (steps) => {
      const strangers = heardOf(150)
      const underWay = new Set<number>()
      for (const { kind, who } of steps) {
        const { tag } = node(who)
        if (kind === 'hear') strangers.hear(node(who), 0)
        else if (kind === 'take') for (const taken of tagsOf(strangers)) underWay.add(taken)
        else {
          strangers[kind](tag)
          underWay.delete(tag)
        }
        expect(underWay.size).toBeLessThanOrEqual(64)
      }
    }),
    { numRuns: 50 },
  )
})
