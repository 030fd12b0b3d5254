/**
 * The member table as others may read it, and its changes one by one, so that whoever checks them
 * sees each state it passed through and pays only for what changed.
 */
import type { Millis } from '../base/machine.js'
import type { Facts } from './fact-set.js'
import type { HostId, Identity, Incarnation, Tag } from './identity.js'
import type { Standing } from './precedence.js'

/** How a row stood. */
export interface Stood {
  readonly identity: Identity
  readonly standing: Standing
  readonly incarnation: Incarnation
  readonly version: number
}

/** One change of one row; null before it was added, and after it was dropped. */
export interface Change {
  readonly row: number
  readonly before: Stood | null
  readonly after: Stood | null
}

export interface Table {
  /** Rows in use, tombstones included. */
  readonly size: number
  readonly digest: number
  /** One past the highest row in use. */
  readonly end: number
  /** Members alive or suspected, the node itself included. */
  readonly present: number
  has(row: number): boolean
  identity(row: number): Identity
  standing(row: number): Standing
  incarnation(row: number): Incarnation
  /** When it began to stand so, on the clock of the node. */
  since(row: number): Millis
  version(row: number): number
  facts(row: number): Facts
  rowOfHost(hostId: HostId): number
  rowOfTag(tag: Tag): number
  /** From now on changes are kept until they are taken; an agent never asks for it. */
  keepChanges(): void
  /** The changes since they were last taken, in order. */
  takeChanges(): readonly Change[]
}
