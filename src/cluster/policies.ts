/**
 * Intents that the cluster's own configuration asks for: to give up members that are long dead, and
 * to level the ring after leaves. Every voter forms them by itself, from the record and from whom
 * it holds for down, and they have no author, so the same one formed by many is one; a majority
 * that does not hold them for right refuses them like any other.
 */
import { NEVER, type Millis } from '../base/machine.js'
import type { HostId } from '../gossip/identity.js'
import { settingsIn, type ClusterSettings } from './cluster-settings.js'
import type { IntentBook } from './intent-book.js'
import { NOBODY_ASKED, type Intent, type Wish } from './intent.js'
import { intentOf } from './intent-bytes.js'
import type { Peers } from './peers.js'
import { isWorthLevelling, POLICY_BAR } from './policy/auto-rebalance.js'
import { CUT_SPREAD, cutOf, expendable, type Fallen } from './policy/auto-replace.js'
import { digestHex } from './record/digest.js'
import type { Sealed } from './record/record-bytes.js'
import { isVoter, nameIn, type RingRecord } from './record/record.js'
import { encodeUtf8 } from '../base/utf8.js'

/** For so long the set of those that are down must have been the same. */
const CUT_STABLE: Millis = 3000
const SECOND: Millis = 1000
/** Hexadecimal digits of a stamp: what a number holds exactly. */
const STAMP_DIGITS = 12

export class Policies {
  private readonly self: HostId
  private readonly peers: Peers
  private readonly book: IntentBook
  /** Members, tokens and movements as they were when they last changed, and when that was. */
  private shape = ''
  private shapeSince: Millis = 0
  private shaped: Sealed | undefined
  /** Who is down, and since when it has been just those. */
  private cut = ''
  private cutSince: Millis = 0
  private dueAt: Millis = NEVER
  /** What was looked at last, at most four things: nothing new follows from the same. */
  private seen: readonly unknown[] = []

  constructor(self: HostId, parts: { readonly peers: Peers; readonly book: IntentBook }) {
    this.self = self
    this.peers = parts.peers
    this.book = parts.book
  }

  get wakeAt(): Millis {
    return this.dueAt
  }

  work(current: Sealed, now: Millis): void {
    const { record } = current
    if (!isVoter(record, this.self)) {
      this.dueAt = NEVER
      return
    }
    const seen = [current, this.book.mine, this.peers.standings, this.peers.wishes]
    const same = seen.every((each, i) => each === this.seen[i])
    if (same && now < this.dueAt) return
    this.seen = seen
    this.dueAt = NEVER
    this.look(current, now)
    const settings = settingsIn(record.config)
    const fallen = this.fallen(record, now)
    this.recant(settings)
    if (settings.autoReplace) this.replace(current, fallen, settings, now)
    if (settings.autoRebalance && fallen.length === 0) this.level(current, settings, now)
  }

  private look(current: Sealed, now: Millis): void {
    if (current === this.shaped) return
    this.shaped = current
    const shape = shapeOf(current.record)
    if (shape === this.shape) return
    this.shape = shape
    this.shapeSince = now
  }

  private fallen(record: RingRecord, now: Millis): Fallen[] {
    return record.members.flatMap(({ hostId, state }) => {
      const downFor = this.peers.downFor(hostId, now)
      if (downFor === undefined || state === 'joining') return []
      const generation = this.peers.identity(hostId)?.generation ?? 0
      return [{ hostId, generation, downFor }]
    })
  }

  private replace(
    current: Sealed,
    fallen: readonly Fallen[],
    settings: ClusterSettings,
    now: Millis,
  ): void {
    const cut = fallen.map(({ hostId, generation }) => `${hostId} ${generation}`).join()
    if (cut !== this.cut) [this.cut, this.cutSince] = [cut, now]
    const due = cutOf(fallen, settings.autoReplaceAfter * SECOND)
    if (due.kind === 'none') return
    if (due.kind === 'in') return this.wakeIn(due.millis, now)
    const stableAt = this.cutSince + CUT_STABLE
    if (now < stableAt) return this.wakeIn(stableAt - now, now)
    const down = new Set(fallen.map(({ hostId }) => hostId))
    const asked = this.askedFor(current.record, now)
    const ids = due.fallen.map(({ hostId }) => hostId).filter((hostId) => !asked.has(hostId))
    const hostIds = ids.length === 0 ? [] : expendable(current.record, ids, down)
    if (hostIds.length === 0) return
    const cutMark = due.fallen.map(({ hostId, generation }) => `${hostId} ${generation}`).sort()
    this.form(current, { kind: 'remove', hostIds, loseData: false }, cutMark.join())
  }

