/**
 * How fast tokens, owners and replica lists are, and what a ring costs to build, change, keep and plan with; ours and
 * the peers in the same run, in CPU time, the best of several rounds. Run: node --import tsx bench/ring.ts
 */
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { allocate, randomTokens } from '../src/ring/allocate.js'
import type { Claim } from '../src/ring/member.js'
import { ownershipOf } from '../src/ring/ownership.js'
import { Placement } from '../src/ring/placement.js'
import { network } from '../src/ring/replication.js'
import { Ring } from '../src/ring/ring.js'
import { formatToken, tokenInto } from '../src/ring/token.js'
import { transfer } from '../src/ring/transfer.js'
import { driverTokens, peers } from './ring-peers.mjs'

const KEYS = 16384
const ROUNDS = 7
const RF3 = network({ dc1: 3 })

setFlagsFromString('--expose-gc')

function cpu(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}

/** Calls a second, the best round. */
function rate(call: (i: number) => unknown): number {
  for (let i = 0; i < 50000; i++) call(i & (KEYS - 1))
  let best = 0
  for (let round = 0; round < ROUNDS; round++) {
    const start = cpu()
    let calls = 0
    let used = 0
    while (used < 60) {
      for (let i = 0; i < 2000; i++) call((calls + i) & (KEYS - 1))
      calls += 2000
      used = cpu() - start
    }
    best = Math.max(best, (calls / used) * 1000)
  }
  return best
}

/** Milliseconds of CPU, the least of several. */
function cost(times: number, call: (i: number) => unknown): number {
  let least = Infinity
  for (let i = 0; i < times; i++) {
    const start = cpu()
    call(i)
    least = Math.min(least, cpu() - start)
  }
  return least
}

async function heap(): Promise<number> {
  for (let i = 0; i < 4; i++) {
    runInNewContext('gc()')
    await new Promise((done) => setTimeout(done, 30))
  }
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  return heapUsed + arrayBuffers
}

/** KiB that a ring keeps alive, measured in a process of its own. */
function kept(ring: string, nodes: number): string {
  const file = fileURLToPath(import.meta.url)
  const args = ['--import', 'tsx', file, '--kept', ring, String(nodes)]
  return spawnSync(process.execPath, args, { encoding: 'utf8' }).stdout.trim()
}

async function printKept(name: string, nodes: number): Promise<void> {
  const peer = peers().find((one) => one.name === name)
  const points = peer?.points ?? 256
  const all = claims(nodes, points)
  const named = forPeers(all)
  const build = (): unknown => peer?.make(named) ?? new Placement(Ring.of(all), RF3)
  const before = await heap()
  const held = build()
  const after = await heap()
  console.log(held === undefined ? '' : Math.round((after - before) / 1024))
}

function forPeers(all: readonly Claim[]): { name: string; rack: string; tokens: string[] }[] {
  return all.map(({ id, rack, tokens }) => ({ name: id, rack, tokens: tokens.map(formatToken) }))
}

function claims(nodes: number, tokens: number): Claim[] {
  const empty = Ring.of([])
  return Array.from({ length: nodes }, (_, i) => ({
    id: `10.0.${i >> 8}.${i & 255}:7946`,
    dc: 'dc1',
    rack: `r${i % 3}`,
    tokens: randomTokens(empty, tokens, `n${i}`),
  }))
}

const millions = (value: number): string => (value / 1e6).toFixed(2)
const texts = Array.from({ length: KEYS }, (_, i) => `user:${(i * 2654435761) % 4294967296}:${i}`)
const NO_KEY = new Uint8Array(0)
/** 16 bytes each, as a UUID. */
const bytes = texts.map((_, i) => {
  const key = new Uint8Array(16)
  new DataView(key.buffer).setFloat64(4, Math.sqrt(i + 2))
  return key
})
const row = (...cells: readonly (string | number)[]): void =>
  console.log(`| ${cells.join(' | ')} |`)
const rule = (columns: number): void => console.log(`|${'---|'.repeat(columns)}`)

