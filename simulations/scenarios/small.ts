/** Small: one, two or three nodes, where there is nobody to relay and no majority to ask. */
import type { Step } from '../fault.js'
import { nodeName, nodesOf, SETTLED, scenarioOf } from './cluster.js'
import { named, nodesOption } from './named.js'

export const small = named({
  name: 'small',
  asks: 'do one, two or three nodes work: a crash, a return, a leave?',
  figure: 'detection',
  options: { nodes: nodesOption(3, 1, 3) },
  make: ({ nodes: count }) => {
    const nodes = [nodeName(count - 1)]
    const steps: Step[] = [
      { at: SETTLED, fault: { kind: 'crash', nodes } },
      { at: SETTLED + 20_000, fault: { kind: 'restart', nodes, disk: 'kept' } },
      { at: SETTLED + 40_000, fault: { kind: 'leave', nodes } },
    ]
    const trouble = SETTLED + 40_000
    return scenarioOf('small', {
      settled: false,
      nodes: nodesOf(count),
      steps,
      trouble,
      calm: 10_000,
    })
  },
})
