/**
 * One switch for each idea that can be taken out of the protocol to see what it is worth. They are
 * for comparison only: every one is on in every profile. What is not here is taken out by a number:
 * `edges`, `relays`, `confirmations`, `healthMax`, `suspicionStretch`, `checkGap`, `isolationCap`
 * by 0, `stall` by its maximum, and the time-out by phi by `ackFloor`, `ackPrior` and `ackCap` that
 * are the same.
 */
import type { Declarations } from '../base/settings.js'

export const switches = {
  phiAccuses: {
    kind: 'flag',
    default: true,
    why: 'For comparison: off, a silent edge accuses nobody, only a probe that failed does.',
  },
  nacks: {
    kind: 'flag',
    default: true,
    why:
      'For comparison: off, a relay that reaches nobody says nothing, and each failed probe adds ' +
      'one to the health score (Lifeguard section IV-A).',
  },
  buddy: {
    kind: 'flag',
    default: true,
    why:
      'For comparison: off, the accused is not told first by whoever sends to it, nor answers ' +
      'its accuser at once: news and refutation only spread as rumors (Lifeguard section IV-C).',
  },
  lifeProof: {
    kind: 'flag',
    default: true,
    why:
      'For comparison: off, neither an answer nor the incarnation in a packet counts against a ' +
      'suspicion, only a refutation heard as a rumor (SWIM section 4.2).',
  },
  secondChance: {
    kind: 'flag',
    default: true,
    why: 'For comparison: off, one failed probe accuses even when the own health score is above 0.',
  },
  streamPing: {
    kind: 'flag',
    default: true,
    why: 'For comparison: off, a late probe is tried by relays alone, not by a stream too.',
  },
} as const satisfies Declarations
