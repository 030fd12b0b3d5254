/** How long a scenario may keep a process from reading what has reached it, and from its timers. */
import type { Millis } from '../../src/base/machine.js'
import type { Fault } from '../fault.js'
import type { Scenario } from '../scenario.js'

/** Messages that wait in a socket, at most. */
const BACKLOG = 250

export function longestHold({ steps }: Scenario): Millis {
  return steps.reduce((most, { fault }) => Math.max(most, holdOf(fault)), 0)
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
