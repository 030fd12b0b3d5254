/**
 * The one door to the member table: every change of who is there passes here, and what always goes
 * with it goes with it, the rumor, the event, the evidence, the disk and the probing order. Whether
 * to change is decided elsewhere.
 */
import type { Millis } from '../base/machine.js'
import type { Accusation } from './claim.js'
import type { Counters } from './counters.js'
import type { Edges } from './edges.js'
import type { Accuser } from './event.js'
import type { EvidenceLog, WallTime } from './evidence.js'
import type { Identity, Incarnation } from './identity.js'
import type { MemberStore } from './member-store.js'
import { NO_ROW, SELF, type Member, type Members, type Row } from './members.js'
import type { Outbox } from './outbox.js'
import { isGone, type Standing } from './precedence.js'
import type { Rotation } from './rotation.js'
import type { RoundTrips } from './round-trip.js'
import { NEWS, type Rumors } from './rumors.js'
import type { Watch } from './watch.js'

export interface RosterParts {
  readonly members: Members
  readonly rumors: Rumors
  readonly outbox: Outbox
  readonly store: MemberStore
  readonly evidence: EvidenceLog
  readonly rotation: Rotation
  readonly edges: Edges
  readonly trips: RoundTrips
  readonly watch: Watch
  readonly counters: Counters
  readonly wall: WallTime
}

export class Roster {
  private readonly parts: RosterParts
  private readonly members: Members
  private readonly membersMax: number
  /** When the table last changed, for repairs that wait for quiet. */
  changedAt: Millis = 0

  constructor(parts: RosterParts, membersMax: number) {
    this.parts = parts
    this.members = parts.members
    this.membersMax = membersMax
  }

  /**
   * Met at first hand: a new member, or a new generation of a known one. @returns its row, -1 when
   * refused
   */
  admit(identity: Identity, incarnation: Incarnation, now: Millis): Row {
    const held = this.members.rowOf(identity)
    const present = held !== NO_ROW && this.members.isPresent(held)
    const row = this.place({ identity, standing: 'alive', incarnation }, now)
    if (row === NO_ROW) return row
    this.note(row, 'up', `met at first hand, generation ${identity.generation}`, now)
    this.parts.outbox.event({ kind: 'member.up', member: identity, incarnation })
    if (present) this.renewed(row, now)
    else this.joined(row, now)
    this.parts.rumors.spread(row, NEWS.introduction)
    return row
  }

  /**
   * Told at second hand of one that is not there: down, left or banned. @returns its row, -1 when
   * refused
   */
  record(member: Member, since: Millis, now: Millis): Row {
    const before = this.members.rowOf(member.identity)
    const present = before !== NO_ROW && this.members.isPresent(before)
    const known = before !== NO_ROW && this.members.standing(before) === member.standing
    const row = this.place(member, now)
    if (row === NO_ROW) return row
    this.members.backdate(row, since)
    this.note(row, member.standing, `told that it is ${member.standing}`, now)
    if (present) this.left(row, now)
    else this.remember(row, now)
    if (present || (isGone(member.standing) && !known)) this.say(row, member.standing, [])
    this.parts.rumors.spread(row, NEWS.introduction)
    return row
  }

  /** As it was stored by an earlier run: nothing is news. */
  restore(member: Member, since: Millis): void {
    const row = this.members.add(member, since)
    if (row !== NO_ROW) this.members.backdate(row, since)
  }

  /** Alive, against what was believed: it proved so itself. */
  revive(row: Row, incarnation: Incarnation, now: Millis, detail: string): void {
    const before = this.members.standing(row)
    this.set(row, 'alive', incarnation, now)
    const member = this.members.identity(row)
    if (before === 'alive') return
    this.note(row, before === 'down' ? 'up' : 'refuted', detail, now)
    if (before === 'suspect')
      this.parts.outbox.event({ kind: 'member.refuted', member, incarnation })
    else {
      this.parts.outbox.event({ kind: 'member.up', member, incarnation })
      this.joined(row, now)
    }
  }

  suspect(row: Row, incarnation: Incarnation, by: Accusation, now: Millis): void {
    this.set(row, 'suspect', incarnation, now)
    const accuser = this.accuser(by)
    const member = this.members.identity(row)
    this.parts.outbox.event({ kind: 'member.suspect', member, by: accuser })
    this.accused(row, by, 'suspect', now)
  }

  /** One more accuser of a member that is suspected already. */
  accused(row: Row, by: Accusation, kind: string, now: Millis): void {
    const { name, phi } = this.accuser(by)
    const detail = `${name} got no answer from it`
    const { hostId } = this.members.identity(row)
    this.parts.evidence.note(hostId, { kind, by: name, phi, detail }, now)
    this.parts.rumors.spread(row, NEWS.standing)
  }

