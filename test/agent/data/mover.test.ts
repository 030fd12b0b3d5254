/**
 * Ranges on their way: over a real transport, from whom they must come, past breaks, crashes and
 * full disks, and never over a newer row.
 */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'
import { LevelStorage } from '../../../src/agent/data/level-storage.js'
import { Pace } from '../../../src/agent/data/pace.js'
import { MemoryStorage } from '../../../src/cluster/data/memory-storage.js'
import { tokenIn } from '../../../src/cluster/data/row.js'
import { StorageError, type Change, type Entry } from '../../../src/cluster/data/storage.js'
import type { CopyTask } from '../../../src/cluster/ring-event.js'
import { holds } from '../../../src/ring/range.js'
import { token } from '../../ring/arbitrary.js'
import type { copyAndDie } from './copy-and-die.js'
import type { MoverSettings } from '../../../src/agent/data/mover.js'
import { hex, MOVE, row, rows, Stage, the, until } from './rig.js'

let stage = new Stage()

beforeEach(() => {
  stage = new Stage()
})

afterEach(() => stage.end())

/** Wraps: about three quarters of the ring. */
const WRAPPED = { left: token(2n ** 62n), right: token(2n ** 61n) }

const task: CopyTask = {
  keyspace: 'shop',
  range: WRAPPED,
  source: 'c',
  others: ['a', 'b'],
  quorums: [{ of: ['c', 'a', 'b'], needed: 2 }],
  share: 0.8,
}

const copy = (tasks: readonly CopyTask[] = [task]) => {
  return { kind: 'ring.copy', move: MOVE, epoch: 5, tasks } as const
}

function within(entries: readonly Entry[], range = WRAPPED): Map<string, string> {
  const inside = entries.filter(({ key }) => holds(range, the(tokenIn(key))))
  return new Map(inside.map(({ key, value }) => [hex(key), hex(value)]))
}

const bytesOf = (entries: readonly Entry[]): number =>
  entries.reduce((sum, { key, value }) => sum + key.length + value.length, 0)

test('all rows of the range come from the replica that loses it, and no others', async () => {
  const [target, source] = [await stage.add('y'), await stage.add('c')]
  await stage.add('a')
  const all = rows(3000)
  await source.keep([...all, row('key 1', 1, 'of another keyspace', 'shoe')])
  const mover = target.mover()
  mover.begin(copy())
  await until(() => target.copied.length === 1, 'copied')
  expect(target.copied).toEqual([MOVE])
  const wanted = within(all)
  expect(wanted.size).toBeGreaterThan(1000)
  expect(await target.rows()).toEqual(wanted)
  expect(mover.progress()).toEqual([])
})

test('no row is replaced by an older one, and none is kept that is older', async () => {
  const [target, source] = [await stage.add('y'), await stage.add('c')]
  const whole = { ...task, range: { left: token(0), right: token(0) } }
  const old = Array.from({ length: 50 }, (_, i) => row(`key ${i}`, 10, `old ${i}`))
  const fresh = Array.from({ length: 50 }, (_, i) =>
    row(`key ${i}`, 20, i % 3 === 0 ? null : `new ${i}`),
  )
  await source.keep([...old.slice(0, 30), ...fresh.slice(30)])
  await target.keep([...fresh.slice(0, 30), ...old.slice(30, 40)])
  target.mover().begin(copy([whole]))
  await until(() => target.copied.length === 1, 'copied')
  expect(await target.rows()).toEqual(
    new Map(fresh.map(({ key, value }) => [hex(key), hex(value)])),
  )
})

describe('when the replica that loses the range is dead', () => {
  test('a majority of the others is merged, the newest of each row', async () => {
    const target = await stage.add('y')
    const [a, b] = [await stage.add('a'), await stage.add('b')]
    stage.down.add('c')
    await a.keep([row('one', 2, 'new'), row('two', 1, 'old'), row('only a', 1, 'x')])
    await b.keep([row('one', 1, 'old'), row('two', 2, null), row('only b', 1, 'x')])
    const whole = { ...task, range: { left: token(0), right: token(0) } }
    target.mover().begin(copy([whole]))
    await until(() => target.copied.length === 1, 'copied')
    const wanted = [
      row('one', 2, 'new'),
      row('two', 2, null),
      row('only a', 1, 'x'),
      row('only b', 1, 'x'),
    ]
    const found = await target.rows()
    expect(found).toEqual(new Map(wanted.map(({ key, value }) => [hex(key), hex(value)])))
  })

  test('it waits for a majority, says for whom, and goes on with whoever comes back', async () => {
    const [target, source] = [await stage.add('y'), await stage.add('c')]
    const a = await stage.add('a')
    for (const name of ['c', 'b']) stage.down.add(name)
    const all = rows(100)
    await source.keep(all)
    await a.keep(all.slice(0, 50))
    const mover = target.mover()
    mover.begin(copy())
    await until(() => mover.progress()[0]?.waitsFor[0] === 'c, b to come back', 'it waits')
    expect(target.copied).toEqual([])
    stage.down.delete('c')
    await until(() => target.copied.length === 1, 'copied')
    expect(await target.rows()).toEqual(within(all))
  })
})