  private level(current: Sealed, settings: ClusterSettings, now: Millis): void {
    const { record } = current
    if (record.moves.length > 0 || this.book.pending(record, this.peers, now).length > 0) return
    if (record.members.some(({ hostId }) => !this.isThere(hostId))) return
    const at = this.shapeSince + settings.rebalancePause * SECOND
    if (now < at) return this.wakeIn(at - now, now)
    if (isWorthLevelling(record)) this.form(current, { kind: 'rebalance', bar: POLICY_BAR }, '')
  }

  private form({ record, digest }: Sealed, wish: Wish, mark: string): void {
    const hash = digestHex(encodeUtf8(`${digest} ${mark}`))
    const stamp = parseInt(hash.slice(0, STAMP_DIGITS), 16)
    this.book.add(intentOf(NOBODY_ASKED, record.epoch, stamp, wish))
  }

  /** Takes back what no longer holds: somebody is there again, or the policy is off. */
  private recant(settings: ClusterSettings): void {
    for (const { id, author, wish } of this.book.mine) {
      if (author !== NOBODY_ASKED || !('hostIds' in wish)) continue
      const back = wish.hostIds.some((hostId) => this.peers.isPresent(hostId))
      const off = wish.kind === 'remove' && !settings.autoReplace
      if (back || off) this.book.withdraw(id)
    }
  }

  /** Those whom somebody wants removed or replaced already, an operator or this policy. */
  private askedFor(record: RingRecord, now: Millis): Set<HostId> {
    const asked = new Set(record.moves.flatMap(({ nodes }) => nodes))
    for (const { wish } of this.book.pending(record, this.peers, now)) {
      if (wish.kind === 'remove') for (const hostId of wish.hostIds) asked.add(hostId)
      if (wish.kind === 'replace') asked.add(wish.hostId)
    }
    return asked
  }

  private isThere(hostId: HostId): boolean {
    return hostId === this.self || this.peers.isPresent(hostId)
  }

  /** At least a millisecond later: what is left of a wait by rounding must not be waited for. */
  private wakeIn(millis: Millis, now: Millis): void {
    this.dueAt = Math.min(this.dueAt, now + Math.max(millis, 1))
  }
}

/**
 * What an acceptor has against an intent that nobody asked for: it does not see for itself what the
 * policy goes by. undefined for what somebody asked for.
 */
export function policyObjection(
  { author, wish }: Intent,
  record: RingRecord,
  peers: Peers,
  now: Millis,
): string | undefined {
  if (author !== NOBODY_ASKED) return undefined
  const settings = settingsIn(record.config)
  switch (wish.kind) {
    case 'remove': {
      if (!settings.autoReplace) return 'autoReplace is off'
      const least = settings.autoReplaceAfter * SECOND - CUT_SPREAD
      const fresh = wish.hostIds.find((hostId) => (peers.downFor(hostId, now) ?? 0) < least)
      return fresh && `${nameIn(record, fresh)} has not been down for long enough here`
    }
    case 'rebalance':
      if (!settings.autoRebalance) return 'autoRebalance is off'
      return isWorthLevelling(record) ? undefined : 'the ring is even enough'
    case 'relieve':
      return undefined
    default:
      return `nobody asked for it, and no policy would ${wish.kind}`
  }
}

/** Changes with what a pass of levelling depends on. */
function shapeOf({ epoch, members, moves }: RingRecord): string {
  if (moves.length > 0) return `moves at ${epoch}`
  const said = members.map(({ hostId, state, tokens }) => {
    const [first] = tokens
    return `${hostId} ${state} ${tokens.length} ${first?.hi ?? 0} ${first?.lo ?? 0}`
  })
  return digestHex(encodeUtf8(said.join()))
}
