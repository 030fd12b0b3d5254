/**
 * Membership as one machine: who is there, judged from what arrives and from what does not. This
 * file only dispatches; each idea has a file of its own.
 */
import { NEVER } from '../base/machine.js'
import type { Address, Channel, Effect, Ending, Machine, Millis, Ticket } from '../base/machine.js'
import { assertNever } from '../base/assert.js'
import { problemOfBan, type GossipCommand } from './command.js'
import { rareDeadline } from './deadlines.js'
import type { GossipEvent } from './event.js'
import { sayFarewell } from './farewell.js'
import type { HostId, Identity } from './identity.js'
import { NOBODY } from './identity.js'
import { Arrivals } from './arrivals.js'
import type { Facts } from './fact-set.js'
import { NO_ROW, SELF, type Member } from './members.js'
import { assemble, type GossipOptions, type Parts } from './parts.js'
import { queuesOf, type Queue } from './queues.js'
import type { Standing } from './precedence.js'
import { restoreMembers } from './restoring.js'
import type { GossipSettings } from './settings.js'
import { settle, settleLike, type Settler } from './settling.js'
import { viewOf } from './snapshot.js'
import type { Contact } from './contacts.js'
import type { Stranger } from './strangers.js'
import type { Table } from './table.js'
import type { Evidence, GossipView } from './view.js'

export class Gossip implements Machine<GossipCommand, GossipEvent> {
  private readonly settings: GossipSettings
  private readonly cluster: string
  private readonly parts: Parts
  private readonly arrivals: Arrivals
  /** When this machine expected to be called at the latest. */
  private expected: Millis = NEVER
  private endAt: Millis = NEVER
  private endedAt: Millis = NEVER
  private score = 0
  /** The earliest deadline but those of probes and rounds, as it was when one last moved. */
  private rareAt: Millis = NEVER
  private roundAt: Millis = NEVER
  /** All deadlines have moved since then. */
  private shifted = false
  wakeAt: Millis = NEVER

  constructor(options: GossipOptions, now: Millis) {
    this.settings = options.settings
    this.cluster = options.cluster
    this.parts = assemble(options, now)
    this.arrivals = new Arrivals(this.parts, this.parts.belonging, options.settings)
    const { restored, settings } = options
    if (restored !== null) restoreMembers(restored, settings.tombstoneFloor, this.parts, now)
  }

  receive(
    from: Address,
    bytes: Uint8Array,
    via: Channel,
    now: Millis,
  ): readonly Effect<GossipEvent>[] {
    this.begin(now)
    if (!this.parts.life.running) this.parts.counters.add('muted')
    else {
      const moved = this.arrivals.receive(from, bytes, via, now)
      if (moved === 'none') return this.unmoved(now)
      if (moved === 'probes') return this.probed(now)
    }
    return this.finish(now)
  }

  command(command: GossipCommand, now: Millis): readonly Effect<GossipEvent>[] {
    this.begin(now)
    this.perform(command, now)
    return this.finish(now)
  }

  stored(ticket: Ticket, ok: boolean, now: Millis): readonly Effect<GossipEvent>[] {
    this.begin(now)
    const { life, store } = this.parts
    if (!life.awaits(ticket)) store.stored(ticket, ok, now)
    else if (life.stored(ticket, ok, now)) this.speak(now)
    return this.finish(now)
  }

  closed(peer: Address, why: Ending, now: Millis): readonly Effect<GossipEvent>[] {
    this.begin(now)
    if (why === 'refused') {
      this.parts.isolation.proved(now)
      this.parts.prober.refused(peer)
    }
    return this.finish(now)
  }

  wake(now: Millis): readonly Effect<GossipEvent>[] {
    this.begin(now)
    const { life } = this.parts
    if (life.phase === 'ending') this.takeLeave(now)
    else if (life.running && !this.work(now)) return this.probed(now)
    return this.finish(now)
  }

  /** Holds a whole cluster for alive from now on, told or as another node does. */
  settle(like: readonly Settler[] | Gossip, now: Millis): readonly Effect<GossipEvent>[] {
    this.begin(now)
    if (like instanceof Gossip) settleLike(like.parts.members, this.parts, now)
    else settle(like, this.parts, now)
    return this.finish(now)
  }

  /** There is a ring, and this is its id: who is of another one is refused from now on. */
  belong(id: string): void {
    this.parts.belonging.join(id)
  }

  view(now: Millis): GossipView {
    return viewOf(this.parts, this.cluster, now)
  }

  /** The earliest deadline, looked for anew: a checker holds `wakeAt` against it. */
  get deadline(): Millis {
    return Math.min(this.probeDeadline(), this.rareDeadline(), this.roundDeadline())
  }

  get table(): Table {
    return this.parts.members
  }

  get missing(): Pick<Parts['missing'], 'has'> {
    return this.parts.missing
  }

