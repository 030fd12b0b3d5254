/**
 * What arrives, in the order in which it is dealt with: a ping is answered first, then the sender's
 * own word is taken, then what it tells of others, then its answer to us, then its part of a
 * repair.
 */
import type { Address, Channel, Millis } from '../base/machine.js'
import type { Belonging } from './belonging.js'
import { decode } from './codec.js'
import type { Introduction, Rumor } from './claim.js'
import type { Contact } from './contacts.js'
import type { Identity, Tag } from './identity.js'
import { NO_ROW, SELF, type Row } from './members.js'
import type { Message } from './message.js'
import type { Parts } from './parts.js'
import { FRAME_LIMIT } from './post.js'
import { isPlausible } from './generation.js'

/** Addresses of other clusters that were told of; the oldest is dropped. */
const FOREIGN_MAX = 64
const FOREIGN_AGAIN: Millis = 30000

export interface ArrivalSettings {
  readonly datagram: number
  /** Whether an accused node answers the teller at once. */
  readonly buddy: boolean
}

/** Which deadlines of this node an arrival may have moved. */
export type Moved = 'none' | 'probes' | 'any'

/** What a rumor was; one that accuses this node is answered to its teller at once. */
type Heard = 'nothing' | 'news' | 'accused'

export class Arrivals {
  private readonly parts: Parts
  private readonly belonging: Belonging
  private readonly settings: ArrivalSettings
  /** When each was last told of; bounded: FOREIGN_MAX. */
  private readonly foreigners = new Map<Address, Millis>()

  constructor(parts: Parts, belonging: Belonging, settings: ArrivalSettings) {
    this.parts = parts
    this.belonging = belonging
    this.settings = settings
  }

  receive(from: Address, bytes: Uint8Array, via: Channel, now: Millis): Moved {
    const { members, prober, suspicions } = this.parts
    const { revision } = members
    const probes = prober.size
    const message = this.read(from, bytes, via, now)
    if (message === undefined) return 'any'
    const news = this.take(message, from, via, now)
    if (news || isRepair(message) || members.revision !== revision) return 'any'
    if (!this.agrees(message)) return 'any'
    const { kind } = message.body
    if (kind === 'ping' || kind === 'gossip') return 'none'
    const answered = kind === 'ack' && prober.size < probes
    return answered && suspicions.size === 0 ? 'probes' : 'any'
  }

  private read(from: Address, bytes: Uint8Array, via: Channel, now: Millis): Message | undefined {
    const { counters, members } = this.parts
    const limit = via === 'stream' ? FRAME_LIMIT : this.settings.datagram
    const message = decode(bytes, limit, (tag) => this.recall(tag))
    if ('kind' in message) counters.add(`junk.${message.reason}`)
    else if (this.belonging.isForeign(message)) this.refuse(message, from, via, now)
    else if (message.sender === members.ownTag) counters.add('echoes')
    else return message
    return undefined
  }

  /** Its sender's view is ours: there is nothing to repair. */
  private agrees({ digest }: Message): boolean {
    return digest === this.parts.members.digest
  }

  /** Not of oneself: that another uses this identity shows in the words alone. */
  private recall(tag: Tag): Identity | undefined {
    const row = this.parts.members.rowOfTag(tag)
    return row > SELF ? this.parts.members.identity(row) : undefined
  }

  /** @returns whether it told anything that was news */
  private take(message: Message, from: Address, via: Channel, now: Millis): boolean {
    const { members, probing, sync, roster } = this.parts
    const { body } = message
    const before = members.rowOfTag(message.sender)
    if (body.kind === 'ping') {
      const peer = { to: from, via, row: before, greets: isGreeting(message) }
      probing.answer(body, members.ownTag, peer, message.whoAreYou)
    }
    const wasDown = before !== NO_ROW && members.standing(before) === 'down'
    if (before !== NO_ROW) this.parts.judge.heardFrom(before, message.incarnation, now)
    const news = message.rumors.length > 0 && this.hearAll(message, from, via, now)
    const row = news ? members.rowOfTag(message.sender) : before
    this.takeBody(message, from, via, row, now)
    this.repair(message, { to: from, via, row })
    if (row === NO_ROW) return news
    sync.noticed(row, message, roster.changedAt, now)
    if (wasDown && members.standing(row) === 'alive') sync.begin(row, 'stream', now)
    return news
  }

