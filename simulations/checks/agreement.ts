/**
 * After the calm all who live agree: the living are up and nobody else is, nobody is suspected,
 * every fact is known everywhere as its owner published it, and all tables have one digest.
 */
import type { Node } from '../../src/cluster/node.js'
import { SELF } from '../../src/gossip/members.js'
import { isPresent } from '../../src/gossip/precedence.js'
import type { Table } from '../../src/gossip/table.js'
import type { VirtualHost } from '../host.js'
import type { Check } from './check.js'
import type { Ground } from './ground.js'

/** A process that runs and may speak. */
export interface Living {
  readonly host: VirtualHost
  readonly table: Table
}

export class Agreement implements Check {
  readonly name = 'agreement'
  private readonly ground: Ground

  constructor(ground: Ground) {
    this.ground = ground
  }

  ended(hosts: readonly VirtualHost[]): void {
    const living = livingOf(hosts)
    let plain = true
    for (const { host, table } of living) {
      for (const what of misbeliefs(table, living)) {
        plain = false
        this.ground.say(host, what)
      }
    }
    const [first, ...others] = living
    const odd = others.find(({ table }) => table.digest !== first?.table.digest)
    if (plain && odd !== undefined) this.ground.say(odd.host, 'has another digest than the first')
  }
}

export function livingOf(hosts: readonly VirtualHost[]): Living[] {
  return hosts.flatMap((host) => (speaks(host.node) ? [{ host, table: host.node.table }] : []))
}

function speaks(node: Node | undefined): node is Node {
  return node?.running === true
}

/** Whether each of them believes what is so, and all the same: equal digests, equal tables. */
export function agree(living: readonly Living[]): boolean {
  const first = living[0]?.table
  if (first === undefined) return true
  const same = living.every(({ table }) => table.digest === first.digest)
  return same && misbeliefs(first, living).length === 0 && !living.some(suspects)
}

/** A suspicion is local, and shows in no digest. */
function suspects({ table }: Living): boolean {
  for (let row = SELF; row < table.end; row++)
    if (table.has(row) && table.standing(row) === 'suspect') return true
  return false
}

/** What one believes against how things are; nothing where it is right. */
function misbeliefs(table: Table, living: readonly Living[]): string[] {
  const wrong: string[] = []
  const expected = new Map(living.map((other) => [other.table.identity(SELF).hostId, other]))
  for (let row = SELF; row < table.end; row++) {
    if (!table.has(row)) continue
    const { hostId, name } = table.identity(row)
    const standing = table.standing(row)
    const other = expected.get(hostId)
    expected.delete(hostId)
    if (other === undefined) {
      if (isPresent(standing)) wrong.push(`holds ${name} ${standing}, which does not live`)
    } else if (standing !== 'alive') wrong.push(`holds ${name} ${standing}, which lives`)
    else if (!sameFacts(table, row, other.table)) wrong.push(`has not the facts of ${name}`)
  }
  for (const { host } of expected.values()) wrong.push(`does not know ${host.name}, which lives`)
  return wrong
}

function sameFacts(table: Table, row: number, own: Table): boolean {
  if (table.version(row) !== own.version(SELF)) return false
  const [held, said] = [table.facts(row), own.facts(SELF)]
  return held.length === said.length && held.every((fact, i) => fact.version === said[i]?.version)
}
