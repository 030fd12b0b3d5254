/** What most scenarios begin with: so many nodes with names, and time for them to meet. */
import type { Millis } from '../../src/base/machine.js'
import type { NodePlan, Scenario } from '../scenario.js'

/** So long a settled cluster is left alone first: edges need some intervals for their phi. */
export const SETTLED: Millis = 15_000

interface Shape {
  readonly dcs?: readonly string[]
  /** Racks in each datacenter. */
  readonly racks?: number
  readonly startAt?: (index: number) => Millis | null
}

/** Nodes n1, n2, ..., dealt to datacenters and racks in turn. */
export function nodesOf(count: number, shape: Shape = {}): NodePlan[] {
  const { dcs = ['dc1'], racks = 1, startAt = () => 0 } = shape
  return Array.from({ length: count }, (_, index) => ({
    name: nodeName(index),
    dc: dcs[index % dcs.length] ?? 'dc1',
    rack: `rack${(Math.floor(index / dcs.length) % racks) + 1}`,
    startAt: startAt(index),
  }))
}

export function nodeName(index: number): string {
  return `n${index + 1}`
}

export function namesOf(nodes: readonly NodePlan[]): string[] {
  return nodes.map(({ name }) => name)
}

/** A scenario on calm links, of nodes that know each other, in the profile that the run chooses. */
export function scenarioOf(
  name: string,
  parts: Pick<Scenario, 'nodes' | 'steps' | 'trouble' | 'calm'> & Partial<Scenario>,
): Scenario {
  return { name, settled: true, links: [], settings: { profile: 'lan' }, ...parts }
}
