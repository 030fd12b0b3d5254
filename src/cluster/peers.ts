/**
 * What is known of the others, as gossip tells it: whether each is there, and what it says of the
 * chain, of its intents and of its copies. Only those who say something of that are kept here, and
 * read anew when gossip says that they said something new.
 */
import type { Address, Millis } from '../base/machine.js'
import { readUtf8 } from '../base/utf8.js'
import { factOf, type Facts } from '../gossip/fact-set.js'
import type { HostId, Identity } from '../gossip/identity.js'
import type { Standing } from '../gossip/precedence.js'
import { DATA_FACT } from './copy-fact.js'
import type { Intent, Newcomer } from './intent.js'
import { intentsOf } from './intent-bytes.js'
import { FEATURES } from './plan/first.js'
import type { Body, Head } from './ratify/message.js'
import type { Digest } from './record/record.js'
import {
  COPIED_FACT,
  FOUND_FACT,
  INTENTS_FACT,
  readCopied,
  readFound,
  readRingFact,
  RING_FACT,
  type RingFact,
} from './ring-fact.js'
import type { VoteMemory } from './vote-memory.js'

/** The part of gossip that is read. */
export interface Roll {
  /** undefined where nobody of that host id is known. */
  member(hostId: HostId): Entry | undefined
  /** The same of its standing alone, which is asked for all the time. */
  standing(hostId: HostId): Standing | undefined
  /** What it says of itself; nothing where nobody of that host id is known. */
  facts(hostId: HostId): Facts
  /** Everybody who takes part, oneself included. */
  present(): Iterable<Identity>
}

export interface Entry {
  readonly identity: Identity
  readonly standing: Standing
  /** When its standing last changed. */
  readonly since: Millis
}

/** What one node says of the chain. */
export interface Peer {
  readonly hostId: HostId
  readonly ring: RingFact | undefined
  readonly intents: readonly Intent[]
  readonly copied: readonly string[]
  /** How many founders it waits for; 0 when it does not. */
  readonly found: number
}

interface Letter {
  readonly generation: number
  readonly clusterId: Digest
  readonly epoch: number
  readonly digest: Digest
  readonly copied: readonly string[]
}

const NONE: readonly never[] = []
/** What a letter does not say of one that gossip has not brought anything of yet. */
const UNSAID = { intents: 0, votes: true, ballots: 0 }

export class Peers {
  private readonly roll: Roll
  /** Bounded by the member table of gossip. */
  private readonly peers = new Map<HostId, Peer>()
  /** Those of them that want something; bounded alike. */
  private readonly wishing = new Map<HostId, Peer>()
  /** Those whose epoch was not looked at since it was said; bounded alike. */
  private readonly unread = new Set<HostId>()
  /** What some said by letter, which gossip brings later; bounded alike. */
  private readonly letters = new Map<HostId, Letter>()
  private readonly memory: VoteMemory
  /** Grows with every change, so that a conclusion is drawn once. */
  revision = 0
  /** Grows with every change of who is there, and of what anybody wants: the rarer ones. */
  standings = 0
  wishes = 0

  constructor(roll: Roll, memory: VoteMemory) {
    this.roll = roll
    this.memory = memory
  }

  get(hostId: HostId): Peer | undefined {
    return this.peers.get(hostId)
  }

  /** Those who say anything of the chain. */
  all(): IterableIterator<Peer> {
    return this.peers.values()
  }

  /** Those who want something. */
  wishers(): IterableIterator<Peer> {
    return this.wishing.values()
  }

  /** Those who said something new of the record that they hold since this was last asked. */
  news(): readonly Peer[] {
    const found = [...this.unread].flatMap((hostId) => this.peers.get(hostId) ?? [])
    this.unread.clear()
    return found
  }

  isPresent(hostId: HostId): boolean {
    const standing = this.roll.standing(hostId)
    return standing === 'alive' || standing === 'suspect'
  }

