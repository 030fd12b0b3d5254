/** What is read by its bytes at once is what is read word by word. */
import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { Reader, Writer } from '../../src/base/bytes.js'
import { Imprints } from '../../src/gossip/imprints.js'

interface Read {
  readonly mark: number
  readonly text: string
}

function read(from: Reader): Read {
  return { mark: from.u32(), text: from.text(8) }
}

function written({ mark, text }: Read): Uint8Array {
  const out = new Writer(64)
  out.u32(mark)
  out.text(text)
  return out.take()
}

/** Few marks, so that different values meet under one. */
const value = fc.record({ mark: fc.nat(2), text: fc.string({ maxLength: 3 }) })

test('whatever was kept before, the same bytes read the same', () => {
  fc.assert(
    fc.property(fc.array(value), value, fc.uint8Array({ maxLength: 4 }), (before, one, rest) => {
      const imprints = new Imprints(read, 0)
      for (const other of before) imprints.keep(written(other))
      const bytes = Uint8Array.from([...written(one), ...rest])
      const [quick, slow] = [new Reader(bytes), new Reader(bytes)]
      expect(imprints.find(quick) ?? read(quick)).toEqual(read(slow))
      expect(quick.left).toBe(slow.left)
    }),
  )
})

test('who reads what was kept gets the very value, and it outlives the bytes it was kept from', () => {
  const imprints = new Imprints(read, 0)
  const bytes = written({ mark: 7, text: 'a' })
  const kept = imprints.keep(bytes)
  bytes.fill(0)
  expect(kept).toEqual({ mark: 7, text: 'a' })
  expect(imprints.find(new Reader(written({ mark: 7, text: 'a' })))).toBe(kept)
  expect(imprints.keep(written({ mark: 7, text: 'a' }))).toBe(kept)
})

test('what cannot be read back, is cut short or long is not kept', () => {
  const imprints = new Imprints(read, 0)
  const whole = written({ mark: 7, text: 'abc' })
  expect(imprints.keep(written({ mark: 7, text: 'much too long' }))).toBeUndefined()
  expect(imprints.keep(whole.subarray(0, 5))).toBeUndefined()
  expect(imprints.keep(Uint8Array.from([...whole, 0]))).toBeUndefined()
  imprints.keep(whole)
  expect(imprints.find(new Reader(whole.subarray(0, 5)))).toBeUndefined()
  expect(imprints.find(new Reader(new Uint8Array(2)))).toBeUndefined()
})
