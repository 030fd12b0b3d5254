/** Churn: again and again a node crashes, drains or leaves, and comes back a little later. */
import type { Millis } from '../../src/base/machine.js'
import type { Random } from '../../src/base/random.js'
import type { Step } from '../fault.js'
import { namesOf, nodesOf, SETTLED, scenarioOf } from './cluster.js'
import { named, nodesOption } from './named.js'

/** How long a node stays away: longer than its crash takes to be known. */
const AWAY: Millis = 12_000
/** The first nodes stay: they are the seeds of the others. */
const STAY = 3

export const churn = named({
  name: 'churn',
  asks: 'do views keep up when nodes come and go all the time?',
  figure: 'tables',
  options: {
    nodes: nodesOption(50, STAY + 2),
    every: {
      kind: 'number',
      unit: 'ms',
      default: 2000,
      min: 100,
      max: 600_000,
      why: 'Time between one that goes and the next.',
    },
    span: {
      kind: 'number',
      unit: 'ms',
      default: 60_000,
      min: 1000,
      max: 3_600_000,
      why: 'For how long this goes on.',
    },
  },
  make: ({ nodes: count, every, span }, random) => {
    const nodes = nodesOf(count)
    const steps = comingAndGoing(namesOf(nodes).slice(STAY), every, span, random.fork('churn'))
    const trouble = SETTLED + span + AWAY
    return scenarioOf('churn', { nodes, steps, trouble, calm: 20_000 })
  },
})

function comingAndGoing(
  names: readonly string[],
  every: Millis,
  span: Millis,
  random: Random,
): Step[] {
  const steps: Step[] = []
  const away = new Map<string, Millis>()
  for (let at = SETTLED; at < SETTLED + span; at += every) {
    const present = names.filter((name) => (away.get(name) ?? 0) <= at)
    if (present.length < 2) continue
    const nodes = [random.pick(present)]
    const kind = random.pick(['crash', 'drain', 'leave'] as const)
    const back = { kind: 'restart', nodes, disk: 'kept' } as const
    steps.push({ at, fault: { kind, nodes } }, { at: at + AWAY, fault: back })
    for (const name of nodes) away.set(name, at + AWAY + every)
  }
  return steps.sort((a, b) => a.at - b.at)
}