  /** Whether it was heard from within so long; one that nobody knows was not. */
  isHeard(hostId: HostId, within: Millis, now: Millis): boolean {
    const entry = this.roll.member(hostId)
    if (entry === undefined) return false
    return this.isPresent(hostId) || now - entry.since < within
  }

  /** For how long it has been held for down; undefined for one that is not, or is not known. */
  downFor(hostId: HostId, now: Millis): Millis | undefined {
    if (this.roll.standing(hostId) !== 'down') return undefined
    const entry = this.roll.member(hostId)
    return entry && now - entry.since
  }

  /** Since when one that is known has not taken part, for whatever reason. */
  absentSince(hostId: HostId): Millis | undefined {
    const entry = this.roll.member(hostId)
    return entry === undefined || this.isPresent(hostId) ? undefined : entry.since
  }

  identity(hostId: HostId): Identity | undefined {
    return this.roll.member(hostId)?.identity
  }

  address(hostId: HostId): Address | undefined {
    return this.identity(hostId)?.address
  }

  /**
   * What a node keeps beside it as it says itself, '' for nothing. It is told before a node's place
   * in the chain, and facts come without gaps: of whoever is known to act on a record it is known.
   */
  keeps(hostId: HostId): string {
    const value = factOf(this.roll.facts(hostId), DATA_FACT)?.value
    return (value && readUtf8(value)) ?? ''
  }

  /** Everybody who is there, whatever it says; oneself included. */
  present(): Iterable<Identity> {
    return this.roll.present()
  }

  /** Whether it is there changed, or it started again, and what it said is void. */
  noticed(hostId: HostId): void {
    this.letters.delete(hostId)
    this.told(hostId)
    this.revision++
    this.standings++
  }

  /** One of its facts changed. */
  told(hostId: HostId): void {
    const peer = this.read(hostId)
    if (peer.intents.length > 0 || this.wishing.has(hostId)) this.wishes++
    const silent =
      peer.ring === undefined && peer.intents.length + peer.copied.length + peer.found === 0
    if (peer.intents.length > 0) this.wishing.set(hostId, peer)
    else this.wishing.delete(hostId)
    if (peer.ring !== undefined) this.unread.add(hostId)
    if (!silent) this.peers.set(hostId, peer)
    else if (!this.peers.delete(hostId)) return
    this.revision++
  }

  /** It said by letter, in the life that is known here, what it holds and has copied. */
  reported(
    { sender, clusterId, epoch, digest }: Head,
    { generation, copied }: Extract<Body, { kind: 'holds' }>,
  ): void {
    if (this.identity(sender)?.generation !== generation) return
    this.letters.set(sender, { generation, clusterId, epoch, digest, copied })
    this.told(sender)
  }

  private read(hostId: HostId): Peer {
    const facts = this.roll.facts(hostId)
    const fact = (key: string): Uint8Array | null => factOf(facts, key)?.value ?? null
    const said = readRingFact(fact(RING_FACT))
    if (said !== undefined) this.memory.remember(hostId, said)
    const written = this.letters.get(hostId)
    const isOfThisLife = written?.generation === this.identity(hostId)?.generation
    const letter = isOfThisLife ? written : undefined
    const copied = readCopied(fact(COPIED_FACT))
    const intents = fact(INTENTS_FACT)
    return {
      hostId,
      ring: later(said, letter),
      intents: (intents && intentsOf(intents)) ?? NONE,
      copied: letter === undefined ? copied : [...new Set([...copied, ...letter.copied])],
      found: readFound(fact(FOUND_FACT)),
    }
  }
}

/** By gossip, unless a letter said of a later record. */
function later(said: RingFact | undefined, letter: Letter | undefined): RingFact | undefined {
  if (letter === undefined || letter.epoch <= (said?.epoch ?? 0)) return said
  const { clusterId, epoch, digest } = letter
  return { ...(said ?? UNSAID), clusterId, epoch, digest }
}

/** A member as a founder or joiner. */
export function newcomerOf(identity: Identity): Newcomer {
  const { hostId, name, address, dc, rack, tokenCount } = identity
  return { hostId, name, address, dc, rack, tokens: tokenCount, features: FEATURES }
}
