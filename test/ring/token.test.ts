/** Tokens against the published values of Cassandra's drivers, and the arithmetic of the wrapped line. */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import * as v from 'valibot'
import * as tokens from '../../src/ring/token.js'

const Vectors = v.object({
  published: v.array(v.object({ hex: v.string(), h1: v.string(), source: v.string() })),
  vectors: v.array(v.object({ hex: v.string(), h1: v.string(), token: v.string() })),
})

/** What is used of cassandra-driver, which says nothing of the types of its inner parts. */
type Tokenizer = new () => { hash(key: Buffer): { getValue(): { toString(): string } } }
const Driver = v.object({
  Murmur3Tokenizer: v.custom<Tokenizer>((given) => typeof given === 'function'),
})
const load = createRequire(import.meta.url)

const file = new URL('./vectors/murmur3-tokens.json', import.meta.url)
const text: unknown = JSON.parse(readFileSync(file, 'utf8'))
const vectors = v.parse(Vectors, text)
const bytesOf = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex, 'hex'))
const anyToken = fc
  .bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })
  .map((value) => ({ value, token: tokens.parseToken(value.toString()) ?? tokens.MIN_TOKEN }))

describe('the hash', () => {
  test.each(vectors.published)('gives $h1 for $hex ($source)', ({ hex, h1 }) => {
    expect(tokens.formatToken(tokens.hashOf(bytesOf(hex)))).toBe(h1)
  })

  test.each(vectors.vectors)('gives token $token for $hex', ({ hex, h1, token }) => {
    expect(tokens.formatToken(tokens.hashOf(bytesOf(hex)))).toBe(h1)
    expect(tokens.formatToken(tokens.tokenOf(bytesOf(hex)))).toBe(token)
  })

  test('equals a BigInt transcription of the paper code with signed tails, at every length', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 70 }), (key) => {
        expect(tokens.formatToken(tokens.hashOf(key))).toBe(slowHash(key).toString())
      }),
      { numRuns: 500 },
    )
  })

  test('is that of the tokenizer of cassandra-driver, at every length', () => {
    const { Murmur3Tokenizer } = v.parse(Driver, load('cassandra-driver/lib/tokenizer.js'))
    const driver = new Murmur3Tokenizer()
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 300 }), (key) => {
        const theirs = driver.hash(Buffer.from(key)).getValue().toString()
        expect(tokens.formatToken(tokens.tokenOf(key))).toBe(theirs)
      }),
      { numRuns: 2000 },
    )
  })

  test('of a text is that of its bytes in UTF-8, ASCII or not, short or long', () => {
    const anyText = fc.oneof(
      fc.string({ maxLength: 70 }),
      fc.string({ unit: 'binary', maxLength: 70 }),
      fc.string({ minLength: 1020, maxLength: 1030 }),
    )
    fc.assert(
      fc.property(anyText, (text) => {
        expect(tokens.tokenOf(text)).toEqual(tokens.tokenOf(Buffer.from(text, 'utf8')))
      }),
      { numRuns: 2000 },
    )
  })

  test('the empty key is the least token, and text is UTF-8', () => {
    expect(tokens.tokenOf('')).toEqual(tokens.MIN_TOKEN)
    expect(tokens.tokenOf('é')).toEqual(tokens.tokenOf(Uint8Array.of(0xc3, 0xa9)))
    expect(tokens.formatToken(tokens.tokenOf('123'))).toBe('-7468325962851647638')
  })
})

describe('the line', () => {
  test('decimal text is read and written without loss, and nothing beyond 64 bits is read', () => {
    fc.assert(
      fc.property(anyToken, ({ value, token }) => {
        expect(tokens.formatToken(token)).toBe(value.toString())
      }),
    )
    for (const text of ['9223372036854775808', '-9223372036854775809', '', 'x', '1.5', '0x1'])
      expect(tokens.parseToken(text)).toBeUndefined()
  })

  test('order, distance, steps and midpoints agree with 64-bit integers', () => {
    fc.assert(
      fc.property(anyToken, anyToken, (a, b) => {
        expect(tokens.compareTokens(a.token, b.token)).toBe(
          a.value < b.value ? -1 : a.value > b.value ? 1 : 0,
        )
        const width = BigInt.asUintN(64, b.value - a.value)
        expect(tokens.shareBetween(a.token, b.token)).toBeCloseTo(Number(width) / 2 ** 64, 15)
        const half = width === 0n ? 2n ** 63n : width / 2n
        expect(tokens.formatToken(tokens.midpoint(a.token, b.token))).toBe(
          BigInt.asIntN(64, a.value + half).toString(),
        )
        const step = tokens.stepFrom(a.token, Number(width >> 11n) / 2 ** 53)
        expect(tokens.formatToken(step)).toBe(
          BigInt.asIntN(64, a.value + ((width >> 11n) << 11n)).toString(),
        )
        expect(tokens.formatToken(tokens.nextToken(a.token))).toBe(
          BigInt.asIntN(64, a.value + 1n).toString(),
        )
      }),
    )
  })
})

/** MurmurHash3_x64_128, seed 0, with Cassandra's signed tail, in the plainest form. */
function slowHash(key: Uint8Array): bigint {
  const u = (x: bigint): bigint => BigInt.asUintN(64, x)
  const rotl = (x: bigint, r: bigint): bigint => u((u(x) << r) | (u(x) >> (64n - r)))
  const C1 = 0x87c37b91114253d5n
  const C2 = 0x4cf5ad432745937fn
  const mix1 = (k: bigint): bigint => u(rotl(u(k * C1), 31n) * C2)
  const mix2 = (k: bigint): bigint => u(rotl(u(k * C2), 33n) * C1)
  const fmix = (k: bigint): bigint => {
    let x = u((k ^ (k >> 33n)) * 0xff51afd7ed558ccdn)
    x = u((x ^ (x >> 33n)) * 0xc4ceb9fe1a85ec53n)
    return x ^ (x >> 33n)
  }
  const view = new DataView(key.buffer, key.byteOffset, key.byteLength)
  let h1 = 0n
  let h2 = 0n
  const blocks = key.length >> 4
  for (let i = 0; i < blocks; i++) {
    h1 = u((rotl(h1 ^ mix1(view.getBigUint64(i * 16, true)), 27n) + h2) * 5n + 0x52dce729n)
    h2 = u((rotl(h2 ^ mix2(view.getBigUint64(i * 16 + 8, true)), 31n) + h1) * 5n + 0x38495ab5n)
  }
  let k1 = 0n
  let k2 = 0n
  for (let i = blocks * 16; i < key.length; i++) {
    const place = BigInt(i - blocks * 16)
    const signed = BigInt.asIntN(8, BigInt(key[i] ?? 0))
    if (place < 8n) k1 ^= u(signed << (8n * place))
    else k2 ^= u(signed << (8n * (place - 8n)))
  }
  h2 ^= mix2(k2)
  h1 ^= mix1(k1)
  h1 ^= BigInt(key.length)
  h2 ^= BigInt(key.length)
  h1 = u(h1 + h2)
  h2 = u(h2 + h1)
  return BigInt.asIntN(64, fmix(h1) + fmix(h2))
}
