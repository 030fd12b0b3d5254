/**
 * A recount of one member table from scratch, once in a while, so that its cost per step stays
 * constant: one row a host id, sums that add up, queues within their bounds, and events that tell
 * the same story as the table.
 */
import type { Node, NodeEvent } from '../../src/cluster/node.js'
import { SELF } from '../../src/gossip/members.js'
import { isPresent } from '../../src/gossip/precedence.js'
import type { Table } from '../../src/gossip/table.js'
import type { VirtualHost } from '../host.js'
import type { Check, Sight } from './check.js'
import type { Ground } from './ground.js'

/** Steps between two recounts for each row of the table, and at least. */
const STEPS_A_ROW = 4
const STEPS_MIN = 32

interface Watched {
  readonly life: number
  steps: number
  /** Whether the events of this life told a host id to be there; bounded by the members. */
  readonly present: Map<string, boolean>
}

export class Audit implements Check {
  readonly name = 'audit'
  private readonly ground: Ground
  /** By the numbers of the hosts, and bounded by them. */
  private readonly watched: Watched[] = []
  /** Names of those that know each other without having been told; bounded by the hosts. */
  private readonly settled: ReadonlySet<string>

  constructor(ground: Ground) {
    this.ground = ground
    const { nodes, settled } = ground.scenario
    const first = settled === true ? nodes.filter(({ startAt }) => startAt === 0) : []
    this.settled = new Set(first.map(({ name }) => name))
  }

  told(event: NodeEvent, host: VirtualHost): void {
    const { present } = this.of(host)
    switch (event.kind) {
      case 'member.up':
        present.set(event.member.hostId, true)
        return
      case 'member.down':
      case 'member.left':
      case 'member.removed':
        present.set(event.member.hostId, false)
        return
      default:
        return
    }
  }

  stepped({ host, node }: Sight): void {
    const watched = this.of(host)
    if (++watched.steps < Math.max(STEPS_MIN, node.table.size * STEPS_A_ROW)) return
    watched.steps = 0
    this.recount(host, node)
    this.compare(host, node.table, watched.present)
    for (const { name, length, bound } of node.queues()) {
      if (length > bound) this.ground.say(host, `${length} ${name}, at most ${bound}`)
    }
  }

  private of(host: VirtualHost): Watched {
    const held = this.watched[host.index]
    if (held?.life === host.life) return held
    const fresh = { life: host.life, steps: 0, present: new Map<string, boolean>() }
    this.watched[host.index] = fresh
    return fresh
  }

  private recount(host: VirtualHost, { table }: Node): void {
    const ids = new Set<string>()
    let [size, present] = [0, 0]
    for (let row = SELF; row < table.end; row++) {
      if (!table.has(row)) continue
      const { hostId, name } = table.identity(row)
      if (ids.has(hostId)) this.ground.say(host, `two rows of ${name}`)
      if (table.rowOfHost(hostId) !== row) this.ground.say(host, `${name} is not found`)
      ids.add(hostId)
      size++
      if (isPresent(table.standing(row))) present++
    }
    if (size === table.size && present === table.present) return
    this.ground.say(host, `counts ${table.size} and ${table.present}, not ${size} and ${present}`)
  }

  private compare(host: VirtualHost, table: Table, told: ReadonlyMap<string, boolean>): void {
    const settled = host.life === 1 && this.settled.has(host.name)
    for (let row = SELF + 1; row < table.end; row++) {
      if (!table.has(row)) continue
      const { hostId, name } = table.identity(row)
      const there = told.get(hostId) ?? (settled && this.settled.has(name))
      if (isPresent(table.standing(row)) === there) continue
      const said = there ? 'is there' : 'is not there'
      this.ground.say(host, `told that ${name} ${said}, and holds it ${table.standing(row)}`)
    }
  }
}