  /** @returns whether any of it was news */
  private hearAll(message: Message, from: Address, via: Channel, now: Millis): boolean {
    let [news, accused] = [false, false]
    const newcomer = this.belonging.isNewcomer(message)
    for (const rumor of message.rumors) {
      if (newcomer && subjectOf(rumor) !== message.sender) continue
      const what = this.hear(rumor, message, now)
      if (what !== 'nothing') news = true
      if (what === 'accused') accused = true
    }
    if (accused && this.settings.buddy) {
      const hello = { to: from, via: via === 'stream' ? via : 'datagram', introduce: true } as const
      this.parts.post.send({ kind: 'gossip' }, hello)
    }
    this.correct(message, { to: from, via })
    return news
  }

  private hear(rumor: Rumor, message: Message, now: Millis): Heard {
    const { members, life, judge, facts } = this.parts
    switch (rumor.kind) {
      case 'claim':
        if (rumor.about === members.ownTag) return life.hear(rumor, now) ? 'accused' : 'news'
        return judge.hear(rumor, now) ? 'news' : 'nothing'
      case 'introduction':
        return this.introduced(rumor, message, now) ? 'accused' : 'news'
      case 'fact':
        facts.hear(rumor, members.rowOfTag(message.sender), isGreeting(message), now)
        return 'news'
      case 'version':
        facts.announced(rumor, members.rowOfTag(message.sender), now)
        return 'news'
    }
  }

  private introduced(told: Introduction, message: Message, now: Millis): boolean {
    const { members, life, judge, counters, wall } = this.parts
    if (told.identity.hostId === members.identity(SELF).hostId) return life.meet(told, now)
    if (!isPlausible(told.identity.generation, members, wall.at(now))) {
      counters.add('junk.generation')
      return false
    }
    judge.meet(told, told.identity.tag === message.sender, now)
    return false
  }

  /** A sender that was replaced, banned, or moved without saying so is told what is held of it. */
  private correct(message: Message, peer: { to: Address; via: Channel }): void {
    const { members, sync } = this.parts
    const told = message.rumors[0]
    if (told?.kind !== 'introduction' || told.identity.tag !== message.sender) return
    const row = members.rowOfHost(told.identity.hostId)
    if (row === NO_ROW || row === SELF) return
    const { tag, address } = members.identity(row)
    if (tag === message.sender && address === told.identity.address) return
    sync.wants([{ about: tag, after: 0 }], { ...peer, row: NO_ROW })
  }

  private takeBody(message: Message, from: Address, via: Channel, row: Row, now: Millis): void {
    const { probing, prober, isolation, counters, post } = this.parts
    const { body } = message
    switch (body.kind) {
      case 'ping':
        return
      case 'ack':
        this.acknowledged(body.seq, message, row, via, now)
        if (message.whoAreYou) post.send({ kind: 'gossip' }, { to: from, via, introduce: true })
        return
      case 'relay':
        return row === NO_ROW ? counters.add('unsolicited') : probing.relay(body, from, now)
      case 'relayed':
        return this.relayed(body.seq, body.target, body.incarnation, now)
      case 'nack':
        if (!prober.nacked(body.seq, row)) return counters.add('unsolicited')
        counters.add('nacks')
        return isolation.proved(now)
      case 'mistaken':
        return this.mistaken(body.seq, now)
      case 'gossip':
        if (message.whoAreYou) post.send({ kind: 'gossip' }, { to: from, via, introduce: true })
        return
      case 'foreign':
        return counters.add('unsolicited')
    }
  }

  private acknowledged(seq: number, message: Message, row: Row, via: Channel, now: Millis): void {
    const { prober, contacts, health, trips, edges, judge, counters, isolation } = this.parts
    const probe = prober.answered(seq)
    if (probe === undefined) {
      const contact = contacts.answered(seq)
      if (contact === undefined) return counters.add('unsolicited')
      return this.contacted(contact, message, row, now)
    }
    isolation.proved(now)
    if (probe.tag !== message.sender || row === NO_ROW) return
    health.improve()
    if (via === 'datagram') trips.measured(row, now - probe.startedAt)
    if (probe.steady) edges.arrive(row, now)
    judge.answered(row, now)
  }

