/**
 * Flip-flop: a few nodes do not hear for 20 s, hear for 20 s, and so on, or lose most of what they
 * send: the asymmetric failures of Rapid's evaluation (Suresh et al., ATC 2018, section 7).
 */
import type { Fault, Step } from '../fault.js'
import { namesOf, nodesOf, SETTLED, scenarioOf } from './cluster.js'
import { named, nodesOption } from './named.js'

const SPAN = 120_000
const HALF = 20_000
/** Share of what a node with a bad card sends that is lost. */
const LOST = 0.8

export const flipflop = named({
  name: 'flipflop',
  asks: 'do nodes with half a connection make others believe that the healthy are down?',
  figure: 'alarms',
  options: {
    nodes: nodesOption(100),
    fault: {
      kind: 'choice',
      default: 'ingress',
      choices: ['ingress', 'egress'],
      why: 'ingress: nothing arrives, 20 s on and 20 s off; egress: 80 % of what is sent is lost.',
    },
    faulty: {
      kind: 'number',
      unit: '%',
      default: 1,
      min: 0,
      max: 50,
      fraction: true,
      why: 'Share of the nodes that are so; at least one.',
    },
  },
  make: ({ nodes: count, fault, faulty }) => {
    const nodes = nodesOf(count)
    const bad = namesOf(nodes).slice(-Math.max(1, Math.round((count * faulty) / 100)))
    const steps: Step[] = [{ at: SETTLED, fault: faultOf(fault, namesOf(nodes), bad) }]
    return scenarioOf('flipflop', { nodes, steps, trouble: SETTLED + SPAN, calm: 30_000 })
  },
})

function faultOf(
  kind: 'ingress' | 'egress',
  all: readonly string[],
  bad: readonly string[],
): Fault {
  return kind === 'ingress'
    ? { kind: 'flipflop', from: all, to: bad, on: HALF, off: HALF, span: SPAN }
    : { kind: 'lossy', nodes: bad, way: 'out', share: LOST, span: SPAN }
}
