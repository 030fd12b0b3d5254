/** Counts the answers to one question against what its level needs of each set of replicas. */
import type { HostId } from '../../gossip/identity.js'
import type { Need } from './consistency.js'

/** What was missing of a need when it was given up. */
export interface Shortfall {
  readonly needed: number
  readonly got: number
  /** Those of the set that did not say yes. */
  readonly missing: readonly HostId[]
  /** Of those the ones that said no, or are known not to be there. */
  readonly refused: readonly HostId[]
}

export class Tally {
  /** Bounded by the replicas of one key, old and new, as the next two. */
  private readonly needs: readonly Need[]
  private readonly yes = new Set<HostId>() // bounded likewise
  private readonly no = new Set<HostId>() // bounded likewise

  constructor(needs: readonly Need[]) {
    this.needs = needs
  }

  accept(hostId: HostId): void {
    this.yes.add(hostId)
    this.no.delete(hostId)
  }

  /** It will not say yes. */
  refuse(hostId: HostId): void {
    if (!this.yes.has(hostId)) this.no.add(hostId)
  }

  has(hostId: HostId): boolean {
    return this.yes.has(hostId)
  }

  /** Every need is met: in the old set and in the new one, each for itself. */
  get met(): boolean {
    return this.needs.every(({ count, from }) => this.among(from, this.yes) >= count)
  }

  /** Some need cannot be met any more. */
  get hopeless(): boolean {
    return this.needs.some(({ count, from }) => from.length - this.among(from, this.no) < count)
  }

  get accepted(): readonly HostId[] {
    return [...this.yes].sort()
  }

  /** The needs that are not met. */
  get short(): Shortfall[] {
    return this.needs
      .map(({ count, from }) => ({
        needed: count,
        got: this.among(from, this.yes),
        missing: from.filter((hostId) => !this.yes.has(hostId)),
        refused: from.filter((hostId) => this.no.has(hostId)),
      }))
      .filter(({ needed, got }) => got < needed)
  }

  private among(from: readonly HostId[], some: ReadonlySet<HostId>): number {
    return from.reduce((sum, hostId) => sum + (some.has(hostId) ? 1 : 0), 0)
  }
}
