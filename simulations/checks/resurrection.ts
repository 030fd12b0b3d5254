/**
 * Nobody comes back from a tombstone: once a process believed that a generation left or was banned,
 * it never again believes it present, down or of another make, not even after the tombstone was
 * dropped. Excused is one whose disk was an old copy and had forgotten whom it had met: it does not
 * wait for him, and may be told by him of an earlier generation that is down.
 */
import type { HostId } from '../../src/gossip/identity.js'
import { isGone, isPresent } from '../../src/gossip/precedence.js'
import type { VirtualHost } from '../host.js'
import { told, type Check, type Sight, type Turn } from './check.js'
import type { Ground } from './ground.js'

export class Resurrection implements Check {
  readonly name = 'resurrection'
  private readonly ground: Ground
  /** The last generation each process saw gone; bounded by hosts and tombstones. */
  private readonly graves = new Map<VirtualHost, Map<HostId, number>>()

  constructor(ground: Ground) {
    this.ground = ground
  }

  began({ host, node: { table } }: Sight): void {
    const graves = new Map<HostId, number>()
    this.graves.set(host, graves)
    for (let row = 0; row < table.end; row++) {
      if (!table.has(row) || !isGone(table.standing(row))) continue
      const { hostId, generation } = table.identity(row)
      graves.set(hostId, generation)
    }
  }

  changed({ host, change: { before, after } }: Turn): void {
    const graves = this.graves.get(host)
    if (after === null || graves === undefined) return
    const { hostId, generation } = after.identity
    const grave = graves.get(hostId) ?? 0
    const excused = host.recalled && generation < grave && !isPresent(after.standing)
    if (isGone(after.standing)) graves.set(hostId, Math.max(grave, generation))
    else if (generation <= grave && !excused)
      this.ground.say(host, `${told(after)} rose from ${told(before)}, gone at ${grave}`)
  }
}
