/**
 * A topology file: nodes with their tokens and how many copies of everything are kept. What is read
 * is either whole and right, or refused with every problem and the place where it stands.
 */
import { nearest } from '../base/nearest.js'
import type { Claim } from './member.js'
import { readReplication, type Replication, type Strategy } from './replication.js'
import { formatToken, parseToken, type Token } from './token.js'

export interface Topology {
  readonly strategy: Strategy
  readonly replication: Replication
  /** In the order of the file. */
  readonly nodes: readonly Claim[]
}

export interface TopologyProblem {
  /** Such as `nodes[3].tokens[1]`; '' for the file as a whole. */
  readonly place: string
  readonly says: string
}

export type TopologyRead =
  | { readonly kind: 'topology'; readonly topology: Topology }
  | { readonly kind: 'refused'; readonly problems: readonly TopologyProblem[] }

/** Most tokens of one file: 1,000 nodes of 256 twice over. */
export const MOST_FILE_TOKENS = 524288
const MOST_NODES = 65535
const STRATEGIES: readonly Strategy[] = ['SimpleStrategy', 'NetworkTopologyStrategy']
const FILE_KEYS = ['strategy', 'replication', 'nodes']
const NODE_KEYS = ['name', 'dc', 'rack', 'weight', 'tokens']

type Fields = Readonly<Record<string, unknown>>
type Report = (place: string, says: string) => void

/** @param given what a JSON or YAML parser made of the file */
export function readTopology(given: unknown): TopologyRead {
  const problems: TopologyProblem[] = []
  const report: Report = (place, says) => problems.push({ place, says })
  if (!isFields(given)) {
    report('', `a topology is an object with the keys ${FILE_KEYS.join(', ')}`)
    return { kind: 'refused', problems }
  }
  refuseUnknown(given, FILE_KEYS, '', report)
  const strategy = STRATEGIES.find((name) => name === given['strategy'])
  if (strategy === undefined)
    report('strategy', `${shown(given['strategy'])} is none of ${STRATEGIES.join(', ')}`)
  const nodes = readNodes(given['nodes'], report)
  const replication =
    strategy === undefined ? undefined : readCopies(strategy, given['replication'], nodes, report)
  return strategy === undefined || replication === undefined || problems.length > 0
    ? { kind: 'refused', problems }
    : { kind: 'topology', topology: { strategy, replication, nodes } }
}

function readNodes(given: unknown, report: Report): Claim[] {
  if (!isList(given) || given.length === 0) {
    report('nodes', 'there are no nodes: give a list of at least one')
    return []
  }
  if (given.length > MOST_NODES) {
    report('nodes', `${given.length} nodes: at most ${MOST_NODES} can be planned`)
    return []
  }
  const count = given.reduce<number>((sum, node) => sum + tokenCount(node), 0)
  if (count > MOST_FILE_TOKENS) {
    report('nodes', `${count} tokens: at most ${MOST_FILE_TOKENS} in all can be planned`)
    return []
  }
  const names = new Map<string, string>()
  const owners = new Map<string, string>()
  return given.map((node, i) => readNode(node, `nodes[${i}]`, names, owners, report))
}

function tokenCount(node: unknown): number {
  const tokens = isFields(node) ? node['tokens'] : undefined
  return isList(tokens) ? tokens.length : 0
}

