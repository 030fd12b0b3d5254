/**
 * One node of the cluster as one machine: gossip tells who is there, the chain decides who owns
 * what, and each hears of the other only through facts and events. The agent and the simulator
 * construct this very class.
 */
import { NEVER } from '../base/machine.js'
import type { Address, Channel, Effect, Ending, Machine, Millis, Ticket } from '../base/machine.js'
import type { GossipCommand } from '../gossip/command.js'
import type { GossipEvent } from '../gossip/event.js'
import { WallTime } from '../gossip/evidence.js'
import { Gossip } from '../gossip/gossip.js'
import type { GossipOptions } from '../gossip/parts.js'
import type { HostId } from '../gossip/identity.js'
import type { Queue } from '../gossip/queues.js'
import type { Table } from '../gossip/table.js'
import type { Settler } from '../gossip/settling.js'
import type { Evidence, GossipView } from '../gossip/view.js'
import type { Ring } from '../ring/ring.js'
import type { Keyspace } from './keyspace.js'
import { withDefaults } from '../base/settings.js'
import { Chain } from './chain.js'
import { NOTHING_RESTORED, type RestoredRing } from './durable-ring.js'
import type { Wish } from './intent.js'
import { Peers } from './peers.js'
import { FEATURES } from './plan/first.js'
import { preview } from './preview.js'
import { isOfChain, messageBytes, readMessage } from './ratify/message-bytes.js'
import type { Body } from './ratify/message.js'
import type { Sealed } from './record/record-bytes.js'
import type { RingEvent } from './ring-event.js'
import { RingOutbox, type Task } from './ring-outbox.js'
import { ringSettings, type RingSettings } from './ring-settings.js'
import { ringViewOf, type RingView } from './ring-view.js'
import { statusOf, type ClusterStatus } from './status.js'
import { VoteMemory } from './vote-memory.js'
import { digestOf, TOKENS_FACT, wishedTokens } from './wish.js'
import { knownRing } from './known-ring.js'

export interface NodeOptions extends Omit<GossipOptions, 'tokenCount' | 'tokenDigest'> {
  /** How many tokens the node asks for, 1..1024. */
  readonly tokens: number
  /** How many nodes found the cluster together; 0, or absent: this one only joins. */
  readonly expect?: number
  /** Name or id of the dead member whose place this node takes; '' for a place of its own. */
  readonly replaces?: string
  /** The highest feature level that the program understands; absent: this one's. */
  readonly features?: number
  /** Somebody keeps data beside this node and answers 'ring.copy' with 'copied'. */
  readonly keepsData?: boolean
  readonly ringSettings?: RingSettings
  /** What an earlier run stored of the chain. */
  readonly restoredRing?: RestoredRing
}

export type RingCommand =
  /** Makes a wish known to all; refused at once where it could not be. */
  | { readonly kind: 'intend'; readonly wish: Wish }
  | { readonly kind: 'withdraw'; readonly id: string }
  /** All ranges that this node gains by a movement are durable here. */
  | { readonly kind: 'copied'; readonly move: string }
  /** Those who are there now found the cluster. */
  | { readonly kind: 'found' }
  /** Somebody showed that it holds this epoch: a data plane hears of it before gossip does. */
  | { readonly kind: 'behind'; readonly epoch: number; readonly by: HostId }

export type NodeCommand = GossipCommand | RingCommand
export type NodeEvent = GossipEvent | RingEvent

type Effects = readonly Effect<NodeEvent>[]

const TOKENS_ARE_OURS: Effect<NodeEvent> = {
  kind: 'event',
  event: {
    kind: 'command.refused',
    command: 'publish',
    reason: `the fact ${TOKENS_FACT} says who owns what; the node alone publishes it`,
  },
}

export class Node implements Machine<NodeCommand, NodeEvent> {
  private readonly gossip: Gossip
  private readonly chain: Chain
  private readonly peers: Peers
  private readonly outbox = new RingOutbox()
  readonly self: HostId
  private readonly wall: WallTime
  private readonly wish: Uint8Array
  /** What was said to oneself; bounded by what one step causes. */
  private echoes: Body[] = []
  /** What was said last in this step. */
  private written: { readonly body: Body; readonly bytes: Uint8Array | undefined } | undefined
  private held: Sealed | undefined
  /** When the chain wants to work: it changes only by what is said to it here. */
  private chainAt: Millis = NEVER

  constructor(options: NodeOptions, now: Millis) {
    this.self = options.hostId
    this.wall = new WallTime(options.wall, now)
    this.wish = wishedTokens(options.hostId, options.tokens)
    const tokenDigest = digestOf(this.wish)
    this.gossip = new Gossip({ ...options, tokenCount: options.tokens, tokenDigest }, now)
    const restored = options.restoredRing ?? NOTHING_RESTORED
    const memory = new VoteMemory(this.outbox, restored.seen)
    this.peers = new Peers(this.gossip, memory)
    const chain = {
      self: options.hostId,
      settings: options.ringSettings ?? withDefaults(ringSettings, {}),
      gossipPeriod: options.settings.gossipPeriod,
      expect: options.expect ?? 0,
      empty: options.keepsData !== true,
      replaces: options.replaces ?? '',
      features: options.features ?? FEATURES,
      restored,
      memory,
      random: options.random.fork('chain'),
    }
    this.chain = new Chain(chain, this.outbox, this.peers)
    this.gossip.belong(this.chain.head.clusterId)
  }

