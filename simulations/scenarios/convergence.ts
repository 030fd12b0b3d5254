/** Convergence: one more node joins a cluster at rest, then a node publishes a fact. */
import type { Step } from '../fault.js'
import { nodeName, nodesOf, SETTLED, scenarioOf } from './cluster.js'
import { named, nodesOption } from './named.js'

export const convergence = named({
  name: 'convergence',
  asks: 'how soon does everybody know of a join, and of a fact?',
  figure: 'infection',
  options: { nodes: nodesOption(100, 3) },
  make: ({ nodes: count }) => {
    const [publishAt, end] = [SETTLED + 5000, SETTLED + 10_000]
    const steps: Step[] = [
      { at: SETTLED, fault: { kind: 'start', nodes: [nodeName(count - 1)] } },
      { at: publishAt, fault: { kind: 'publish', node: 'n2', key: 'answer', value: '42' } },
    ]
    const nodes = nodesOf(count, { startAt: (index) => (index === count - 1 ? null : 0) })
    return scenarioOf('convergence', { nodes, steps, trouble: publishAt, calm: end - publishAt })
  },
})
