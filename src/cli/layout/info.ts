/**
 * `info` as nodetool prints it, without what does not exist here, and at the end what nodetool does
 * not know.
 */
import type { Info } from '../answers.js'

const MEBI = 1024 * 1024

/** @param tokens all of them, where they are wanted */
export function infoLines(info: Info, tokens?: readonly string[]): string[] {
  const { up, suspect, down } = info.members
  const rows: readonly (readonly [string, string])[] = [
    ['ID', info.hostId],
    ['Gossip active', String(info.gossipActive)],
    ['Native Transport active', 'false'],
    ['Load', '?'],
    ['Generation No', String(info.generation)],
    ['Uptime (seconds)', String(Math.floor(info.uptime))],
    ['Heap Memory (MB)', `${megabytes(info.heapUsed)} / ${megabytes(info.heapTotal)}`],
    ['Off Heap Memory (MB)', megabytes(Math.max(0, info.rss - info.heapTotal))],
    ['Data Center', info.dc],
    ['Rack', info.rack],
    ...tokenRows(info.tokens, tokens),
    ['Name', info.name],
    ['Cluster', info.cluster],
    ['Address', info.address],
    ['Ring epoch', info.epoch === null ? '(no ring)' : String(info.epoch)],
    ['Ring digest', info.digest ?? '(no ring)'],
    ['Incarnation', String(info.incarnation)],
    ['Local health', info.health === 0 ? '0 (well)' : `${info.health} (it distrusts itself)`],
    ['Members', `${up} up, ${suspect} suspect, ${down} down`],
    ['Process', String(info.pid)],
    ['Release', info.release],
  ]
  return rows.map(([name, value]) => `${name.padEnd(23)}: ${value}`)
}

function tokenRows(count: number, tokens: readonly string[] | undefined): [string, string][] {
  const hint = `(invoke with -T/--tokens to see all ${count} tokens)`
  return (tokens ?? [hint]).map((token) => ['Token', token])
}

function megabytes(bytes: number): string {
  return (bytes / MEBI).toFixed(2)
}
