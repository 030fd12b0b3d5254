/**
 * A pace in bytes a second, for all who share it: whoever takes bytes waits until those taken
 * before are paid for. A quiet second is not saved up. While clients are served it gives way to
 * them: each wait shows how late the process is woken, and where that is late there is no processor
 * to spare, so the pace is halved, down to a sixteenth; woken in time, it rises again little by
 * little.
 */
import { setTimeout } from 'node:timers/promises'

/** What a test puts a clock of its own for. */
export interface Tempo {
  now(): number
  sleep(millis: number): Promise<unknown>
}

const tempo: Tempo = { now: () => performance.now(), sleep: (millis) => setTimeout(millis) }

/** Woken so many milliseconds after its time, a process has too little of the processor. */
const LATE = 5
const LEAST = 1 / 16
const RISE = 1.1

export class Pace {
  private readonly perMilli: number
  /** The part of the rate that is taken now. */
  private part = 1
  /** When all that was taken is paid for. */
  private paidAt = 0
  private readonly isBusy: () => boolean
  private readonly time: Tempo

  /**
   * @param rate bytes a second; 0 for no limit
   * @param isBusy whether clients are served here
   */
  constructor(rate: number, isBusy: () => boolean = () => false, time: Tempo = tempo) {
    this.perMilli = rate / 1000
    this.isBusy = isBusy
    this.time = time
  }

  /** Resolves when these bytes may go on their way; others have had a turn meanwhile. */
  async take(bytes: number): Promise<void> {
    if (this.perMilli === 0) return
    const now = this.time.now()
    const from = Math.max(this.paidAt, now)
    this.paidAt = from + bytes / (this.perMilli * this.part)
    const due = Math.max(from, now + 1)
    await this.time.sleep(due - now)
    this.feel(this.time.now() - due)
  }

  private feel(late: number): void {
    if (!this.isBusy()) this.part = 1
    else if (late > LATE) this.part = Math.max(this.part / 2, LEAST)
    else this.part = Math.min(this.part * RISE, 1)
  }
}
