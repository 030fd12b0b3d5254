/**
 * What a node must not forget: whatever was stored is read again, and whatever cannot be what was
 * stored is named by its key, by any damage to any value, without an exception and without anything
 * skipped.
 */
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { at } from '../../src/base/assert.js'
import { NUMBER_LIMIT } from '../../src/gossip/claim.js'
import { keys, nodeBytes, numberBytes, rememberedBytes, restore } from '../../src/gossip/durable.js'
import { standings } from '../../src/gossip/precedence.js'
import { count, identity } from './arbitrary.js'
import { node } from './fixture.js'

const { hostId } = node(0)

function stored(...entries: [string, Uint8Array][]): Map<string, Uint8Array> {
  return new Map([
    [keys.node, nodeBytes('test', hostId)],
    [keys.generation, numberBytes(1_700_000_000)],
    [keys.seen, numberBytes(1_700_000_000_123)],
    ...entries,
  ])
}

const member = fc.record({
  identity,
  standing: fc.constantFrom(...standings),
  incarnation: count,
  since: count,
})

test('what was stored is read again', () => {
  const members = fc.uniqueArray(member, { selector: (one) => one.identity.hostId, maxLength: 6 })
  fc.assert(
    fc.property(members, (list) => {
      const entries = list.map((one): [string, Uint8Array] => [
        keys.member(one.identity.hostId),
        rememberedBytes(one, one.since),
      ])
      const restored = { hostId, generation: 1_700_000_000, seen: 1_700_000_000_123, members: list }
      expect(restore(stored(...entries), 'test')).toEqual({ kind: 'restored', restored })
    }),
  )
})

test('a time before the epoch, from a wrong clock, is stored as the epoch', () => {
  const one = { identity: node(1), standing: 'left', incarnation: 0 } as const
  const entry: [string, Uint8Array] = [keys.member(node(1).hostId), rememberedBytes(one, -5.5)]
  expect(restore(stored(entry), 'test')).toMatchObject({ restored: { members: [{ since: 0 }] } })
})

describe('an empty store', () => {
  test('is a fresh one', () => {
    expect(restore(new Map(), 'test')).toEqual({ kind: 'fresh' })
  })

  test('is not one that lost who it belongs to', () => {
    const lost = stored()
    lost.delete(keys.node)
    expect(restore(lost, 'test')).toEqual({ kind: 'damaged', key: keys.node })
  })

  test('is none where the first numbers were not yet stored', () => {
    const begun = new Map([[keys.node, nodeBytes('test', hostId)]])
    const restored = { hostId, generation: 0, seen: 0, members: [] }
    expect(restore(begun, 'test')).toEqual({ kind: 'restored', restored })
  })
})

test('the store of another cluster is told by its name', () => {
  expect(restore(stored(), 'prod')).toEqual({ kind: 'foreign', cluster: 'test' })
})

test('the store of a newer program is told by its format, whatever else it holds', () => {
  const newer = stored([keys.node, Uint8Array.of(2, 0xff, 0xff)])
  expect(restore(newer, 'test')).toEqual({ kind: 'newer', format: 2 })
})

describe('damage', () => {
  const one = { identity: node(1), standing: 'left', incarnation: 3 } as const
  const key = keys.member(node(1).hostId)
  const whole = stored([key, rememberedBytes(one, 1_700_000_000_000)])
  const anyKey = fc.constantFrom(...whole.keys())

  test('by cutting any value anywhere is named', () => {
    for (const [name, bytes] of whole) {
      for (let size = 0; size < bytes.length; size++) {
        const cut = new Map([...whole, [name, bytes.slice(0, size)]])
        expect(restore(cut, 'test')).toEqual({ kind: 'damaged', key: name })
      }
    }
  })

  test('by bytes too many is named', () => {
    for (const [name, bytes] of whole) {
      const longer = new Map([...whole, [name, Uint8Array.of(...bytes, 0)]])
      expect(restore(longer, 'test')).toEqual({ kind: 'damaged', key: name })
    }
  })

  test('of any other kind is named, or read as what it then says, but never thrown', () => {
    const junk = fc.uint8Array({ maxLength: 80 })
    fc.assert(
      fc.property(anyKey, junk, fc.nat(), fc.boolean(), (name, random, place, flip) => {
        const bytes = Uint8Array.from(whole.get(name) ?? [])
        const index = place % bytes.length
        bytes[index] = at(bytes, index) ^ (1 << (place % 8))
        const found = restore(new Map([...whole, [name, flip ? bytes : random]]), 'test')
        if (found.kind === 'damaged') expect(found.key).toBe(name)
        if (found.kind !== 'restored') return
        const numbers = [found.restored.generation, found.restored.seen]
        for (const { incarnation, since } of found.restored.members)
          numbers.push(incarnation, since)
        expect(numbers.every((number) => number < NUMBER_LIMIT)).toBe(true)
      }),
      { numRuns: 1000 },
    )
  })

  test('by a member stored under the name of another is named', () => {
    const other = keys.member(node(2).hostId)
    const mixed = stored([other, rememberedBytes(one, 0)])
    expect(restore(mixed, 'test')).toEqual({ kind: 'damaged', key: other })
  })

  test.each([
    [keys.generation, numberBytes(NUMBER_LIMIT)],
    [keys.seen, numberBytes(Number.MAX_SAFE_INTEGER)],
    [key, rememberedBytes({ ...one, incarnation: NUMBER_LIMIT }, 0)],
  ])('of %s to a number that no node would reach is named', (name, bytes) => {
    const beyond = new Map([...whole, [name, bytes]])
    expect(restore(beyond, 'test')).toEqual({ kind: 'damaged', key: name })
  })
})
