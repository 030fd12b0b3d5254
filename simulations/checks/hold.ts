/** How long a scenario may keep a process from reading what has reached it, and from its timers. */
import type { Millis } from '../../src/base/machine.js'
import type { Fault } from '../fault.js'
import type { Scenario } from '../scenario.js'

/** Messages that wait in a socket, at most. */
const BACKLOG = 250

/** A process that runs for less between two holds does not get everything done. */
const BREATH: Millis = 1000

/** Holds that overlap, or follow at once, are one. */
export function longestHold({ steps }: Scenario): Millis {
  const holds = steps
    .map(({ at, fault }) => ({ at, end: at + holdOf(fault) }))
    .filter(({ at, end }) => end > at)
    .sort((a, b) => a.at - b.at)
  let [longest, since, until] = [0, 0, 0]
  for (const { at, end } of holds) {
    if (at > until + BREATH) since = at
    until = Math.max(until, end)
    longest = Math.max(longest, until - since)
  }
  return longest
}

function holdOf(fault: Fault): Millis {
  switch (fault.kind) {
    case 'stall':
      return fault.span
    case 'blink':
      return fault.span
    case 'slow':
      return fault.perInput * BACKLOG
    case 'clock':
      return Math.abs(fault.jump)
    default:
      return 0
  }
}
