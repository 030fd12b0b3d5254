/**
 * `gossipinfo` and `failuredetector` as nodetool prints them. What a node says of itself once a
 * generation has version 0 here: it came with the introduction, not as a fact that changes.
 */
import type { GossipMember, GossipTable } from '../answers.js'
import { natural } from './order.js'

export function gossipInfoLines(table: GossipTable): string[] {
  return inOrder(table).flatMap((member) => [
    `/${member.address}`,
    `  generation:${member.generation}`,
    `  heartbeat:${member.version}`,
    ...states(member).map((state) => `  ${state}`),
    `  ${tokensState(member)}`,
  ])
}

function inOrder(table: GossipTable): GossipMember[] {
  return [...table.members].sort((a, b) => natural(a.address, b.address))
}

function states(member: GossipMember): string[] {
  const own = [
    ['STATUS', standing(member)],
    ['DC', member.dc],
    ['RACK', member.rack],
    ['INTERNAL_ADDRESS_AND_PORT', member.address],
    ['HOST_ID', member.hostId],
    ['NAME', member.name],
    ['INCARNATION', String(member.incarnation)],
  ].map(([name, value]) => `${name ?? ''}:0:${value ?? ''}`)
  const facts = member.facts
    .filter((fact) => fact.key !== TOKENS)
    .map((fact) => `${stateName(fact.key)}:${fact.version}:${factText(fact, member)}`)
  return [...own, ...facts.sort()]
}

const TOKENS = 'tokens'
const RING = 'ring'

/** What it says of the ring is read; other facts that are no text have a size alone. */
function factText(
  { key, text, size }: GossipMember['facts'][number],
  member: GossipMember,
): string {
  if (key === RING && member.ring !== null)
    return `epoch ${member.ring.epoch},${member.ring.digest}`
  return text ?? `<${size} bytes>`
}

function tokensState(member: GossipMember): string {
  const fact = member.facts.find(({ key }) => key === TOKENS)
  return fact === undefined ? 'TOKENS: not present' : `TOKENS:${fact.version}:<hidden>`
}

/**
 * What the node says of itself, not what is believed of it: one that is down is still NORMAL, as in
 * Cassandra.
 */
function standing(member: GossipMember): string {
  if (member.gone === null) return 'NORMAL'
  return member.gone === 'left' ? 'LEFT' : `removed,${member.hostId}`
}

/** `apiAddress` is API_ADDRESS. */
function stateName(key: string): string {
  return key
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replace(/[^A-Za-z0-9]+/g, '_')
    .toUpperCase()
}

/** One line for each other node; `?` where this agent does not observe it. */
export function failureDetectorLines(table: GossipTable): string[] {
  const others = inOrder(table).filter((member) => !member.self && member.gone === null)
  const line = (endpoint: string, phi: string): string =>
    `${endpoint.padStart(10)},${phi.padStart(16)}`
  return [
    line('Endpoint', 'Phi'),
    ...others.map(({ address, phi }) => line(address, phi === null ? '?' : phi.toFixed(8))),
  ]
}
