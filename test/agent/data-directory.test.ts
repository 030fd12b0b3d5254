/**
 * A data directory in every bad state: each is one coded error, and nothing in the directory
 * changes.
 */
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { createHash } from 'node:crypto'
import { cp, mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openDataDirectory } from '../../src/agent/data-directory.js'
import { OperatorError } from '../../src/agent/failure.js'
import { crc32c, isWholeLog } from '../../src/agent/log-check.js'
import { Store } from '../../src/agent/store.js'
import { writeWitness } from '../../src/agent/witness.js'
import { known } from '../../src/base/assert.js'
import { Writer } from '../../src/base/bytes.js'
import { ringKeys } from '../../src/cluster/durable-ring.js'
import { FEATURES, firstRecord } from '../../src/cluster/plan/first.js'
import { seal } from '../../src/cluster/record/record-bytes.js'
import { keys, nodeBytes, numberBytes } from '../../src/gossip/durable.js'
import { newcomer } from '../cluster/fixture.js'

const HOST = '01234567-89ab-4cde-8f01-23456789abcd'

let base = ''
let directory = ''

beforeEach(async () => {
  base = await mkdtemp(join(tmpdir(), 'murmur-data-'))
  directory = join(base, 'data')
})

afterEach(() => rm(base, { recursive: true, force: true }))

/** One life of an agent: opens, stores a generation and a few more entries, closes. */
async function live(generation: number, entries = 0): Promise<void> {
  const opened = await openDataDirectory(directory, 'blue')
  const store = new Store(opened.database, opened.stored, () => undefined)
  store.persist(1, keys.node, nodeBytes('blue', HOST))
  store.persist(2, keys.generation, numberBytes(generation))
  for (let i = 0; i < entries; i++) store.persist(3 + i, `x/${i}`, Buffer.alloc(500, i))
  await store.flush()
  await writeWitness(directory, { cluster: 'blue', hostId: HOST, generation, keepsRows: false })
  await store.close()
}

/**
 * @param untouched found out before LevelDB was opened, which rearranges its files but keeps every
 * entry
 */
async function failure(cluster = 'blue', untouched = false): Promise<OperatorError> {
  const before = untouched ? await fingerprint() : {}
  try {
    const opened = await openDataDirectory(directory, cluster)
    await opened.database.close()
  } catch (error) {
    if (!(error instanceof OperatorError)) throw error
    expect(error.message.startsWith('The data directory ')).toBe(true)
    expect(error.message).toContain(directory)
    if (untouched) expect(await fingerprint()).toEqual(before)
    return error
  }
  throw new Error('the directory opened')
}

/** Hashes of the files that hold data; LevelDB's own log of its doings, LOG, is no data. */
async function fingerprint(): Promise<Record<string, string>> {
  const names = await readdir(join(directory, 'state')).catch(() => [])
  const files = names.filter((name) => /\.(ldb|log)$/.test(name))
  const hashes = files.map(async (name): Promise<[string, string]> => {
    const bytes = await readFile(join(directory, 'state', name))
    return [name, createHash('sha256').update(bytes).digest('hex')]
  })
  return Object.fromEntries<string>(await Promise.all(hashes))
}

async function stateFile(pattern: RegExp): Promise<string> {
  const name = (await readdir(join(directory, 'state'))).sort().find((one) => pattern.test(one))
  return join(directory, 'state', name ?? 'none')
}

async function flip(path: string, offset: number): Promise<void> {
  const bytes = await readFile(path)
  bytes.writeUInt8(bytes.readUInt8(offset) ^ 0x40, offset)
  await writeFile(path, bytes)
}

test('what was stored is restored', async () => {
  await live(41)
  await live(42)
  const { restored, database } = await openDataDirectory(directory, 'blue')
  await database.close()
  expect(restored).toMatchObject({ hostId: HOST, generation: 42 })
})

test('the directory of another cluster is refused, both named', async () => {
  await live(1)
  const error = await failure('green', true)
  expect(error.code).toBe('data.foreign')
  expect(error.message).toMatch(/belongs to the cluster blue, not to green/)
})

test('a directory in use is refused, and the process that holds it is named', async () => {
  const { database } = await openDataDirectory(directory, 'blue')
  const error = await failure()
  await database.close()
  expect(error.code).toBe('data.locked')
  expect(error.message).toContain(`process ${process.pid}`)
})

test('another cluster is refused also where only the database says so', async () => {
  await live(1)
  await rm(join(directory, 'witness.json'))
  expect((await failure('green')).code).toBe('data.foreign')
  const { restored, database } = await openDataDirectory(directory, 'blue')
  await database.close()
  expect(restored).toMatchObject({ hostId: HOST, generation: 1 })
})

