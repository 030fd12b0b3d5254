/** Bytes that nodes send, headers included, in windows of one second. */
import type { Millis } from '../../src/base/machine.js'

/** A host as far as its traffic is measured. */
export interface Sender {
  readonly bytesSent: number
}

export interface TrafficWindow {
  /** End of the window. */
  readonly at: Millis
  /** Bytes a second of a node, over those that run. */
  readonly mean: number
  /** Of the node that sent most. */
  readonly most: number
}

export class Traffic {
  /** Bounded by the length of the run. */
  readonly windows: TrafficWindow[] = []
  /** Bytes sent up to the last window; bounded by the nodes of the world. */
  private readonly before = new Map<Sender, number>()
  private since: Millis = 0

  close(running: readonly Sender[], now: Millis): void {
    const seconds = (now - this.since) / 1000
    if (seconds <= 0) return
    let [sum, most] = [0, 0]
    for (const sender of running) {
      const sent = sender.bytesSent - (this.before.get(sender) ?? 0)
      this.before.set(sender, sender.bytesSent)
      sum += sent
      most = Math.max(most, sent)
    }
    const mean = sum / Math.max(1, running.length) / seconds
    this.windows.push({ at: now, mean, most: most / seconds })
    this.since = now
  }
}
