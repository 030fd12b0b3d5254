/**
 * What one node believes, as frozen plain values: for the API, the CLI, tests and the book. Made on
 * request; nothing in it changes afterwards.
 */
import type { Address, Millis } from '../base/machine.js'
import type { HostId } from './identity.js'

export type Liveness = 'up' | 'suspect' | 'down'

export interface MemberView {
  readonly hostId: HostId
  readonly name: string
  readonly address: Address
  readonly dc: string
  readonly rack: string
  readonly liveness: Liveness
  /** Whether it announced leaving, or was removed or replaced. */
  readonly gone: 'left' | 'removed' | 'replaced' | null
  readonly generation: number
  readonly incarnation: number
  readonly tokenCount: number
  /** phi of the silence on the edge to it; null where this node does not observe it. */
  readonly phi: number | null
  /** Smoothed round trip, null before one was measured. */
  readonly rtt: Millis | null
  /** Time of the last change of standing, in epoch milliseconds. */
  readonly since: number
  /** Highest version of its facts known here. */
  readonly version: number
  readonly facts: readonly FactView[]
  /** The members that observe it by steady edges, as this node computes them. */
  readonly observers: readonly HostId[]
  readonly self: boolean
}

export interface FactView {
  readonly key: string
  readonly version: number
  readonly value: Uint8Array
}

export interface Evidence {
  /** Epoch milliseconds. */
  readonly time: number
  readonly kind: string
  /** Name of the member that said it, or of this node. */
  readonly by: string
  readonly phi: number | null
  readonly detail: string
}

export interface GossipView {
  readonly cluster: string
  readonly self: HostId
  readonly started: boolean
  /** Sorted by host id. */
  readonly members: readonly MemberView[]
  /** 32-bit hash of the member table: equal hashes, equal views. */
  readonly digest: number
  /** Live members heard from since the last change here that reported another view. */
  readonly differing: readonly HostId[]
  /** Local health score, 0..8. */
  readonly health: number
  readonly seeds: readonly SeedView[]
  readonly counters: Readonly<Record<string, number>>
}

export interface SeedView {
  readonly address: Address
  readonly state: 'joined' | 'trying' | 'foreign'
  readonly tries: number
}
