/**
 * Rings of the same name that are not ours: nothing of them is merged, and an operator is told. A
 * node without a ring that meets two of them joins neither, for nobody but an operator knows which
 * one is meant.
 */
import type { Address } from '../base/machine.js'

/** Further ones are passed over in silence. */
const FOREIGNERS_MAX = 64
/** Digits of an id that gossip tells. */
const ID_DIGITS = 16

export interface Foreigner {
  /** First digits of its ring's id. */
  readonly id: string
  /** Where it was heard from first: an address, or a host id. */
  readonly from: Address
}

export class Foreigners {
  /** By id; at most FOREIGNERS_MAX. */
  private readonly met = new Map<string, Address>()

  get all(): readonly Foreigner[] {
    return [...this.met].map(([id, from]) => ({ id, from }))
  }

  get none(): boolean {
    return this.met.size === 0
  }

  /** @returns whether it is told of for the first time */
  meet(clusterId: string, from: Address): boolean {
    const id = clusterId.slice(0, ID_DIGITS)
    if (id === '' || this.met.has(id) || this.met.size >= FOREIGNERS_MAX) return false
    this.met.set(id, from)
    return true
  }
}
