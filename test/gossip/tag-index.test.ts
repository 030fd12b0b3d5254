/** The index against a Map, under random settings and deletions of tags that collide on purpose. */
import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { TagIndex } from '../../src/gossip/tag-index.js'

/** Few homes in a table of 16 slots, so that runs grow together, wrap around and are cut. */
const tag = fc.oneof(
  fc.tuple(fc.integer({ min: 12, max: 18 }), fc.nat(5)).map(([low, high]) => low + high * 2 ** 32),
  fc.tuple(fc.nat(3), fc.nat(9)).map(([low, high]) => 1 + low + high * 16),
  fc.integer({ min: 1, max: 2 ** 48 - 1 }),
)

const step = fc.oneof(
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('set'), tag, row: fc.nat(99999) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('delete'), tag, row: fc.constant(0) }) },
)

test('it finds what a Map finds, after any settings and deletions', () => {
  fc.assert(
    fc.property(fc.array(step, { size: '+1' }), fc.array(tag), (steps, others) => {
      const index = new TagIndex()
      const map = new Map<number, number>()
      for (const { kind, tag: key, row } of steps) {
        if (kind === 'set') {
          index.set(key, row)
          map.set(key, row)
        } else {
          index.delete(key)
          map.delete(key)
        }
        expect(index.find(key)).toBe(map.get(key) ?? -1)
      }
      for (const key of [...map.keys(), ...others]) expect(index.find(key)).toBe(map.get(key) ?? -1)
    }),
    { numRuns: 300 },
  )
})

test('it grows over thousands, and empties again', () => {
  const index = new TagIndex()
  const tags = Array.from({ length: 5000 }, (_, i) => (i + 1) * 0x10001)
  tags.forEach((key, row) => index.set(key, row))
  expect(tags.every((key, row) => index.find(key) === row)).toBe(true)
  for (const key of tags) index.delete(key)
  expect(tags.some((key) => index.find(key) !== -1)).toBe(false)
})

test('nobody has tag 0, in an empty index and in a full one', () => {
  const index = new TagIndex()
  expect(index.find(0)).toBe(-1)
  for (let key = 1; key <= 8; key++) index.set(key * 16, key)
  expect(index.find(0)).toBe(-1)
  expect(() => index.set(0, 1)).toThrow('a tag is positive')
})
