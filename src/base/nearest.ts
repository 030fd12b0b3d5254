/**
 * The name somebody probably meant: the closest by edit distance (Levenshtein 1966, two rows), when
 * it is close enough to be a slip of the fingers.
 */

/**
 * The nearest of `names`, or undefined when more than about a third of the letters would have to
 * change.
 */
export function nearest(given: string, names: readonly string[]): string | undefined {
  let best: string | undefined
  let least = Math.floor(Math.max(given.length, 3) / 3) + 1
  for (const name of names) {
    const distance = editDistance(given.toLowerCase(), name.toLowerCase())
    if (distance < least) {
      least = distance
      best = name
    }
  }
  return best
}

function editDistance(a: string, b: string): number {
  let above = Array.from({ length: b.length + 1 }, (_, column) => column)
  for (let row = 1; row <= a.length; row++) {
    const current = [row]
    for (let column = 1; column <= b.length; column++) {
      const swap = (above[column - 1] ?? 0) + (a[row - 1] === b[column - 1] ? 0 : 1)
      const drop = (above[column] ?? 0) + 1
      const add = (current[column - 1] ?? 0) + 1
      current.push(Math.min(swap, drop, add))
    }
    above = current
  }
  return above[b.length] ?? 0
}
