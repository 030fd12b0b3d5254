/**
 * Bootstrap: a whole cluster starts, at once or over a while, each node knowing three seeds.
 * Rapid's figure counts the sizes that applications see on the way (Suresh et al., ATC 2018, table
 * 1).
 */
import { nodesOf, scenarioOf } from './cluster.js'
import { named, nodesOption } from './named.js'

export const bootstrap = named({
  name: 'bootstrap',
  asks: 'how soon do nodes that all start at once see each other, and in how many steps?',
  figure: 'tables',
  options: {
    nodes: nodesOption(100),
    spread: {
      kind: 'number',
      unit: 'ms',
      default: 0,
      min: 0,
      max: 600_000,
      why: 'Starts are drawn from so long; 0 starts all at once.',
    },
  },
  make: ({ nodes: count, spread }, random) => {
    const starts = random.fork('starts')
    const startAt = (index: number): number =>
      index === 0 || spread === 0 ? 0 : starts.int(spread + 1)
    const nodes = nodesOf(count, { startAt })
    return scenarioOf('bootstrap', {
      settled: false,
      nodes,
      steps: [],
      trouble: spread,
      calm: 30_000,
    })
  },
})
