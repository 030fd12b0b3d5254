/**
 * Moving data: the transport alone, and store to store beside what the stores do on their own in
 * the same run. Two processes on loopback: this one draws, a child is the source. Run: node
 * --import tsx bench/data.ts [--rows N] [--json]
 */
import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { connect, createServer } from 'node:net'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { CopyAnswers } from '../src/agent/data/copy-answers.js'
import { CopyJournal } from '../src/agent/data/copy-journal.js'
import { LevelStorage } from '../src/agent/data/level-storage.js'
import { LevelWal } from '../src/agent/data/level-wal.js'
import { Pace } from '../src/agent/data/pace.js'
import { copySpan } from '../src/agent/data/span-copy.js'
import { Switchboard } from '../src/agent/data/switchboard.js'
import { TcpRpc } from '../src/agent/data/tcp-rpc.js'
import { compareBytes } from '../src/base/byte-order.js'
import { Merging } from '../src/cluster/data/merging.js'
import { rowEntry, spanOfKeyspace } from '../src/cluster/data/row.js'
import type { Piece } from '../src/cluster/data/rpc.js'
import type { Entry } from '../src/cluster/data/storage.js'
import { median } from './statistics.js'

const PIECE = 256 * 1024
const BULK = 400 * 1024 * 1024
const MB = 1e6
const MOVE = 'bench'
const VALUE = 500

const { values } = parseArgs({
  options: {
    rows: { type: 'string', default: '200000' },
    json: { type: 'boolean', default: false },
    source: { type: 'string', default: '' },
  },
})
const count = Number(values.rows)

function rpcAt(): TcpRpc {
  return new TcpRpc({
    introduce: () => ({ cluster: 'bench', clusterId: '', address: '127.0.0.1:1' }),
    dial: (to) => connect({ host: '127.0.0.1', port: Number(to.split(':')[1]), noDelay: true }),
  })
}

const sight = {
  self: 'source',
  epoch: 1,
  trusted: true,
  isUnderWay: () => true,
  isDown: () => false,
  isKept: () => true,
  addressOf: () => undefined,
  nameOf: () => 'source',
}

/** Rows in the order of their storage keys, whose values compress like text, not like zeros. */
function rows(): Entry[] {
  const words = Buffer.from(Array.from({ length: 65_536 }, (_, i) => (i * 2654435761) >>> 24))
  const entries = Array.from({ length: count }, (_, i) => {
    const from = (i * 7919) % (words.length - VALUE)
    const stamp = { millis: i, counter: 0, hostId: '00000000-0000-0000-0000-00000000000a' }
    const value = words.subarray(from, from + VALUE)
    return rowEntry({ keyspace: 'bench', key: Buffer.from(`row ${i}`), value, stamp })
  })
  return entries.sort((a, b) => compareBytes(a.key, b.key))
}

function bytesOf(entries: readonly Entry[]): number {
  return entries.reduce((sum, { key, value }) => sum + key.length + value.length, 0)
}

async function fill(storage: LevelStorage): Promise<{ bytes: number; perSecond: number }> {
  const entries = rows()
  const bytes = bytesOf(entries)
  const perBatch = Math.max(1, Math.round((count * PIECE) / bytes))
  const begun = performance.now()
  for (let i = 0; i < entries.length; i += perBatch)
    await storage.write(entries.slice(i, i + perBatch))
  return { bytes, perSecond: rate(bytes, begun) }
}

async function scanned(storage: LevelStorage): Promise<number> {
  const begun = performance.now()
  let bytes = 0
  for await (const batch of storage.scan(spanOfKeyspace('bench'))) bytes += bytesOf(batch)
  return rate(bytes, begun)
}

function rate(bytes: number, begun: number): number {
  return Math.round((bytes / (performance.now() - begun)) * 1000)
}

async function* bulk(): AsyncGenerator<Piece, void, undefined> {
  const bytes = Buffer.alloc(PIECE, 7)
  for (let sent = 0; sent < BULK; sent += PIECE)
    yield await Promise.resolve({ position: Uint8Array.of(1), bytes })
}

/** The child: fills a store, tells what the store does alone, then serves it. */
async function source(directory: string): Promise<void> {
  const storage = await LevelStorage.open(join(directory, 'source'), { reserve: 0 })
  const { bytes, perSecond: write } = await fill(storage)
  const scan = await scanned(storage)
  const merging = new Merging(storage)
  const services = new Switchboard()
  services.add('copy', new CopyAnswers({ storage, merging, sight, pace: new Pace(0) }))
  services.add('bulk', { answer: () => Promise.resolve(Buffer.alloc(0)), stream: () => bulk() })
  const rpc = rpcAt()
  rpc.serve(services)
  const server = createServer({ noDelay: true }, (socket) => rpc.accept(socket))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  const memory = await watchMemory()
  process.send?.({ port, bytes, write, scan })
  process.on('message', () => void memory().then((grown) => process.send?.({ grown })))
}