  receive(from: Address, bytes: Uint8Array, via: Channel, now: Millis): Effects {
    const message = via === 'stream' && isOfChain(bytes) ? readMessage(bytes) : undefined
    // What neither can read is junk, and gossip counts it.
    if (message === undefined) return this.past(this.gossip.receive(from, bytes, via, now), now)
    this.chain.receive(message, from, now)
    return this.through([], now)
  }

  command(command: NodeCommand, now: Millis): Effects {
    if (command.kind === 'publish' && command.key === TOKENS_FACT) return [TOKENS_ARE_OURS]
    switch (command.kind) {
      case 'start': {
        const wish = { kind: 'publish', key: TOKENS_FACT, value: this.wish } as const
        return this.through(
          [...this.gossip.command(wish, now), ...this.gossip.command(command, now)],
          now,
        )
      }
      case 'intend':
        return this.through(this.intend(command.wish, now), now)
      case 'withdraw':
        if (this.chain.withdraw(command.id)) return this.through([], now)
        return refusal(command.kind, `no intent ${command.id} of this node is pending`)
      case 'copied':
        this.chain.acknowledge(command.move)
        return this.through([], now)
      case 'found':
        if (this.chain.current !== undefined)
          return refusal(command.kind, 'this node belongs to a cluster already')
        this.chain.found()
        return this.through([], now)
      case 'behind':
        this.chain.heard(command.epoch, command.by, now)
        return this.through([], now)
      default:
        return this.through(this.gossip.command(command, now), now)
    }
  }

  stored(ticket: Ticket, ok: boolean, now: Millis): Effects {
    if (ticket % 2 === 0) return this.through(this.gossip.stored(ticket / 2, ok, now), now)
    this.chain.stored((ticket - 1) / 2, ok, now)
    return this.through([], now)
  }

  closed(peer: Address, why: Ending, now: Millis): Effects {
    return this.through(this.gossip.closed(peer, why, now), now)
  }

  wake(now: Millis): Effects {
    const due = this.gossip.wakeAt <= now
    return this.past(due ? this.gossip.wake(now) : [], now)
  }

  /** Holds a whole cluster for alive from now on: the beginning of large simulations. */
  settle(like: readonly Settler[] | Node, now: Millis): readonly Effect<NodeEvent>[] {
    return this.gossip.settle(like instanceof Node ? like.gossip : like, now)
  }

  get wakeAt(): Millis {
    return Math.min(this.gossip.wakeAt, this.chainAt)
  }

  /** The same, looked for anew in every part: a checker holds `wakeAt` against it. */
  get deadline(): Millis {
    return Math.min(this.gossip.deadline, this.chain.wakeAt)
  }

  view(now: Millis): GossipView {
    return this.gossip.view(now)
  }

  /** The member table itself, for whoever checks each change of it. */
  get table(): Table {
    return this.gossip.table
  }

  /** Whether it takes part: its generation is stored, and it has not announced an end. */
  get running(): boolean {
    return this.gossip.running
  }

  counters(): Readonly<Record<string, number>> {
    return this.gossip.counters()
  }

  /** What waits inside, with its bounds. */
  queues(): readonly Queue[] {
    return this.gossip.queues()
  }

  /** @param keyspace whose copies `owns` counts; without one it is the share by tokens alone */
  status(now: Millis, keyspace?: Keyspace): ClusterStatus {
    return statusOf(this.gossip.view(now), keyspace, this.ringView())
  }

  /** Who owns what: as the record says, or before there is one as far as it was heard here. */
  ring(now: Millis): Ring {
    return knownRing(this.gossip.view(now), this.record).ring
  }

  /** The record that it acts on. */
  get record(): Sealed | undefined {
    return this.chain.current
  }

  /** The records that it holds, the one it acts on last; without a gap. */
  get records(): readonly Sealed[] {
    return this.chain.parts.ledger.kept
  }

  /**
   * Whether what it stored is known to be its last: an old copy of a disk has forgotten promises,
   * and rows. A data plane beside it answers nothing before.
   */
  get trusted(): boolean {
    return this.chain.trusted
  }

  /** Whether it takes part as far as is known here. */
  isPresent(hostId: HostId): boolean {
    return this.peers.isPresent(hostId)
  }

  addressOf(hostId: HostId): Address | undefined {
    return this.peers.address(hostId)
  }

  /** What this node holds of the chain, and what does not go on, and why. */
  ringView(): RingView {
    return ringViewOf(this.chain.parts, this.peers)
  }

  /**
   * What was heard and concluded about one member, oldest first; at most 32 entries a member are
   * kept.
   */
  evidence(hostId: HostId): readonly Evidence[] {
    return this.gossip.evidence(hostId)
  }

