/**
 * Counts by name: junk by reason, probes, suspicions, repairs. The names are literals of this
 * folder.
 */
export class Counters {
  /** Bounded by the literals that are counted. */
  private readonly counts = new Map<string, number>()

  add(name: string, by = 1): void {
    this.counts.set(name, (this.counts.get(name) ?? 0) + by)
  }

  get(name: string): number {
    return this.counts.get(name) ?? 0
  }

  /** In alphabetic order. */
  snapshot(): Record<string, number> {
    return Object.fromEntries([...this.counts].sort(([a], [b]) => (a < b ? -1 : 1)))
  }
}
