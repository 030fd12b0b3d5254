/** Rolling restart: one node after another is drained and started again, as in an upgrade. */
import type { Step } from '../fault.js'
import { namesOf, nodesOf, SETTLED, scenarioOf } from './cluster.js'
import { named, nodesOption } from './named.js'

export const rolling = named({
  name: 'rolling',
  asks: 'is a whole cluster restarted, node by node, without a false alarm?',
  figure: 'tables',
  options: {
    nodes: nodesOption(20),
    down: {
      kind: 'number',
      unit: 'ms',
      default: 2000,
      min: 500,
      max: 600_000,
      why: 'Time from the drain of a node to its start.',
    },
    gap: {
      kind: 'number',
      unit: 'ms',
      default: 2000,
      min: 0,
      max: 600_000,
      why: 'Time from the start of one to the drain of the next.',
    },
  },
  make: ({ nodes: count, down, gap }) => {
    const nodes = nodesOf(count)
    const steps = namesOf(nodes).flatMap((name, index): Step[] => {
      const at = SETTLED + index * (down + gap)
      return [
        { at, fault: { kind: 'drain', nodes: [name] } },
        { at: at + down, fault: { kind: 'restart', nodes: [name], disk: 'kept' } },
      ]
    })
    const trouble = SETTLED + count * (down + gap)
    return scenarioOf('rolling', { nodes, steps, trouble, calm: 20_000 })
  },
})
