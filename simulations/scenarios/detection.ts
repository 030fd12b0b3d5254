/** Detection: of a cluster at rest, one node, a tenth or a whole rack crashes at one moment. */
import type { Scenario } from '../scenario.js'
import { namesOf, nodesOf, SETTLED, scenarioOf } from './cluster.js'
import { named, nodesOption } from './named.js'

const RACKS = 5

export const detection = named({
  name: 'detection',
  asks: 'how soon does every survivor know of a crash?',
  figure: 'detection',
  options: {
    nodes: nodesOption(100),
    crash: {
      kind: 'choice',
      default: 'one',
      choices: ['one', 'tenth', 'rack'],
      why: `Who crashes: one node, every tenth, or one of ${RACKS} racks.`,
    },
  },
  make: ({ nodes: count, crash }) => {
    const nodes = nodesOf(count, { racks: RACKS })
    const steps = [{ at: SETTLED, fault: { kind: 'crash', nodes: victims(nodes, crash) } }] as const
    return scenarioOf('detection', { nodes, steps, trouble: SETTLED, calm: 30_000 })
  },
})

function victims(nodes: Scenario['nodes'], crash: 'one' | 'tenth' | 'rack'): string[] {
  switch (crash) {
    case 'one':
      return namesOf(nodes).slice(-1)
    case 'tenth':
      return namesOf(nodes).filter((_, index) => index % 10 === 9 || index === nodes.length - 1)
    case 'rack':
      return namesOf(nodes.filter(({ rack }) => rack === `rack${RACKS}`))
  }
}
