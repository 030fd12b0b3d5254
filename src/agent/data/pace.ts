/**
 * A pace in bytes a second, for all who share it: whoever takes bytes waits until those taken
 * before are paid for. A quiet second is not saved up.
 */
import { setTimeout as sleep } from 'node:timers/promises'

export class Pace {
  private readonly perMilli: number
  /** When all that was taken is paid for. */
  private paidAt = 0
  private readonly now: () => number

  /** @param rate bytes a second; 0 for no limit */
  constructor(rate: number, now: () => number = () => performance.now()) {
    this.perMilli = rate / 1000
    this.now = now
  }

  /** Resolves when these bytes may go on their way. */
  async take(bytes: number): Promise<void> {
    if (this.perMilli === 0) return
    const now = this.now()
    const from = Math.max(this.paidAt, now)
    this.paidAt = from + bytes / this.perMilli
    if (from > now) await sleep(from - now)
  }
}