  down(
    row: Row,
    incarnation: Incarnation,
    accusers: readonly Accusation[],
    now: Millis,
    detail: string,
  ): void {
    this.set(row, 'down', incarnation, now)
    this.left(row, now)
    this.note(row, 'down', detail, now)
    this.say(row, 'down', accusers)
  }

  /** As it stands, but at a later incarnation than was known. */
  restate(row: Row, incarnation: Incarnation, now: Millis): void {
    this.set(row, this.members.standing(row), incarnation, now)
  }

  /** It left, or was banned: a tombstone from now on. */
  bury(row: Row, standing: 'left' | 'removed' | 'replaced', now: Millis): void {
    const present = this.members.isPresent(row)
    this.set(row, standing, this.members.incarnation(row), now)
    if (present) this.left(row, now)
    else this.remember(row, now)
    this.parts.counters.add('tombstones.made')
    this.note(row, standing, standing === 'left' ? 'announced leaving' : `was ${standing}`, now)
    this.say(row, standing, [])
  }

  /** Everybody has the tombstone, and it is old. */
  forget(row: Row, now: Millis): void {
    this.parts.store.forget(this.members.identity(row).hostId, now)
    this.parts.rumors.forget(row)
    this.members.drop(row)
    this.parts.counters.add('tombstones.dropped')
  }

  /** Evidence that changes nothing by itself. */
  note(row: Row, kind: string, detail: string, now: Millis): void {
    const { hostId } = this.members.identity(row)
    const by = this.members.identity(SELF).name
    this.parts.evidence.note(hostId, { kind, by, phi: null, detail }, now)
  }

  refused(command: string, reason: string): void {
    this.parts.outbox.event({ kind: 'command.refused', command, reason })
  }

  accuser(accusation: Accusation): Accuser {
    const row = this.members.rowOfTag(accusation.by)
    const identity = row === NO_ROW ? undefined : this.members.identity(row)
    const name = identity?.name ?? `unknown ${accusation.by.toString(16)}`
    return { name, hostId: identity?.hostId ?? null, phi: accusation.phi }
  }

  private set(row: Row, standing: Standing, incarnation: Incarnation, now: Millis): void {
    this.members.set(row, standing, incarnation, now)
    this.changedAt = now
    this.parts.rumors.spread(row, NEWS.standing)
  }

  /** Whoever gets a row brings nothing of the round trips of whoever had it before. */
  private place(member: Member, now: Millis): Row {
    this.changedAt = now
    const row = this.rowFor(member, now)
    if (row === NO_ROW) this.parts.counters.add('members.refused')
    else this.parts.trips.forget(row)
    return row
  }

  private rowFor(member: Member, now: Millis): Row {
    const held = this.members.rowOf(member.identity)
    if (held === NO_ROW)
      return this.members.size >= this.membersMax ? NO_ROW : this.members.add(member, now)
    this.members.renew(held, member, now)
    return held
  }

  private joined(row: Row, now: Millis): void {
    this.parts.rotation.add(row)
    this.parts.edges.changed(row, now)
    this.parts.watch.joined(this.members.identity(row), now)
    this.remember(row, now)
  }

  /** Another generation of one that was there all the time. */
  private renewed(row: Row, now: Millis): void {
    this.parts.edges.changed(row, now)
    this.parts.watch.renewed(this.members.identity(row), now)
    this.remember(row, now)
  }

  private left(row: Row, now: Millis): void {
    this.parts.edges.changed(row, now)
    this.parts.watch.gone(this.members.identity(row), this.members.standing(row), now)
    this.remember(row, now)
  }

  private remember(row: Row, now: Millis): void {
    if (row === SELF) return
    const since = this.parts.wall.at(this.members.since(row))
    this.parts.store.remember(this.members.member(row), since, now)
    this.changedAt = now
  }

  private say(row: Row, standing: Standing, accusers: readonly Accusation[]): void {
    const member = this.members.identity(row)
    switch (standing) {
      case 'down': {
        const by = accusers.map((accusation) => this.accuser(accusation))
        return this.parts.outbox.event({ kind: 'member.down', member, by })
      }
      case 'left':
        return this.parts.outbox.event({ kind: 'member.left', member })
      case 'removed':
      case 'replaced':
        return this.parts.outbox.event({ kind: 'member.removed', member, as: standing })
      case 'alive':
      case 'suspect':
        return
    }
  }
}
