/**
 * What every store promises, as cases: order, atomic batches, snapshots, digests, drops, reopening.
 * The oracle is a sorted array. What only a real disk can show (a kill in the midst of a batch, a
 * damaged file, a full disk) is left to the tests of a store; `batchesForever` and `checkBatches`
 * are the two halves of the first of them.
 */
import { compareBytes } from '../../base/byte-order.js'
import { Random } from '../../base/random.js'
import { MemoryStorage } from '../data/memory-storage.js'
import { KEY_BYTES, SCAN_BYTES, StorageError, VALUE_BYTES } from '../data/storage.js'
import type { Change, Entry, Span, Storage } from '../data/storage.js'
import { caseOn, expectSame, expectThat, failureOf, type Case, type Make } from './case.js'

const ALL: Span = { from: new Uint8Array(), to: null }

/** @param seed of the randomised cases */
export function storageContract(make: Make<Storage>, seed = 1): readonly Case[] {
  return [
    caseOn(make, 'gives what was written, and nothing else', givesBack),
    caseOn(make, 'takes the last of changes to one key', lastCounts),
    caseOn(make, 'takes an empty key, an empty value, the largest of both', extremes),
    caseOn(make, 'keeps keys in the order of their bytes', inOrder),
    caseOn(make, 'keeps its own copy of what was written', ownCopy),
    caseOn(make, 'scans on a snapshot', onSnapshot),
    caseOn(make, 'scans in bounded batches, none of them empty', boundedBatches),
    caseOn(make, 'lets a scan be left early', leftEarly),
    caseOn(make, 'drops a span and nothing beside it', dropsSpan),
    caseOn(make, 'rejects as closed once it is closed', closed),
    caseOn(make, 'keeps everything over a reopening', async (storage, { reopen }) => {
      if (reopen !== undefined) await reopens(storage, reopen)
    }),
    caseOn(make, `does what a sorted array does, and has its digests (seed ${seed})`, (storage) =>
      likeAnArray(storage, Random.from(seed)),
    ),
  ]
}

async function givesBack(storage: Storage): Promise<void> {
  expectSame(await storage.get(bytes('a')), undefined, 'an absent key')
  await storage.write([put('a', '1'), put('b', '2')])
  expectSame(text(await storage.get(bytes('a'))), '1', 'a')
  await storage.write([put('a', '3'), { key: bytes('b'), value: null }])
  expectSame(text(await storage.get(bytes('a'))), '3', 'a, written again')
  expectSame(await storage.get(bytes('b')), undefined, 'b, deleted')
  await storage.write([{ key: bytes('never'), value: null }])
  await storage.write([])
}

async function lastCounts(storage: Storage): Promise<void> {
  await storage.write([put('a', '1'), { key: bytes('a'), value: null }, put('b', '1')])
  await storage.write([{ key: bytes('b'), value: null }, put('b', '2')])
  expectSame(await keysIn(storage, ALL), ['b'], 'the keys')
  expectSame(text(await storage.get(bytes('b'))), '2', 'b')
}

async function extremes(storage: Storage): Promise<void> {
  const key = new Uint8Array(KEY_BYTES).fill(255)
  const value = new Uint8Array(VALUE_BYTES).fill(7)
  await storage.write([put('', 'empty key'), put('empty value', ''), { key, value }])
  expectSame(text(await storage.get(bytes(''))), 'empty key', 'the empty key')
  expectSame(text(await storage.get(bytes('empty value'))), '', 'the empty value')
  const found = await storage.get(key)
  expectThat(found !== undefined && compareBytes(found, value) === 0, 'the largest value back')
  expectThat((await entriesIn(storage, ALL)).length === 3, 'three entries')
}

