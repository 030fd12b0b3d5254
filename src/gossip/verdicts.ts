/** Who accuses whom, of what is suspected, decided or only passed on. */
import type { Accusation, Claim } from './claim.js'
import type { Row } from './members.js'
import type { Suspicions } from './suspicions.js'
import type { Accusers } from './teller.js'

export class Verdicts implements Accusers {
  private readonly suspicions: Suspicions
  /** Verdicts of others under verification; bounded by the present members. */
  readonly passing = new Map<Row, Claim>()
  /** Accusers of those held down; bounded by the members that are down. */
  readonly final = new Map<Row, readonly Accusation[]>()

  constructor(suspicions: Suspicions) {
    this.suspicions = suspicions
  }

  accusers(row: Row): readonly Accusation[] {
    return this.suspicions.has(row) ? this.suspicions.accusers(row) : (this.final.get(row) ?? [])
  }

  passed(row: Row): Claim | undefined {
    return this.passing.get(row)
  }

  /** It is alive, or gone for good. */
  clear(row: Row): void {
    this.suspicions.end(row)
    this.passing.delete(row)
    this.final.delete(row)
  }
}