test('a file in the place of the directory is said so', async () => {
  await writeFile(directory, 'in the way')
  expect((await failure()).code).toBe('data.unwritable')
  expect(await readFile(directory, 'utf8')).toBe('in the way')
})

test('data of a newer program is refused', async () => {
  const newer = new Writer(8)
  newer.varint(99)
  const opened = await openDataDirectory(directory, 'blue')
  const store = new Store(opened.database, opened.stored, () => undefined)
  store.persist(1, keys.node, newer.take())
  await store.close()
  expect((await failure()).code).toBe('data.newer')
})

test('a ring that uses more than this program understands is refused', async () => {
  await live(1)
  const { record } = firstRecord([newcomer('n1')], 0)
  const sealed = known(seal({ ...record, features: FEATURES + 1 }), 'a record that fits')
  const opened = await openDataDirectory(directory, 'blue')
  const store = new Store(opened.database, opened.stored, () => undefined)
  store.persist(1, ringKeys.record, sealed.bytes)
  await store.close()
  const { code, message, next } = await failure()
  expect(code).toBe('data.newer')
  expect(message).toContain(`(its ring uses features up to ${FEATURES + 1})`)
  expect(next).toBe('Run that version or a later one.')
})

test.each([
  ['a flipped bit in the log', /\.log$/, 20],
  ['a flipped bit in a record header', /\.log$/, 2],
  ['a flipped bit in the manifest', /^MANIFEST/, 10],
])('%s is damage', async (_what, file, offset) => {
  await live(1, 40)
  await flip(await stateFile(file), offset)
  expect((await failure('blue', true)).code).toBe('data.damaged')
})

test('a flipped bit anywhere in a table is damage, or harms nothing', async () => {
  await live(1, 300)
  await live(2)
  const table = await stateFile(/\.ldb$/)
  const size = (await readFile(table)).length
  for (let offset = 3; offset < size; offset += Math.ceil(size / 40)) {
    await flip(table, offset)
    const error = await failure().catch(() => undefined)
    if (error !== undefined) expect(error.code).toBe('data.damaged')
    await flip(table, offset)
  }
})

test.each([
  ['log', /\.log$/],
  ['CURRENT', /^CURRENT$/],
  ['manifest', /^MANIFEST/],
])('a %s cut back to nothing is damage', async (_what, file) => {
  await live(1)
  await truncate(await stateFile(file), 0)
  expect((await failure()).code).toBe('data.damaged')
})

test.each([/^CURRENT$/, /^MANIFEST/, /\.log$/])('a lost %s is damage', async (file) => {
  await live(1)
  await rm(await stateFile(file))
  expect((await failure()).code).toBe('data.damaged')
})

test('a table cut in half is damage', async () => {
  await live(1, 300)
  await live(2)
  const table = await stateFile(/\.ldb$/)
  await truncate(table, Math.floor((await readFile(table)).length / 2))
  expect((await failure()).code).toBe('data.damaged')
})

test('a log cut short within its last record opens with what was whole before', async () => {
  await live(1)
  const backup = join(base, 'backup')
  await cp(directory, backup, { recursive: true })
  const opened = await openDataDirectory(directory, 'blue')
  const store = new Store(opened.database, opened.stored, () => undefined)
  store.persist(1, 'x/1', Buffer.alloc(3000, 1))
  await store.close()
  const log = await stateFile(/\.log$/)
  await truncate(log, (await readFile(log)).length - 1000)
  const again = await openDataDirectory(directory, 'blue')
  await again.database.close()
  expect(again.restored).toMatchObject({ hostId: HOST, generation: 1 })
})

test('an older copy put back in place of the database is noticed', async () => {
  await live(1)
  const backup = join(base, 'backup')
  await cp(join(directory, 'state'), backup, { recursive: true })
  await live(2)
  await rm(join(directory, 'state'), { recursive: true })
  await cp(backup, join(directory, 'state'), { recursive: true })
  const error = await failure()
  expect(error.message).toMatch(/has forgotten generation 2/)
})

test('the checksum of logs is the one of the published vector', () => {
  expect(crc32c(Buffer.from('123456789'))).toBe(0xe3069283)
})

test('a log is whole up to any point at which a crash may have cut it', async () => {
  await live(1, 100)
  const log = await readFile(await stateFile(/\.log$/))
  expect(log.length).toBeGreaterThan(40_000)
  for (let size = 0; size < log.length; size += 97) {
    expect(isWholeLog(log.subarray(0, size))).toBe(true)
  }
  expect(isWholeLog(Buffer.alloc(100))).toBe(true)
})