async function inOrder(storage: Storage): Promise<void> {
  const keys = [[], [0], [0, 0], [0, 255], [1], [127], [128], [128, 0], [255], [255, 255]]
  const shuffled = [3, 7, 0, 9, 5, 1, 8, 2, 6, 4].map((i) => keys[i] ?? [])
  await storage.write(shuffled.map((key) => ({ key: Uint8Array.from(key), value: bytes('x') })))
  const found = (await entriesIn(storage, ALL)).map(({ key }) => [...key])
  expectSame(found, keys, 'the order')
  const span = { from: Uint8Array.of(0, 0), to: Uint8Array.of(128) }
  const within = (await entriesIn(storage, span)).map(({ key }) => [...key])
  expectSame(within, [[0, 0], [0, 255], [1], [127]], 'a span with its beginning, without its end')
  const nothing = { from: Uint8Array.of(9), to: Uint8Array.of(3) }
  expectSame(await entriesIn(storage, nothing), [], 'a span that ends before it begins')
}

async function ownCopy(storage: Storage): Promise<void> {
  const [key, value] = [bytes('key'), bytes('value')]
  await storage.write([{ key, value }])
  key.fill(0)
  value.fill(0)
  expectSame(text(await storage.get(bytes('key'))), 'value', 'the value')
}

async function onSnapshot(storage: Storage): Promise<void> {
  const value = new Uint8Array(SCAN_BYTES / 4)
  await storage.write(numbered(20).map((key) => ({ key: bytes(key), value })))
  const seen: string[] = []
  for await (const batch of storage.scan(ALL)) {
    if (seen.length === 0) {
      await storage.write([put('99', 'late'), { key: bytes('10'), value: null }, put('11', 'new')])
      await storage.drop({ from: bytes('15'), to: null })
    }
    seen.push(...batch.map(({ key, value: found }) => `${text(key)} ${found.length}`))
  }
  const wanted = numbered(20).map((key) => `${key} ${SCAN_BYTES / 4}`)
  expectSame(seen, wanted, 'what a scan shows of what is written meanwhile')
  const left = numbered(15).filter((key) => key !== '10')
  expectSame(await keysIn(storage, ALL), left, 'what the next scan shows')
}

async function boundedBatches(storage: Storage): Promise<void> {
  const sizes = [1, SCAN_BYTES * 2, 10, 10, SCAN_BYTES - 2, SCAN_BYTES / 2, SCAN_BYTES / 2, 3]
  const changes = sizes.map((size, i) => ({
    key: Uint8Array.of(i),
    value: new Uint8Array(size),
  }))
  for (const change of changes) await storage.write([change])
  const found: number[] = []
  for await (const batch of storage.scan(ALL)) {
    const size = batch.reduce((sum, { key, value }) => sum + key.length + value.length, 0)
    expectThat(batch.length > 0, 'no empty batch')
    expectThat(batch.length === 1 || size <= SCAN_BYTES, `a batch of at most ${SCAN_BYTES} bytes`)
    found.push(...batch.map(({ value }) => value.length))
  }
  expectSame(found, sizes, 'the sizes of all values')
}

async function leftEarly(storage: Storage): Promise<void> {
  const value = new Uint8Array(SCAN_BYTES)
  await storage.write(numbered(8).map((key) => ({ key: bytes(key), value })))
  for (let round = 0; round < 20; round++)
    for await (const batch of storage.scan(ALL)) {
      expectThat(batch.length > 0, 'a first batch')
      break
    }
}

async function dropsSpan(storage: Storage): Promise<void> {
  await storage.write(numbered(20).map((key) => put(key, key)))
  await storage.drop({ from: bytes('05'), to: bytes('15') })
  await storage.drop({ from: bytes('18'), to: bytes('17') })
  const left = numbered(20).filter((key) => key < '05' || key >= '15')
  expectSame(await keysIn(storage, ALL), left, 'what is left')
  await storage.drop({ from: bytes('17'), to: null })
  const fewer = left.filter((key) => key < '17')
  expectSame(await keysIn(storage, ALL), fewer, 'what is left of that')
}

async function closed(storage: Storage): Promise<void> {
  await storage.close()
  const attempts = {
    get: storage.get(bytes('a')),
    write: storage.write([put('a', '1')]),
    digest: storage.digest(ALL),
    drop: storage.drop(ALL),
    scan: keysIn(storage, ALL),
  }
  for (const [what, attempt] of Object.entries(attempts)) {
    const error = await failureOf(attempt, `${what} after close`)
    expectThat(error instanceof StorageError && error.trouble === 'closed', `${what} to say closed`)
  }
}

