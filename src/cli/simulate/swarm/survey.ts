/**
 * Tries many seeds in threads and sums up what happened: failures with the checker that spoke, and
 * the counts that show what there was to check.
 */
import type { Trial } from '../../../../simulations/swarm/trial.js'
import type { Pool } from './pool.js'
import type { Swarm } from './task.js'

export interface Survey {
  readonly runs: number
  readonly failures: readonly Trial[]
  readonly counts: Readonly<Record<string, number>>
  /** What never happened in any run: nothing was proved of it. */
  readonly idle: readonly string[]
  readonly nodeHours: number
  /** The longest any run took to agree, in milliseconds of calm. */
  readonly slowestAgreement: number
}

export interface Surveying {
  readonly swarm: Swarm
  readonly first: number
  readonly runs: number
  readonly threads: number
  /** After each trial. @returns whether to go on */
  readonly onTrial?: (tried: number, failures: number) => boolean
}

/** Failures kept; there are more where there are so many. */
const FAILURES_MAX = 100

export async function survey(pool: Pool, what: Surveying): Promise<Survey> {
  const sum = new Sum()
  let next = 0
  let goesOn = true
  const work = async (): Promise<void> => {
    while (goesOn && next < what.runs) {
      const answer = await pool.ask({ kind: 'try', swarm: what.swarm, seed: what.first + next++ })
      if (answer.kind === 'tried') sum.add(answer.trial)
      goesOn = what.onTrial?.(sum.runs, sum.failures.length) ?? true
    }
  }
  await Promise.all(Array.from({ length: what.threads }, work))
  return sum.survey()
}

class Sum {
  runs = 0
  /** Bounded: FAILURES_MAX. */
  readonly failures: Trial[] = []
  /** Bounded by the kinds that are counted. */
  private readonly counts = new Map<string, number>()
  private nodeHours = 0
  private slowest = 0

  add(trial: Trial): void {
    this.runs++
    this.nodeHours += trial.nodeHours
    this.slowest = Math.max(this.slowest, trial.agreedAfter ?? 0)
    for (const [name, count] of Object.entries(trial.counts)) {
      this.counts.set(name, (this.counts.get(name) ?? 0) + count)
    }
    if (trial.violation !== null && this.failures.length < FAILURES_MAX) this.failures.push(trial)
  }

  survey(): Survey {
    const idle = [...this.counts].flatMap(([name, count]) => (count === 0 ? [name] : []))
    return {
      runs: this.runs,
      failures: this.failures.sort((a, b) => a.seed - b.seed),
      counts: Object.fromEntries(this.counts),
      idle,
      nodeHours: this.nodeHours,
      slowestAgreement: this.slowest,
    }
  }
}
