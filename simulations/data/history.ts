/**
 * What clients were told, and so what they must be told later: a read that begins after a write was
 * acknowledged gives that write or a later one, wherever both levels meet. And it gives nothing
 * that nobody wrote. Stored versions are compared as bytes, whose order is that of their stamps.
 */
import { compareBytes } from '../../src/base/byte-order.js'
import type { Level } from '../../src/cluster/data/level.js'
import type { RingRecord } from '../../src/cluster/record/record.js'
import { meets } from './meeting.js'

/** What was acknowledged before a read began, for the levels that it meets. */
export interface Floor {
  readonly version: Uint8Array | null
  /** How often data had been given up. */
  readonly losses: number
}

/** Who coordinates: its datacenter, and the record that it goes by. */
export interface Coordinating {
  readonly dc: string
  readonly record: RingRecord
}

/** A majority of all, or of one datacenter. */
type Reach = 'quorum' | `dc ${string}`

/** A version that all replicas have acknowledged, of one record. */
interface Everywhere {
  readonly version: Uint8Array
  readonly record: RingRecord
}

export class History {
  /** Every version that a client wrote or tried to, by key; bounded by the run. */
  private readonly written = new Map<string, Uint8Array[]>()
  /** The latest acknowledged, by key and reach; bounded likewise. */
  private readonly floors = new Map<string, Map<Reach, Uint8Array>>()
  /** The latest at ALL under each record, by key; bounded likewise. */
  private readonly everywhere = new Map<string, Everywhere[]>()
  private readonly keyspace: string
  private readonly dcs: readonly string[] // bounded by the scenario
  private losses = 0

  constructor(keyspace: string, dcs: readonly string[]) {
    this.keyspace = keyspace
    this.dcs = dcs
  }

  /** A client writes; whether it succeeds is not known yet. */
  tried(key: string, version: Uint8Array): void {
    this.written.set(key, [...(this.written.get(key) ?? []), version])
  }

  acknowledged(key: string, level: Level, by: Coordinating, version: Uint8Array): void {
    const floors = this.floors.get(key) ?? new Map<Reach, Uint8Array>()
    this.floors.set(key, floors)
    for (const reach of this.reachOfWrite(level, by.dc)) {
      const held = floors.get(reach)
      if (held === undefined || compareBytes(version, held) > 0) floors.set(reach, version)
    }
    if (level !== 'ALL') return
    const { record } = by
    const others = (this.everywhere.get(key) ?? []).filter((old) => old.record !== record)
    const held = this.everywhere.get(key)?.find((old) => old.record === record)
    const isNewer = held === undefined || compareBytes(version, held.version) > 0
    this.everywhere.set(key, [...others, isNewer ? { version, record } : held])
  }

  /** Taken when a read begins. */
  floor(key: string, level: Level, by: Coordinating): Floor {
    const { keyspace, losses } = this
    const everywhere = (this.everywhere.get(key) ?? []).filter(({ record: written }) =>
      meets({ keyspace, key, read: by.record, written }),
    )
    const reached = this.reachOfRead(level, by.dc).flatMap(
      (reach) => this.floors.get(key)?.get(reach) ?? [],
    )
    const met = [...everywhere.map(({ version }) => version), ...reached]
    return { version: met.sort(compareBytes).at(-1) ?? null, losses }
  }

  /** What is wrong with an answer, if anything is. */
  wrong(key: string, floor: Floor, got: Uint8Array | null): string | undefined {
    const version = floor.losses === this.losses ? floor.version : null
    if (version !== null && (got === null || compareBytes(got, version) < 0)) {
      const what = got === null ? 'nothing' : 'a stale row'
      return `${what} of ${key} where a later write was acknowledged`
    }
    const known =
      got === null || this.written.get(key)?.some((each) => compareBytes(each, got) === 0)
    return known === true ? undefined : `a row of ${key} that nobody wrote`
  }

  /** The latest that a majority acknowledged; what must be on one for good. */
  promised(key: string): Uint8Array | undefined {
    return this.floors.get(key)?.get('quorum')
  }

  get keys(): IterableIterator<string> {
    return this.floors.keys()
  }

  /** An operator gave data up: nothing that was acknowledged is promised any more. */
  giveUp(): void {
    this.losses++
    this.floors.clear()
    this.everywhere.clear()
  }

  private reachOfWrite(level: Level, dc: string): Reach[] {
    switch (level) {
      case 'ONE':
      case 'TWO':
        return []
      case 'QUORUM':
        return ['quorum']
      case 'LOCAL_QUORUM':
        return [`dc ${dc}`]
      case 'EACH_QUORUM':
      case 'ALL':
        return ['quorum', ...this.dcs.map((each): Reach => `dc ${each}`)]
    }
  }

  private reachOfRead(level: Level, dc: string): Reach[] {
    switch (level) {
      case 'ONE':
      case 'TWO':
        return []
      case 'QUORUM':
        return ['quorum']
      case 'LOCAL_QUORUM':
        return [`dc ${dc}`]
      case 'EACH_QUORUM':
      case 'ALL':
        return ['quorum', ...this.dcs.map((each): Reach => `dc ${each}`)]
    }
  }
}