async function reopens(storage: Storage, reopen: () => Promise<Storage>): Promise<void> {
  await storage.write(numbered(50).map((key) => put(key, `value ${key}`)))
  await storage.drop({ from: bytes('20'), to: bytes('30') })
  const before = await storage.digest(ALL)
  const again = await reopen()
  expectSame(await again.digest(ALL), before, 'the digest over a reopening')
  expectSame((await keysIn(again, ALL)).length, 40, 'the keys over a reopening')
}

async function likeAnArray(storage: Storage, random: Random): Promise<void> {
  const oracle = new MemoryStorage()
  for (let round = 0; round < 60; round++) {
    const dropped = random.int(8) === 0 ? someSpan(random) : undefined
    const changes = Array.from({ length: random.int(20) }, () => someChange(random))
    for (const each of [storage, oracle]) {
      await each.write(changes)
      if (dropped !== undefined) await each.drop(dropped)
    }
    const span = someSpan(random)
    expectSame(await shown(storage, span), await shown(oracle, span), `round ${round}, a scan`)
    expectSame(await storage.digest(span), await oracle.digest(span), `round ${round}, a digest`)
    const { key } = someChange(random)
    expectSame(text(await storage.get(key)), text(await oracle.get(key)), `round ${round}, a get`)
  }
  expectSame(await storage.digest(ALL), await oracle.digest(ALL), 'the digest of all')
}

/** Entries of a batch, and digits of its number: long enough to be torn anywhere. */
const BATCH = 100
const PADDED = 100

/**
 * Writes batches without end, each saying the same number in all of its entries, and gives each
 * number once its batch is acknowledged: to be killed at any moment.
 */
export async function* batchesForever(storage: Storage, first = 1): AsyncGenerator<number> {
  for (let number = first; ; number++) {
    const value = bytes(String(number).padStart(PADDED, '0'))
    await storage.write(Array.from({ length: BATCH }, (_, i) => ({ key: Uint8Array.of(i), value })))
    yield number
  }
}

/** Whether no batch of `batchesForever` is torn, and none that was acknowledged is lost. */
export async function checkBatches(storage: Storage, acknowledged: number): Promise<void> {
  const entries = await entriesIn(storage, ALL)
  const numbers = [...new Set(entries.map(({ value }) => text(value)))]
  if (acknowledged === 0 && numbers.length === 0) return
  expectThat(numbers.length === 1 && entries.length === BATCH, 'one whole batch')
  expectThat(Number(numbers[0]) >= acknowledged, `batch ${acknowledged} or a later one`)
}

function someChange(random: Random): Change {
  const key = someKey(random)
  if (random.int(4) === 0) return { key, value: null }
  return { key, value: Uint8Array.from({ length: random.int(30) }, () => random.int(256)) }
}

function someSpan(random: Random): Span {
  return { from: someKey(random), to: random.int(5) === 0 ? null : someKey(random) }
}

/** Short and of few bytes, so that they meet and are each other's beginnings. */
function someKey(random: Random): Uint8Array {
  const parts = [0, 1, 127, 128, 255]
  return Uint8Array.from({ length: random.int(4) }, () => parts[random.int(5)] ?? 0)
}

async function entriesIn(storage: Storage, span: Span): Promise<Entry[]> {
  const entries: Entry[] = []
  for await (const batch of storage.scan(span)) entries.push(...batch)
  return entries
}

async function keysIn(storage: Storage, span: Span): Promise<string[]> {
  return (await entriesIn(storage, span)).map(({ key }) => text(key))
}

async function shown(storage: Storage, span: Span): Promise<string[]> {
  return (await entriesIn(storage, span)).map(({ key, value }) => `${key.join()}=${value.join()}`)
}

function numbered(count: number): string[] {
  return Array.from({ length: count }, (_, i) => String(i).padStart(2, '0'))
}

function put(key: string, value: string): Change {
  return { key: bytes(key), value: bytes(value) }
}

function bytes(said: string): Uint8Array {
  return Uint8Array.from(said, (letter) => letter.charCodeAt(0))
}

function text(found: Uint8Array | undefined): string {
  return found === undefined ? 'nothing' : String.fromCharCode(...found)
}
