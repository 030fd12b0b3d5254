/** Rings, replications and tokens by chance for property tests. */
import fc from 'fast-check'
import type { Claim } from '../../src/ring/member.js'
import { network, simple, type Replication } from '../../src/ring/replication.js'
import { parseToken, type Token } from '../../src/ring/token.js'

export function token(text: string | number | bigint): Token {
  const read = parseToken(String(text))
  if (read === undefined) throw new Error(`no token: ${text}`)
  return read
}

/** Half of them small and close together, so that borders, clashes and neighbours are met. */
export const anyToken: fc.Arbitrary<Token> = fc
  .oneof(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), fc.bigInt({ min: -30n, max: 30n }))
  .map(token)

export function anyClaims(options: { min?: number; max?: number } = {}): fc.Arbitrary<Claim[]> {
  const claim = fc.record({
    id: fc.integer({ min: 0, max: 99 }).map((n) => `n${String(n).padStart(2, '0')}`),
    dc: fc.constantFrom('dc1', 'dc1', 'dc2'),
    rack: fc.constantFrom('r1', 'r2', 'r3', 'r4'),
    tokens: fc.array(anyToken, { minLength: 1, maxLength: 5 }),
  })
  return fc.uniqueArray(claim, {
    selector: ({ id }) => id,
    minLength: options.min ?? 0,
    maxLength: options.max ?? 9,
  })
}

export const anyReplication: fc.Arbitrary<Replication> = fc.oneof(
  fc.integer({ min: 1, max: 5 }).map(simple),
  fc
    .record({ dc1: fc.integer({ min: 0, max: 4 }), dc2: fc.integer({ min: 0, max: 3 }) })
    .map(network),
)
