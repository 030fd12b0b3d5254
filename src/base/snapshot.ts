/**
 * The whole state of a machine as bytes: its graph of objects is walked, whatever its classes are,
 * so a part that is added later needs no code here. Shared references stay shared and cycles close;
 * equal states give equal bytes. Only values can be kept: a function, a foreign class or a hidden
 * property in the graph is a bug. `revive` reads it.
 */
import { assert } from './assert.js'
import { Writer } from './bytes.js'

/** The classes that may occur, by the names under which they are written: `{ Random, Members }`. */
export type Classes = Readonly<Record<string, { readonly prototype: object }>>

/** The first byte of each value. */
export const TAG = {
  undefined: 0,
  null: 1,
  false: 2,
  true: 3,
  whole: 4,
  negative: 5,
  double: 6,
  text: 7,
  /** Text that is no UTF-8: unpaired surrogates. */
  units: 8,
  /** A text that was written before, by number. */
  sameText: 9,
  /** An object that was written before, by number. */
  same: 10,
  list: 11,
  /** Nothing at this place of a list, not even undefined. */
  hole: 12,
  map: 13,
  set: 14,
  numbers: 15,
  record: 16,
} as const

/** What a view of bytes is called, by the number that is written. */
export const VIEWS = [
  'Uint8Array',
  'Uint8ClampedArray',
  'Int8Array',
  'Uint16Array',
  'Int16Array',
  'Uint32Array',
  'Int32Array',
  'Float32Array',
  'Float64Array',
] as const

/** Deeper than any machine is built; a chain of objects this long is a bug. */
export const DEPTH_MAX = 500

const SMALLEST = 1024
const LARGEST = 256 * 1024 * 1024

/** @throws {Bug} when something in the graph is no value, or when there is far too much of it */
export function snapshot(root: unknown, classes: Classes = {}): Uint8Array {
  for (let size = SMALLEST; size <= LARGEST; size *= 8) {
    const out = new Writer(size)
    new Walk(out, classes).value(root, 0)
    if (!out.full) return out.take()
  }
  assert(false, `a snapshot has at most ${LARGEST} bytes`)
}

class Walk {
  private readonly out: Writer
  /** Bounded by the classes given. */
  private readonly names = new Map<object, string>([[Object.prototype, '']])
  /** Bounded by the objects of the graph. */
  private readonly objects = new Map<object, number>()
  /** Bounded by the texts of the graph. */
  private readonly texts = new Map<string, number>()
  /** Bounded by the combinations of class and keys in the graph. */
  private readonly shapes = new Map<string, number>()
  private readonly double = new DataView(new ArrayBuffer(8))
  /** The class and the key that are being written, for the message of a bug. */
  private name = ''
  private key = ''

  constructor(out: Writer, classes: Classes) {
    this.out = out
    for (const [name, { prototype }] of Object.entries(classes)) this.names.set(prototype, name)
  }

  value(value: unknown, depth: number): void {
    switch (typeof value) {
      case 'undefined':
        return this.out.u8(TAG.undefined)
      case 'boolean':
        return this.out.u8(value ? TAG.true : TAG.false)
      case 'number':
        return this.number(value)
      case 'string':
        return this.text(value)
      case 'object':
        return value === null ? this.out.u8(TAG.null) : this.object(value, depth)
      default:
        assert(false, `${this.key} of ${this.name} is a ${typeof value}, which is no state`)
    }
  }

  private number(value: number): void {
    const whole = Number.isSafeInteger(value) && !Object.is(value, -0)
    if (whole) {
      this.out.u8(value < 0 ? TAG.negative : TAG.whole)
      return this.out.varint(Math.abs(value))
    }
    this.out.u8(TAG.double)
    this.double.setFloat64(0, value)
    this.out.u32(this.double.getUint32(0))
    this.out.u32(this.double.getUint32(4))
  }

