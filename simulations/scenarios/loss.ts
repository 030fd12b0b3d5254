/**
 * Loss: every link loses a share of its datagrams for a minute, and in the middle a node crashes.
 */
import type { Step } from '../fault.js'
import { nodeName, nodesOf, SETTLED, scenarioOf } from './cluster.js'
import { named, nodesOption } from './named.js'

const SPAN = 60_000

export const loss = named({
  name: 'loss',
  asks: 'who is called down wrongly, and how late is a crash known, when packets are lost?',
  figure: 'alarms',
  options: {
    nodes: nodesOption(50),
    loss: {
      kind: 'number',
      unit: '%',
      default: 30,
      min: 0,
      max: 90,
      why: 'Share of datagrams lost on every link, both ways.',
    },
  },
  make: ({ nodes: count, loss: percent }) => {
    const steps: Step[] = [
      { at: SETTLED, fault: { kind: 'link', link: { loss: percent / 100 }, span: SPAN } },
      { at: SETTLED + SPAN / 2, fault: { kind: 'crash', nodes: [nodeName(count - 1)] } },
    ]
    const nodes = nodesOf(count)
    return scenarioOf('loss', { nodes, steps, trouble: SETTLED + SPAN, calm: 20_000 })
  },
})
