/**
 * The order in which people expect names: n2 before n10, 10.0.0.9 before 10.0.0.10. The same on
 * every machine.
 */

export function natural(a: string, b: string): number {
  const left = pieces(a)
  const right = pieces(b)
  for (let i = 0; i < Math.min(left.length, right.length); i++) {
    const order = comparePieces(left[i] ?? '', right[i] ?? '')
    if (order !== 0) return order
  }
  return left.length - right.length
}

function pieces(text: string): readonly string[] {
  return text.match(/\d+|\D+/g) ?? []
}

function comparePieces(a: string, b: string): number {
  const numeric = /^\d/.test(a) && /^\d/.test(b)
  if (numeric && Number(a) !== Number(b)) return Number(a) - Number(b)
  return a < b ? -1 : a > b ? 1 : 0
}
