/**
 * The writer never passes its bound and the reader is total: round trips by property, every limit
 * from both sides, and random bytes read by random operations, which may fail but never throw nor
 * go on after a failure.
 */
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { Reader, VARINT_LIMIT, Writer } from '../../src/base/bytes.js'

const U48 = 2 ** 48 - 1

type Field =
  | { readonly kind: 'u8' | 'u16' | 'u32' | 'u48' | 'varint'; readonly value: number }
  | { readonly kind: 'raw' | 'blob'; readonly value: Uint8Array }
  | { readonly kind: 'text'; readonly value: string }

const number = (kind: 'u8' | 'u16' | 'u32' | 'u48' | 'varint', max: number): fc.Arbitrary<Field> =>
  fc
    .record({ kind: fc.constant(kind), value: fc.oneof(fc.maxSafeNat(), fc.nat(300)) })
    .map((field) => ({ ...field, value: field.value % (max + 1) }))

const bytes = fc.uint8Array({ maxLength: 40 })
const field: fc.Arbitrary<Field> = fc.oneof(
  number('u8', 255),
  number('u16', 65535),
  number('u32', 4294967295),
  number('u48', U48),
  number('varint', VARINT_LIMIT - 1),
  fc.record({ kind: fc.constantFrom('raw', 'blob'), value: bytes }),
  fc.record({ kind: fc.constant('text'), value: fc.string({ unit: 'grapheme', maxLength: 20 }) }),
)

function write(out: Writer, one: Field): void {
  switch (one.kind) {
    case 'raw':
      return out.raw(one.value)
    case 'blob':
      return out.blob(one.value)
    case 'text':
      return out.text(one.value)
    default:
      out[one.kind](one.value)
  }
}

function read(from: Reader, like: Field): unknown {
  switch (like.kind) {
    case 'raw':
      return from.raw(like.value.length)
    case 'blob':
      return from.blob(40)
    case 'text':
      return from.text(400)
    default:
      return from[like.kind]()
  }
}

function written(...fields: Field[]): Uint8Array {
  const out = new Writer(8192)
  for (const one of fields) write(out, one)
  return out.take()
}

test('what is written is read again, in order and to the last byte', () => {
  fc.assert(
    fc.property(fc.array(field, { maxLength: 20 }), (fields) => {
      const from = new Reader(written(...fields))
      expect(fields.map((one) => read(from, one))).toEqual(fields.map(({ value }) => value))
      expect([from.failed, from.left]).toEqual([false, 0])
    }),
  )
})

test('a byte and 48 bits in one step are the same as in two', () => {
  fc.assert(
    fc.property(fc.nat(255), fc.integer({ min: 0, max: U48 }), fc.nat(9), (first, value, limit) => {
      const [one, two] = [new Writer(9).reset(limit), new Writer(9).reset(limit)]
      one.u8u48(first, value)
      two.u8(first)
      two.u48(value)
      expect(one.full).toBe(two.full)
      if (!one.full) expect(one.take()).toEqual(two.take())
    }),
  )
})

test('numbers stand with their highest byte first, varints with their lowest seven bits', () => {
  expect([...written({ kind: 'u16', value: 0x0102 })]).toEqual([1, 2])
  expect([...written({ kind: 'u32', value: 0xfffefdfc })]).toEqual([255, 254, 253, 252])
  expect([...written({ kind: 'u48', value: 0x010203040506 })]).toEqual([1, 2, 3, 4, 5, 6])
  expect([...written({ kind: 'varint', value: 300 })]).toEqual([0xac, 2])
})

describe('a varint', () => {
  test.each([
    [0, 1],
    [127, 1],
    [128, 2],
    [16383, 2],
    [16384, 3],
    [2 ** 32, 5],
    [2 ** 48, 7],
    [VARINT_LIMIT, 8],
  ])('of %d takes %d bytes', (value, size) => {
    const found = written({ kind: 'varint', value })
    expect(found).toHaveLength(size)
    expect(new Reader(found).varint()).toBe(value)
  })

  test.each([[VARINT_LIMIT + 1], [128.5], [NaN], [Infinity], [-1]])('of %d is a bug', (value) => {
    expect(() => written({ kind: 'varint', value })).toThrow('varint')
  })

  test('beyond what a double holds exactly fails the reader', () => {
    const past = [128, 128, 128, 128, 128, 128, 128, 16]
    const endless = [255, 255, 255, 255, 255, 255, 255, 255, 1]
    for (const junk of [past, endless, [128], []]) {
      const from = new Reader(Uint8Array.from(junk))
      expect([from.varint(), from.failed]).toEqual([0, true])
    }
  })
})