  private text(value: string): void {
    const before = this.texts.get(value)
    if (before !== undefined) {
      this.out.u8(TAG.sameText)
      return this.out.varint(before)
    }
    this.texts.set(value, this.texts.size)
    const unpaired = /\p{Surrogate}/u.test(value)
    this.out.u8(unpaired ? TAG.units : TAG.text)
    if (!unpaired) return this.out.text(value)
    this.out.varint(value.length)
    for (let i = 0; i < value.length; i++) this.out.u16(value.charCodeAt(i))
  }

  private object(value: object, depth: number): void {
    assert(depth < DEPTH_MAX, `a state nests less than ${DEPTH_MAX} deep`)
    const before = this.objects.get(value)
    if (before !== undefined) {
      this.out.u8(TAG.same)
      return this.out.varint(before)
    }
    this.objects.set(value, this.objects.size)
    if (Array.isArray(value)) return this.list(value, depth)
    if (ArrayBuffer.isView(value)) return this.numbers(value)
    if (value instanceof Map) return this.map(value, depth)
    if (value instanceof Set) return this.set(value, depth)
    return this.record(value, depth)
  }

  private list(list: readonly unknown[], depth: number): void {
    this.ordinary(list, Array.prototype)
    this.out.u8(TAG.list)
    this.out.varint(list.length)
    for (let i = 0; i < list.length; i++) {
      if (Object.hasOwn(list, i)) this.value(list[i], depth + 1)
      else this.out.u8(TAG.hole)
    }
  }

  private map(map: ReadonlyMap<unknown, unknown>, depth: number): void {
    this.ordinary(map, Map.prototype)
    this.out.u8(TAG.map)
    this.out.varint(map.size)
    for (const [key, value] of map) {
      this.value(key, depth + 1)
      this.value(value, depth + 1)
    }
  }

  private set(set: ReadonlySet<unknown>, depth: number): void {
    this.ordinary(set, Set.prototype)
    this.out.u8(TAG.set)
    this.out.varint(set.size)
    for (const value of set) this.value(value, depth + 1)
  }

  /**
   * By content, in the byte order of all common processors, the little-endian one. Views that
   * overlap would come apart: nobody may write through two of them.
   */
  private numbers(view: ArrayBufferView): void {
    const kind = VIEWS.findIndex((name) => name === Reflect.get(view, Symbol.toStringTag))
    assert(kind >= 0, 'a view of bytes is of a kind that is kept')
    this.out.u8(TAG.numbers)
    this.out.u8(kind)
    this.out.blob(new Uint8Array(view.buffer, view.byteOffset, view.byteLength))
  }

  /** Class and keys, the first time by name, then the values. */
  private record(value: object, depth: number): void {
    const prototype = Reflect.getPrototypeOf(value)
    const name = prototype === null ? undefined : this.names.get(prototype)
    assert(name !== undefined, `the class ${nameOf(value)} is one that may be kept`)
    const keys = Object.keys(value)
    this.out.u8(TAG.record)
    this.shape(value, name, keys)
    for (const key of keys) {
      this.name = name
      this.key = key
      this.value(Reflect.get(value, key), depth + 1)
    }
  }

  private shape(value: object, name: string, keys: readonly string[]): void {
    const words = [name, ...keys].join('\0')
    const before = this.shapes.get(words)
    if (before !== undefined) return this.out.varint(before)
    for (const key of Reflect.ownKeys(value)) {
      const isValue = Object.getOwnPropertyDescriptor(value, key)?.enumerable === true
      assert(isValue && keys.some((known) => known === key), `${String(key)} of ${name} is plain`)
    }
    this.out.varint(this.shapes.size)
    this.shapes.set(words, this.shapes.size)
    this.out.text(name)
    this.out.varint(keys.length)
    for (const key of keys) this.out.text(key)
  }

  /** A subclass of a list or map may hold anything. */
  private ordinary(value: object, prototype: object): void {
    const is = Reflect.getPrototypeOf(value) === prototype
    assert(is, `the class ${nameOf(value)} is no ordinary collection`)
  }
}

function nameOf(value: object): string {
  const maker: unknown = Reflect.get(value, 'constructor')
  return typeof maker === 'function' ? maker.name : 'without a name'
}
