/**
 * A snapshot read back: new objects of the same classes, linked as the old ones were, made without
 * calling a constructor. What cannot be read is a value, for the bytes come from a file.
 */
import { Reader } from './bytes.js'
import { DEPTH_MAX, TAG, VIEWS, type Classes } from './snapshot.js'

export type Revived =
  | { readonly kind: 'revived'; readonly root: unknown }
  /** No snapshot, one cut short or changed, or one with a class that is not given. */
  | { readonly kind: 'unreadable' }

export function revive(bytes: Uint8Array, classes: Classes = {}): Revived {
  const from = new Reader(bytes)
  const root = new Growth(from, classes).value(0)
  return from.failed || from.left > 0 ? { kind: 'unreadable' } : { kind: 'revived', root }
}

interface Shape {
  readonly prototype: object
  readonly keys: readonly string[]
}

/** Keys and class names are written in the source: none is as long as this. */
const WORD_MAX = 4096

class Growth {
  private readonly from: Reader
  private readonly classes: Classes
  /** In the order of their writing; bounded by the bytes read. */
  private readonly objects: object[] = []
  /** Bounded likewise. */
  private readonly texts: string[] = []
  /** Bounded likewise. */
  private readonly shapes: Shape[] = []

  constructor(from: Reader, classes: Classes) {
    this.from = from
    this.classes = classes
  }

  value(depth: number): unknown {
    const { from } = this
    if (depth > DEPTH_MAX) return this.fail()
    const tag = from.u8()
    switch (from.failed ? -1 : tag) {
      case TAG.undefined:
        return undefined
      case TAG.null:
        return null
      case TAG.false:
        return false
      case TAG.true:
        return true
      case TAG.whole:
        return from.varint()
      case TAG.negative:
        return -from.varint()
      case TAG.double:
        return this.double()
      case TAG.text:
        return this.text(from.text(from.left))
      case TAG.units:
        return this.text(this.units())
      case TAG.sameText:
        return this.texts[from.varint()] ?? this.fail()
      default:
        return this.object(tag, depth)
    }
  }

  private object(tag: number, depth: number): unknown {
    switch (this.from.failed ? -1 : tag) {
      case TAG.same:
        return this.objects[this.from.varint()] ?? this.fail()
      case TAG.list:
        return this.list(depth)
      case TAG.map:
        return this.map(depth)
      case TAG.set:
        return this.set(depth)
      case TAG.numbers:
        return this.numbers()
      case TAG.record:
        return this.record(depth)
      default:
        return this.fail()
    }
  }

  private list(depth: number): unknown {
    const list: unknown[] = []
    this.objects.push(list)
    const length = this.count()
    for (let i = 0; i < length && !this.from.failed; i++) {
      if (this.from.peek() === TAG.hole) this.from.u8()
      else list[i] = this.value(depth + 1)
    }
    list.length = length
    return list
  }

  private map(depth: number): unknown {
    const map = new Map<unknown, unknown>()
    this.objects.push(map)
    const size = this.count()
    for (let i = 0; i < size && !this.from.failed; i++) {
      const key = this.value(depth + 1)
      map.set(key, this.value(depth + 1))
    }
    return map
  }

  private set(depth: number): unknown {
    const set = new Set<unknown>()
    this.objects.push(set)
    const size = this.count()
    for (let i = 0; i < size && !this.from.failed; i++) set.add(this.value(depth + 1))
    return set
  }

  private numbers(): unknown {
    const kind = VIEWS[this.from.u8()]
    // A copy: the view begins at its own buffer's first byte.
    const bytes = Uint8Array.from(this.from.blob(this.from.left))
    const view = kind === undefined ? undefined : viewOf(kind, bytes)
    if (view === undefined) return this.fail()
    this.objects.push(view)
    return view
  }

  private record(depth: number): unknown {
    const index = this.from.varint()
    const shape = index === this.shapes.length ? this.shape() : this.shapes[index]
    const made: unknown = shape === undefined ? undefined : Object.create(shape.prototype)
    if (shape === undefined || !(typeof made === 'object' && made !== null)) return this.fail()
    this.objects.push(made)
    for (const key of shape.keys) {
      if (this.from.failed) break
      const value = this.value(depth + 1)
      // Not by assignment, which a name such as __proto__ would mislead.
      Object.defineProperty(made, key, {
        value,
        writable: true,
        enumerable: true,
        configurable: true,
      })
    }
    return made
  }

  private shape(): Shape | undefined {
    const name = this.from.text(WORD_MAX)
    const count = this.count()
    const keys = Array.from({ length: count }, () => this.from.text(this.from.left))
    const known = Object.hasOwn(this.classes, name) ? this.classes[name]?.prototype : undefined
    const prototype = name === '' ? Object.prototype : known
    if (prototype === undefined) return undefined
    const shape = { prototype, keys }
    this.shapes.push(shape)
    return shape
  }

  private text(text: string): string {
    this.texts.push(text)
    return text
  }

  private units(): string {
    const units = Array.from({ length: this.count() }, () => this.from.u16())
    return units.map((unit) => String.fromCharCode(unit)).join('')
  }

  private double(): number {
    const double = new DataView(new ArrayBuffer(8))
    double.setUint32(0, this.from.u32())
    double.setUint32(4, this.from.u32())
    return double.getFloat64(0)
  }

  /** Of things that take at least a byte each: no length on its own can ask for much memory. */
  private count(): number {
    const count = this.from.varint()
    return count <= this.from.left ? count : this.from.fail()
  }

  private fail(): unknown {
    this.from.fail()
    return undefined
  }
}

function viewOf(kind: (typeof VIEWS)[number], bytes: Uint8Array): object | undefined {
  const { buffer } = bytes
  const fits = (size: number): boolean => buffer.byteLength % size === 0
  switch (kind) {
    case 'Uint8Array':
      return bytes
    case 'Uint8ClampedArray':
      return new Uint8ClampedArray(buffer)
    case 'Int8Array':
      return new Int8Array(buffer)
    case 'Uint16Array':
      return fits(2) ? new Uint16Array(buffer) : undefined
    case 'Int16Array':
      return fits(2) ? new Int16Array(buffer) : undefined
    case 'Uint32Array':
      return fits(4) ? new Uint32Array(buffer) : undefined
    case 'Int32Array':
      return fits(4) ? new Int32Array(buffer) : undefined
    case 'Float32Array':
      return fits(4) ? new Float32Array(buffer) : undefined
    case 'Float64Array':
      return fits(8) ? new Float64Array(buffer) : undefined
  }
}