test('a source that does not act on the epoch yet is asked again', async () => {
  const [target, source] = [await stage.add('y'), await stage.add('c')]
  await source.keep(rows(10))
  stage.epoch = 4
  const mover = target.mover()
  mover.begin(copy())
  await until(() => mover.progress()[0]?.waitsFor[0]?.includes('epoch 4 only') === true, 'refusal')
  stage.epoch = 5
  stage.trusted = false
  await until(() => mover.progress()[0]?.waitsFor[0]?.includes('its last') === true, 'refusal')
  stage.trusted = true
  await until(() => target.copied.length === 1, 'copied')
})

test('a movement that is over is given up', async () => {
  const target = await stage.add('y')
  stage.down.add('c')
  const mover = target.mover()
  mover.begin(copy())
  await until(() => mover.progress()[0]?.waitsFor.length === 1, 'it waits')
  stage.moves.delete(MOVE)
  await until(() => mover.progress().length === 0, 'given up')
  expect(target.copied).toEqual([])
})

test('broken connections cost little: it goes on where it was', async () => {
  const [target, source] = [await stage.add('y'), await stage.add('c')]
  const all = rows(8000, 300)
  await source.keep(all)
  const mover = target.mover({ rate: 10_000_000 })
  mover.begin(copy())
  let cuts = 0
  for (const bytes of [3e5, 8e5, 1.4e6]) {
    await until(() => (mover.progress()[0]?.bytes ?? 1e9) > bytes, `${bytes} bytes`)
    source.cut()
    cuts++
  }
  await until(() => target.copied.length === 1, 'copied')
  expect(cuts).toBe(3)
  const wanted = within(all)
  expect(await target.rows()).toEqual(wanted)
  const least = bytesOf(all.filter(({ key }) => wanted.has(hex(key))))
  expect(target.rpc.traffic.bytesIn).toBeLessThan(least * 1.5)
})

test('kill -9 of the one that copies, at any moment, costs a part of the way and no row', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'murmur-killed-'))
  const source = await stage.add('c')
  const all = rows(30_000, 1000)
  await source.keep(all)
  const program = pathToFileURL(join(process.cwd(), 'test/agent/data/copy-and-die.ts')).href
  const begin = (rate: number): ChildProcess => {
    const given: Parameters<typeof copyAndDie> = [directory, source.address, MOVE, rate]
    const call = `await copyAndDie(...${JSON.stringify(given)})`
    const code = `import { copyAndDie } from '${program}'\n${call}`
    const options = ['--import', 'tsx', '--input-type=module', '--eval', code]
    return spawn(process.execPath, options, { stdio: ['ignore', 'pipe', 'inherit'] })
  }
  for (const batches of [1, 30, 45]) {
    const child = begin(30_000_000)
    const exited = once(child, 'exit')
    let said = 0
    child.stdout?.on('data', (piece: Buffer) => {
      said += piece.length
      if (said >= batches) child.kill('SIGKILL')
    })
    expect((await exited)[1]).toBe('SIGKILL')
  }
  const last = begin(0)
  let said = ''
  last.stdout?.on('data', (piece: Buffer) => (said += piece.toString()))
  await once(last, 'exit')
  expect(Number(said.split('\n').at(-2))).toBeLessThan(bytesOf(all) - 7e6)
  const storage = await LevelStorage.open(join(directory, 'rows'))
  const whole = { from: new Uint8Array(), to: null }
  expect(await storage.digest(whole)).toEqual(await source.storage.digest(whole))
  await storage.close()
  await rm(directory, { recursive: true })
})

test('a full disk is waited for and told, and nothing is lost', async () => {
  let full = true
  class Small extends MemoryStorage {
    override write(changes: readonly Change[]): Promise<void> {
      if (!full) return super.write(changes)
      return Promise.reject(new StorageError('full', 'There is no room left.', 'Free some.'))
    }
  }
  const [target, source] = [await stage.add('y', new Small()), await stage.add('c')]
  const all = rows(500)
  await source.keep(all)
  const mover = target.mover()
  mover.begin(copy())
  const told = 'There is no room left. Free some.'
  await until(() => mover.progress()[0]?.waitsFor[0] === told, 'it tells')
  expect(target.copied).toEqual([])
  full = false
  await until(() => target.copied.length === 1, 'copied')
  expect(await target.rows()).toEqual(within(all))
})

