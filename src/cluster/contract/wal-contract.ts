/**
 * What every log promises, as cases: positions that are never used twice, order, trimming,
 * reopening. The oracle is an array.
 */
import { Random } from '../../base/random.js'
import { StorageError } from '../data/storage.js'
import { RECORD_BYTES, type Logged, type Position, type Wal } from '../data/wal.js'
import { caseOn, expectSame, expectThat, failureOf, type Case, type Make } from './case.js'

/** @param seed of the randomised case */
export function walContract(make: Make<Wal>, seed = 1): readonly Case[] {
  return [
    caseOn(make, 'counts records from 0 and gives them back in order', countsOn),
    caseOn(make, 'takes appends in the order in which they were called', inCallOrder),
    caseOn(make, 'takes an empty record, the largest, and none', extremes),
    caseOn(make, 'forgets what is trimmed, and never more than there is', trims),
    caseOn(make, 'reads up to what was durable when it began', readsToTheEnd),
    caseOn(make, 'rejects as closed once it is closed', closed),
    caseOn(make, 'uses no position twice over a reopening', async (wal, { reopen }) => {
      if (reopen !== undefined) await reopens(wal, reopen)
    }),
    caseOn(make, `does what an array does (seed ${seed})`, (wal, { reopen }) =>
      likeAnArray(wal, reopen, Random.from(seed)),
    ),
  ]
}

async function countsOn(wal: Wal): Promise<void> {
  expectSame([wal.first, wal.next], [0, 0], 'the ends of an empty log')
  expectSame(await wal.append([record(1), record(2)]), 0, 'the first position')
  expectSame(await wal.append([record(3)]), 2, 'the next position')
  expectSame([wal.first, wal.next], [0, 3], 'the ends')
  expectSame(await shown(wal, 0), ['0:1', '1:2', '2:3'], 'all of it')
  expectSame(await shown(wal, 2), ['2:3'], 'the last of it')
  expectSame(await shown(wal, 3), [], 'what is to come')
}

async function inCallOrder(wal: Wal): Promise<void> {
  const appended = Array.from({ length: 30 }, (_, i) => wal.append([record(i), record(i)]))
  const wanted = Array.from({ length: 30 }, (_, i) => i * 2)
  expectSame(await Promise.all(appended), wanted, 'the positions')
  const records = Array.from({ length: 60 }, (_, i) => `${i}:${Math.floor(i / 2)}`)
  expectSame(await shown(wal, 0), records, 'the records')
}

async function extremes(wal: Wal): Promise<void> {
  expectSame(await wal.append([]), 0, 'where nothing was appended')
  await wal.append([new Uint8Array(), new Uint8Array(RECORD_BYTES).fill(9)])
  const found = await recordsFrom(wal, 0)
  const sizes = found.map((each) => each.record.length)
  expectSame(sizes, [0, RECORD_BYTES], 'the sizes')
  expectThat(found[1]?.record.every((byte) => byte === 9) ?? false, 'the largest record back')
}

async function trims(wal: Wal): Promise<void> {
  await wal.append([0, 1, 2, 3, 4].map(record))
  await wal.trim(2)
  await wal.trim(1)
  expectSame([wal.first, wal.next], [2, 5], 'the ends once trimmed')
  expectSame(await shown(wal, 0), ['2:2', '3:3', '4:4'], 'what is left')
  await wal.trim(99)
  expectSame([wal.first, wal.next], [5, 5], 'the ends of a log trimmed to nothing')
  expectSame(await wal.append([record(5)]), 5, 'the position after that')
  expectSame(await shown(wal, 0), ['5:5'], 'what is left then')
}

async function readsToTheEnd(wal: Wal): Promise<void> {
  await wal.append([1, 2].map(record))
  const seen: Position[] = []
  for await (const { position } of wal.read(0)) {
    seen.push(position)
    await wal.append([record(3)])
  }
  expectSame(seen, [0, 1], 'what is read while more is appended')
}

async function closed(wal: Wal): Promise<void> {
  await wal.append([record(1)])
  await wal.close()
  const attempts = {
    append: wal.append([record(2)]),
    trim: wal.trim(1),
    read: recordsFrom(wal, 0),
  }
  for (const [what, attempt] of Object.entries(attempts)) {
    const error = await failureOf(attempt, `${what} after close`)
    expectThat(error instanceof StorageError && error.trouble === 'closed', `${what} to say closed`)
  }
}

async function reopens(wal: Wal, reopen: () => Promise<Wal>): Promise<void> {
  await wal.append([0, 1, 2].map(record))
  await wal.trim(1)
  const second = await reopen()
  expectSame([second.first, second.next], [1, 3], 'the ends over a reopening')
  expectSame(await shown(second, 0), ['1:1', '2:2'], 'the records over a reopening')
  await second.trim(3)
  const third = await reopen()
  expectSame([third.first, third.next], [3, 3], 'the ends of an empty log over a reopening')
  expectSame(await third.append([record(3)]), 3, 'the position after that')
}

async function likeAnArray(
  first: Wal,
  reopen: (() => Promise<Wal>) | undefined,
  random: Random,
): Promise<void> {
  let wal = first
  // Every record ever appended, and how many of them are trimmed.
  const all: number[] = []
  let trimmed = 0
  for (let round = 0; round < 60; round++) {
    const fresh = Array.from({ length: random.int(4) }, () => random.int(256))
    expectSame(await wal.append(fresh.map(record)), all.length, `round ${round}, the position`)
    all.push(...fresh)
    if (random.int(4) === 0) {
      const before = random.int(all.length + 2)
      trimmed = Math.max(trimmed, Math.min(before, all.length))
      await wal.trim(before)
    }
    if (reopen !== undefined && random.int(12) === 0) wal = await reopen()
    const from = random.int(all.length + 2)
    const start = Math.max(trimmed, from)
    const wanted = all.slice(start).map((each, i) => `${start + i}:${each}`)
    expectSame(await shown(wal, from), wanted, `round ${round}, from ${from}`)
    expectSame([wal.first, wal.next], [trimmed, all.length], `round ${round}, the ends`)
  }
}

async function recordsFrom(wal: Wal, from: Position): Promise<Logged[]> {
  const found: Logged[] = []
  for await (const logged of wal.read(from)) found.push(logged)
  return found
}

async function shown(wal: Wal, from: Position): Promise<string[]> {
  const found = await recordsFrom(wal, from)
  return found.map(({ position, record: each }) => `${position}:${each.join()}`)
}

function record(byte: number): Uint8Array {
  return Uint8Array.of(byte)
}
