/**
 * Verdicts against processes that run. As in the Lifeguard paper (section V), a false positive is
 * one about a member that nothing was done to, and those reached by members that nothing was done
 * to are counted once more: a sick member that calls the healthy dead is one thing, healthy ones
 * that do so another. A verdict about a member that stands still or is cut off is counted apart.
 */

export interface Alarms {
  /** About untouched members, whoever says so. */
  falseAlarms: number
  /** Those of them reached by untouched members. */
  falseAtHealthy: number
  /** About members that run but were stopped, cut off, slowed or made to lose packets. */
  aboutTroubled: number
  suspicions: number
  refutations: number
}

export class AlarmCount {
  readonly counts: Alarms = {
    falseAlarms: 0,
    falseAtHealthy: 0,
    aboutTroubled: 0,
    suspicions: 0,
    refutations: 0,
  }
  /** Names of those that something was done to; bounded by the nodes of the world. */
  private readonly troubled: ReadonlySet<string>

  constructor(troubled: ReadonlySet<string>) {
    this.troubled = troubled
  }

  /** A running process was called down. */
  wronged(by: string, about: string): void {
    if (this.troubled.has(about)) {
      this.counts.aboutTroubled++
      return
    }
    this.counts.falseAlarms++
    if (!this.troubled.has(by)) this.counts.falseAtHealthy++
  }
}
