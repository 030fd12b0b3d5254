/**
 * One's own life: a generation that is stored before a word is said, refutation of what others say
 * too soon, leaving, draining, and a new generation for one that was said to have left.
 */
import type { Millis, Ticket } from '../base/machine.js'
import { NUMBER_LIMIT, type Claim, type Introduction } from './claim.js'
import type { Counters } from './counters.js'
import { keys, nodeBytes, numberBytes } from './durable.js'
import type { WallTime } from './evidence.js'
import type { Health } from './health.js'
import { identityOf, type Identity } from './identity.js'
import { SELF, type Members } from './members.js'
import type { Outbox } from './outbox.js'
import { isBanned } from './precedence.js'
import { NEWS, type Rumors } from './rumors.js'

export type Phase =
  /** Nothing was asked yet. */
  | 'new'
  /** The generation is being stored; nothing is said before. */
  | 'starting'
  | 'running'
  /** Leaving or draining was announced. */
  | 'ending'
  | 'ended'
  /** Storing failed, or the identity is not ours any more: silent for good. */
  | 'failed'

/** The time of being surely alive is stored this often, for the judgement of a later start. */
const SEEN_PERIOD: Millis = 600_000

/** At most so many refutations before the number would leave what the wire can carry. */
const INCARNATION_MAX = NUMBER_LIMIT / 16

export interface LifeParts {
  readonly members: Members
  readonly rumors: Rumors
  readonly outbox: Outbox
  readonly health: Health
  readonly counters: Counters
  readonly wall: WallTime
}

export class Life {
  private readonly parts: LifeParts
  private readonly cluster: string
  private current: Phase = 'new'
  /** Tickets that must be stored before the node may speak. Bounded: 2. */
  private readonly awaited = new Set<Ticket>()
  private next: Identity
  private seenAt: Millis = 0

  constructor(parts: LifeParts, cluster: string, self: Identity) {
    this.parts = parts
    this.cluster = cluster
    this.next = self
  }

  get phase(): Phase {
    return this.current
  }

  get running(): boolean {
    return this.current === 'running'
  }

  start(now: Millis): void {
    if (this.current !== 'new') return
    const { outbox } = this.parts
    this.current = 'starting'
    this.awaited.add(outbox.persist(keys.node, nodeBytes(this.cluster, this.next.hostId)))
    this.awaited.add(outbox.persist(keys.generation, numberBytes(this.next.generation)))
    this.persistSeen(now)
  }

  /** Whether this must be stored before the node may speak. */
  awaits(ticket: Ticket): boolean {
    return this.awaited.has(ticket)
  }

  /** What it waited for was stored, or not. @returns whether the node begins to speak with this */
  stored(ticket: Ticket, ok: boolean, now: Millis): boolean {
    this.awaited.delete(ticket)
    if (!ok) {
      this.current = 'failed'
      this.parts.outbox.event({ kind: 'store.failed', key: keys.generation })
    }
    if (this.awaited.size > 0 || this.current !== 'starting') return false
    this.begin(now)
    return true
  }

  /** @returns whether it was news that had to be refuted */
  hear(claim: Pick<Claim, 'standing' | 'incarnation'>, now: Millis): boolean {
    if (!this.running) return false
    if (claim.standing === 'alive') return this.overtake(claim.incarnation, now)
    if (isBanned(claim.standing)) return this.banned(claim.standing)
    if (claim.standing === 'left') return this.reborn(now)
    const { members, rumors, health, counters } = this.parts
    if (claim.incarnation < members.incarnation(SELF)) return true
    if (claim.incarnation >= INCARNATION_MAX) return this.reborn(now)
    members.set(SELF, 'alive', claim.incarnation + 1, now)
    rumors.spread(SELF, NEWS.standing)
    health.worsen(1)
    counters.add('refutations')
    return true
  }

  /** Others hold us for further on than we are, by a packet gone wrong: so be it. */
  private overtake(incarnation: number, now: Millis): false {
    const { members } = this.parts
    const believed = incarnation > members.incarnation(SELF) && incarnation < INCARNATION_MAX
    if (believed) members.set(SELF, 'alive', incarnation, now)
    return false
  }

  /** Somebody introduces a node with our host id. */
  meet(told: Introduction, now: Millis): boolean {
    const own = this.parts.members.identity(SELF)
    if (isBanned(told.standing)) return this.banned(told.standing)
    if (told.identity.generation < own.generation) return false
    if (told.identity.generation === own.generation) {
      return told.identity.address === own.address ? this.hear(told, now) : this.shared(told, now)
    }
    if (told.identity.generation === this.next.generation) return false
    return this.conflict(told.identity)
  }

  /** Two copies began in the same second: one stops, and the other outranks it from then on. */
  private shared({ identity }: Introduction, now: Millis): boolean {
    const { address } = this.parts.members.identity(SELF)
    return address > identity.address ? this.conflict(identity) : this.reborn(now)
  }

  private conflict({ address, generation }: Identity): false {
    this.current = 'failed'
    this.parts.outbox.event({ kind: 'identity.conflict', address, generation })
    return false
  }

  /** Announces the end. @returns whether there is anything to announce */
  end(standing: 'left' | 'down', now: Millis): boolean {
    if (!this.running) return false
    this.current = 'ending'
    const { members, rumors } = this.parts
    members.set(SELF, standing, members.incarnation(SELF), now)
    rumors.spread(SELF, NEWS.standing)
    return true
  }

  ended(): void {
    const drained = this.parts.members.standing(SELF) === 'down'
    this.current = 'ended'
    this.parts.outbox.event({ kind: 'self.left', drained })
  }

  /** A new generation: after having left, or having been said to. */
  reborn(now: Millis): boolean {
    if (this.current !== 'running' && this.current !== 'ended') return false
    const own = this.parts.members.identity(SELF)
    const seconds = Math.floor(this.parts.wall.at(now) / 1000)
    const generation = Math.max(own.generation + 1, seconds)
    this.next = identityOf({ ...own, generation })
    this.current = 'starting'
    this.awaited.add(this.parts.outbox.persist(keys.generation, numberBytes(generation)))
    return false
  }

  wake(now: Millis): void {
    if (this.running && this.seenAt <= now) this.persistSeen(now)
  }

  get wakeAt(): Millis {
    return this.running ? this.seenAt : Infinity
  }

  private begin(now: Millis): void {
    const { members, rumors, outbox, counters } = this.parts
    const former = members.identity(SELF)
    this.current = 'running'
    if (former.generation !== this.next.generation) {
      const facts = members.facts(SELF)
      const version = members.version(SELF)
      members.renew(SELF, { identity: this.next, standing: 'alive', incarnation: 0 }, now)
      members.setFacts(SELF, facts, version)
    }
    rumors.spread(SELF, NEWS.introduction | NEWS.facts)
    if (former.generation === this.next.generation) {
      outbox.event({ kind: 'gossip.started', self: this.next })
    } else {
      counters.add('reborn')
      outbox.event({ kind: 'self.reborn', self: this.next })
    }
    outbox.event({ kind: 'member.up', member: this.next, incarnation: 0 })
  }

  private banned(as: 'removed' | 'replaced'): false {
    if (this.current === 'failed') return false
    this.current = 'failed'
    this.parts.outbox.event({ kind: 'self.banned', as })
    return false
  }

  private persistSeen(now: Millis): void {
    this.seenAt = now + SEEN_PERIOD
    this.parts.outbox.persist(keys.seen, numberBytes(Math.max(0, this.parts.wall.at(now))))
  }
}
