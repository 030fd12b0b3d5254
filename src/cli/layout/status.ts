/**
 * `status` exactly as nodetool 4 prints it, so that eyes and scripts that know the one know the
 * other, and one more line: the cluster's name and whether it has settled or waits for whom and for
 * what.
 */
import type { ClusterStatus, NodeState, NodeStatus } from '../../cluster/status.js'
import type { Colours } from '../surroundings.js'
import { plain } from '../surroundings.js'
import { natural } from './order.js'
import { tableLines } from './table.js'

export interface StatusLook {
  /** Names instead of addresses, like nodetool's -r. */
  readonly names?: boolean
  /** Only the first eight digits of host ids, for narrow terminals. */
  readonly short?: boolean
  /** The shares are those of one keyspace, replicas included. */
  readonly effective?: boolean
  readonly colours?: Colours
}

const LETTERS: Record<Exclude<NodeState, 'left'>, string> = {
  normal: 'N',
  leaving: 'L',
  joining: 'J',
  moving: 'M',
}

/** nodetool knows up, down and `?`; a suspect is what `?` is for. */
const LIVENESS = { up: 'U', suspect: '?', down: 'D' } as const

const LEGEND = ['Status=Up/Down', '|/ State=Normal/Leaving/Joining/Moving']

export function statusLines(status: ClusterStatus, look: StatusLook = {}): string[] {
  return [...tableByDatacenter(status, look), '', summaryLine(status, look.colours ?? plain)]
}

/**
 * The tables of the datacenters in order, an empty line between; columns are as wide in all of
 * them.
 */
function tableByDatacenter(status: ClusterStatus, look: StatusLook): string[] {
  const nodes = status.nodes.filter((node) => node.state !== 'left')
  const datacenters = [...new Set(nodes.map((node) => node.dc))].sort(natural)
  const inOrder = datacenters.map((dc) => sortedNodes(nodes, dc, look))
  const rows = tableLines([headerCells(look), ...inOrder.flat().map((node) => cells(node, look))])
  const [head = '', ...body] = rows
  let next = 0
  return datacenters.flatMap((dc, i) => {
    const count = inOrder[i]?.length ?? 0
    const lines = body.slice(next, next + count).map((row) => painted(row, look.colours ?? plain))
    next += count
    const title = `Datacenter: ${dc}`
    return [...(i === 0 ? [] : ['']), title, '='.repeat(title.length), ...LEGEND, head, ...lines]
  })
}

function sortedNodes(nodes: readonly NodeStatus[], dc: string, look: StatusLook): NodeStatus[] {
  const key = (node: NodeStatus): string => (look.names === true ? node.name : node.address)
  return nodes
    .filter((node) => node.dc === dc)
    .sort((a, b) => natural(key(a), key(b)) || natural(a.hostId, b.hostId))
}

function headerCells(look: StatusLook): string[] {
  const owns = look.effective === true ? 'Owns (effective)' : 'Owns'
  return ['--', 'Address', 'Load', 'Tokens', owns, 'Host ID', 'Rack']
}

function cells(node: NodeStatus, look: StatusLook): string[] {
  return [
    stateLetters(node),
    look.names === true ? node.name : node.address,
    loadText(node.load),
    String(node.tokens),
    node.owns === null ? '?' : `${(node.owns * 100).toFixed(1)}%`,
    look.short === true ? node.hostId.slice(0, 8) : node.hostId,
    node.rack,
  ]
}

/** `UN`, `DN`, `?N`, `UJ` ... */
export function stateLetters({ liveness, state }: Pick<NodeStatus, 'liveness' | 'state'>): string {
  return `${LIVENESS[liveness]}${state === 'left' ? 'L' : LETTERS[state]}`
}

/** Bytes as Cassandra writes them: `101.12 KiB`, at most two decimals, `?` where unknown. */
export function loadText(bytes: number | null): string {
  if (bytes === null) return '?'
  const units = ['bytes', 'KiB', 'MiB', 'GiB', 'TiB']
  let value = bytes
  let unit = 0
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024
    unit++
  }
  return `${Number(value.toFixed(2))} ${units[unit] ?? ''}`
}

function painted(row: string, colours: Colours): string {
  const letters = row.slice(0, 2)
  const paint =
    letters === 'UN' ? colours.green : letters.startsWith('D') ? colours.red : colours.yellow
  return paint(letters) + row.slice(2)
}

/** `Cluster demo: 4 up, 1 down (n3); settled`. Everything that is not simply up is named. */
export function summaryLine(status: ClusterStatus, colours: Colours = plain): string {
  const counts = [
    `${count(status, 'up')} up`,
    ...named(
      status.nodes.filter((node) => node.liveness === 'suspect'),
      'suspect',
    ),
    ...named(status.nodes.filter(isDown), 'down'),
    ...named(
      status.nodes.filter((node) => node.state === 'left'),
      'left',
    ),
  ]
  const standing = status.settled ? colours.green('settled') : colours.yellow(waitText(status))
  return `Cluster ${status.cluster}: ${counts.join(', ')}; ${standing}`
}

/** Whom the cluster waits for, grouped by what for. */
function waitText(status: ClusterStatus): string {
  const reasons = [...new Set(status.waitingFor.map((wait) => wait.for))]
  if (reasons.length === 0) return 'not settled yet'
  const parts = reasons.map((reason) => {
    const names = status.waitingFor.filter((wait) => wait.for === reason).map((wait) => wait.name)
    return `${nameList(names)} (${reason})`
  })
  return `waiting for ${parts.join(', ')}`
}

function count(status: ClusterStatus, liveness: NodeStatus['liveness']): number {
  return status.nodes.filter((node) => node.liveness === liveness && node.state !== 'left').length
}

function isDown(node: NodeStatus): boolean {
  return node.liveness === 'down' && node.state !== 'left'
}

function named(nodes: readonly NodeStatus[], what: string): string[] {
  if (nodes.length === 0) return []
  return [`${nodes.length} ${what} (${nameList(nodes.map((node) => node.name))})`]
}

const NAMES_SHOWN = 6

/** The names in order; beyond a handful only their number. */
export function nameList(names: readonly string[]): string {
  const sorted = [...names].sort(natural)
  const more = sorted.length - NAMES_SHOWN
  return more > 0
    ? `${sorted.slice(0, NAMES_SHOWN).join(', ')} and ${more} more`
    : sorted.join(', ')
}
