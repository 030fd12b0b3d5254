/**
 * What the member table holds of each row, in pages of rows (about 50 bytes each, for a simulator
 * holds 10^8 of them, and shares those that are alike).
 */
import { noFacts, type Facts } from './fact-set.js'
import type { Identity } from './identity.js'
import { Pages } from './pages.js'

/** Rows of a page: a page is copied for the first write into it, so it should be short. */
const SHIFT = 6
const ROWS = 1 << SHIFT
const PLACE = ROWS - 1

/** The numbers of a row stand side by side. */
const NUMBERS = 4
const TAG = 0
const SINCE = 1
const INCARNATION = 2
const VERSION = 3

export class Page {
  /** Bounded, as the next: ROWS. */
  readonly identities: (Identity | undefined)[]
  readonly facts: Facts[] // bounded likewise
  readonly codes: Uint8Array
  readonly buckets: Uint8Array
  readonly numbers: Float64Array

  constructor(like?: Page) {
    this.identities = like?.identities.slice() ?? []
    this.facts = like?.facts.slice() ?? []
    this.codes = like?.codes.slice() ?? new Uint8Array(ROWS)
    this.buckets = like?.buckets.slice() ?? new Uint8Array(ROWS)
    this.numbers = like?.numbers.slice() ?? new Float64Array(ROWS * NUMBERS)
  }
}

export class Rows extends Pages<Page> {
  protected override copyOf(page: Page): Page {
    return new Page(page)
  }

  identity(row: number): Identity | undefined {
    return this.read(row >> SHIFT)?.identities[row & PLACE]
  }

  facts(row: number): Facts {
    return this.read(row >> SHIFT)?.facts[row & PLACE] ?? noFacts
  }

  /** Standing and marks, as the table writes them. */
  code(row: number): number {
    return this.read(row >> SHIFT)?.codes[row & PLACE] ?? 0
  }

  bucket(row: number): number {
    return this.read(row >> SHIFT)?.buckets[row & PLACE] ?? 0
  }

  /** That of its identity, at hand for whoever goes through all rows; 0 where there is none. */
  tag(row: number): number {
    return this.number(row, TAG)
  }

  hostTag(row: number): number {
    return this.identity(row)?.hostTag ?? 0
  }

  since(row: number): number {
    return this.number(row, SINCE)
  }

  incarnation(row: number): number {
    return this.number(row, INCARNATION)
  }

  version(row: number): number {
    return this.number(row, VERSION)
  }

  setIdentity(row: number, identity: Identity | undefined): void {
    const page = this.pageOf(row)
    page.identities[row & PLACE] = identity
    page.numbers[(row & PLACE) * NUMBERS + TAG] = identity?.tag ?? 0
  }

  setBucket(row: number, bucket: number): void {
    this.pageOf(row).buckets[row & PLACE] = bucket
  }

  setFacts(row: number, facts: Facts, version: number): void {
    const page = this.pageOf(row)
    page.facts[row & PLACE] = facts
    page.numbers[(row & PLACE) * NUMBERS + VERSION] = version
  }

  setCode(row: number, code: number): void {
    this.pageOf(row).codes[row & PLACE] = code
  }

  setSince(row: number, since: number): void {
    this.pageOf(row).numbers[(row & PLACE) * NUMBERS + SINCE] = since
  }

  setIncarnation(row: number, incarnation: number): void {
    this.pageOf(row).numbers[(row & PLACE) * NUMBERS + INCARNATION] = incarnation
  }

  /** Two rows change their places. */
  swap(one: number, other: number): void {
    const [first, second] = [this.taken(one), this.taken(other)]
    this.put(one, second)
    this.put(other, first)
  }

  private number(row: number, which: number): number {
    return this.read(row >> SHIFT)?.numbers[(row & PLACE) * NUMBERS + which] ?? 0
  }

  private pageOf(row: number): Page {
    while (this.count <= row >> SHIFT) this.add(new Page())
    return this.write(row >> SHIFT)
  }

  private taken(row: number) {
    return {
      identity: this.identity(row),
      facts: this.facts(row),
      code: this.code(row),
      bucket: this.bucket(row),
      since: this.since(row),
      incarnation: this.incarnation(row),
      version: this.version(row),
    }
  }

  private put(row: number, all: ReturnType<Rows['taken']>): void {
    this.setIdentity(row, all.identity)
    this.setBucket(row, all.bucket)
    this.setFacts(row, all.facts, all.version)
    this.setCode(row, all.code)
    this.setSince(row, all.since)
    this.setIncarnation(row, all.incarnation)
  }
}
