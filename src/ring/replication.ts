/**
 * How many copies and where: SimpleStrategy counts nodes alone, NetworkTopologyStrategy counts for
 * each datacenter. Options and refusals are Cassandra's
 * (org.apache.cassandra.locator.ReplicationFactor, *Strategy.validateOptions).
 */

/** Copies in all, of which the last `transient` hold data only until the full ones are repaired. */
export interface Factor {
  readonly all: number
  readonly transient: number
}

export type Replication =
  | { readonly kind: 'simple'; readonly factor: Factor }
  | { readonly kind: 'network'; readonly factors: ReadonlyMap<string, Factor> }

export type Strategy = 'SimpleStrategy' | 'NetworkTopologyStrategy'

/** The replication, or why there is none: every problem with the option it concerns. */
export type ReplicationRead =
  | { readonly kind: 'replication'; readonly replication: Replication }
  | { readonly kind: 'refused'; readonly problems: readonly OptionProblem[] }

export interface OptionProblem {
  /** '' when it concerns the options as a whole. */
  readonly option: string
  readonly says: string
}

export function simple(all: number): Replication {
  return { kind: 'simple', factor: { all, transient: 0 } }
}

/** `network({ dc1: 3, dc2: 2 })` */
export function network(factors: Readonly<Record<string, number>>): Replication {
  const entries = Object.entries(factors)
  return {
    kind: 'network',
    factors: new Map(entries.map(([dc, all]) => [dc, { all, transient: 0 }])),
  }
}

/**
 * `3`, `"3"` or `"3/1"`: three copies of which one is transient. Undefined when it is none of
 * these.
 */
export function parseFactor(given: unknown): Factor | undefined {
  const text = typeof given === 'number' ? String(given) : given
  const match = typeof text === 'string' ? /^(\d{1,6})(?:\/(\d{1,6}))?$/.exec(text) : null
  if (match === null) return undefined
  const factor = { all: Number(match[1]), transient: Number(match[2] ?? 0) }
  return factor.transient > 0 && factor.transient >= factor.all ? undefined : factor
}

/** Reads the options of a keyspace: `{ replication_factor: 3 }` or `{ dc1: 3, dc2: "3/1" }`. */
export function readReplication(
  strategy: Strategy,
  options: Readonly<Record<string, unknown>>,
): ReplicationRead {
  return strategy === 'SimpleStrategy' ? readSimple(options) : readNetwork(options)
}

function readSimple(options: Readonly<Record<string, unknown>>): ReplicationRead {
  const problems: OptionProblem[] = Object.keys(options)
    .filter((option) => option !== 'replication_factor')
    .map((option) => ({ option, says: 'SimpleStrategy takes replication_factor alone' }))
  if (options['replication_factor'] === undefined) {
    const says = 'SimpleStrategy requires a replication_factor strategy option.'
    return { kind: 'refused', problems: [...problems, { option: '', says }] }
  }
  const factor = parseFactor(options['replication_factor'])
  if (factor === undefined)
    problems.push({ option: 'replication_factor', says: notAFactor(options['replication_factor']) })
  return factor === undefined || problems.length > 0
    ? { kind: 'refused', problems }
    : { kind: 'replication', replication: { kind: 'simple', factor } }
}

function readNetwork(options: Readonly<Record<string, unknown>>): ReplicationRead {
  const problems: OptionProblem[] = []
  const factors = new Map<string, Factor>()
  for (const [option, given] of Object.entries(options)) {
    const factor = parseFactor(given)
    if (option === 'replication_factor') {
      const says = 'replication_factor should not appear in the options of NetworkTopologyStrategy'
      problems.push({ option, says: `${says}: name datacenters` })
    } else if (factor === undefined) problems.push({ option, says: notAFactor(given) })
    else factors.set(option, factor)
  }
  return problems.length > 0
    ? { kind: 'refused', problems }
    : { kind: 'replication', replication: { kind: 'network', factors } }
}

function notAFactor(given: unknown): string {
  return `${JSON.stringify(given)} is no replication factor: give a count such as 3, or 3/1`
}

/** `SimpleStrategy {3}`, `NetworkTopologyStrategy {dc1=3, dc2=2}` */
export function describeReplication(replication: Replication): string {
  if (replication.kind === 'simple') return `SimpleStrategy {${factorText(replication.factor)}}`
  const parts = [...replication.factors].map(([dc, factor]) => `${dc}=${factorText(factor)}`)
  return `NetworkTopologyStrategy {${parts.join(', ')}}`
}

export function factorText({ all, transient }: Factor): string {
  return transient === 0 ? String(all) : `${all}/${transient}`
}
