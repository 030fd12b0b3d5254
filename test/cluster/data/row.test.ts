/** Rows as bytes: their order in a store, and merging, held against the plain rule. */
import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { compareBytes } from '../../../src/base/byte-order.js'
import { newer, readRow, rowEntry, rowKey, spansOf } from '../../../src/cluster/data/row.js'
import { tokenIn, type Row } from '../../../src/cluster/data/row.js'
import { holds } from '../../../src/ring/range.js'
import { compareTokens, tokenOf } from '../../../src/ring/token.js'
import { anyToken, token } from '../../ring/arbitrary.js'

const anyKeyspace = fc.constantFrom('a', 'ab', 'shop', 'shop2', 'Z', '_', '0')
const anyBytes = fc.uint8Array({ maxLength: 12 })
const anyHost = fc
  .integer({ min: 0, max: 3 })
  .map((n) => `${n}0000000-0000-0000-0000-00000000000${n}`)
const anyStamp = fc.record({
  millis: fc.oneof(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 0, max: 2 ** 48 - 1 })),
  counter: fc.oneof(fc.integer({ min: 0, max: 2 }), fc.integer({ min: 0, max: 0xffff })),
  hostId: anyHost,
})
const anyRow: fc.Arbitrary<Row> = fc.record({
  keyspace: anyKeyspace,
  key: anyBytes,
  value: fc.option(anyBytes),
  stamp: anyStamp,
})

test('a row is read back as it was written', () => {
  fc.assert(
    fc.property(anyRow, (row) => {
      const entry = rowEntry(row)
      expect(readRow(entry)).toEqual(row)
      expect(tokenIn(entry.key)).toEqual(tokenOf(row.key))
    }),
  )
})

test('bytes that are no row are told from one', () => {
  const entry = rowEntry({
    keyspace: 'shop',
    key: Uint8Array.of(1),
    value: null,
    stamp: { millis: 1, counter: 0, hostId: '00000000-0000-0000-0000-000000000001' },
  })
  for (let size = 0; size < entry.value.length; size++)
    expect(readRow({ ...entry, value: entry.value.slice(0, size) })).toBeUndefined()
  expect(readRow({ ...entry, value: Uint8Array.of(...entry.value, 0) })).toBeUndefined()
  for (let size = 0; size < 13; size++)
    expect(readRow({ ...entry, key: entry.key.slice(0, size) })).toBeUndefined()
  fc.assert(
    fc.property(anyBytes, fc.uint8Array({ maxLength: 40 }), (key, value) => {
      expect(() => readRow({ key, value })).not.toThrow()
    }),
  )
})

test('storage keys are in the order of keyspace, token and key', () => {
  const id = fc.tuple(anyKeyspace, anyBytes)
  fc.assert(
    fc.property(id, id, ([space, key], [other, otherKey]) => {
      const plain =
        (space < other ? -1 : space > other ? 1 : 0) ||
        compareTokens(tokenOf(key), tokenOf(otherKey)) ||
        compareBytes(key, otherKey)
      const bytes = compareBytes(rowKey(space, key), rowKey(other, otherKey))
      expect(Math.sign(bytes)).toBe(Math.sign(plain))
    }),
  )
})

test('a row lies in one of the spans of a range exactly when its token lies in the range', () => {
  const least = token(-(2n ** 63n))
  const most = token(2n ** 63n - 1n)
  const edge = fc.oneof(anyToken, fc.constantFrom(least, most), anyBytes.map(tokenOf))
  fc.assert(
    fc.property(edge, edge, anyBytes, anyKeyspace, (left, right, key, keyspace) => {
      const stored = rowKey('shop', key)
      const spans = spansOf('shop', { left, right }).filter(
        ({ from, to }) =>
          compareBytes(from, stored) <= 0 && (to === null || compareBytes(stored, to) < 0),
      )
      expect(spans.length).toBe(holds({ left, right }, tokenOf(key)) ? 1 : 0)
      const foreign = rowKey(keyspace, key)
      const met = spansOf('sho', { left, right }).some(
        ({ from, to }) =>
          compareBytes(from, foreign) <= 0 && (to === null || compareBytes(foreign, to) < 0),
      )
      expect(met).toBe(false)
    }),
  )
})

test('the newer of two versions is that of the higher time, counter, then host id', () => {
  fc.assert(
    fc.property(anyRow, anyRow, (a, b) => {
      const order =
        a.stamp.millis - b.stamp.millis ||
        a.stamp.counter - b.stamp.counter ||
        (a.stamp.hostId < b.stamp.hostId ? -1 : a.stamp.hostId > b.stamp.hostId ? 1 : 0)
      if (order === 0) return
      const { value: left } = rowEntry(a)
      const { value: right } = rowEntry(b)
      expect(newer(left, right)).toBe(order > 0 ? left : right)
    }),
  )
})

test('merging is commutative, associative and idempotent', () => {
  const version = anyRow.map((row) => rowEntry(row).value)
  fc.assert(
    fc.property(version, version, version, (a, b, c) => {
      expect(newer(a, b)).toEqual(newer(b, a))
      expect(newer(newer(a, b), c)).toEqual(newer(a, newer(b, c)))
      expect(newer(a, a)).toEqual(a)
    }),
  )
})
