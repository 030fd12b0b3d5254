/**
 * UTF-8 by hand against the platform's: TextEncoder, and TextDecoder in its fatal mode, over all
 * kinds of bytes.
 */
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { encodeUtf8, readUtf8, utf8Length, writeUtf8 } from '../../src/base/utf8.js'

const encoder = new TextEncoder()
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** Any UTF-16, lone surrogates included. */
const anyText = fc
  .array(fc.oneof(fc.nat(0xffff), fc.integer({ min: 0xd7f0, max: 0xe010 }), fc.nat(0x90)))
  .map((units) => String.fromCharCode(...units))

/** Random bytes, and bytes that look like UTF-8 until one looks closer. */
const leads = [0x7f, 0x80, 0xbf, 0xc0, 0xc1, 0xc2, 0xdf, 0xe0, 0xed, 0xef, 0xf0, 0xf4, 0xf5, 0xff]
const anyBytes = fc
  .array(fc.oneof(fc.nat(255), fc.constantFrom(...leads), fc.integer({ min: 0x80, max: 0xbf })))
  .map((list) => Uint8Array.from(list))

function platform(bytes: Uint8Array): string | undefined {
  try {
    return decoder.decode(bytes)
  } catch {
    return undefined
  }
}

describe('encoding', () => {
  test('gives the bytes of TextEncoder, U+FFFD for lone surrogates too', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const expected = encoder.encode(text)
        expect(utf8Length(text)).toBe(expected.length)
        expect(encodeUtf8(text)).toEqual(expected)
      }),
      { numRuns: 500 },
    )
  })

  test('covers every length at its borders', () => {
    const text = '\u0000\u007f\u0080\u07ff\u0800\uffff\u{10000}\u{10ffff}'
    expect([...encodeUtf8(text)]).toEqual([...encoder.encode(text)])
  })

  test('writes at its offset and nowhere else', () => {
    const into = new Uint8Array(6).fill(0xee)
    writeUtf8('é!', into, 2)
    expect([...into]).toEqual([0xee, 0xee, 0xc3, 0xa9, 0x21, 0xee])
  })
})

describe('decoding', () => {
  test('agrees with a fatal TextDecoder on any bytes', () => {
    fc.assert(
      fc.property(anyBytes, (bytes) => {
        expect(readUtf8(bytes)).toBe(platform(bytes))
      }),
      { numRuns: 2000 },
    )
  })

  test('agrees with it on pairs of bytes, and at the borders of three and four', () => {
    const differing: number[][] = []
    const compare = (list: number[]): void => {
      const bytes = Uint8Array.from(list)
      if (readUtf8(bytes) !== platform(bytes)) differing.push(list)
    }
    for (let first = 0x70; first < 256; first++) {
      for (let second = 0; second < 256; second += 3) compare([first, second])
    }
    for (const first of [0xe0, 0xed, 0xef, 0xf0, 0xf4]) {
      for (let second = 0x7e; second < 0xc2; second++) {
        compare([first, second, 0x80])
        compare([first, second, 0x80, 0xbf])
      }
    }
    expect(differing).toEqual([])
  })

  test.each([
    ['an overlong slash', [0xc0, 0xaf]],
    ['an overlong of three', [0xe0, 0x9f, 0xbf]],
    ['an overlong of four', [0xf0, 0x8f, 0xbf, 0xbf]],
    ['a surrogate', [0xed, 0xa0, 0x80]],
    ['a point past the last', [0xf4, 0x90, 0x80, 0x80]],
    ['a lone continuation', [0x80]],
    ['a text that ends in the middle', [0x61, 0xe2, 0x82]],
    ['five bytes', [0xf8, 0x88, 0x80, 0x80, 0x80]],
  ])('refuses %s', (_, list) => {
    expect(readUtf8(Uint8Array.from(list))).toBeUndefined()
  })

  test('reads a part, and does not look past its end for the rest of a letter', () => {
    const bytes = encodeUtf8('aéb')
    expect(readUtf8(bytes, 1, 3)).toBe('é')
    expect(readUtf8(bytes, 1, 2)).toBeUndefined()
    expect(readUtf8(bytes, 2, 2)).toBe('')
  })
})

test('well-formed text comes back as it was', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect(readUtf8(encodeUtf8(text))).toBe(text)
    }),
  )
})
