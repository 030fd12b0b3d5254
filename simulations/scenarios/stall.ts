/**
 * Stall: some nodes stop and go, as processes do that get too little of their machine: the interval
 * experiment of the Lifeguard paper (Dadgar, Phillips and Currey, DSN 2018, section V).
 */
import type { Step } from '../fault.js'
import { namesOf, nodesOf, SETTLED, scenarioOf } from './cluster.js'
import { named, nodesOption } from './named.js'

export const stall = named({
  name: 'stall',
  asks: 'whom do nodes that stop and go, and those around them, call down wrongly?',
  figure: 'alarms',
  options: {
    nodes: nodesOption(128),
    stalled: {
      kind: 'number',
      unit: 'nodes',
      default: 16,
      min: 1,
      max: 1000,
      why: "How many stop and go at the same times: the paper's C.",
    },
    stop: {
      kind: 'number',
      unit: 'ms',
      default: 8192,
      min: 1,
      max: 600_000,
      why: "How long they stand still each time: the paper's D.",
    },
    run: {
      kind: 'number',
      unit: 'ms',
      default: 64,
      min: 1,
      max: 600_000,
      why: "How long they run in between: the paper's I.",
    },
    span: {
      kind: 'number',
      unit: 'ms',
      default: 120_000,
      min: 1000,
      max: 3_600_000,
      why: 'For how long this goes on.',
    },
    what: {
      kind: 'choice',
      default: 'sockets',
      choices: ['sockets', 'process'],
      why:
        'What stands still: sockets, as in the paper, which holds what is sent and received ' +
        'while timers go on; process stops all, as SIGSTOP does.',
    },
  },
  make: ({ nodes: count, stalled, stop, run, span, what }) => {
    const nodes = nodesOf(count)
    const slow = namesOf(nodes).slice(-Math.min(stalled, count - 1))
    const times = { stop, run, span, what }
    const blink = { kind: 'blink', nodes: slow, ...times } as const
    const steps: Step[] = [{ at: SETTLED, fault: blink }]
    return scenarioOf('stall', { nodes, steps, trouble: SETTLED + span, calm: 20_000 })
  },
})
