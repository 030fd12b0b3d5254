/**
 * SWIM on a page: probe one member a period, ask others to probe it too, suspect before
 * declaring dead, and let news ride on every message. What is believed of a member is one number
 * that only grows: three times its incarnation, and 0, 1 or 2 for alive, suspect and dead.
 */
import { NEVER, type Address, type Millis } from '../../../src/base/machine.js'
import type { Random } from '../../../src/base/random.js'
import { Toy, type Birth, type Words } from './toy.js'

export interface Verdict {
  readonly kind: 'dead'
  readonly peer: Address
  /** Which life of it. */
  readonly incarnation: number
  /** Its own verdict, and not one it heard of. */
  readonly own: boolean
}

export interface SwimSettings {
  readonly period: Millis
  readonly timeout: Millis
  /** Members that are asked to probe one that did not answer. */
  readonly relays: number
  /** How long a suspect may defend itself; 0: it is dead at once. */
  readonly suspicion: Millis
}

const SUSPECT = 1
const DEAD = 2
/** A piece of news rides on so many messages, and so many on one. */
const RIDES = 8
const LOAD = 6

export class Swimmer extends Toy<Verdict> {
  private readonly settings: SwimSettings
  private readonly self: Address
  private readonly random: Random
  /** Belief by member; bounded by the members. */
  private readonly belief = new Map<Address, number>()
  /** News and how often each still rides; bounded by the members. */
  private readonly news = new Map<Address, number>()
  /** When a suspect's time is over; bounded by the members. */
  private readonly until = new Map<Address, Millis>()
  /** Whom to probe next, shuffled anew after each turn; bounded by the members. */
  private order: Address[] = []
  private probe = { target: '', relayAt: NEVER, endAt: NEVER }
  private nextProbe: Millis

  constructor(settings: SwimSettings, { self, peers, random, now }: Birth) {
    super()
    this.settings = settings
    this.self = self
    this.random = random
    for (const member of [self, ...peers]) this.belief.set(member, 0)
    this.nextProbe = now + random.between(0, settings.period)
    this.wakeAt = this.nextProbe
  }

  // ANCHOR: swim-hear
  protected hear(
    from: Address,
    [word, subject = '', asker = '', ...news]: Words,
    now: Millis,
  ): void {
    for (const item of news) this.learn(item, now)
    if (word === 'ping') this.tell(from, 'ack', this.self, asker)
    if (word === 'relay') this.tell(subject, 'ping', subject, from)
    if (word === 'ack' && asker !== this.self) this.tell(asker, 'ack', subject, asker)
    if (word === 'ack' && asker === this.self && subject === this.probe.target) this.endProbe()
  }
  // ANCHOR_END: swim-hear

  protected due(now: Millis): void {
    if (now >= this.probe.endAt) this.accuse(now)
    if (now >= this.probe.relayAt) this.askOthers()
    if (now >= this.nextProbe) this.startProbe(now)
    for (const [suspect, end] of this.until) if (now >= end) this.judge(suspect)
    this.wakeAt = Math.min(
      this.nextProbe,
      this.probe.relayAt,
      this.probe.endAt,
      ...this.until.values(),
    )
  }

  private startProbe(now: Millis): void {
    const { period, timeout } = this.settings
    this.nextProbe = now + period
    if (this.order.length === 0) this.order = this.shuffled()
    const target = this.order.pop()
    if (target === undefined) return
    this.probe = { target, relayAt: now + timeout, endAt: now + period * 0.95 }
    this.tell(target, 'ping', target, this.self)
  }

  private shuffled(): Address[] {
    const others = [...this.belief].filter(
      ([member, belief]) => member !== this.self && belief % 3 !== DEAD,
    )
    const order = others.map(([member]) => member)
    this.random.shuffle(order)
    return order
  }

  private askOthers(): void {
    this.probe.relayAt = NEVER
    const { target } = this.probe
    const able = [...this.belief.keys()].filter((each) => each !== this.self && each !== target)
    for (const relay of this.random.sample(able, this.settings.relays))
      this.tell(relay, 'relay', target, this.self)
  }

  private endProbe(): void {
    this.probe = { target: '', relayAt: NEVER, endAt: NEVER }
  }

  // ANCHOR: swim-accuse
  private accuse(now: Millis): void {
    const { target } = this.probe
    this.endProbe()
    const belief = this.belief.get(target) ?? 0
    if (belief % 3 !== 0) return
    if (this.settings.suspicion === 0) this.judge(target)
    else this.believe(target, belief + SUSPECT, now)
  }

  private judge(suspect: Address): void {
    const belief = this.belief.get(suspect) ?? 0
    this.say({ kind: 'dead', peer: suspect, incarnation: Math.floor(belief / 3), own: true })
    this.believe(suspect, belief - (belief % 3) + DEAD, NEVER)
  }

  private learn(item: string, now: Millis): void {
    const [member = '', claim] = item.split('=')
    const belief = Number(claim)
    if (belief <= (this.belief.get(member) ?? NEVER)) return
    if (belief % 3 === DEAD && member !== this.self) {
      this.say({ kind: 'dead', peer: member, incarnation: Math.floor(belief / 3), own: false })
    }
    const alive = belief - (belief % 3) + 3
    // Nobody knows better than oneself: a higher incarnation refutes it.
    this.believe(member, member === this.self && belief % 3 > 0 ? alive : belief, now)
  }
  // ANCHOR_END: swim-accuse

  private believe(member: Address, belief: number, now: Millis): void {
    this.belief.set(member, belief)
    this.news.set(member, RIDES)
    if (belief % 3 === SUSPECT) this.until.set(member, now + this.settings.suspicion)
    else this.until.delete(member)
    this.wakeAt = Math.min(this.wakeAt, this.until.get(member) ?? NEVER)
  }

  private tell(to: Address, ...words: string[]): void {
    const riding = [...this.news].sort(([, a], [, b]) => b - a).slice(0, LOAD)
    for (const [member, rides] of riding) {
      if (rides === 1) this.news.delete(member)
      else this.news.set(member, rides - 1)
    }
    this.send(
      to,
      ...words,
      ...riding.map(([member]) => `${member}=${this.belief.get(member) ?? 0}`),
    )
  }
}
