/** Wide area: three datacenters far from each other; a fact is published and a node crashes. */
import type { Step } from '../fault.js'
import { nodeName, nodesOf, SETTLED, scenarioOf } from './cluster.js'
import { named, nodesOption } from './named.js'

const DCS = ['frankfurt', 'virginia', 'tokyo'] as const

/** One way, about half of the round trips that are usual between such places. */
const between = [
  { between: ['frankfurt', 'virginia'], median: 45 },
  { between: ['virginia', 'tokyo'], median: 80 },
  { between: ['frankfurt', 'tokyo'], median: 115 },
] as const

export const wan = named({
  name: 'wan',
  asks: 'how do three datacenters on three continents fare as one cluster?',
  figure: 'infection',
  options: {
    nodes: nodesOption(60, 3),
    loss: {
      kind: 'number',
      unit: '%',
      default: 1,
      min: 0,
      max: 50,
      fraction: true,
      why: 'Share of datagrams lost between datacenters.',
    },
  },
  make: ({ nodes: count, loss }) => {
    const [publishAt, crashAt] = [SETTLED + 5000, SETTLED + 15_000]
    const publish = { kind: 'publish', node: 'n2', key: 'answer', value: '42' } as const
    const steps: Step[] = [
      { at: publishAt, fault: publish },
      { at: crashAt, fault: { kind: 'crash', nodes: [nodeName(count - 1)] } },
    ]
    const far = between.map(({ between: ends, median }) => ({
      between: ends,
      link: { delay: { kind: 'lognormal', median, sigma: 0.1 }, loss: loss / 100 } as const,
    }))
    return scenarioOf('wan', {
      nodes: nodesOf(count, { dcs: DCS }),
      links: far,
      settings: { profile: 'wan' },
      steps,
      trouble: crashAt,
      calm: 60_000,
    })
  },
})
