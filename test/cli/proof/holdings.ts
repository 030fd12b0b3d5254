/**
 * What lies in the stores of agents that are stopped, held against the ring and against what
 * clients were told: every version is where it must be, and nothing is where it has no part.
 */
import { join } from 'node:path'
import { known } from '../../../src/base/assert.js'
import { LevelStorage } from '../../../src/agent/data/level-storage.js'
import type { RingAnswer } from '../../../src/cli/answers.js'
import { ALL_ROWS, readRow } from '../../../src/cluster/data/row.js'
import type { Entry } from '../../../src/cluster/data/storage.js'
import { Placement } from '../../../src/ring/placement.js'
import { network } from '../../../src/ring/replication.js'
import { Ring } from '../../../src/ring/ring.js'
import { parseToken } from '../../../src/ring/token.js'
import { ABSENT, said, type Ledger } from './ledger.js'

/** The version of each row in one store; ABSENT where it has none. */
export interface Holdings {
  readonly versions: Uint32Array
  /** What else lies there, in words. */
  readonly strange: readonly string[]
}

export async function holdingsIn(dataDir: string, ledger: Ledger): Promise<Holdings> {
  const versions = new Uint32Array(ledger.keys.length)
  const strange: string[] = []
  const storage = await LevelStorage.open(join(dataDir, 'rows'), { reserve: 0 })
  for await (const batch of storage.scan(ALL_ROWS))
    for (const entry of batch) {
      const found = rowIn(entry, ledger)
      if (typeof found === 'string') strange.push(found)
      else versions[found.row] = found.version
    }
  await storage.close()
  return { versions, strange }
}

function rowIn(entry: Entry, ledger: Ledger): { row: number; version: number } | string {
  const read = readRow(entry)
  const key = read === undefined ? '' : Buffer.from(read.key).toString()
  const row = ledger.rowOf(key)
  if (read === undefined || row === undefined) return `a row ${key} that nobody wrote`
  const text = read.value === null ? null : Buffer.from(read.value).toString()
  const version = ledger.versionOf(row, text)
  return version < 0 ? `a value of ${key} that nobody wrote` : { row, version }
}

/** The names of the replicas of each key, by an own reading of the ring. */
export function replicasBy(ring: RingAnswer, copies: number): (key: string) => string[] {
  const names = new Map(ring.nodes.map(({ hostId, name }) => [hostId, name]))
  const claims = ring.nodes.map(({ hostId, dc, rack, tokens }) => {
    const parsed = tokens.map((each) => known(parseToken(each), 'a token'))
    return { id: hostId, dc, rack, weight: 1, tokens: parsed }
  })
  const placement = new Placement(Ring.of(claims), network({ dc1: copies }))
  return (key) => placement.replicasOfKey(key).map(({ id }) => known(names.get(id), 'a name'))
}

export interface Verdict {
  /** Rows that are on every replica in one version, and rows that are on a majority only. */
  readonly whole: number
  readonly partly: number
  /** What must not be, in words. */
  readonly wrong: readonly string[]
}

/** @param held by name; of every agent that has a store */
export function judge(
  ledger: Ledger,
  held: ReadonlyMap<string, Holdings>,
  replicasOf: (key: string) => readonly string[],
): Verdict {
  const wrong = [...held].flatMap(([name, { strange }]) => strange.map((s) => `${name} has ${s}`))
  let whole = 0
  ledger.keys.forEach((key, row) => {
    const replicas = replicasOf(key)
    const versions = replicas.map((name) => held.get(name)?.versions[row] ?? ABSENT)
    wrong.push(...faultsOf(ledger, row, replicas, versions).map((fault) => `${key}: ${fault}`))
    for (const [name, holdings] of held)
      if (holdings.versions[row] !== ABSENT && !replicas.includes(name))
        wrong.push(`${key}: ${name} keeps it and has no part in it`)
    if (versions.every((version) => version === versions[0])) whole++
  })
  return { whole, partly: ledger.keys.length - whole, wrong }
}

function faultsOf(
  ledger: Ledger,
  row: number,
  replicas: readonly string[],
  versions: readonly number[],
): string[] {
  const [floor, everywhere] = [ledger.floor(row), ledger.floorEverywhere(row)]
  const current = versions.filter((version) => version >= floor).length
  const faults: string[] = []
  if (current * 2 <= replicas.length)
    faults.push(`${said(floor)} was acknowledged, and is on ${current} of ${replicas.length}`)
  versions.forEach((version, i) => {
    const name = replicas[i] ?? ''
    if (version < everywhere)
      faults.push(`${said(everywhere)} was acknowledged at ALL, ${name} has ${said(version)}`)
    if (version > ledger.ceiling(row)) faults.push(`${name} has ${said(version)}, never tried`)
  })
  return faults
}
