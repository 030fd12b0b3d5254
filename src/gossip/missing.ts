/**
 * Members that an earlier run knew alive and of whom nothing was heard since: tried now and again
 * until it is known what became of them. So a cluster that restarts while its network is down finds
 * itself again without a seed.
 */
import type { HostId } from './identity.js'
import { NO_ROW, type Members } from './members.js'
import type { Stranger } from './strangers.js'

export class Missing {
  private readonly members: Members
  /** By host id; bounded by what was stored. */
  private readonly missing = new Map<HostId, Stranger>()

  constructor(members: Members) {
    this.members = members
  }

  expect({ identity, incarnation }: Omit<Stranger, 'tries'>): void {
    this.missing.set(identity.hostId, { identity, incarnation, tries: 0 })
  }

  /** As the earlier run knew it, as long as nothing was heard of it since. */
  find(hostId: HostId): Stranger | undefined {
    return this.members.rowOfHost(hostId) === NO_ROW ? this.missing.get(hostId) : undefined
  }

  has(hostId: HostId): boolean {
    return this.find(hostId) !== undefined
  }

  /** Whether somebody is; asked with each message, so those found are struck off on the way. */
  get any(): boolean {
    if (this.missing.size === 0) return false
    for (const hostId of this.missing.keys()) {
      if (this.members.rowOfHost(hostId) === NO_ROW) return true
      this.missing.delete(hostId)
    }
    return false
  }

  /** Those still missing; whoever the table holds by now, alive or not, is none. */
  list(): Stranger[] {
    for (const hostId of this.missing.keys()) {
      if (this.members.rowOfHost(hostId) !== NO_ROW) this.missing.delete(hostId)
    }
    return [...this.missing.values()]
  }
}