  /** Its generation is stored and it speaks. */
  get running(): boolean {
    return this.parts.life.running
  }

  counters(): Readonly<Record<string, number>> {
    return this.parts.counters.snapshot()
  }

  queues(): readonly Queue[] {
    return queuesOf(this.parts)
  }

  /** What is held of a host id, oneself included, and since when; undefined where nothing is. */
  member(hostId: HostId): (Member & { readonly since: Millis }) | undefined {
    return this.parts.members.memberOf(hostId)
  }

  standing(hostId: HostId): Standing | undefined {
    return this.parts.members.standingOf(hostId)
  }

  /** Everybody who takes part, oneself included. */
  *present(): Generator<Identity> {
    const { members } = this.parts
    for (let row = SELF; row < members.end; row++)
      if (members.isPresent(row)) yield members.identity(row)
  }

  /** What a member says of itself, in the order in which it said it; nothing of a stranger. */
  facts(hostId: HostId): Facts {
    return this.parts.members.factsOf(hostId)
  }

  evidence(hostId: HostId): readonly Evidence[] {
    return this.parts.evidence.of(hostId)
  }

  phi(hostId: HostId, now: Millis): number | null {
    return this.parts.edges.of(this.parts.members.rowOfHost(hostId))?.phi(now) ?? null
  }

  /** A call much later than expected: this process stood still, and what expired proves nothing. */
  private begin(now: Millis): void {
    this.parts.teller.at(now)
    const late = now - this.expected
    if (late < this.settings.stall) return
    const { health, counters, outbox } = this.parts
    this.forgive(late, now)
    health.worsen(late > 1000 ? 2 : 1)
    counters.add('stalls')
    outbox.event({ kind: 'node.stalled', millis: late })
  }

  /** For so long this node could hear nobody: no deadline and no silence counts that time. */
  private forgive(span: Millis, now: Millis): void {
    this.shifted = true
    const { contacts, prober, edges, suspicions, isolation, watch } = this.parts
    contacts.shift(span)
    prober.shift(span)
    edges.shift(span)
    suspicions.shift(span, now)
    isolation.shift(span)
    watch.shift(span)
  }

  private finish(now: Millis): readonly Effect<GossipEvent>[] {
    const { health, judge, life, rounds, outbox } = this.parts
    if (health.score !== this.score) {
      this.score = health.score
      judge.retime()
    }
    if (life.running) this.meetStrangers(now)
    if (life.running || life.phase === 'ending') rounds.arm(now)
    this.shifted = false
    this.rareAt = this.rareDeadline()
    this.roundAt = this.roundDeadline()
    this.wakeAt = Math.min(this.probeDeadline(), this.rareAt, this.roundAt)
    this.expected = Math.max(now, this.wakeAt)
    return outbox.drain()
  }

  /** Ends a step that can have moved no deadlines but those of probes, nor begun anything. */
  private probed(now: Millis): readonly Effect<GossipEvent>[] {
    if (this.shifted || this.parts.health.score !== this.score) return this.finish(now)
    this.wakeAt = Math.min(this.probeDeadline(), this.rareAt, this.roundAt)
    return this.unmoved(now)
  }

  /** Ends a step that has moved no deadline: nobody need look for the earliest. */
  private unmoved(now: Millis): readonly Effect<GossipEvent>[] {
    this.expected = Math.max(now, this.wakeAt)
    return this.parts.outbox.drain()
  }

  private probeDeadline(): Millis {
    return this.parts.life.running ? this.parts.prober.wakeAt : NEVER
  }

  private rareDeadline(): Millis {
    const { life } = this.parts
    if (life.phase === 'ending') return this.endAt
    return life.running ? rareDeadline(this.parts) : NEVER
  }

  private roundDeadline(): Millis {
    const { life, rounds } = this.parts
    return life.running || life.phase === 'ending' ? rounds.wakeAt : NEVER
  }

  private perform(command: GossipCommand, now: Millis): void {
    const { life, seeds, facts, judge, members, missing, roster } = this.parts
    switch (command.kind) {
      case 'start':
        return life.start(now)
      case 'seeds':
        seeds.set(command.addresses)
        return life.running ? this.trySeeds(now) : undefined
      case 'publish':
        return facts.publish(command.key, command.value)
      case 'leave':
        return this.end('left', now)
      case 'drain':
        return this.end('down', now)
      case 'rejoin':
        life.reborn(now)
        return
      case 'ban': {
        const { hostId, as } = command
        const lost = missing.find(hostId)
        if (lost !== undefined) return void roster.record({ ...lost, standing: as }, now, now)
        const row = members.rowOfHost(hostId)
        const problem = problemOfBan(members, row, as)
        return problem === undefined ? judge.bury(row, as, now) : roster.refused('ban', problem)
      }
      default:
        return assertNever(command)
    }
  }