/** How far private memory grows from here on, in bytes. */
async function watchMemory(): Promise<() => Promise<number>> {
  const before = await privateBytes()
  let most = before
  const timer = setInterval(() => {
    void privateBytes().then((now) => (most = Math.max(most, now)))
  }, 50)
  return async () => {
    clearInterval(timer)
    return Math.max(most, await privateBytes()) - before
  }
}

async function privateBytes(): Promise<number> {
  const text = await readFile('/proc/self/smaps_rollup', 'utf8')
  return Number(/Private_Dirty:\s+(\d+)/.exec(text)?.[1] ?? 0) * 1024
}

async function main(): Promise<void> {
  const directory = await mkdtemp(join('dist', 'bench-data-'))
  const own = process.argv[1] ?? ''
  const args = ['--source', directory, '--rows', String(count)]
  const child = fork(own, args, { execArgv: process.execArgv })
  try {
    const said = figuresIn(await messageOf(child))
    const [port, bytes] = [said('port'), said('bytes')]
    const [write, scan] = [said('write'), said('scan')]
    const to = `127.0.0.1:${port}`
    const transport = await drawn(to)
    const memory = await watchMemory()
    const moved = await move(directory, to)
    const answer = messageOf(child)
    child.send('memory')
    const told = figuresIn(await answer)
    const figures = {
      ...{ rows: count, bytes, ...transport, scan, write, ...moved },
      ratio: Number((moved.copy / Math.min(scan, write)).toFixed(2)),
      overhead: Number((moved.wire / bytes).toFixed(3)),
      targetMemory: await memory(),
      sourceMemory: told('grown'),
    }
    console.log(values.json ? JSON.stringify(figures) : inWords(figures))
  } finally {
    child.kill()
    await rm(directory, { recursive: true })
  }
}

/** In bytes a second of the clock and of this process's processor time: the median of five. */
async function drawn(to: string): Promise<{ transport: number; transportByProcessor: number }> {
  const rpc = rpcAt()
  const byClock: number[] = []
  const byProcessor: number[] = []
  for (let run = 0; run < 5; run++) {
    const begun = performance.now()
    const spent = process.cpuUsage()
    let bytes = 0
    const asked = { timeout: 20_000 }
    for await (const piece of rpc.open(to, 'bulk/all', Buffer.alloc(0), asked))
      bytes += piece.bytes.length
    const { user, system } = process.cpuUsage(spent)
    byClock.push(rate(bytes, begun))
    byProcessor.push(Math.round((bytes / (user + system)) * 1e6))
  }
  await rpc.close()
  return { transport: median(byClock), transportByProcessor: median(byProcessor) }
}

async function move(directory: string, to: string) {
  const storage = await LevelStorage.open(join(directory, 'target'), { reserve: 0 })
  const wal = await LevelWal.open(join(directory, 'log'), { reserve: 0, writeBuffer: 65_536 })
  const rpc = rpcAt()
  const begun = performance.now()
  let bytes = 0
  let copied = begun
  const parts = {
    ...{ storage, merging: new Merging(storage), rpc, paces: [] },
    journal: await CopyJournal.open(wal),
    onRows: (size: number): void => {
      bytes += size
      copied = performance.now()
    },
  }
  const leg = { move: MOVE, part: 'all', source: 'source' }
  await copySpan(to, { of: 'source', move: MOVE, epoch: 1, ...spanOfKeyspace('bench') }, leg, parts)
  const whole = rate(bytes, begun)
  const copy = Math.round((bytes / (copied - begun)) * 1000)
  await rpc.close()
  await storage.close()
  await wal.close()
  return { copy, whole, wire: rpc.traffic.bytesIn }
}

function messageOf(child: ChildProcess): Promise<unknown> {
  return new Promise((resolve) => child.once('message', resolve))
}

function figuresIn(said: unknown): (name: string) => number {
  const figures = new Map<string, unknown>(Object.entries(said ?? {}))
  return (name) => Number(figures.get(name))
}

function inWords(figures: Record<string, number>): string {
  return Object.entries(figures)
    .map(([name, value]) => `${name} ${value > MB ? `${(value / MB).toFixed(1)} MB` : value}`)
    .join('\n')
}

if (values.source === '') await main()
else await source(values.source)
