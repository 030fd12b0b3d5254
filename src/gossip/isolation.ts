/**
 * Is it them, or is it me? When nobody at all answers one's own probes, a failure proves nothing
 * about the probed. Only answers to own probes and refused connections count: a node that hears but
 * cannot speak is isolated too.
 */
import type { Millis } from '../base/machine.js'

export class Isolation {
  private readonly cap: Millis
  private lastProof: Millis

  /**
   * @param cap how long failures are put down to isolation; without one the last of three would
   * never be found dead
   */
  constructor(cap: Millis, now: Millis) {
    this.cap = cap
    this.lastProof = now
  }

  /** An answer to a ping of ours, or a refusal: our own network works, both ways. */
  proved(now: Millis): void {
    this.lastProof = now
  }

  /**
   * Whether a failure of a probe begun at `since` says nothing.
   * @param present members that take part: with two, nobody else could have answered, so the guard
   * is off
   */
  explains(since: Millis, now: Millis, present: number): boolean {
    return present > 2 && this.lastProof < since && now - this.lastProof <= this.cap
  }

  /** Nobody has answered for longer than is put down to isolation: they are taken for gone. */
  outlasted(now: Millis): boolean {
    return now - this.lastProof > this.cap
  }

  /** This process stood still: nobody could have answered meanwhile. */
  shift(by: Millis): void {
    this.lastProof += by
  }
}
