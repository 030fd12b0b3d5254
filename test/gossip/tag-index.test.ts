/** The index against a Map, under random additions and deletions of tags that collide on purpose. */
import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { TagIndex } from '../../src/gossip/tag-index.js'

interface Tagged {
  readonly tag: number
  readonly hostTag: number
}

/** Few homes in a table of 16 slots, so that runs grow together, wrap around and are cut. */
const tag = fc.oneof(
  fc.tuple(fc.integer({ min: 12, max: 18 }), fc.nat(5)).map(([low, high]) => low + high * 2 ** 32),
  fc.tuple(fc.nat(3), fc.nat(9)).map(([low, high]) => 1 + low + high * 16),
  fc.integer({ min: 1, max: 2 ** 48 - 1 }),
)

const step = fc.oneof(
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('add'), tag }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('delete'), tag }) },
)

/** An index over a list of tags, as a table keeps them. */
function indexed(): { index: TagIndex; tags: Tagged[] } {
  const tags: Tagged[] = []
  const rows = {
    tag: (place: number) => tags[place]?.tag ?? 0,
    hostTag: (place: number) => tags[place]?.hostTag ?? 0,
  }
  return { index: new TagIndex(rows, 'tag'), tags }
}

const row = (tag: number): Tagged => ({ tag, hostTag: 1 })

test('it finds what a Map finds, after any additions and deletions', () => {
  fc.assert(
    fc.property(fc.array(step, { size: '+1' }), fc.array(tag), (steps, others) => {
      const { index, tags } = indexed()
      const map = new Map<number, number>()
      for (const { kind, tag: key } of steps) {
        if (kind === 'delete') {
          index.delete(key)
          map.delete(key)
        } else if (!map.has(key)) {
          map.set(key, tags.push(row(key)) - 1)
          index.add(tags.length - 1)
        }
        expect(index.find(key)).toBe(map.get(key) ?? -1)
      }
      for (const key of [...map.keys(), ...others]) expect(index.find(key)).toBe(map.get(key) ?? -1)
    }),
    { numRuns: 300 },
  )
})

test('it grows over thousands, and empties again', () => {
  const { index, tags } = indexed()
  for (let i = 0; i < 5000; i++) tags.push(row((i + 1) * 0x10001))
  tags.forEach((_, place) => index.add(place))
  expect(tags.every((key, place) => index.find(key.tag) === place)).toBe(true)
  for (const key of tags) index.delete(key.tag)
  expect(tags.some((key) => index.find(key.tag) !== -1)).toBe(false)
})

test('room made beforehand changes nothing of what is found', () => {
  const { index, tags } = indexed()
  tags.push(row(5), row(21), row(37))
  index.add(0)
  index.add(1)
  index.reserve(1000)
  index.add(2)
  expect(tags.map((key) => index.find(key.tag))).toEqual([0, 1, 2])
})

test('nobody has tag 0, in an empty index and in a full one', () => {
  const { index, tags } = indexed()
  expect(index.find(0)).toBe(-1)
  for (let key = 1; key <= 8; key++) index.add(tags.push(row(key * 16)) - 1)
  expect(index.find(0)).toBe(-1)
  tags.push(row(0))
  expect(() => index.add(8)).toThrow('a tag is positive')
})
