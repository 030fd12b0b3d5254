/**
 * Watches the set of live members and speaks only when it has settled: a view for applications, and
 * a cut, one event however many crashed together. Two or three seconds of unchanged verdicts
 * separate cuts as well as Rapid's watermarks do at this pace, with no packet more (background:
 * multi-node cut detection, Rapid, ATC 2018).
 */
import { NEVER, type Address, type Millis } from '../base/machine.js'
import { scramble } from '../base/random.js'
import type { HostId, Identity } from './identity.js'
import { NO_ROW, type Members, type Row } from './members.js'
import type { Outbox } from './outbox.js'
import type { Standing } from './precedence.js'

export interface WatchSettings {
  readonly viewQuiet: Millis
  readonly cutQuiet: Millis
}

/** A view is published at the latest so many quiet windows after its first change. */
const WINDOWS_MAX = 20

/** Against the last view; a new generation of one that was in it is news, but no newcomer. */
type Change = 'joined' | 'renewed' | 'gone'

/** Names and addresses: bounded by the members. */
interface Claims {
  readonly names: Set<string>
  readonly addresses: Set<Address>
}

export class Watch {
  private readonly settings: WatchSettings
  private readonly members: Members
  private readonly outbox: Outbox
  /** Changes since the last view; bounded by the members. */
  private readonly changes = new Map<HostId, Change>()
  /** Verdicts since the last cut; bounded by the members. */
  private readonly fallen = new Map<HostId, Identity>()
  /** Conflicts told of, by name or address; bounded by the members, cleared when they end. */
  private told: Claims = { names: new Set(), addresses: new Set() }
  private viewAt: Millis = NEVER
  private viewLatest: Millis = NEVER
  private cutAt: Millis = NEVER

  constructor(settings: WatchSettings, members: Members, outbox: Outbox) {
    this.settings = settings
    this.members = members
    this.outbox = outbox
  }

  joined(member: Identity, now: Millis): void {
    this.change(member.hostId, 'joined', now)
    if (this.fallen.delete(member.hostId)) this.cutAt = this.quietCut(now)
  }

  renewed(member: Identity, now: Millis): void {
    this.change(member.hostId, 'renewed', now)
  }

  gone(member: Identity, standing: Standing, now: Millis): void {
    this.change(member.hostId, 'gone', now)
    if (standing === 'down') this.fallen.set(member.hostId, member)
    else this.fallen.delete(member.hostId)
    this.cutAt = this.quietCut(now)
  }

  wake(now: Millis): void {
    if (this.viewAt <= now) this.publishView()
    if (this.cutAt <= now) this.publishCut()
  }

  shift(by: Millis): void {
    this.viewAt += by
    this.cutAt += by
  }

  get wakeAt(): Millis {
    return Math.min(this.viewAt, this.cutAt)
  }

  private change(hostId: HostId, what: Change, now: Millis): void {
    const before = this.changes.get(hostId)
    const undone = before === (what === 'gone' ? 'joined' : 'gone')
    if (undone) this.changes.delete(hostId)
    else if (before !== 'joined') this.changes.set(hostId, what)
    if (this.viewAt === NEVER) this.viewLatest = now + this.settings.viewQuiet * WINDOWS_MAX
    this.viewAt = Math.min(now + this.settings.viewQuiet, this.viewLatest)
  }

  private quietCut(now: Millis): Millis {
    return this.fallen.size === 0 ? NEVER : now + this.settings.cutQuiet
  }

  private publishView(): void {
    this.viewAt = NEVER
    const pick = (gone: boolean): HostId[] =>
      [...this.changes]
        .flatMap(([hostId, change]) => ((change === 'gone') === gone ? [hostId] : []))
        .sort()
    const [joined, gone] = [pick(false), pick(true)]
    const claims = this.claimsOf(joined)
    this.changes.clear()
    if (joined.length + gone.length === 0) return
    this.outbox.event({ kind: 'view.changed', size: this.members.present, joined, gone })
    this.findConflicts(claims)
  }

  private publishCut(): void {
    this.cutAt = NEVER
    const members = [...this.fallen.values()].sort((a, b) => (a.hostId < b.hostId ? -1 : 1))
    this.fallen.clear()
    this.outbox.event({ kind: 'cut.detected', id: cutId(members), members })
  }

  /** What newcomers claim for themselves, and what was in conflict before. */
  private claimsOf(joined: readonly HostId[]): Claims {
    const claims = { names: new Set(this.told.names), addresses: new Set(this.told.addresses) }
    for (const hostId of joined) {
      const row = this.members.rowOfHost(hostId)
      if (row === NO_ROW) continue
      const { name, address } = this.members.identity(row)
      claims.names.add(name)
      claims.addresses.add(address)
    }
    return claims
  }

  /** Two that claim one name, or one address: both stay, and it is said once. */
  private findConflicts(claims: Claims): void {
    if (claims.names.size + claims.addresses.size === 0) return
    const byName = new Map<string, HostId[]>()
    const byAddress = new Map<Address, HostId[]>()
    for (let row: Row = 0; row < this.members.end; row++) {
      if (!this.members.isPresent(row)) continue
      const { name, address, hostId } = this.members.identity(row)
      if (claims.names.has(name)) list(byName, name, hostId)
      if (claims.addresses.has(address)) list(byAddress, address, hostId)
    }
    for (const [name, hostIds] of several(byName)) {
      if (this.told.names.has(name)) continue
      this.outbox.event({ kind: 'name.conflict', name, hostIds })
    }
    for (const [address, hostIds] of several(byAddress)) {
      if (this.told.addresses.has(address)) continue
      this.outbox.event({ kind: 'address.conflict', address, hostIds })
    }
    const claimed = (by: Map<string, HostId[]>) => new Set(several(by).map(([what]) => what))
    this.told = { names: claimed(byName), addresses: claimed(byAddress) }
  }
}

function list(by: Map<string, HostId[]>, claim: string, hostId: HostId): void {
  const known = by.get(claim)
  if (known === undefined) by.set(claim, [hostId])
  else known.push(hostId)
}

/** The claims of more than one host, each with its claimants in order. */
function several(by: ReadonlyMap<string, readonly HostId[]>): [string, HostId[]][] {
  return [...by].flatMap(([claim, hostIds]) =>
    hostIds.length < 2 ? [] : [[claim, [...hostIds].sort()] satisfies [string, HostId[]]],
  )
}

/** The same for everybody who saw the same instances fall. */
export function cutId(members: readonly Identity[]): string {
  let low = members.length
  let high = ~members.length
  for (const { tag } of members) {
    low = scramble(low, tag % 4294967296)
    high = scramble(high, Math.floor(tag / 4294967296) ^ low)
  }
  return [high, low].map((word) => (word >>> 0).toString(16).padStart(8, '0')).join('')
}
