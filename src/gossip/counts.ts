/**
 * A column of whole numbers that are nearly always small: four bytes each, and a list of the few
 * that need more.
 */

/** Stands for a number that is kept aside. */
const LARGE = 0xffffffff

/** By how much it grows when it is full. */
const GROWTH = 1.5

export class Counts {
  private small = new Uint32Array(0)
  /** Bounded by the rows. */
  private large: Map<number, number> | null = null

  get(row: number): number {
    const value = this.small[row] ?? 0
    return value === LARGE ? (this.large?.get(row) ?? 0) : value
  }

  set(row: number, value: number): void {
    if (row >= this.small.length) this.lengthen(row + 1)
    if (value < LARGE) {
      this.small[row] = value
      return
    }
    this.small[row] = LARGE
    this.large ??= new Map()
    this.large.set(row, value)
  }

  private lengthen(rows: number): void {
    this.small = lengthened(this.small, new Uint32Array(Math.ceil(rows * GROWTH)))
  }
}

export function lengthened<T extends Float64Array | Uint32Array | Int32Array | Uint8Array>(
  from: T,
  into: T,
): T {
  into.set(from)
  return into
}
