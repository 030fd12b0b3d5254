/** Figures of samples: quantiles by the nearest rank, so that each is one of the samples. */

/** @returns null when there are no samples */
export function quantile(sorted: readonly number[], share: number): number | null {
  if (sorted.length === 0) return null
  const rank = Math.max(1, Math.ceil(share * sorted.length))
  return sorted[rank - 1] ?? null
}

export function mean(samples: readonly number[]): number | null {
  if (samples.length === 0) return null
  return samples.reduce((sum, each) => sum + each, 0) / samples.length
}

export function most(samples: readonly number[]): number | null {
  return samples.length === 0 ? null : samples.reduce((a, b) => Math.max(a, b), -Infinity)
}

export function ascending(samples: readonly number[]): number[] {
  return [...samples].sort((a, b) => a - b)
}
