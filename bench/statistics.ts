/** Medians and ranges: what a noisy machine lets one say. */

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length / 2
  const upper = sorted[Math.floor(middle)] ?? Number.NaN
  const lower = sorted[Math.ceil(middle) - 1] ?? Number.NaN
  return (lower + upper) / 2
}

/** `3.1 (2.9-3.4, 6)`: median, range and how many. */
export function said(values: readonly number[], digits = 2): string {
  if (values.length === 0) return 'none'
  const [low, high] = [Math.min(...values), Math.max(...values)]
  const [a, b, c] = [median(values), low, high].map((value) => value.toFixed(digits))
  return `${a} (${b}-${c}, ${values.length})`
}
