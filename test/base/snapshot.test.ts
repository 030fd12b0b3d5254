/** Graphs of values to bytes and back: nothing is lost, nothing is added, junk is a value. */
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { Bug } from '../../src/base/assert.js'
import { Random } from '../../src/base/random.js'
import { revive } from '../../src/base/revival.js'
import { snapshot, type Classes } from '../../src/base/snapshot.js'

class Inner {
  private readonly list = new Float64Array([1.5, -0, NaN])
  private secret = 7

  reveal(): number {
    return this.secret + this.list.length
  }
}

class Outer {
  readonly inner = new Inner()
  readonly again = this.inner
  readonly byInner = new Map<Inner, Outer>([[this.inner, this]])

  get twice(): number {
    return this.inner.reveal() * 2
  }
}

const classes: Classes = { Inner, Outer, Random }

function copyOf(value: unknown): unknown {
  const revived = revive(snapshot(value, classes), classes)
  if (revived.kind === 'unreadable') throw new Error('unreadable')
  return revived.root
}

function outerFrom(value: unknown): Outer {
  const copy = copyOf(value)
  if (!(copy instanceof Outer)) throw new Error('another class')
  return copy
}

describe('a snapshot', () => {
  test('of any plain value gives that value back, and the same bytes again', () => {
    const values = fc.anything({
      withMap: true,
      withSet: true,
      withTypedArray: true,
      withSparseArray: true,
    })
    fc.assert(
      fc.property(values, (value) => {
        const bytes = snapshot(value)
        const revived = revive(bytes)
        expect(revived).toEqual({ kind: 'revived', root: value })
        expect(revived.kind === 'revived' && snapshot(revived.root)).toEqual(bytes)
      }),
    )
  })

  test.each([0, -0, NaN, Infinity, -Infinity, 2 ** 53, -(2 ** 53), 0.1, -1, 5e-324])(
    'keeps the number %p to the bit',
    (value) => {
      expect(Object.is(copyOf(value), value)).toBe(true)
    },
  )

  test('keeps text that is no UTF-8, and keys that mean something to the language', () => {
    const strange: unknown = JSON.parse('{"__proto__":{"a":1},"constructor":"\\ud800"}')
    const copy = copyOf(strange)
    expect(JSON.stringify(copy)).toBe('{"__proto__":{"a":1},"constructor":"\\ud800"}')
  })

  test('keeps classes with their private fields, shared references and cycles', () => {
    const copy = outerFrom(new Outer())
    expect(copy.inner).toBeInstanceOf(Inner)
    expect(copy.again).toBe(copy.inner)
    expect(copy.byInner.get(copy.inner)).toBe(copy)
    expect(copy.twice).toBe(20)
  })

  test('keeps the order of maps and sets, and holes', () => {
    const map = new Map([
      ['z', 1],
      ['a', 2],
    ])
    const list: unknown[] = [new Set(['b', 'a']), map]
    list[5] = undefined
    const copy = copyOf(list)
    expect(copy).toStrictEqual(list)
    const order = (value: unknown): unknown =>
      Array.isArray(value) && value[1] instanceof Map ? [Object.keys(value), [...value[1]]] : []
    expect(order(copy)).toEqual([['0', '1', '5'], [...map]])
  })

  test('of a generator draws on as the generator does', () => {
    const random = Random.from(7).fork('a purpose')
    random.bits()
    const copy = copyOf(random)
    const draws = (from: unknown): number[] =>
      from instanceof Random ? [from.bits(), from.int(1000), from.fork('b').bits()] : []
    expect(draws(copy)).toEqual(draws(random))
    expect(draws(random)).toHaveLength(3)
  })

  test('takes a view of a shared buffer for its content alone', () => {
    const slab = new Uint8Array([1, 2, 3, 4])
    expect(copyOf(slab.subarray(1, 3))).toStrictEqual(new Uint8Array([2, 3]))
  })

  test.each<[string, unknown]>([
    ['a function', { then: (): number => 1 }],
    ['a symbol', [Symbol('a')]],
    ['a foreign class', new Date(0)],
    ['a subclass of a map', new (class Named extends Map<string, number> {})()],
    ['a symbol as a key', { [Symbol('a')]: 1 }],
    ['a computed property', Object.defineProperty({}, 'a', { get: (): number => 1 })],
    ['a bigint', 1n],
  ])('of %s is refused as a bug', (_, value) => {
    expect(() => snapshot(value, classes)).toThrow(Bug)
  })

  test('of a chain without end is refused as a bug', () => {
    let chain: unknown = null
    for (let i = 0; i < 600; i++) chain = [chain]
    expect(() => snapshot(chain)).toThrow('deep')
  })
})

describe('bytes that are no snapshot', () => {
  const bytes = snapshot([new Outer(), 'text', { a: new Uint32Array(3) }], classes)

  test('cut at any place are unreadable', () => {
    for (let length = 0; length < bytes.length; length++) {
      expect(revive(bytes.slice(0, length), classes)).toEqual({ kind: 'unreadable' })
    }
  })

  test('with anything in them never throw', () => {
    const place = fc.nat(bytes.length - 1)
    fc.assert(
      fc.property(place, fc.nat(255), (at, byte) => {
        const changed = Uint8Array.from(bytes)
        changed[at] = byte
        expect(['revived', 'unreadable']).toContain(revive(changed, classes).kind)
      }),
    )
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (junk) => {
        expect(['revived', 'unreadable']).toContain(revive(junk, classes).kind)
      }),
    )
  })

  test('with a class that is not given are unreadable', () => {
    expect(revive(bytes, { Inner })).toEqual({ kind: 'unreadable' })
  })
})