  /** The generation is stored: from now on this node speaks (again, after having left). */
  private speak(now: Millis): void {
    if (this.endedAt !== NEVER) this.forgive(now - this.endedAt, now)
    this.endedAt = NEVER
    this.parts.reconnect.start(now)
    this.parts.tombstones.start(now)
    this.trySeeds(now)
  }

  private trySeeds(now: Millis): void {
    for (const address of this.parts.seeds.unjoined()) this.trySeed(address, now)
  }

  private trySeed(address: Address, now: Millis): void {
    const patience = this.settings.ackCap
    this.parts.probing.meet(address, NOBODY, { kind: 'seed', address }, now, patience)
  }

  /** @returns whether it did anything but begin probes, or a round */
  private work(now: Millis): boolean {
    const { probing, judge } = this.parts
    const failed = probing.wake(now)
    for (const probe of failed) judge.failed(probe, now)
    const accused = judge.silent(now)
    const due = failed.length > 0 || this.rareAt <= now
    if (due) this.workRarely(now)
    else if (this.roundAt <= now) this.round(now)
    return due || accused
  }

  private round(now: Millis): void {
    const { rounds } = this.parts
    rounds.wake(now)
    rounds.arm(now)
    this.roundAt = rounds.wakeAt
  }

  private workRarely(now: Millis): void {
    const { life, contacts, judge, rounds, watch, tombstones, roster, store } = this.parts
    life.wake(now)
    for (const contact of contacts.expire(now)) this.lapsed(contact, now)
    judge.wake(now)
    this.reconnect(now)
    this.pull(now)
    rounds.wake(now)
    watch.wake(now)
    for (const row of tombstones.take(now)) roster.forget(row, now)
    store.wake(now)
  }

  /** A single ping went unanswered. */
  private lapsed({ seq, purpose, sentAt, deadline }: Contact, now: Millis): void {
    const { judge, strangers, seeds, probing } = this.parts
    switch (purpose.kind) {
      case 'check':
      case 'revive':
        return
      case 'verify':
        return judge.believe(purpose.row, purpose.claim, now)
      case 'stranger':
        return strangers.silent(purpose.identity.tag)
      case 'seed':
        return seeds.silent(purpose.address)
      case 'relay':
        return probing.nack({ seq, purpose, sentAt, deadline })
    }
  }

  private meetStrangers(now: Millis): void {
    const { strangers, contacts } = this.parts
    if (!strangers.ready || contacts.full) return
    for (const stranger of strangers.take()) this.tryStranger(stranger, now)
  }

  /**
   * As patient as with anybody at first, then twice as long each time: a lost ping should not hold
   * up a cluster that forms, nor a slow network be asked over and over.
   */
  private tryStranger({ identity, incarnation, tries }: Stranger, now: Millis): void {
    const { strangers, probing, trips } = this.parts
    const purpose = { kind: 'stranger', identity, incarnation } as const
    const patience = Math.min(this.settings.ackCap, trips.patience(NO_ROW) * (1 << tries))
    const sent = probing.meet(identity.address, identity.tag, purpose, now, patience)
    if (!sent) strangers.silent(identity.tag)
  }

  /** It is tried, and somebody asked what became of it: who left long ago is in no rumor. */
  private tryMissing(stranger: Stranger, now: Millis): void {
    const { reconnect, members, sync } = this.parts
    this.tryStranger(stranger, now)
    const row = reconnect.anybody()
    if (row === NO_ROW) return
    const to = members.identity(row).address
    sync.ask([{ about: stranger.identity.hostTag, after: 0 }], { to, via: 'datagram', row })
  }

  private reconnect(now: Millis): void {
    const attempt = this.parts.reconnect.take(now)
    if (attempt === undefined) return
    if (attempt.kind === 'seed') return this.trySeed(attempt.address, now)
    if (attempt.kind === 'missing') return this.tryMissing(attempt.stranger, now)
    const { row } = attempt
    const patience = this.settings.ackCap
    this.parts.probing.contact(row, { kind: 'revive', row }, now, patience)
  }

  private pull(now: Millis): void {
    for (const [row, wants] of this.parts.facts.take(now)) {
      if (!this.parts.members.isPresent(row)) continue
      const to = this.parts.members.identity(row).address
      this.parts.sync.ask(wants, { to, via: 'stream', row })
    }
  }

  private end(standing: 'left' | 'down', now: Millis): void {
    const { life, members, post } = this.parts
    if (!life.end(standing, now)) return
    this.endAt = now + this.settings.leaveWait
    sayFarewell(members, post)
  }

  private takeLeave(now: Millis): void {
    this.parts.rounds.wake(now)
    if (now < this.endAt) return
    this.endAt = NEVER
    this.endedAt = now
    this.parts.life.ended()
  }
}