test('rows that a disk lied about are found by their digests and fetched again', async () => {
  let lies = 3
  class Liar extends MemoryStorage {
    override write(changes: readonly Change[]): Promise<void> {
      return super.write(lies-- > 0 ? changes.slice(1) : changes)
    }
  }
  const [target, source] = [await stage.add('y', new Liar()), await stage.add('c')]
  const all = rows(500)
  await source.keep(all)
  target.mover().begin(copy())
  await until(() => target.copied.length === 1, 'copied')
  expect(await target.rows()).toEqual(within(all))
})

test('many ranges move, so many at a time, and one word says that all are here', async () => {
  const [target, source] = [await stage.add('y'), await stage.add('c')]
  const all = rows(2000)
  await source.keep(all)
  const borders = Array.from({ length: 17 }, (_, i) => token(-(2n ** 63n) + BigInt(i) * 2n ** 59n))
  const tasks = borders.slice(1).map((right, i) => {
    return { ...task, range: { left: the(borders[i]), right }, share: 1 / 32 }
  })
  const mover = target.mover({ parallel: 3 })
  mover.begin(copy(tasks))
  mover.begin(copy(tasks))
  expect(mover.progress()[0]).toMatchObject({ move: MOVE, ranges: 16, bytesLeft: null })
  await until(() => target.copied.length > 0, 'copied')
  expect(target.copied).toEqual([MOVE])
  const range = { left: the(borders[0]), right: the(borders[16]) }
  expect(await target.rows()).toEqual(within(all, range))
})

/** Time that passes only while somebody waits, and then a little more if so told. */
class Virtual {
  /** Milliseconds that whoever waits is woken too late. */
  late = 0
  private at = 0

  now(): number {
    return this.at
  }

  async sleep(millis: number): Promise<void> {
    const due = this.at + millis + this.late
    await Promise.resolve()
    this.at = Math.max(this.at, due)
  }
}

describe('a pace', () => {
  test('holds those who share it to its bytes a second', async () => {
    const time = new Virtual()
    const pace = new Pace(1_000_000, () => false, time)
    await Promise.all(Array.from({ length: 10 }, () => pace.take(10_000)))
    expect(time.now()).toBe(90)
  })

  test('gives way to clients where the process is woken late, and comes back to itself', async () => {
    const time = new Virtual()
    let busy = true
    const pace = new Pace(1_000_000, () => busy, time)
    const millisFor = async (takes: number): Promise<number> => {
      const begun = time.now()
      for (let i = 0; i < takes; i++) await pace.take(10_000)
      return time.now() - begun
    }
    expect(await millisFor(100)).toBeCloseTo(990, 0)
    time.late = 20
    await millisFor(10)
    // A sixteenth: ten milliseconds of it take 160, and nothing is slower than that.
    expect(await millisFor(10)).toBeCloseTo(1600, -2)
    time.late = 0
    await millisFor(40)
    expect(await millisFor(100)).toBeCloseTo(1000, -1)
    time.late = 20
    busy = false
    expect(await millisFor(10)).toBeLessThan(400)
  })
})

describe('the settings of the mover hold', () => {
  const rate = 200_000
  /** How long a copy of all rows takes, in virtual milliseconds, and for how many bytes. */
  async function took(settings: Partial<MoverSettings>, sources: readonly string[]) {
    const time = new Virtual()
    const target = await stage.add('y')
    const all = rows(2000, 500)
    for (const name of sources) await (await stage.add(name)).keep(all)
    const tasks = sources.map((source) => ({ ...task, source, others: [] }))
    target.mover(settings, time).begin(copy(tasks))
    await until(() => target.copied.length === 1, 'copied')
    const bytes = bytesOf(all.filter(({ key }) => holds(WRAPPED, the(tokenIn(key)))))
    return { millis: time.now(), least: (bytes / rate) * 1000 }
  }

  test('for all that comes', async () => {
    const { millis, least } = await took({ rate, parallel: 2 }, ['c', 'd'])
    // The last batch of all is on its way before it is paid for.
    expect(millis).toBeGreaterThan(1.5 * least)
    expect(millis).toBeLessThan(2.2 * least)
  })

  test('for what comes from one node', async () => {
    const { millis, least } = await took({ linkRate: rate, parallel: 2 }, ['c', 'd'])
    expect(millis).toBeGreaterThan(0.6 * least)
    expect(millis).toBeLessThan(1.3 * least)
  })

  test('for ranges at a time', async () => {
    const [target, source] = [await stage.add('y'), await stage.add('c')]
    await source.keep(rows(2000, 500))
    const borders = Array.from({ length: 9 }, (_, i) => token(BigInt(i) * 2n ** 59n))
    const tasks = borders.slice(1).map((right, i) => {
      return { ...task, range: { left: the(borders[i]), right } }
    })
    let [most, streams] = [0, 0]
    source.onStream = async (change) => {
      most = Math.max(most, (streams += change))
      await sleep(5)
    }
    target.mover({ parallel: 3 }).begin(copy(tasks))
    await until(() => target.copied.length === 1, 'copied')
    expect(most).toBe(3)
  })
})
