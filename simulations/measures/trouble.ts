/** Whom the steps of a scenario trouble, so that verdicts about the others are false alarms. */
import type { Fault } from '../fault.js'
import type { Scenario } from '../scenario.js'

export function troubledBy({ nodes, steps }: Scenario): ReadonlySet<string> {
  const all = nodes.map(({ name }) => name)
  return new Set(steps.flatMap(({ fault }) => (fault.kind === 'partition' ? all : namesIn(fault))))
}

/**
 * A crash, a start or an order troubles nobody: what follows is news. Neither does what befalls
 * every link, for then nobody is healthier than others. A partition troubles all, on either side.
 */
function namesIn(fault: Fault): readonly string[] {
  switch (fault.kind) {
    case 'stall':
    case 'blink':
    case 'slow':
    case 'clock':
    case 'drift':
    case 'lossy':
    case 'disk':
    case 'readdress':
      return fault.nodes
    case 'cut':
    case 'flipflop':
      return fewer(fault.from, fault.to)
    case 'partition':
      return fault.sides.flat()
    default:
      return []
  }
}

/** Of a cut between a few and all the others, the few are the sick ones. */
function fewer(one: readonly string[], other: readonly string[]): readonly string[] {
  if (one.length === other.length) return [...one, ...other]
  return one.length < other.length ? one : other
}

/** Whose phi is worth following: the first that something is done to, else the last node. */
export function followedIn({ nodes, steps }: Scenario): string | undefined {
  for (const { fault } of steps) {
    const [name] = 'nodes' in fault && fault.kind !== 'start' ? fault.nodes : namesIn(fault)
    if (name !== undefined) return name
  }
  return nodes.at(-1)?.name
}
