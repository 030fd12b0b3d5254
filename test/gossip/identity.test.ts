/**
 * Host ids and tags: the written form, the words of the wire, and tags that tell instances apart.
 */
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import {
  hostIdFromWords,
  hostIdWords,
  identityOf,
  isHostId,
  NOBODY,
  tagOf,
} from '../../src/gossip/identity.js'
import { node } from './fixture.js'

const word = fc.nat(0xffffffff)
const words = fc.tuple(word, word, word, word)

describe('a host id', () => {
  test('is four words, written like a UUID, and comes back', () => {
    expect(hostIdFromWords(1, 0x2000a, 0xffffffff, 0)).toBe('00000001-0002-000a-ffff-ffff00000000')
    fc.assert(
      fc.property(words, (parts) => {
        const hostId = hostIdFromWords(...parts)
        expect(isHostId(hostId)).toBe(true)
        expect(hostIdWords(hostId)).toEqual(parts)
      }),
    )
  })

  test.each([
    [''],
    ['00000001-0002-000a-ffff-ffff0000000'],
    ['00000001-0002-000A-ffff-ffff00000000'],
    ['000000010002000affffffff00000000'],
    [' 00000001-0002-000a-ffff-ffff00000000'],
  ])('%j is none', (text) => {
    expect(isHostId(text)).toBe(false)
  })
})

describe('a tag', () => {
  test('is an integer of 48 bits, the same for the same instance for ever', () => {
    expect(node(1).tag).toBe(9131996778469)
    expect(tagOf(hostIdFromWords(1, 2, 3, 4), 0)).toBe(79697964870496)
    fc.assert(
      fc.property(words, fc.nat(), (parts, generation) => {
        const tag = tagOf(hostIdFromWords(...parts), generation)
        expect(Number.isInteger(tag) && tag > NOBODY && tag < 2 ** 48).toBe(true)
      }),
    )
  })

  test('is never that of nobody, not even of the host id that is all zeros', () => {
    expect(tagOf(hostIdFromWords(0, 0, 0, 0), 0)).not.toBe(NOBODY)
  })

  test('differs for every host id and every generation', () => {
    const tags = new Set<number>()
    for (let number = 0; number < 200; number++) {
      const { hostId } = node(number)
      for (let generation = 0; generation < 20; generation++) tags.add(tagOf(hostId, generation))
      tags.add(tagOf(hostId, 2 ** 32))
      tags.add(tagOf(hostId, 2 ** 32 + 1))
    }
    expect(tags.size).toBe(200 * 22)
  })

  test('belongs to the instance, not to its name or address', () => {
    const moved = { ...node(1), name: 'other', address: '10.9.9.9:1' }
    expect(identityOf(moved).tag).toBe(node(1).tag)
  })
})