  private contacted(contact: Contact, message: Message, row: Row, now: Millis): void {
    const { isolation, trips, judge, strangers, seeds, probing, members, sync } = this.parts
    const { purpose } = contact
    isolation.proved(now)
    if (purpose.kind === 'relay') return probing.relayed(contact, message.incarnation)
    if (purpose.kind === 'stranger') {
      strangers.met(purpose.identity.tag)
      const { identity, incarnation } = purpose
      if (message.sender !== identity.tag || row !== NO_ROW) return
      const told = {
        kind: 'introduction',
        identity,
        standing: 'alive',
        incarnation,
        age: 0,
      } as const
      return judge.meet(told, true, now)
    }
    if (row === NO_ROW) return
    trips.measured(row, now - contact.sentAt)
    judge.answered(row, now)
    if (purpose.kind !== 'seed') return
    const alone = members.present <= 2
    seeds.answered(purpose.address, members.identity(row))
    if (alone || message.digest !== members.digest) sync.begin(row, 'stream', now)
  }

  /** Another instance lives there: it introduces itself in the same message. */
  private mistaken(seq: number, now: Millis): void {
    const { contacts, isolation, strangers, prober, probing, judge, counters } = this.parts
    isolation.proved(now)
    counters.add('mistaken')
    const probe = prober.answered(seq)
    if (probe !== undefined) return judge.displaced(probe, now)
    const contact = contacts.answered(seq)
    if (contact === undefined) return
    const { purpose } = contact
    if (purpose.kind === 'stranger') {
      strangers.met(purpose.identity.tag)
      return
    }
    if (purpose.kind === 'relay') return probing.nack(contact)
    if (purpose.kind === 'verify') judge.believe(purpose.row, purpose.claim, now)
  }

  private relayed(seq: number, target: number, incarnation: number, now: Millis): void {
    const { prober, isolation, health, judge, edges, members, counters } = this.parts
    const probe = prober.answered(seq)
    if (probe === undefined) return counters.add('unsolicited')
    isolation.proved(now)
    const row = members.rowOfTag(target)
    if (probe.tag !== target || row === NO_ROW) return
    health.improve()
    if (probe.steady) edges.arrive(row, now)
    judge.heardFrom(row, incarnation, now)
    judge.answered(row, now)
  }

  private repair(message: Message, peer: { to: Address; via: Channel; row: Row }): void {
    if (peer.row === NO_ROW) return
    const { sync } = this.parts
    if (message.buckets.length > 0) sync.buckets(message.buckets, peer)
    if (message.rows !== null) sync.rows(message.rows, peer)
    if (message.wants.length > 0) sync.wants(message.wants, peer)
  }

  /**
   * Another cluster, or another ring of our name: nothing is merged; it is told which ours is, and
   * both sides say so once in a while.
   */
  private refuse(message: Message, from: Address, via: Channel, now: Millis): void {
    const { counters, outbox, seeds, post } = this.parts
    counters.add('junk.foreign')
    const said = message.body.kind === 'foreign'
    const { name: own, id: ownId } = this.belonging
    const { cluster, id } = whence(message)
    if (cluster === '' || (cluster === own && (id === '' || id === ownId))) return
    if (said) seeds.foreign(from)
    else post.send({ kind: 'foreign', cluster: own, id: ownId }, { to: from, via, bare: true })
    const last = this.foreigners.get(from)
    if (last !== undefined && now - last < FOREIGN_AGAIN) return
    this.foreigners.delete(from)
    this.foreigners.set(from, now)
    for (const [oldest] of this.foreigners) {
      if (this.foreigners.size <= FOREIGN_MAX) break
      this.foreigners.delete(oldest)
    }
    outbox.event({ kind: 'cluster.foreign', address: from, cluster, id, own, ownId })
  }
}

/** Which cluster and ring a message says that it is of; '' where it does not say. */
function whence({ body, clusterName, clusterId }: Message): { cluster: string; id: string } {
  if (body.kind === 'foreign') return { cluster: body.cluster, id: body.id }
  return { cluster: clusterName, id: clusterId }
}

function subjectOf(rumor: Rumor): Tag {
  return rumor.kind === 'introduction' ? rumor.identity.tag : rumor.about
}

/** It is part of one. */
function isRepair({ buckets, rows, wants }: Message): boolean {
  return rows !== null || buckets.length + wants.length > 0
}

/** The sender introduces itself with it. */
function isGreeting(message: Message): boolean {
  const first = message.rumors[0]
  return first?.kind === 'introduction' && first.identity.tag === message.sender
}