function tokens(): void {
  const out = new Int32Array(2)
  const buffers = bytes.map((key) => Buffer.from(key))
  const own = rate((i) => tokenInto(out, bytes[i] ?? NO_KEY))
  const hash = driverTokens()
  console.log('\nTokens of 16-byte keys\n')
  row('implementation', 'million/s', 'times')
  rule(3)
  row('ours, 32-bit halves', millions(own), '')
  if (hash === undefined) return
  const theirs = rate((i) => hash(buffers[i] ?? Buffer.alloc(0)))
  row('cassandra-driver', millions(theirs), (own / theirs).toFixed(1))
}

function ours(nodes: number, points: number): void {
  const all = claims(nodes, points)
  const joiner = {
    ...all[0],
    id: 'zz',
    dc: 'dc1',
    rack: 'r0',
    tokens: randomTokens(Ring.of([]), points, 'zz'),
  }
  const ring = Ring.of(all)
  const placement = new Placement(ring, RF3)
  const key = (i: number): Uint8Array => bytes[i] ?? NO_KEY
  const owners = rate((i) => ring.ownerOfKey(key(i)))
  const lists = rate((i) => placement.replicasOfKey(key(i)))
  const ownersText = rate((i) => ring.ownerOfKey(texts[i] ?? ''))
  const listsText = rate((i) => placement.replicasOfKey(texts[i] ?? ''))
  const build = cost(30, () => new Placement(Ring.of(all), RF3))
  const grown = ring.with(joiner)
  const add = cost(100, () => new Placement(ring.with(joiner), RF3))
  const drop = cost(100, () => new Placement(grown.without('zz'), RF3))
  const cells = [build, add, drop].map((ms) => ms.toFixed(2))
  row('ours, 16 bytes', points, millions(owners), millions(lists), ...cells, kept('ours', nodes))
  row('ours, text', points, millions(ownersText), millions(listsText), '', '', '', '')
}

function theirs(nodes: number): void {
  for (const { name, points, make } of peers()) {
    const all = forPeers(claims(nodes, points))
    const ring = make(all)
    const owners = rate((i) => ring.owner(texts[i] ?? ''))
    const lists = rate((i) => ring.three(texts[i] ?? ''))
    const build = cost(3, () => make(all).three('first'))
    const add = cost(3, (i) => {
      ring.add(`10.9.9.${i}:7946`)
      ring.three('first')
    })
    const cells = [build, add].map((ms) => ms.toFixed(2))
    row(name, points, millions(owners), millions(lists), ...cells, '', kept(name, nodes))
  }
}

function planning(): void {
  const all = claims(1000, 16)
  console.log(
    '\nPlanning a join to 1,000 nodes x 16 tokens, RF 3: tokens, ownership, transfers, ms\n',
  )
  row('racks', 'first', 'best of 5')
  rule(3)
  for (const racks of [3, 1, 10]) {
    const ring = Ring.of(all.map((claim, i) => ({ ...claim, rack: `r${i % racks}` })))
    const plan = (): unknown => {
      const joiner = { id: 'zz', dc: 'dc1', rack: 'r0' }
      const before = new Placement(ring, RF3)
      const own = allocate(ring, RF3, { joiner })
      const after = new Placement(ring.with({ ...joiner, tokens: own }), RF3)
      return [ownershipOf(before), ownershipOf(after), transfer(before, after)]
    }
    const first = cost(1, plan)
    row(racks, first.toFixed(0), cost(5, plan).toFixed(0))
  }
}

function figures(): void {
  tokens()
  for (const nodes of [100, 1000]) {
    console.log(`\n${nodes} nodes, look-ups from the key, RF 3, three racks\n`)
    row('ring', 'tokens a node', 'owners M/s', 'lists M/s', 'build ms', 'add ms', 'drop ms', 'KiB')
    rule(8)
    ours(nodes, 256)
    if (nodes === 100) theirs(nodes)
  }
  planning()
}

const [, , option, ring = '', size = '100'] = process.argv
if (option === '--kept') await printKept(ring, Number(size))
else figures()