describe('a writer at its bound', () => {
  test('writes nothing more once something did not fit, and never past the bound', () => {
    fc.assert(
      fc.property(fc.array(field, { maxLength: 30 }), fc.nat(120), (fields, limit) => {
        const out = new Writer(200).reset(limit)
        for (const one of fields) write(out, one)
        expect(out.length).toBeLessThanOrEqual(limit)
        expect(out.full).toBe(written(...fields).length > limit)
        if (out.full) expect(() => out.take()).toThrow('did not fit')
        else expect(out.take()).toEqual(written(...fields))
      }),
    )
  })

  test('takes back what did not fit and goes on where it was', () => {
    const out = new Writer(4)
    out.u16(7)
    const mark = out.length
    out.u32(1)
    expect([out.full, out.length]).toEqual([true, 2])
    out.rewind(mark)
    out.u16(8)
    expect([...out.take()]).toEqual([0, 7, 0, 8])
  })

  test('forgets everything for the next message', () => {
    const out = new Writer(4)
    out.u8(1)
    out.reset(1)
    out.u8(2)
    out.u8(3)
    expect([out.full, out.length]).toEqual([true, 1])
    out.reset()
    out.u32(4)
    expect([...out.take()]).toEqual([0, 0, 0, 4])
    expect(() => out.reset(5)).toThrow('limit within')
  })

  test('never writes again what was taken, however many messages follow', () => {
    const message = fc.array(field, { maxLength: 4 })
    fc.assert(
      fc.property(
        fc.array(message, { maxLength: 40 }),
        fc.integer({ min: 400, max: 5000 }),
        (all, most) => {
          const out = new Writer(most)
          const taken = all.map((fields) => {
            for (const one of fields) write(out.reset(), one)
            out.reset()
            for (const one of fields) write(out, one)
            return out.take()
          })
          expect(taken).toEqual(all.map((fields) => written(...fields)))
        },
      ),
    )
  })

  test('patches only what was written', () => {
    const out = new Writer(5)
    out.u32(0)
    out.patch24(1, 0x010203)
    expect(() => out.patch24(2, 9)).toThrow('patch within')
    expect([...out.take()]).toEqual([0, 1, 2, 3])
  })
})

describe('a reader', () => {
  test('never throws, whatever it is given, and gives nothing after a failure', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), fc.array(field), (junk, fields) => {
        const from = new Reader(junk)
        for (const like of fields) {
          const broken = from.failed
          const value = read(from, like)
          expect(from.left).toBeGreaterThanOrEqual(0)
          if (broken) expect([0, '', new Uint8Array(0)]).toContainEqual(value)
        }
      }),
    )
  })

  test('refuses blobs and texts over their bound, and text that is not UTF-8', () => {
    const four = Uint8Array.from([4, 97, 98, 99, 100])
    for (const [most, failed] of [
      [3, true],
      [4, false],
    ] as const) {
      const [blob, text] = [new Reader(four), new Reader(four)]
      expect([blob.blob(most).length, text.text(most).length]).toEqual(failed ? [0, 0] : [4, 4])
      expect([blob.failed, text.failed]).toEqual([failed, failed])
    }
    const broken = new Reader(Uint8Array.from([1, 0xff]))
    expect([broken.text(10), broken.failed]).toEqual(['', true])
  })
})

test('what was read shares no memory with what arrived, be it a Buffer or not', () => {
  for (const arrived of [Uint8Array.from([7, 8]), Buffer.from([7, 8])]) {
    const read = new Reader(arrived).raw(2)
    arrived[0] = 0
    expect([...read]).toEqual([7, 8])
  }
})

describe('a confined part', () => {
  test('ends where it was said to, and what was not read of it is skipped', () => {
    const from = new Reader(Uint8Array.from([1, 2, 3, 4, 5]))
    const outer = from.confine(3)
    expect([from.u8(), from.left]).toEqual([1, 2])
    from.resume(outer)
    expect([from.u8(), from.left, from.failed]).toEqual([4, 1, false])
  })

  test('can hold parts of its own', () => {
    const from = new Reader(Uint8Array.from([1, 2, 3, 4]))
    const outer = from.confine(3)
    from.resume(from.confine(1))
    expect([from.u8(), from.left]).toEqual([2, 1])
    from.resume(outer)
    expect([from.u8(), from.left]).toEqual([4, 0])
  })

  test('longer than what is left fails, and a failure inside is one outside', () => {
    const short = new Reader(Uint8Array.from([1]))
    short.resume(short.confine(2))
    expect([short.failed, short.left]).toEqual([true, 0])
    const inside = new Reader(Uint8Array.from([1, 2, 3]))
    const outer = inside.confine(1)
    inside.u16()
    inside.resume(outer)
    expect([inside.failed, inside.left, inside.u8()]).toEqual([true, 0, 0])
  })
})
