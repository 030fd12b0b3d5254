/**
 * What must never happen, said where it must not: assertions that stay on in production. A failed
 * one is a bug of this program, never junk from the network (that is a value) nor an operator's
 * mistake (that is a coded error).
 */

/**
 * A broken invariant. Nothing catches it: the process ends and the message says what was believed.
 */
export class Bug extends Error {
  override readonly name = 'Bug'
}

/**
 * @param belief a constant where it is often asked: text made of numbers costs more than asking
 * @throws {Bug} when `holds` is false
 */
export function assert(holds: boolean, belief: string): asserts holds {
  if (!holds) throw new Bug(`assertion failed: ${belief}`)
}

/**
 * Ends an exhaustive switch: the compiler refuses a forgotten kind, the run refuses an invented
 * one.
 */
export function assertNever(value: never, what = 'kind'): never {
  throw new Bug(`unexpected ${what}: ${JSON.stringify(value)}`)
}

/** Checked indexing. @throws {Bug} when the list holds nothing at `index` */
export function at<T>(list: ArrayLike<T>, index: number): T {
  const value = list[index]
  if (value === undefined) throw new Bug(`index ${index} of a list of ${list.length}`)
  return value
}

/** The value, which the caller knows to be there. @throws {Bug} when it is not */
export function known<T>(value: T | undefined | null, what: string): T {
  if (value === undefined || value === null) throw new Bug(`missing: ${what}`)
  return value
}
