/**
 * A column of whole numbers that are nearly always small: four bytes each, and a list of the few
 * that need more. Ten thousand nodes of ten thousand rows each must fit into one simulating
 * process.
 */

/** Stands for a number that is kept aside. */
const LARGE = 0xffffffff

export class Counts {
  private small = new Uint32Array(0)
  /** Bounded by the rows. */
  private large: Map<number, number> | null = null

  get(row: number): number {
    const value = this.small[row] ?? 0
    return value === LARGE ? (this.large?.get(row) ?? 0) : value
  }

  set(row: number, value: number): void {
    if (value < LARGE) {
      this.small[row] = value
      return
    }
    this.small[row] = LARGE
    this.large ??= new Map()
    this.large.set(row, value)
  }

  copy(from: Counts): void {
    this.small = from.small.slice()
    this.large = from.large === null ? null : new Map(from.large)
  }

  reserve(rows: number): void {
    this.small = lengthened(this.small, new Uint32Array(rows))
  }
}

export function lengthened<T extends Float64Array | Uint32Array | Int32Array | Uint8Array>(
  from: T,
  into: T,
): T {
  into.set(from)
  return into
}

/** Two rows change their places. */
export function exchange<T>(list: Record<number, T>, one: number, other: number): void {
  const [first, second] = [list[one], list[other]]
  if (second !== undefined) list[one] = second
  if (first !== undefined) list[other] = first
}

export function refill<T>(list: T[], from: readonly T[]): void {
  list.length = 0
  for (const one of from) list.push(one)
}
