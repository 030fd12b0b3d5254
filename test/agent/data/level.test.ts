/**
 * The embedded store and log: their contracts on a real directory, and what only a disk can show:
 * kills, damage, a second process, no room.
 */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'
import { LevelStorage } from '../../../src/agent/data/level-storage.js'
import { LevelWal } from '../../../src/agent/data/level-wal.js'
import type { Make } from '../../../src/cluster/contract/case.js'
import { checkBatches, storageContract } from '../../../src/cluster/contract/storage-contract.js'
import { walContract } from '../../../src/cluster/contract/wal-contract.js'
import { StorageError, type Storage, type Change } from '../../../src/cluster/data/storage.js'
import type { Wal } from '../../../src/cluster/data/wal.js'
import type { writeBatches } from './write-batches.js'

const SEED = 20261126

let directory = ''

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'murmur-level-'))
})

afterEach(() => rm(directory, { recursive: true, force: true }))

function inDirectory<Subject extends { close(): Promise<void> }>(
  open: (directory: string) => Promise<Subject>,
): Make<Subject> {
  return async () => {
    let subject = await open(directory)
    return {
      subject,
      reopen: async () => {
        await subject.close()
        subject = await open(directory)
        return subject
      },
      end: () => subject.close(),
    }
  }
}

describe('a store in LevelDB', () => {
  const make = inDirectory<Storage>((place) => LevelStorage.open(place))
  for (const { name, run } of storageContract(make, SEED)) test(name, run)
})

describe('a log in LevelDB', () => {
  const make = inDirectory<Wal>((place) => LevelWal.open(place))
  for (const { name, run } of walContract(make, SEED)) test(name, run)
})

const value = (size: number): Uint8Array => new Uint8Array(size).fill(7)
const change = (key: string, size = 1000): Change => ({ key: Buffer.from(key), value: value(size) })

async function troubleOf(promise: Promise<unknown>): Promise<StorageError> {
  const error: unknown = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  if (!(error instanceof StorageError)) throw new Error(`no trouble: ${String(error)}`)
  expect(error.next).not.toBe('')
  return error
}

test('a second process is told that the store is in use', async () => {
  const storage = await LevelStorage.open(directory)
  const error = await troubleOf(LevelStorage.open(directory))
  expect(error.trouble).toBe('locked')
  expect(error.message).toContain(directory)
  await storage.close()
})

test.each([
  ['a byte of the log that was changed', '.log', 'change'],
  ['a CURRENT that is gone', 'CURRENT', 'remove'],
  ['a manifest that is gone', 'MANIFEST', 'remove'],
] as const)('%s is damage, and nothing is overwritten', async (_, name, how) => {
  const storage = await LevelStorage.open(directory)
  for (let i = 0; i < 20; i++) await storage.write([change(`key ${i}`)])
  await storage.close()
  const file = await fileCalled(name)
  if (how === 'remove') await rm(file)
  else {
    const bytes = await readFile(file)
    bytes.writeUInt8(bytes.readUInt8(5000) ^ 1, 5000)
    await writeFile(file, bytes)
  }
  const error = await troubleOf(LevelStorage.open(directory))
  expect([error.trouble, error.next]).toEqual(['damaged', expect.stringContaining('backup')])
  if (how === 'change') expect(await fileCalled(name)).toBe(file)
})

async function fileCalled(name: string): Promise<string> {
  const found = (await readdir(directory)).find((each) => each.includes(name))
  if (found === undefined) throw new Error(`no file ${name}`)
  return join(directory, found)
}

