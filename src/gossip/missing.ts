/**
 * Members that an earlier run knew alive, or of whom others told, and that were not met since.
 * Those of the earlier run are tried now and again until it is known what became of them: so a
 * cluster that restarts while its network is down finds itself again without a seed. And nobody
 * forgets the gone while any of them is out of reach, for he may hold the gone for alive.
 */
import type { HostId, Identity, Incarnation } from './identity.js'
import { NO_ROW, type Members } from './members.js'
import type { Stranger } from './strangers.js'

/** Those that were only told of; further ones are told of again. */
const TOLD_MAX = 4096

interface Entry extends Stranger {
  /** An earlier run knew it: it is tried. */
  readonly known: boolean
}

export class Missing {
  private readonly members: Members
  /** By host id; bounded by what was stored, and TOLD_MAX. */
  private readonly missing = new Map<HostId, Entry>()

  constructor(members: Members) {
    this.members = members
  }

  expect({ identity, incarnation }: Omit<Stranger, 'tries'>): void {
    this.missing.set(identity.hostId, { identity, incarnation, tries: 0, known: true })
  }

  /** Somebody says that it takes part. */
  told(identity: Identity, incarnation: Incarnation): void {
    const { hostId, generation } = identity
    const held = this.missing.get(hostId)
    if (held === undefined && this.missing.size >= TOLD_MAX) return
    if (held !== undefined && held.identity.generation >= generation) return
    const known = held?.known ?? false
    this.missing.set(hostId, { identity, incarnation, tries: 0, known })
  }

  /** As it was known, or told of, as long as it is not in the table. */
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

  /** Those to be tried; whoever the table holds by now, alive or not, is none. */
  list(): Stranger[] {
    for (const hostId of this.missing.keys()) {
      if (this.members.rowOfHost(hostId) !== NO_ROW) this.missing.delete(hostId)
    }
    return [...this.missing.values()].filter(({ known }) => known)
  }
}
