/**
 * Bytes by hand: a writer that refuses to pass its bound and a reader that is total. Both fail as
 * values, so that a datagram from the network can neither overrun a buffer nor throw. Numbers are
 * big-endian.
 */
import { assert } from './assert.js'
import { readUtf8, utf8Length, writeUtf8 } from './utf8.js'

/** Largest integer a varint carries: what a double holds exactly. */
export const VARINT_LIMIT = Number.MAX_SAFE_INTEGER

/** 2^-32: what lies above the low 32 bits, exactly. */
const PER_WORD = 1 / 4294967296

/**
 * Small messages share a slab, so that taking one copies nothing; what was taken is never written
 * again.
 */
const SLAB_BYTES = 32768

/** Writes one message up to a bound; past it `full` is set and nothing more is written. */
export class Writer {
  /** What is being written; its content moves to a fresh slab now and then. */
  private buffer: Uint8Array<ArrayBuffer>
  /** What `buffer` is a view of; kept, because asking a view for it takes as long as making one. */
  private memory: ArrayBuffer
  /** The same bytes, for numbers of several: one store instead of one a byte. */
  private view: DataView
  /** Where the message begins, and the end of what is written, in the slab. */
  private start = 0
  private end = 0
  /** Where writing must end; -1 once something did not fit. */
  private limit: number
  private bound: number
  private readonly capacity: number
  /** What is left of the slab may be too little for the next message. */
  private spent = false

  /** @param capacity bytes of the largest message */
  constructor(capacity: number) {
    this.capacity = capacity
    this.buffer = new Uint8Array(capacity)
    this.memory = this.buffer.buffer
    this.view = new DataView(this.memory)
    this.limit = capacity
    this.bound = capacity
  }

  /** Something did not fit, and nothing was written since. */
  get full(): boolean {
    return this.limit < 0
  }

  /** Bytes written so far. */
  get length(): number {
    return this.end - this.start
  }

  /** Empties it for the next message of at most `limit` bytes. */
  reset(limit = this.capacity): this {
    assert(limit <= this.capacity, 'the limit within the capacity')
    if (this.spent) this.renew()
    this.end = this.start
    this.bound = this.start + limit
    this.limit = this.bound
    return this
  }

  /** Takes back what was written since `mark`, a former length, and the failure to write it. */
  rewind(mark: number): void {
    this.end = this.start + mark
    this.limit = this.bound
  }

  u8(value: number): void {
    if (this.claim(1)) this.buffer[this.end++] = value
  }

  u16(value: number): void {
    if (!this.claim(2)) return
    this.view.setUint16(this.end, value)
    this.end += 2
  }

  u32(value: number): void {
    if (!this.claim(4)) return
    this.view.setUint32(this.end, value)
    this.end += 4
  }

  /** An integer of 48 bits. */
  u48(value: number): void {
    if (!this.claim(6)) return
    const { view, end } = this
    view.setUint16(end, (value * PER_WORD) | 0)
    view.setUint32(end + 2, value >>> 0)
    this.end = end + 6
  }

  /** A byte and an integer of 48 bits, in one step: what every claim begins with. */
  u8u48(first: number, value: number): void {
    if (!this.claim(7)) return
    const { view, end } = this
    view.setUint8(end, first)
    view.setUint16(end + 1, (value * PER_WORD) | 0)
    view.setUint32(end + 3, value >>> 0)
    this.end = end + 7
  }

  /** LEB128: seven bits a byte, the lowest first. 0..2^53-1. */
  varint(value: number): void {
    if (value >= 0 && value < 128) this.u8(value)
    else if ((value | 0) === value && value > 0 && value < 16384)
      this.u16(((value & 127) << 8) | 0x8000 | (value >>> 7))
    else this.longVarint(value)
  }

  raw(bytes: Uint8Array): void {
    if (!this.claim(bytes.length)) return
    this.buffer.set(bytes, this.end)
    this.end += bytes.length
  }

  /** Length, then bytes. */
  blob(bytes: Uint8Array): void {
    this.varint(bytes.length)
    this.raw(bytes)
  }

  /** Length in bytes, then UTF-8. */
  text(value: string): void {
    const size = utf8Length(value)
    this.varint(size)
    if (!this.claim(size)) return
    writeUtf8(value, this.buffer, this.end)
    this.end += size
  }

  /** What was written since `mark`, a former length, as long as nothing else is. */
  since(mark: number): Uint8Array {
    return this.buffer.subarray(this.start + mark, this.end)
  }

  /** Sets three bytes already written, such as a length known only afterwards. */
  patch24(offset: number, value: number): void {
    assert(offset + 3 <= this.length, 'patch within what is written')
    const from = this.start + offset
    this.buffer[from] = value >>> 16
    this.buffer[from + 1] = value >>> 8
    this.buffer[from + 2] = value
  }

  /** Hands over what was written. @throws {Bug} when something did not fit and was not rewound */
  take(): Uint8Array {
    assert(!this.full, 'taken although something did not fit')
    if (this.capacity > SLAB_BYTES / 8) return this.buffer.slice(this.start, this.end)
    const taken = new Uint8Array(this.memory, this.start, this.length)
    this.start = this.end
    this.limit = this.end
    this.spent = this.start + this.capacity > this.buffer.length
    if (!this.spent) this.reset()
    return taken
  }

