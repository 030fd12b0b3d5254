/**
 * What clients were told of every row, and so what may be read of it. Each row has one writer, which
 * counts its versions up, so a version is a number: the least that must be read is what was
 * acknowledged or read at a quorum, the most is what was tried. A deletion is the last version.
 */
import { known } from '../../../src/base/assert.js'

export const ABSENT = 0
export const DELETED = 0xffff_ffff
/** Of what a row reads that its writer never wrote. */
const FOREIGN = -1

export class Ledger {
  readonly keys: readonly string[]
  /** What was read or found and must not be, in words. */
  readonly wrong: string[] = []
  private readonly bytes: number
  private readonly rows: ReadonlyMap<string, number>
  private readonly least: Uint32Array
  /** Acknowledged at ALL. */
  private readonly everywhere: Uint32Array
  private readonly most: Uint32Array

  /** @param bytes of a value, about */
  constructor(count: number, bytes: number) {
    this.keys = Array.from({ length: count }, (_, i) => `customer ${String(i).padStart(6, '0')}`)
    this.rows = new Map(this.keys.map((key, row) => [key, row]))
    this.bytes = bytes
    this.least = new Uint32Array(count)
    this.everywhere = new Uint32Array(count)
    this.most = new Uint32Array(count)
  }

  /** The row of a key; undefined for one that nobody wrote. */
  rowOf(key: string): number | undefined {
    return this.rows.get(key)
  }

  /** Only its row has this text. */
  text(row: number, version: number): string {
    return `${version} of ${known(this.keys[row], 'a row')}, `.padEnd(this.bytes, `${row * 7919} `)
  }

  versionOf(row: number, text: string | null): number {
    if (text === null) return DELETED
    const version = parseInt(text, 10)
    return this.text(row, version) === text ? version : FOREIGN
  }

  /** The next version of a row, to be written now. */
  next(row: number): number {
    return (this.most[row] = (this.most[row] ?? 0) + 1)
  }

  deleting(row: number): void {
    this.most[row] = DELETED
  }

  isDeleted(row: number): boolean {
    return this.most[row] === DELETED
  }

  acknowledged(row: number, version: number, level: 'QUORUM' | 'ALL'): void {
    this.least[row] = Math.max(this.floor(row), version)
    if (level === 'ALL') this.everywhere[row] = Math.max(this.floorEverywhere(row), version)
  }

  /** At least this version must be on a majority of the replicas, and read by every quorum. */
  floor(row: number): number {
    return this.least[row] ?? 0
  }

  /** At least this version must be on every replica. */
  floorEverywhere(row: number): number {
    return this.everywhere[row] ?? 0
  }

  ceiling(row: number): number {
    return this.most[row] ?? 0
  }

  /**
   * A quorum answered: no later one may answer less.
   *
   * @param floor as it was when the question was asked
   */
  read(row: number, floor: number, text: string | null): void {
    const version = this.versionOf(row, text)
    const why = this.objection(row, floor, version)
    if (why === undefined) this.least[row] = Math.max(this.floor(row), version)
    else this.wrong.push(`${this.keys[row] ?? row} ${why}`)
  }

  private objection(row: number, floor: number, version: number): string | undefined {
    const most = this.ceiling(row)
    if (version === FOREIGN) return 'reads what was never written'
    if (version === DELETED && most !== DELETED) return `is lost: nothing, not ${said(floor)}`
    if (version < floor) return `is stale: ${said(version)}, not ${said(floor)}`
    return version > most ? `is ahead: ${said(version)}, tried ${said(most)}` : undefined
  }
}

export function said(version: number): string {
  return version === DELETED ? 'deleted' : version === ABSENT ? 'nothing' : `version ${version}`
}
