/**
 * The whole precedence rule, as SWIM section 4.2 states it with leaving and banning added: the
 * table claim by claim, then the laws of an order, from which it follows that everybody ends with
 * the same whatever the order of arrival.
 */
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import {
  isBanned,
  isGone,
  isPresent,
  standings,
  supersedes,
  type Standing,
} from '../../src/gossip/precedence.js'

interface Stated {
  readonly standing: Standing
  readonly incarnation: number
}

const stated: fc.Arbitrary<Stated> = fc.record({
  standing: fc.constantFrom(...standings),
  incarnation: fc.nat(4),
})

/** What is held after hearing them one after the other. */
function merge(claims: readonly Stated[]): Stated | undefined {
  let held = claims[0]
  for (const heard of claims) if (held !== undefined && supersedes(heard, held)) held = heard
  return held
}

/** A tombstone says nothing more by its incarnation. */
function meaning(claim: Stated | undefined): unknown {
  return claim === undefined || isGone(claim.standing) ? claim?.standing : claim
}

describe('the table', () => {
  /** Against the held incarnation 5: which incarnations 4, 5 and 6 of the claim heard win. */
  test.each([
    ['alive', 'alive', '6'],
    ['alive', 'suspect', '6'],
    ['alive', 'down', '6'],
    ['alive', 'left', ''],
    ['alive', 'removed', ''],
    ['alive', 'replaced', ''],
    ['suspect', 'alive', '56'],
    ['suspect', 'suspect', '6'],
    ['suspect', 'down', '6'],
    ['suspect', 'left', ''],
    ['suspect', 'removed', ''],
    ['suspect', 'replaced', ''],
    ['down', 'alive', '56'],
    ['down', 'suspect', '56'],
    ['down', 'down', '6'],
    ['down', 'left', ''],
    ['down', 'removed', ''],
    ['down', 'replaced', ''],
    ['left', 'alive', '456'],
    ['left', 'suspect', '456'],
    ['left', 'down', '456'],
    ['left', 'left', ''],
    ['left', 'removed', ''],
    ['left', 'replaced', ''],
    ['removed', 'alive', '456'],
    ['removed', 'suspect', '456'],
    ['removed', 'down', '456'],
    ['removed', 'left', '456'],
    ['removed', 'removed', ''],
    ['removed', 'replaced', '456'],
    ['replaced', 'alive', '456'],
    ['replaced', 'suspect', '456'],
    ['replaced', 'down', '456'],
    ['replaced', 'left', '456'],
    ['replaced', 'removed', ''],
    ['replaced', 'replaced', ''],
  ] as const)('%s heard, %s held: wins with %j', (heard, held, wins) => {
    const found = [4, 5, 6].filter((incarnation) =>
      supersedes({ standing: heard, incarnation }, { standing: held, incarnation: 5 }),
    )
    expect(found.join('')).toBe(wins)
  })
})

describe('it is an order', () => {
  test('nothing outranks itself, and of two at most one outranks the other', () => {
    fc.assert(
      fc.property(stated, stated, (a, b) => {
        expect(supersedes(a, a)).toBe(false)
        expect(supersedes(a, b) && supersedes(b, a)).toBe(false)
      }),
    )
  })

  test('two that do not outrank each other mean the same', () => {
    fc.assert(
      fc.property(stated, stated, (a, b) => {
        fc.pre(!supersedes(a, b) && !supersedes(b, a))
        expect(meaning(a)).toEqual(meaning(b))
      }),
    )
  })

  test('who outranks the outranker outranks', () => {
    fc.assert(
      fc.property(stated, stated, stated, (a, b, c) => {
        fc.pre(supersedes(a, b) && supersedes(b, c))
        expect(supersedes(a, c)).toBe(true)
      }),
      { numRuns: 500 },
    )
  })

  test('so any claims, in any order and however often, end in the same standing', () => {
    const reordered = fc
      .array(stated, { minLength: 1, maxLength: 8 })
      .chain((claims) =>
        fc.tuple(
          fc.constant(claims),
          fc.shuffledSubarray([...claims, ...claims], { minLength: claims.length * 2 }),
        ),
      )
    fc.assert(
      fc.property(reordered, ([claims, again]) => {
        expect(meaning(merge(again))).toEqual(meaning(merge(claims)))
      }),
      { numRuns: 500 },
    )
  })
})

test('present, gone and banned divide the standings', () => {
  expect(standings.filter(isPresent)).toEqual(['alive', 'suspect'])
  expect(standings.filter(isGone)).toEqual(['left', 'removed', 'replaced'])
  expect(standings.filter(isBanned)).toEqual(['removed', 'replaced'])
})
