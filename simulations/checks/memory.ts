/**
 * What a disk held about those who are gone is known again after a start, and what is buried is
 * stored soon: a crash makes nobody forget a tombstone.
 */
import type { Millis } from '../../src/base/machine.js'
import { keys, restore } from '../../src/gossip/durable.js'
import { SELF } from '../../src/gossip/members.js'
import { isBanned, isGone } from '../../src/gossip/precedence.js'
import type { VirtualHost } from '../host.js'
import type { Check, Sight, Turn } from './check.js'
import type { Ground } from './ground.js'

/** A write takes a millisecond; with this no host that works is late. */
const STORED_WITHIN: Millis = 50

interface Owed {
  readonly life: number
  readonly key: string
  readonly name: string
  readonly since: Millis
}

export class Memory implements Check {
  readonly name = 'memory'
  private readonly ground: Ground
  /** Tombstones not looked for on disk yet; bounded by what is buried in STORED_WITHIN. */
  private readonly owed = new Map<VirtualHost, readonly Owed[]>()

  constructor(ground: Ground) {
    this.ground = ground
  }

  began({ host, node: { table } }: Sight): void {
    this.owed.delete(host)
    const found = restore(host.disk, host.cluster ?? this.ground.cluster)
    if (found.kind !== 'restored') return
    for (const { identity, standing } of found.restored.members) {
      const row = table.rowOfHost(identity.hostId)
      if (!isBanned(standing) || identity.hostId === table.identity(SELF).hostId) continue
      if (row >= 0 && isBanned(table.standing(row))) continue
      this.ground.say(host, `starts without knowing that ${identity.name} was ${standing}`)
    }
  }

  changed({ host, change: { row, after }, now }: Turn): void {
    if (row === SELF || after === null || !isGone(after.standing)) return
    if (host.storing !== 'works') return
    const { hostId, name } = after.identity
    const owed = { life: host.life, key: keys.member(hostId), name, since: now }
    this.owed.set(host, [...(this.owed.get(host) ?? []), owed])
  }

  stepped({ host, node, now }: Sight): void {
    if (this.owed.size === 0) return
    const owed = this.owed.get(host)
    if (owed === undefined) return
    const due = owed.filter(({ since }) => now - since >= STORED_WITHIN)
    if (due.length === 0) return
    const rest = owed.filter(({ since }) => now - since < STORED_WITHIN)
    if (rest.length > 0) this.owed.set(host, rest)
    else this.owed.delete(host)
    for (const { life, key, name } of due) {
      if (life !== host.life || host.storing !== 'works') continue
      const row = node.table.rowOfHost(key.slice('member/'.length))
      if (row < 0 || !isGone(node.table.standing(row)) || this.isBuried(host, key)) continue
      this.ground.say(host, `buried ${name} and did not store it`)
    }
  }

  private isBuried(host: VirtualHost, key: string): boolean {
    const kept = [...host.disk].filter(([name]) => !name.startsWith('member/') || name === key)
    const found = restore(new Map(kept), host.cluster ?? this.ground.cluster)
    return found.kind === 'restored' && found.restored.members.some((m) => isGone(m.standing))
  }
}