  /** Of the silence of a member that this node observes by a steady edge; null of any other. */
  phi(hostId: HostId, now: Millis): number | null {
    return this.gossip.phi(hostId, now)
  }

  private intend(wish: Wish, now: Millis): Effects {
    const { current } = this.chain
    if (current === undefined) return refusal('intend', 'this node belongs to no cluster yet')
    if (this.chain.parts.book.full)
      return refusal('intend', 'too many intents of this node are pending')
    const seen = preview(current, wish, this.self)
    if (seen.kind === 'refused') return refusal('intend', `${seen.why}. ${seen.next}`)
    if (seen.kind === 'void') return refusal('intend', seen.why)
    const id = this.chain.intend(wish, this.self, Math.round(this.wall.at(now)))
    return [{ kind: 'event', event: { kind: 'ring.intended', id, wish: wish.kind } }]
  }

  /** Past the chain, as long as gossip has nothing to tell it and it waits for nothing. */
  private past(effects: Effects, now: Millis): Effects {
    if (effects.length === 0 && this.chainAt > now) return effects
    const told = this.chainAt <= now || effects.some(({ kind }) => kind === 'event')
    return told ? this.through(effects, now) : paired(effects)
  }

  /** Lets the chain see what gossip said, and does what the chain wants, until nothing is left. */
  private through(effects: Effects, now: Millis): Effects {
    this.listen(effects)
    const all = [...paired(effects)]
    while (this.chain.wakeAt <= now || !this.outbox.empty) {
      this.chain.work(now)
      this.written = undefined
      for (const task of this.outbox.drain()) this.perform(task, all, now)
      const echoes = this.echoes
      this.echoes = []
      const { head } = this.chain
      for (const body of echoes) this.chain.receive({ head, body }, '', now)
    }
    this.chainAt = this.chain.wakeAt
    if (this.chain.current !== this.held) this.holdOn()
    return all
  }

  /** Another record: with the first one gossip knows which ring this node is of. */
  private holdOn(): void {
    this.held = this.chain.current
    this.gossip.belong(this.chain.head.clusterId)
  }

  private perform(task: Task, all: Effect<NodeEvent>[], now: Millis): void {
    switch (task.kind) {
      case 'say':
        return this.say(task.to, task.body, task.by, all)
      case 'persist':
        all.push({ ...task, ticket: task.ticket * 2 + 1 })
        return
      case 'event':
        all.push(task)
        return
      case 'store.failed':
        all.push({ kind: 'event', event: { kind: 'store.failed', key: task.key } })
        return
      case 'publish':
      case 'ban': {
        if (task.kind === 'ban' && !this.isToBeBanned(task.hostId)) return
        const effects = this.gossip.command(task, now)
        this.listen(effects)
        all.push(...paired(effects))
      }
    }
  }

  private isToBeBanned(hostId: HostId): boolean {
    if (hostId === this.self) return false
    if (this.gossip.missing.has(hostId)) return true
    const standing = this.gossip.member(hostId)?.standing
    return standing !== undefined && standing !== 'removed' && standing !== 'replaced'
  }

  private say(to: HostId, body: Body, by: Address, all: Effect<NodeEvent>[]): void {
    if (to === this.self) {
      this.echoes.push(body)
      return
    }
    const address = this.peers.address(to) ?? by
    const bytes = address === '' ? undefined : this.bytesOf(body)
    if (bytes !== undefined) all.push({ kind: 'stream', to: address, bytes })
  }

  /** The same letter to many is written once: a record may be large. */
  private bytesOf(body: Body): Uint8Array | undefined {
    if (this.written?.body !== body)
      this.written = { body, bytes: messageBytes({ head: this.chain.head, body }) }
    return this.written.bytes
  }

  private listen(effects: Effects): void {
    for (const effect of effects) {
      if (effect.kind !== 'event') continue
      const { event } = effect
      switch (event.kind) {
        case 'gossip.started':
        case 'self.reborn':
          this.chain.start()
          this.peers.told(this.self)
          break
        case 'member.up':
        case 'member.down':
        case 'member.suspect':
        case 'member.refuted':
        case 'member.left':
        case 'member.removed':
          this.peers.noticed(event.member.hostId)
          break
        case 'cluster.foreign':
          // Of our name, but of another ring.
          if (event.cluster === event.own) this.chain.parts.foreigners.meet(event.id, event.address)
          break
        case 'member.facts':
          this.peers.told(event.member.hostId)
          break
        default:
      }
    }
  }
}

/** Tickets of gossip are even and those of the chain odd: each side numbers its own. */
function paired(effects: Effects): Effects {
  if (!effects.some(({ kind }) => kind === 'persist')) return effects
  return effects.map((effect) =>
    effect.kind === 'persist' ? { ...effect, ticket: effect.ticket * 2 } : effect,
  )
}

function refusal(command: string, reason: string): Effects {
  return [{ kind: 'event', event: { kind: 'command.refused', command, reason } }]
}