test('a log that lost a record, or had one changed, says which', async () => {
  const wal = await LevelWal.open(directory)
  await wal.append(Array.from({ length: 10 }, (_, i) => Uint8Array.of(i)))
  await wal.close()
  const key = (position: number): Buffer => Buffer.from([0, 0, 0, 0, 0, 0, 0, position])
  const storage = await LevelStorage.open(directory)
  const fourth = await storage.get(key(4))
  await storage.write([{ key: key(4), value: null }])
  await storage.close()
  const lost = await LevelWal.open(directory)
  const error = await troubleOf(positionsIn(lost))
  expect([error.trouble, error.message]).toEqual(['damaged', expect.stringContaining('record 4')])
  await lost.close()
  const again = await LevelStorage.open(directory)
  await again.write([
    { key: key(4), value: fourth ?? null },
    { key: key(9), value: null },
  ])
  await again.close()
  const short = await troubleOf(LevelWal.open(directory))
  expect(short.message).toContain('it ends at record 10, and holds 9')
})

async function positionsIn(wal: Wal): Promise<number[]> {
  const positions: number[] = []
  for await (const { position } of wal.read(0)) positions.push(position)
  return positions
}

test('a store with too little room refuses writes, goes on reading, and takes them later', async () => {
  let free = 1e9
  const options = { reserve: 1e6, free: () => Promise.resolve(free) }
  const storage = await LevelStorage.open(directory, options)
  await storage.write([change('before')])
  free = 1000
  let error: StorageError | undefined
  for (let i = 0; i < 20 && error === undefined; i++)
    error = await storage.write([change(`more ${i}`, 500_000)]).then(
      () => undefined,
      (thrown: unknown) => (thrown instanceof StorageError ? thrown : undefined),
    )
  expect(error?.trouble).toBe('full')
  expect((await storage.get(Buffer.from('before')))?.length).toBe(1000)
  free = 1e9
  await storage.write([change('after')])
  await storage.close()
})

const program = pathToFileURL(join(process.cwd(), 'test/agent/data/write-batches.ts')).href

function writer(limit = ''): ChildProcess {
  const given: Parameters<typeof writeBatches> = [directory]
  const asked = `await writeBatches(...${JSON.stringify(given)})`
  const code = `import { writeBatches } from '${program}'\n${asked}`
  const call = `exec "$0" --import tsx --input-type=module --eval "$1"`
  return spawn('sh', ['-c', `${limit}${call}`, process.execPath, code])
}

/** What a process says, as whole lines: the last may be cut short by a kill. */
function linesOf(child: ChildProcess): () => string[] {
  let said = ''
  child.stdout?.on('data', (piece: Buffer) => (said += piece.toString()))
  return () => said.split('\n').slice(0, -1)
}

/** The last batch that was said to be on the disk. */
function lastIn(lines: readonly string[]): number {
  return Number(lines.filter((line) => line !== 'full').at(-1) ?? 0)
}

test('no batch is torn or lost by kill -9 at any moment', async () => {
  for (const millis of [0, 3, 17, 60]) {
    const child = writer()
    const lines = linesOf(child)
    const exited = once(child, 'exit')
    if (child.stdout !== null) await Promise.race([once(child.stdout, 'data'), exited])
    await sleep(millis)
    child.kill('SIGKILL')
    await exited
    expect(lastIn(lines())).toBeGreaterThan(0)
    const storage = await LevelStorage.open(directory)
    await checkBatches(storage, lastIn(lines()))
    await storage.close()
    await rm(directory, { recursive: true })
  }
})

test('a disk that fills up in the midst of a batch is told, and what was acknowledged is there', async () => {
  // A file may not grow beyond 256 blocks of 512 bytes: what a write meets is the same as no room,
  // half a batch in the log. It is met three times, and written on behind it.
  const child = writer(`trap '' XFSZ; ulimit -f 256; `)
  const lines = linesOf(child)
  let complaint = ''
  child.stderr?.on('data', (piece: Buffer) => (complaint += piece.toString()))
  await once(child, 'exit')
  expect(complaint).toBe('')
  const first = lastIn(lines().slice(0, lines().indexOf('full')))
  const acknowledged = lastIn(lines())
  expect(first).toBeGreaterThan(0)
  expect(acknowledged).toBeGreaterThan(first)
  const storage = await LevelStorage.open(directory)
  await checkBatches(storage, acknowledged)
  await storage.close()
})
