/** The ring against a linear scan, and the laws of members that come and go. */
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { readFileSync } from 'node:fs'
import * as v from 'valibot'
import { encodeUtf8 } from '../../src/base/utf8.js'
import type { Claim } from '../../src/ring/member.js'
import { holds } from '../../src/ring/range.js'
import { Ring } from '../../src/ring/ring.js'
import { compareTokens, formatToken, tokenOf, type Token } from '../../src/ring/token.js'
import { anyClaims, anyToken, token } from './arbitrary.js'

const TokenOwnership = v.object({
  token_ownership: v.object({
    source: v.string(),
    tokens: v.array(v.number()),
    owner_of: v.record(v.string(), v.number()),
  }),
})

/** The first token at or after, else the least: as one would do it by hand. */
function scan(claims: readonly Claim[], wanted: Token): string | undefined {
  const all = claims
    .flatMap(({ id, tokens }) => tokens.map((own) => ({ id, own })))
    .sort((a, b) => compareTokens(a.own, b.own) || (a.id < b.id ? -1 : 1))
  return (all.find(({ own }) => compareTokens(own, wanted) >= 0) ?? all[0])?.id
}

/** A ring as text, to be compared. */
function shown(ring: Ring): unknown {
  const tokens = Array.from(ring.tokens.hi, (_, i) => [
    formatToken(ring.tokenAt(i)),
    ring.ownerAt(i).id,
  ])
  return { members: ring.members, tokens, clashes: ring.clashes }
}

describe('owners', () => {
  test('are those of gocql TestTokenRing_Int', () => {
    const file = new URL('./vectors/replica-placement-published.json', import.meta.url)
    const text: unknown = JSON.parse(readFileSync(file, 'utf8'))
    const { tokens, owner_of } = v.parse(TokenOwnership, text).token_ownership
    const claims = tokens.map((own) => ({ ...place, id: `n${own}`, tokens: [token(own)] }))
    const ring = Ring.of(claims)
    for (const [key, owner] of Object.entries(owner_of))
      expect(ring.ownerOf(token(key))?.id).toBe(`n${owner}`)
  })

  test('agree with a linear scan', () => {
    fc.assert(
      fc.property(anyClaims(), anyToken, (claims, wanted) => {
        expect(Ring.of(claims).ownerOf(wanted)?.id).toBe(scan(claims, wanted))
      }),
      { numRuns: 1000 },
    )
  })

  test('of a key are those of its token, and a range holds exactly its keys', () => {
    fc.assert(
      fc.property(anyClaims({ min: 1 }), fc.string(), (claims, key) => {
        const ring = Ring.of(claims)
        const own = tokenOf(key)
        expect(ring.ownerOfKey(encodeUtf8(key))).toBe(ring.ownerOf(own))
        expect(ring.ownerOfKey(key)).toBe(ring.ownerOf(own))
        const held = Array.from({ length: ring.size }, (_, i) => holds(ring.rangeAt(i), own))
        expect(held.filter(Boolean)).toHaveLength(1)
        expect(held[ring.find(own)]).toBe(true)
      }),
    )
  })

  test('of tokens close together, more than a linear step apart, are found too', () => {
    const tokens = Array.from({ length: 1000 }, (_, i) => token(i * 3))
    const ring = Ring.of([{ id: 'a', ...place, tokens }])
    for (const i of [0, 1, 2, 500, 997, 999]) {
      expect(ring.find(token(i * 3))).toBe(i)
      expect(ring.find(token(i * 3 - 1))).toBe(i)
    }
    expect(ring.find(token(2998))).toBe(0)
  })

  test('of an empty ring are nobody', () => {
    const ring = Ring.of([])
    expect(ring.ownerOf(token(5))).toBeUndefined()
    expect(ring.size).toBe(0)
  })
})

describe('a ring', () => {
  test('is the same in whatever order members join', () => {
    fc.assert(
      fc.property(anyClaims(), fc.infiniteStream(fc.nat()), (claims, chance) => {
        const order = [...claims].sort(() => ((chance.next().value ?? 0) % 2 === 0 ? 1 : -1))
        const grown = order.reduce((ring, claim) => ring.with(claim), Ring.of([]))
        expect(shown(grown)).toEqual(shown(Ring.of(claims)))
      }),
    )
  })

  test('after a leave is the ring that never had the member', () => {
    fc.assert(
      fc.property(anyClaims({ min: 1 }), fc.nat(), (claims, n) => {
        const gone = claims[n % claims.length]?.id ?? ''
        const left = Ring.of(claims).without(gone)
        expect(shown(left)).toEqual(shown(Ring.of(claims.filter(({ id }) => id !== gone))))
      }),
    )
  })

  test('gives its claims back', () => {
    fc.assert(
      fc.property(anyClaims(), (claims) => {
        const ring = Ring.of(claims)
        expect(shown(Ring.of(ring.claims()))).toEqual(shown(ring))
      }),
    )
  })

  test('changes no owner but to and from the member that moves (minimal disruption)', () => {
    fc.assert(
      fc.property(anyClaims({ min: 1 }), anyToken, (claims, wanted) => {
        const [joiner, ...others] = claims
        if (joiner === undefined) return
        const before = Ring.of(others).ownerOf(wanted)?.id
        const after = Ring.of(others).with(joiner).ownerOf(wanted)?.id
        if (after !== before) expect(after).toBe(joiner.id)
      }),
    )
  })

  test('gives a token that two claim to the first id, says so, and gives it back', () => {
    const a = { id: 'a', ...place, tokens: [token(1), token(9)] }
    const b = { id: 'b', ...place, tokens: [token(1), token(5)] }
    const ring = Ring.of([b, a])
    expect(ring.ownerOf(token(1))?.id).toBe('a')
    expect(ring.clashes).toEqual([
      { token: token(1), winner: { id: 'a', ...place }, loser: { id: 'b', ...place } },
    ])
    const left = ring.without('a')
    expect(left.ownerOf(token(1))?.id).toBe('b')
    expect(left.clashes).toEqual([])
    expect(left.tokensOf('b').map(formatToken)).toEqual(['1', '5'])
  })

  test('shares sum to 1, and a single token owns everything', () => {
    fc.assert(
      fc.property(anyClaims({ min: 1 }), (claims) => {
        const ring = Ring.of(claims)
        const shares = Array.from({ length: ring.size }, (_, i) => ring.shareAt(i))
        expect(shares.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 12)
      }),
    )
  })
})

const place = { dc: 'dc1', rack: 'r1' }
