/**
 * Opens a data directory: one agent at a time, nothing written before everything was read and found
 * whole. Each way in which that fails is a coded error that says which directory, why, and what to
 * do.
 */
import { mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { ClassicLevel } from 'classic-level'
import { restoreRing, type RestoredRing } from '../cluster/durable-ring.js'
import { FEATURES } from '../cluster/plan/first.js'
import { restore, type Restored } from '../gossip/durable.js'
import { Checksum, SUM_KEY } from './checksum.js'
import { errorCodes, errorText, OperatorError } from './failure.js'
import { damagedLog } from './log-check.js'
import type { Database, Entry } from './store.js'
import { readWitness, WITNESS_FORMAT, type Witness } from './witness.js'

/** Small: the whole state is some kilobytes. */
const TUNING = {
  keyEncoding: 'utf8',
  valueEncoding: 'view',
  writeBufferSize: 128 * 1024,
  cacheSize: 64 * 1024,
  blockSize: 4096,
  maxOpenFiles: 64,
  maxFileSize: 1024 * 1024,
} as const

type Level = ClassicLevel<string, Uint8Array>

export interface Opened {
  readonly database: Database
  /** null where the directory is new. */
  readonly restored: Restored | null
  readonly restoredRing: RestoredRing
  /** Every key and value found, the sum left out. */
  readonly stored: ReadonlyMap<string, Uint8Array>
  /** Rows were kept beside it. */
  readonly keptRows: boolean
}

/**
 * @throws {OperatorError} codes data.locked, data.unwritable, data.damaged, data.foreign,
 * data.newer
 */
export async function openDataDirectory(directory: string, cluster: string): Promise<Opened> {
  const state = join(directory, 'state')
  const holder = join(directory, 'agent.pid')
  await makeDirectory(directory, state)
  const witness = await readWitness(directory)
  checkOwner(witness, directory, cluster)
  await checkFiles(directory, state)
  const level = await openLevel(directory, state, holder)
  try {
    const found = await readAll(level, directory)
    const restored = restoredFrom(found, directory, cluster)
    checkMemory(witness, directory, restored)
    const ring = restoreRing(found)
    if (ring.kind === 'damaged') throw damage(directory, `the entry ${ring.key} cannot be read`)
    checkFeatures(ring.ring, directory)
    await writeFile(holder, `${process.pid}\n`)
    const database = databaseOn(level, holder)
    const keptRows = witness?.keepsRows ?? false
    return { database, restored, restoredRing: ring.ring, stored: found, keptRows }
  } catch (error) {
    await level.close()
    throw known(error, directory)
  }
}

async function makeDirectory(directory: string, state: string): Promise<void> {
  try {
    await mkdir(state, { recursive: true })
  } catch (error) {
    throw unwritable(directory, error)
  }
}

/** What LevelDB would mend by forgetting, found before it can. */
async function checkFiles(directory: string, state: string): Promise<void> {
  const names = await readdir(state)
  const used = names.some((name) => /\.(log|ldb|sst)$/.test(name))
  if (used && !names.includes('CURRENT')) throw damage(directory, 'state/CURRENT is missing')
  const log = await damagedLog(state)
  if (log !== undefined) throw damage(directory, `state/${log} holds a record that is not whole`)
}

/** Whose directory it is shows before the database is touched. */
function checkOwner(witness: Witness | undefined, directory: string, cluster: string): void {
  if (witness === undefined) return
  if (witness.format > WITNESS_FORMAT) throw newer(directory, `it has format ${witness.format}`)
  if (witness.cluster !== cluster) throw foreign(directory, witness.cluster, cluster)
}

/** A log that was cut back to nothing leaves a directory that looks new, or older than it was. */
function checkMemory(
  witness: Witness | undefined,
  directory: string,
  restored: Restored | null,
): void {
  if (witness === undefined) return
  const same = restored?.hostId === witness.hostId && restored.generation >= witness.generation
  if (!same)
    throw damage(directory, `it has forgotten generation ${witness.generation} of its node`)
}

/** A ring of a feature level that this program does not understand. */
function checkFeatures({ record }: RestoredRing, directory: string): void {
  const used = record?.record.features ?? 0
  if (used > FEATURES) throw newer(directory, `its ring uses features up to ${used}`)
}

async function openLevel(directory: string, state: string, holder: string): Promise<Level> {
  const { ClassicLevel } = await import('classic-level')
  const level: Level = new ClassicLevel(state, TUNING)
  try {
    await level.open()
    return level
  } catch (error) {
    if (errorCodes(error).includes('LEVEL_LOCKED')) throw await locked(directory, holder, error)
    throw known(error, directory)
  }
}

async function readAll(level: Level, directory: string): Promise<Map<string, Uint8Array>> {
  // Bounded by what this agent once wrote: one entry a member remembered, and a few.
  const found = new Map<string, Uint8Array>()
  for await (const [key, bytes] of level.iterator()) found.set(key, bytes)
  const sum = found.get(SUM_KEY)
  found.delete(SUM_KEY)
  if (found.size === 0 && sum === undefined) return found
  if (sum === undefined || !Checksum.over(found).matches(sum)) {
    throw damage(directory, 'its entries do not add up to the sum stored with them')
  }
  return found
}

function restoredFrom(
  found: ReadonlyMap<string, Uint8Array>,
  directory: string,
  cluster: string,
): Restored | null {
  const answer = restore(found, cluster)
  switch (answer.kind) {
    case 'fresh':
      return null
    case 'restored':
      return answer.restored
    case 'foreign':
      throw foreign(directory, answer.cluster, cluster)
    case 'newer':
      throw newer(directory, `it has format ${answer.format}`)
    case 'damaged':
      throw damage(directory, `the entry ${answer.key} cannot be read`)
  }
}

function databaseOn(level: Level, holder: string): Database {
  return {
    write: (entries: readonly Entry[]) => level.batch(entries.map(operation), { sync: true }),
    close: async () => {
      await rm(holder, { force: true })
      await level.close()
    },
  }
}

type Operation =
  | { readonly type: 'put'; readonly key: string; readonly value: Uint8Array }
  | { readonly type: 'del'; readonly key: string }

function operation({ key, bytes }: Entry): Operation {
  return bytes === null ? { type: 'del', key } : { type: 'put', key, value: bytes }
}

function known(error: unknown, directory: string): OperatorError {
  if (error instanceof OperatorError) return error
  const text = errorText(error)
  const corrupt =
    errorCodes(error).includes('LEVEL_CORRUPTION') ||
    /corrupt|no such file|ldb: invalid argument/i.test(text)
  return corrupt ? damage(directory, text) : unwritable(directory, error)
}

function foreign(directory: string, theirs: string, cluster: string): OperatorError {
  return new OperatorError(
    'data.foreign',
    `The data directory ${directory} belongs to the cluster ${theirs}, not to ${cluster}.`,
    `Give --cluster ${theirs}, or another directory with --data-dir.`,
  )
}

function newer(directory: string, why: string): OperatorError {
  return new OperatorError(
    'data.newer',
    `The data directory ${directory} was written by a newer murmur (${why}).`,
    'Run that version or a later one.',
  )
}

function unwritable(directory: string, error: unknown): OperatorError {
  return new OperatorError(
    'data.unwritable',
    `The data directory ${directory} cannot be used (${errorText(error)}).`,
    'Make it a directory that this user may write, or give another one with --data-dir.',
    error,
  )
}

function damage(directory: string, what: string): OperatorError {
  return new OperatorError(
    'data.damaged',
    `The data directory ${directory} is damaged: ${what}. No entry in it was changed.`,
    'Restore it from a backup, or move it away: the agent then starts as a new node, ' +
      'and the old one is to be removed.',
  )
}

async function locked(directory: string, holder: string, error: unknown): Promise<OperatorError> {
  const pid = (await readFile(holder, 'utf8').catch(() => '')).trim()
  const who = pid === '' ? 'another process' : `process ${pid}`
  return new OperatorError(
    'data.locked',
    `The data directory ${directory} is in use by ${who}.`,
    'Stop that agent, or give another directory with --data-dir.',
    error,
  )
}
