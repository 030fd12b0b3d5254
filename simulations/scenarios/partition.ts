/** Partition: the cluster is cut in two for a while, long enough that both sides bury the other. */
import type { Step } from '../fault.js'
import { namesOf, nodesOf, SETTLED, scenarioOf } from './cluster.js'
import { named, nodesOption } from './named.js'

export const partition = named({
  name: 'partition',
  asks: 'how soon are all tables the same again after a partition heals?',
  figure: 'tables',
  options: {
    nodes: nodesOption(50),
    span: {
      kind: 'number',
      unit: 'ms',
      default: 60_000,
      min: 100,
      max: 3_600_000,
      why: 'How long nothing passes between the sides.',
    },
    minority: {
      kind: 'number',
      unit: '%',
      default: 50,
      min: 1,
      max: 50,
      why: 'Share of the nodes on the smaller side; at least one.',
    },
  },
  make: ({ nodes: count, span, minority }) => {
    const nodes = nodesOf(count)
    const side = namesOf(nodes).slice(-Math.max(1, Math.floor((count * minority) / 100)))
    const steps: Step[] = [{ at: SETTLED, fault: { kind: 'partition', sides: [side], span } }]
    return scenarioOf('partition', { nodes, steps, trouble: SETTLED + span, calm: 30_000 })
  },
})
