/** The addresses to join by, as last resolved, and how each of them fares. */
import type { Address } from '../base/machine.js'
import type { Identity, Tag } from './identity.js'
import { NO_ROW, type Members } from './members.js'
import type { Outbox } from './outbox.js'
import type { SeedView } from './view.js'

/** Seeds kept; further ones are ignored. */
const SEEDS_MAX = 64

/** A silent seed is told of at the first failure and at every so many later ones. */
const SAY_EVERY = 20

interface Seed {
  readonly address: Address
  /** From an old view, not from the configuration: of use until somebody answers. */
  readonly lead: boolean
  tries: number
  /** The instance that answered there, or 0. */
  tag: Tag
  foreign: boolean
}

export class Seeds {
  private readonly own: Address
  private readonly members: Members
  private readonly outbox: Outbox
  /** Bounded: SEEDS_MAX. */
  private seeds: Seed[] = []

  constructor(own: Address, members: Members, outbox: Outbox) {
    this.own = own
    this.members = members
    this.outbox = outbox
  }

  /** Replaces the list; what is known of addresses that stay is kept, and so are leads. */
  set(addresses: readonly Address[]): void {
    const wanted = [...new Set(addresses)].filter((address) => address !== this.own)
    const named = wanted.map((address) => ({
      ...(this.find(address) ?? fresh(address)),
      lead: false,
    }))
    const leads = this.seeds.filter(({ lead, address }) => lead && !wanted.includes(address))
    this.seeds = [...named, ...leads].slice(0, SEEDS_MAX)
  }

  /**
   * Adds an address to try that nobody configured: where a member lived according to an old view.
   */
  lead(address: Address): void {
    const room = this.seeds.length < SEEDS_MAX && address !== this.own
    if (!room || this.find(address) !== undefined) return
    this.seeds.push({ ...fresh(address), lead: true })
  }

  /** Those with no member behind them at present. */
  unjoined(): Address[] {
    return this.seeds.filter((seed) => !this.isJoined(seed)).map((seed) => seed.address)
  }

  answered(address: Address, member: Identity): void {
    const seed = this.find(address)
    if (seed === undefined) return
    seed.tries = 0
    seed.foreign = false
    if (seed.tag === member.tag) return
    seed.tag = member.tag
    this.outbox.event({ kind: 'seed.joined', address, member })
    this.seeds = this.seeds.filter(({ lead }) => !lead)
  }

  silent(address: Address): void {
    const seed = this.find(address)
    if (seed === undefined || this.isJoined(seed)) return
    seed.tries++
    if (seed.tries % SAY_EVERY !== 1) return
    this.outbox.event({ kind: 'seed.silent', address, tries: seed.tries })
  }

  foreign(address: Address): void {
    const seed = this.find(address)
    if (seed !== undefined) seed.foreign = true
  }

  views(): SeedView[] {
    return this.seeds.map((seed) => ({
      address: seed.address,
      state: this.isJoined(seed) ? 'joined' : seed.foreign ? 'foreign' : 'trying',
      tries: seed.tries,
    }))
  }

  /** The seed answered, or is a member's address by whatever way that was learnt. */
  private isJoined(seed: Seed): boolean {
    const row = this.members.rowOfTag(seed.tag)
    return row !== NO_ROW && this.members.isPresent(row)
  }

  private find(address: Address): Seed | undefined {
    return this.seeds.find((seed) => seed.address === address)
  }
}

function fresh(address: Address): Seed {
  return { address, lead: false, tries: 0, tag: 0, foreign: false }
}
