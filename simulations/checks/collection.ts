/**
 * A tombstone is dropped only when everybody has it: no member that its keeper counts on, running
 * or down, may still hold that generation for anything but gone.
 */
import type { Tag } from '../../src/gossip/identity.js'
import { restore } from '../../src/gossip/durable.js'
import { SELF } from '../../src/gossip/members.js'
import { isGone } from '../../src/gossip/precedence.js'
import type { Table } from '../../src/gossip/table.js'
import type { VirtualHost } from '../host.js'
import type { Check, Turn } from './check.js'
import type { Ground } from './ground.js'

export class Collection implements Check {
  readonly name = 'collection'
  private readonly ground: Ground

  constructor(ground: Ground) {
    this.ground = ground
  }

  changed({ host, change: { before, after } }: Turn): void {
    if (after !== null || before === null || host.node === undefined) return
    const { tag, name } = before.identity
    const { table } = host.node
    for (let row = SELF + 1; row < table.end; row++) {
      if (!table.has(row) || isGone(table.standing(row))) continue
      const other = this.ground.truth.of(table.identity(row).tag)
      if (other === undefined || !this.lacks(other.host, other.life, tag)) continue
      this.ground.say(host, `dropped the tombstone of ${name}, which ${other.host.name} lacks`)
    }
  }

  /** Whether the process, or the disk it left, holds the generation as one that may come back. */
  private lacks(host: VirtualHost, life: number, tag: Tag): boolean {
    if (host.life !== life) return false
    if (host.node !== undefined) return holds(host.node.table, tag)
    const found = restore(host.disk, host.cluster ?? this.ground.cluster)
    if (found.kind !== 'restored') return false
    return found.restored.members.some(
      (member) => member.identity.tag === tag && !isGone(member.standing),
    )
  }
}

function holds(table: Table, tag: Tag): boolean {
  const row = table.rowOfTag(tag)
  return row > SELF && !isGone(table.standing(row))
}
