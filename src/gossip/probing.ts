/**
 * Carries out what the prober and single contacts decide: the pings themselves, and the answers to
 * those of others.
 */
import type { Address, Channel, Millis } from '../base/machine.js'
import type { Contact, Contacts, Purpose } from './contacts.js'
import { NOBODY, type Tag } from './identity.js'
import { NO_ROW, type Members, type Row } from './members.js'
import type { Body } from './message.js'
import type { Dispatch, Post } from './post.js'
import type { Probe, Prober, Step } from './prober.js'

export interface ProbingSettings {
  /** Whether a relay that reaches nobody says so. */
  readonly nacks: boolean
  /** Whether a late probe is tried by a stream too. */
  readonly streamPing: boolean
}

/** Who pings, and whether it says in the same message who it is. */
interface Asker {
  readonly to: Address
  readonly via: Channel
  readonly row: Row
  readonly greets: boolean
}

export class Probing {
  private readonly settings: ProbingSettings
  private readonly members: Members
  private readonly prober: Prober
  private readonly contacts: Contacts
  private readonly post: Post

  constructor(
    settings: ProbingSettings,
    parts: {
      readonly members: Members
      readonly prober: Prober
      readonly contacts: Contacts
      readonly post: Post
    },
  ) {
    this.settings = settings
    this.members = parts.members
    this.prober = parts.prober
    this.contacts = parts.contacts
    this.post = parts.post
  }

  /** Does what is due. @returns the probes that failed */
  wake(now: Millis): Probe[] {
    const failed: Probe[] = []
    for (const step of this.prober.wake(now)) {
      if (step.kind === 'failed') failed.push(step.probe)
      else this.perform(step)
    }
    return failed
  }

  /** Probes one member now, unless that is under way. */
  start(row: Row, now: Millis, again = false): void {
    for (const step of this.prober.begin(row, now, { again })) this.perform(step)
  }

  /** One ping to a member, told what is said of it. @returns false when too many are under way */
  contact(row: Row, purpose: Purpose, now: Millis, patience: Millis): boolean {
    if (this.contacts.full) return false
    const { seq } = this.contacts.open(purpose, now, patience)
    const { address, tag } = this.members.identity(row)
    const introduce = purpose.kind === 'revive'
    this.post.send(
      { kind: 'ping', seq, target: tag },
      { to: address, via: 'datagram', row, introduce },
    )
    return true
  }

  /**
   * One ping to somebody not known as a member: says who we are and asks who they are.
   * @returns false when too many are under way
   */
  meet(address: Address, target: Tag, purpose: Purpose, now: Millis, patience: Millis): boolean {
    if (this.contacts.full) return false
    const { seq } = this.contacts.open(purpose, now, patience)
    const hello = { to: address, via: 'datagram', introduce: true, whoAreYou: true } as const
    this.post.send({ kind: 'ping', seq, target }, hello)
    return true
  }

  /** A node asks us to probe another for it. */
  relay(ask: Extract<Body, { kind: 'relay' }>, origin: Address, now: Millis): void {
    if (this.contacts.full || ask.address === '') return
    const { seq: originSeq, target } = ask
    const purpose = { kind: 'relay', origin, originSeq, target } as const
    const { seq } = this.contacts.open(purpose, now, Math.min(ask.patience, 60000))
    const row = this.members.rowOfTag(target)
    this.post.send({ kind: 'ping', seq, target }, { to: ask.address, via: 'datagram', row })
  }

  /** A ping we sent for another was answered. */
  relayed(contact: Contact, incarnation: number): void {
    if (contact.purpose.kind !== 'relay') return
    const { origin, originSeq: seq, target } = contact.purpose
    this.post.send({ kind: 'relayed', seq, target, incarnation }, { to: origin, via: 'datagram' })
  }

  nack(contact: Contact): void {
    if (contact.purpose.kind !== 'relay' || !this.settings.nacks) return
    const { origin, originSeq: seq } = contact.purpose
    this.post.send({ kind: 'nack', seq }, { to: origin, via: 'datagram' })
  }

  /** Answers a ping before anything else is done with it. */
  answer(
    ping: { readonly seq: number; readonly target: Tag },
    own: Tag,
    from: Asker,
    asked: boolean,
  ): void {
    const known = from.row !== NO_ROW
    const mistaken = ping.target !== NOBODY && ping.target !== own
    this.post.send(
      { kind: mistaken ? 'mistaken' : 'ack', seq: ping.seq },
      {
        to: from.to,
        via: from.via,
        row: from.row,
        introduce: asked || mistaken,
        whoAreYou: !known && !from.greets,
      },
    )
  }

  private ping(ping: Extract<Body, { kind: 'ping' }>, to: Dispatch): void {
    this.post.send(ping, to)
  }

  private perform(step: Exclude<Step, { kind: 'failed' }>): void {
    const { seq, row, tag: target } = step.probe
    const { address } = this.members.identity(row)
    const ping = { kind: 'ping', seq, target } as const
    if (step.kind === 'ping') return this.ping(ping, { to: address, via: 'datagram', row })
    if (this.settings.streamPing) this.ping(ping, { to: address, via: 'stream', row })
    for (const relay of step.relays) {
      const to = this.members.identity(relay).address
      const patience = step.patience
      this.post.send(
        { kind: 'relay', seq, target, address, patience },
        { to, via: 'datagram', row: relay },
      )
    }
  }
}
