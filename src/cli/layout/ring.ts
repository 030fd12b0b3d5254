/**
 * `ring` exactly as nodetool prints it, one line a token, and one line more: whose ring it is.
 * `endpoints` begins each line with the address, which is all that nodetool getendpoints prints.
 */
import { Ring } from '../../ring/ring.js'
import { parseToken } from '../../ring/token.js'
import type { EndpointsAnswer, RingAnswer } from '../answers.js'
import { natural } from './order.js'
import { loadText, nameList, stateLetters } from './status.js'
import { stripLines } from './strip.js'
import { tableLines } from './table.js'

/** Column widths of nodetool behind the address: Rack, Status, State, Load, Owns, Token. */
const WIDTHS = [12, 7, 8, 16, 20, 44] as const
const HEADS = ['Rack', 'Status', 'State', 'Load', 'Owns', 'Token'] as const
const STATUS = { up: 'Up', suspect: '?', down: 'Down' } as const
const STATES = {
  normal: 'Normal',
  joining: 'Joining',
  leaving: 'Leaving',
  moving: 'Moving',
  left: 'Left',
} as const

/** What nodetool says below a ring of nodes with several tokens, to the letter. */
const MANY_TOKENS = [
  '  Warning: "nodetool ring" is used to output all the tokens of a node.',
  '  To view status related info of a node use "nodetool status" instead.',
]

type RingNode = RingAnswer['nodes'][number]

interface Row {
  readonly node: RingNode
  readonly token: string
  readonly place: bigint
}

export function ringLines(ring: RingAnswer, names = false): string[] {
  const called = (node: RingNode): string => (names ? node.name : node.address)
  const owning = ring.nodes.filter(({ tokens }) => tokens.length > 0)
  const widest = Math.max('Address'.length, ...owning.map((node) => called(node).length))
  const datacenters = [...new Set(owning.map(({ dc }) => dc))].sort(natural)
  const tables = datacenters.flatMap((dc) => {
    const rows = rowsOf(owning.filter((node) => node.dc === dc))
    const lines = rows.map(({ node, token }) => line(widest, [called(node), ...cells(node), token]))
    const last = rows.length > 1 ? line(widest, [, , , , , , rows.at(-1)?.token]) : ''
    return [
      `Datacenter: ${dc}`,
      '==========',
      line(widest, ['Address', ...HEADS]),
      last,
      ...lines,
      '',
    ]
  })
  const many = owning.some(({ tokens }) => tokens.length > 1)
  return ['', ...tables, ...(many ? [...MANY_TOKENS, ''] : []), summary(ring), ...troubles(ring)]
}

function rowsOf(nodes: readonly RingNode[]): Row[] {
  return nodes
    .flatMap((node) => node.tokens.map((token) => ({ node, token, place: BigInt(token) })))
    .sort((a, b) => (a.place < b.place ? -1 : 1))
}

function cells({ rack, liveness, state, load, owns }: RingNode): string[] {
  const share = owns === null ? '?' : `${(owns * 100).toFixed(2)}%`
  return [rack, STATUS[liveness], STATES[state], loadText(load), share]
}

function line(widest: number, texts: readonly (string | undefined)[]): string {
  const [first = '', ...rest] = texts
  const padded = WIDTHS.map((width, i) => (rest[i] ?? '').padEnd(width))
  return `${first.padEnd(widest)}  ${padded.join('')}`
}

/** `Cluster demo: 80 tokens of 5 nodes, as they wish; there is no ring record yet` */
function summary({ cluster, epoch, nodes, keyspace, replication }: RingAnswer): string {
  const count = nodes.reduce((sum, { tokens }) => sum + tokens.length, 0)
  const owners = nodes.filter(({ tokens }) => tokens.length > 0).length
  const whose = epoch === null ? 'as they wish them, there is no ring record yet' : `epoch ${epoch}`
  const of = keyspace === null ? '' : `; owned of ${keyspace}: ${replication ?? ''}, copies counted`
  return `Cluster ${cluster}: ${count} tokens of ${owners} nodes, ${whose}${of}`
}

function troubles({ waitingFor, clashes, nodes }: RingAnswer): string[] {
  const name = (hostId: string): string =>
    nodes.find((node) => node.hostId === hostId)?.name ?? hostId
  const waits = nameList(waitingFor.map((wait) => wait.name))
  return [
    ...(waitingFor.length > 0 ? [`Waiting for the tokens of ${waits}`] : []),
    ...clashes.map(({ token, winner, loser }) => {
      return `Token ${token} is wished by ${name(winner)}, which has it, and by ${name(loser)}`
    }),
  ]
}

/** The ring as a picture. */
export function drawnRing({ nodes }: RingAnswer, columns: number): string[] {
  const claims = nodes.map(({ hostId, dc, rack, tokens }) => {
    const own = tokens.flatMap((text) => parseToken(text) ?? [])
    return { id: hostId, dc, rack, tokens: own }
  })
  const names = new Map(nodes.map(({ hostId, name }) => [hostId, name]))
  return stripLines(Ring.of(claims), columns, names)
}

export function endpointsLines({ endpoints }: EndpointsAnswer): string[] {
  const rows = endpoints.map((one) => [one.address, stateLetters(one), one.name, one.dc, one.rack])
  return tableLines(rows).map((row) => row.trimEnd())
}

/** What the lines above leave open. */
export function endpointsNote(answer: EndpointsAnswer): string {
  const { keyspace, replication, replicationFrom, token, waitingFor } = answer
  const usual = replicationFrom === 'default' ? ', the usual one: --replication says another' : ''
  const waits = nameList(waitingFor.map(({ name }) => name))
  const waiting = waitingFor.length > 0 ? `; waiting for the tokens of ${waits}` : ''
  return `${keyspace}: ${replication}${usual}; token ${token}${waiting}`
}