  /** Only when more is to be written: who writes one message needs no slab. */
  private renew(): void {
    this.buffer = new Uint8Array(SLAB_BYTES)
    this.memory = this.buffer.buffer
    this.view = new DataView(this.memory)
    this.start = 0
    this.spent = false
  }

  private longVarint(value: number): void {
    assert(
      value >= 0 && value <= VARINT_LIMIT && Number.isInteger(value),
      'a varint is a whole number below 2^53',
    )
    let rest = value
    while (rest >= 128) {
      this.u8((rest % 128) | 128)
      rest = Math.floor(rest / 128)
    }
    this.u8(rest)
  }

  private claim(size: number): boolean {
    if (this.end + size <= this.limit) return true
    return this.refuse(size)
  }

  private refuse(size: number): boolean {
    if (this.spent) return this.reset().claim(size)
    this.limit = -1
    return false
  }
}

/**
 * Reads what may be junk: past the end, or over a bound, `failed` is set and every further read
 * gives nothing.
 */
export class Reader {
  failed = false
  private bytes: Uint8Array
  private offset = 0
  private end: number

  constructor(bytes: Uint8Array) {
    this.bytes = bytes
    this.end = bytes.length
  }

  get left(): number {
    return this.end - this.offset
  }

  u8(): number {
    if (this.offset >= this.end) return this.fail()
    return this.bytes[this.offset++] ?? 0
  }

  /** The next byte, which stays to be read; -1 at the end. */
  peek(): number {
    return this.offset < this.end ? (this.bytes[this.offset] ?? 0) : -1
  }

  u16(): number {
    return this.u8() * 256 + this.u8()
  }

  u32(): number {
    const from = this.offset
    if (from + 4 > this.end) return this.fail()
    this.offset = from + 4
    const bytes = this.bytes
    const word =
      ((bytes[from] ?? 0) << 24) |
      ((bytes[from + 1] ?? 0) << 16) |
      ((bytes[from + 2] ?? 0) << 8) |
      (bytes[from + 3] ?? 0)
    return word >>> 0
  }

  u48(): number {
    const from = this.offset
    if (from + 6 > this.end) return this.fail()
    const bytes = this.bytes
    const high = ((bytes[from] ?? 0) << 8) | (bytes[from + 1] ?? 0)
    this.offset = from + 6
    const low =
      ((bytes[from + 2] ?? 0) << 24) |
      ((bytes[from + 3] ?? 0) << 16) |
      ((bytes[from + 4] ?? 0) << 8) |
      (bytes[from + 5] ?? 0)
    return high * 4294967296 + (low >>> 0)
  }

  varint(): number {
    const first = this.u8()
    if (first < 128) return first
    let value = first - 128
    let scale = 128
    for (let size = 1; size < 8; size++) {
      const byte = this.u8()
      value += (byte & 127) * scale
      if (byte < 128) return value > VARINT_LIMIT ? this.fail() : value
      scale *= 128
    }
    return this.fail()
  }

  raw(size: number): Uint8Array {
    if (size > this.left) {
      this.fail()
      return new Uint8Array(0)
    }
    this.offset += size
    // A copy, also of a Buffer, whose own `slice` would keep the whole packet in memory.
    return new Uint8Array(this.bytes.subarray(this.offset - size, this.offset))
  }

  skip(size: number): void {
    if (size > this.left) this.fail()
    else this.offset += size
  }

  /** Four bytes further on, without reading them: a number for looking up; 0 where they end. */
  glance(offset: number): number {
    const from = this.offset + offset
    if (from + 4 > this.end) return 0
    const bytes = this.bytes
    const high = ((bytes[from] ?? 0) << 16) | ((bytes[from + 1] ?? 0) << 8)
    return ((high | (bytes[from + 2] ?? 0)) << 6) ^ (bytes[from + 3] ?? 0)
  }

  /** Skips these very bytes, if they are what comes next. */
  skipSame(bytes: Uint8Array): boolean {
    if (bytes.length > this.left) return false
    for (let i = 0; i < bytes.length; i++)
      if (this.bytes[this.offset + i] !== bytes[i]) return false
    this.offset += bytes.length
    return true
  }

  /** @param most longest blob taken for sane, in bytes */
  blob(most: number): Uint8Array {
    const size = this.varint()
    if (size > most) this.fail()
    return this.failed ? new Uint8Array(0) : this.raw(size)
  }

  /** @param most longest text taken for sane, in bytes */
  text(most: number): string {
    const size = this.varint()
    if (size > most || size > this.left) this.fail()
    if (this.failed) return ''
    const value = readUtf8(this.bytes, this.offset, this.offset + size)
    this.offset += size
    if (value === undefined) this.fail()
    return value ?? ''
  }

  /** Confines reading to the next `size` bytes; gives what `resume` needs to go on behind them. */
  confine(size: number): number {
    const outer = this.end
    if (size > this.left) this.fail()
    else this.end = this.offset + size
    return outer
  }

  /** Leaves the confined part, skipping what was not read of it. */
  resume(outer: number): void {
    if (this.failed) return
    this.offset = this.end
    this.end = outer
  }

  fail(): 0 {
    this.failed = true
    this.offset = this.end
    return 0
  }
}