function readNode(
  given: unknown,
  place: string,
  names: Map<string, string>,
  owners: Map<string, string>,
  report: Report,
): Claim {
  if (!isFields(given)) {
    report(place, `a node is an object with the keys ${NODE_KEYS.join(', ')}`)
    return { id: '', dc: '', rack: '', tokens: [] }
  }
  refuseUnknown(given, NODE_KEYS, `${place}.`, report)
  const id = readText(given['name'], `${place}.name`, undefined, report)
  const first = names.get(id)
  if (first !== undefined) report(`${place}.name`, `${shown(id)} is the name of ${first} too`)
  else if (id !== '') names.set(id, place)
  const dc = readText(given['dc'], `${place}.dc`, 'dc1', report)
  const rack = readText(given['rack'], `${place}.rack`, 'rack1', report)
  const tokens = readTokens(given['tokens'], place, owners, report)
  const { weight } = given
  if (weight === undefined) return { id, dc, rack, tokens }
  if (typeof weight === 'number' && weight > 0 && weight <= 1000)
    return { id, dc, rack, weight, tokens }
  report(`${place}.weight`, `${shown(weight)} is no weight: give a number above 0, up to 1000`)
  return { id, dc, rack, tokens }
}

function readText(
  given: unknown,
  place: string,
  missing: string | undefined,
  report: Report,
): string {
  if (given === undefined && missing !== undefined) return missing
  if (typeof given === 'string' && (given !== '' || missing !== undefined)) return given
  report(place, `${shown(given)} is no name: give a text`)
  return ''
}

function readTokens(
  given: unknown,
  node: string,
  owners: Map<string, string>,
  report: Report,
): Token[] {
  if (!isList(given) || given.length === 0) {
    report(`${node}.tokens`, 'there are no tokens: give a list of at least one')
    return []
  }
  const tokens: Token[] = []
  given.forEach((one, i) => {
    const place = `${node}.tokens[${i}]`
    const token = readToken(one)
    if (token === undefined) return report(place, notAToken(one))
    const text = formatToken(token)
    const owner = owners.get(text)
    if (owner !== undefined) return report(place, `${text} stands at ${owner} too`)
    owners.set(text, place)
    tokens.push(token)
  })
  return tokens
}

function readToken(given: unknown): Token | undefined {
  if (typeof given === 'string') return parseToken(given)
  return Number.isSafeInteger(given) ? parseToken(String(given)) : undefined
}

function notAToken(given: unknown): string {
  const size = typeof given === 'number' ? 'write tokens beyond 2^53 as text' : ''
  const range = 'a whole number from -9223372036854775808 to 9223372036854775807'
  return `${shown(given)} is no token: give ${range}${size === '' ? '' : `; ${size}`}`
}

function readCopies(
  strategy: Strategy,
  given: unknown,
  nodes: readonly Claim[],
  report: Report,
): Replication | undefined {
  const simple = strategy === 'SimpleStrategy'
  if (!simple && !isFields(given)) {
    report('replication', `${shown(given)}: name datacenters, such as {"dc1": 3}`)
    return undefined
  }
  const options = isFields(given) ? given : { replication_factor: given }
  const at = (option: string): string =>
    option === '' || !isFields(given) ? 'replication' : `replication.${option}`
  const dcs = [...new Set(nodes.map(({ dc }) => dc))]
  if (!simple && nodes.length > 0)
    for (const dc of Object.keys(options))
      if (!dcs.includes(dc) && dc !== 'replication_factor')
        report(at(dc), `no node is in ${dc}${meant(dc, dcs)}`)
  const read = readReplication(strategy, options)
  if (read.kind === 'replication') return read.replication
  for (const { option, says } of read.problems) report(at(option), says)
  return undefined
}

function refuseUnknown(
  given: Fields,
  known: readonly string[],
  prefix: string,
  report: Report,
): void {
  for (const key of Object.keys(given))
    if (!known.includes(key)) report(`${prefix}${key}`, `there is no such key${meant(key, known)}`)
}

function meant(given: string, known: readonly string[]): string {
  const near = nearest(given, known)
  if (near !== undefined) return `, did you mean ${near}?`
  return `: there are ${known.slice(0, 8).join(', ')}`
}

/** At most 60 characters of a value. */
function shown(value: unknown): string {
  const text = value === undefined ? 'nothing' : JSON.stringify(value)
  return text.length > 60 ? `${text.slice(0, 57)}...` : text
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value)
}
