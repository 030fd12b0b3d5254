/**
 * The ring record: all that the cluster has agreed on, as one immutable value. Each names the
 * digest of the one before it, so records form a chain, and whoever holds the last one holds all of
 * the truth. Nothing about ownership stands anywhere else.
 */
import type { Address } from '../../base/machine.js'
import type { HostId } from '../../gossip/identity.js'
import type { Replication } from '../../ring/replication.js'
import type { Token } from '../../ring/token.js'

/** SHA-256 of a record's bytes, as 64 hexadecimal digits. */
export type Digest = string

/** In place of a digest where there is none: the parent of the first record. */
export const NO_DIGEST: Digest = ''

export interface RingRecord {
  /** 1 for the first record, one more for each that follows. */
  readonly epoch: number
  readonly parent: Digest
  /** The digest of the first record, or drawn at a recovery; NO_DIGEST in the first itself. */
  readonly clusterId: Digest
  /** How often the cluster was recovered by hand after the loss of a majority; 0 at first. */
  readonly generation: number
  /** Which attempt at founding made the first record: a refused one is never repeated. */
  readonly attempt: number
  /** In order of host id. */
  readonly members: readonly RecordMember[]
  /** In order of host id; they never come back. */
  readonly banned: readonly Banned[]
  /** Changes of ownership under way, in the order in which they began. */
  readonly moves: readonly Move[]
  /** In order of name. */
  readonly keyspaces: readonly Keyspace[]
  /** Settings that differ from their defaults, in order of name. */
  readonly config: readonly ConfigEntry[]
  /** What all members understand. */
  readonly features: number
  /** Who votes on the next record, in order of host id; empty when all members with tokens do. */
  readonly committee: readonly HostId[]
  /** Intents that were decided, oldest first; at most SETTLED_MAX. */
  readonly settled: readonly Settled[]
  /** Intents formed before this epoch are void, for some like them are forgotten. */
  readonly horizon: number
  /** What this record changes and why, one sentence each; at most WHY_MAX. */
  readonly why: readonly string[]
}

export interface RecordMember {
  readonly hostId: HostId
  readonly name: string
  /** Where it was reached when it joined; gossip knows better. */
  readonly address: Address
  readonly dc: string
  readonly rack: string
  /** In thousandths of an ordinary node's. */
  readonly weight: number
  /** lost: given up at a recovery, without a vote until its ranges are copied. */
  readonly state: 'joining' | 'normal' | 'leaving' | 'lost'
  /** Ascending; none while it joins. */
  readonly tokens: readonly Token[]
  /** The highest feature level it understands. */
  readonly features: number
}

export interface Banned {
  readonly hostId: HostId
  readonly name: string
  readonly as: 'left' | 'removed' | 'replaced' | 'cancelled'
  readonly epoch: number
}

/**
 * prepare: write old and new, read old. read-new: write both, read new. back: prepare again, on the
 * way out of read-new after a cancel.
 */
export type Stage = 'prepare' | 'read-new' | 'back'

export interface Move {
  /** That of the intent that began it. */
  readonly id: string
  readonly kind: 'join' | 'leave' | 'remove' | 'replace' | 'rebalance' | 'alter'
  /** Who joins, leaves, is removed or is replaced, in order of host id; else none. */
  readonly nodes: readonly HostId[]
  /** Who replaces; '' for the other kinds. */
  readonly by: HostId
  /** Tokens that members hold afterwards: the joiner's, or those of each that is rebalanced. */
  readonly tokens: readonly Holding[]
  /** The keyspace whose copies change, and how many it keeps then; null for the other kinds. */
  readonly alters: Keyspace | null
  /** Ranges that have no majority left without `nodes` are given up to what the others hold. */
  readonly loseData: boolean
  readonly stage: Stage
  /** The epoch that began the stage: what acknowledges it has applied this one. */
  readonly since: number
}

export interface Holding {
  readonly hostId: HostId
  readonly tokens: readonly Token[]
}

export interface Keyspace {
  readonly name: string
  readonly replication: Replication
  /** The epoch that created it: one that was dropped and is created again is another. */
  readonly born: number
}

/** What its rows are kept under: those of one that was dropped are never those of a new one. */
export function labelOf({ name, born }: Keyspace): string {
  return `${name}@${born}`
}

/** The keyspace of a label: one dropped and created again is another. */
export function keyspaceLabelled(
  record: RingRecord | undefined,
  label: string,
): Keyspace | undefined {
  return record?.keyspaces.find((each) => labelOf(each) === label)
}

/** A setting of the cluster as text; `clusterSettings` declares what there is. */
export interface ConfigEntry {
  readonly name: string
  readonly value: string
}

export interface Settled {
  readonly id: string
  /** The epoch that decided it. */
  readonly epoch: number
  readonly outcome: 'done' | 'refused' | 'void'
}

export const SETTLED_MAX = 256
export const WHY_MAX = 64

/** The cluster that a record belongs to. @param digest of the record itself */
export function clusterIdOf(record: RingRecord, digest: Digest): Digest {
  return record.epoch === 1 ? digest : record.clusterId
}

/** Members by host id; an entry goes with its list, which the records of a plan share. */
const indexes = new WeakMap<readonly RecordMember[], ReadonlyMap<HostId, RecordMember>>()

export function memberOf({ members }: RingRecord, hostId: HostId): RecordMember | undefined {
  const index = indexes.get(members) ?? new Map(members.map((member) => [member.hostId, member]))
  indexes.set(members, index)
  return index.get(hostId)
}

export function bannedIn(record: RingRecord, hostId: HostId): Banned | undefined {
  return record.banned.find((banned) => banned.hostId === hostId)
}

/** Voters of records that are still held. */
const voters = new WeakMap<RingRecord, readonly RecordMember[]>()

/** Who decides on the next record: a joiner has no say before it holds its ranges. */
export function votersOf(record: RingRecord): readonly RecordMember[] {
  const held = voters.get(record)
  if (held !== undefined) return held
  const { members, committee } = record
  const able = members.filter(hasVote)
  const found =
    committee.length === 0 ? able : able.filter(({ hostId }) => committee.includes(hostId))
  voters.set(record, found)
  return found
}

export function isVoter(record: RingRecord, hostId: HostId): boolean {
  return votersOf(record).some((voter) => voter.hostId === hostId)
}

/** A joiner has none, and neither has one that was given up. */
export function hasVote({ state }: RecordMember): boolean {
  return state === 'normal' || state === 'leaving'
}

/** How many of so many are more than half. */
export function majority(count: number): number {
  return Math.floor(count / 2) + 1
}

/** The name that people know, else the beginning of the host id. */
export function nameIn(record: RingRecord, hostId: HostId): string {
  const known = memberOf(record, hostId) ?? bannedIn(record, hostId)
  return known?.name ?? hostId.slice(0, 8)
}
