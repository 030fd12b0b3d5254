/**
 * How fast tokens, owners and replica lists are, and what a ring costs to build, change, keep and plan with; ours and
 * the peers in the same run, in CPU time, the best of several rounds. Run: node --import tsx bench/ring.ts [--json]
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
  const args = [...process.execArgv, file, '--kept', ring, String(nodes)]
  return spawnSync(process.execPath, args, { encoding: 'utf8' }).stdout.trim()
}

async function printKept(name: string, nodes: number): Promise<void> {
  const peer = peers().find((one) => one.name === name)
  const points = peer?.points ?? 256
  const all = claims(nodes, points)
  const named = forPeers(all)
  const build = (): unknown => peer?.make(named) ?? askedPlacement(all)
  // Once for what the code itself keeps: it is not the ring's.
  build()
  const before = await heap()
  const held = build()
  const after = await heap()
  console.log(held === undefined ? '' : Math.round((after - before) / 1024))
}

/** With the table of replicas that the first question makes. */
function askedPlacement(all: readonly Claim[]): Placement {
  const placement = new Placement(Ring.of(all), RF3)
  placement.replicasAt(0)
  return placement
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
const key = (i: number): Uint8Array => bytes[i] ?? NO_KEY
const text = (i: number): string => texts[i] ?? ''

function tokens(): { own: number; driver: number | null } {
  const out = new Int32Array(2)
  const buffers = bytes.map((one) => Buffer.from(one))
  const own = rate((i) => tokenInto(out, key(i)))
  const hash = driverTokens()
  const driver = hash === undefined ? null : rate((i) => hash(buffers[i] ?? Buffer.alloc(0)))
  return { own, driver }
}

interface Row {
  readonly ring: string
  readonly points: number
  readonly owners: number
  readonly lists: number
  readonly build: number | null
  readonly add: number | null
  readonly drop: number | null
  readonly kib: number | null
  /** Share of keys on which two nodes agree that learnt of the last member at different times. */
  readonly agree: number | null
}

function ours(nodes: number, points: number): Row[] {
  const all = claims(nodes, points)
  const own = randomTokens(Ring.of([]), points, 'zz')
  const joiner = { id: 'zz', dc: 'dc1', rack: 'r0', tokens: own }
  const ring = Ring.of(all)
  const placement = new Placement(ring, RF3)
  const grown = ring.with(joiner)
  const late = Ring.of([...all, joiner])
  const fromBytes = {
    ring: 'ours, 16 bytes',
    points,
    owners: rate((i) => ring.ownerOfKey(key(i))),
    lists: rate((i) => placement.replicasOfKey(key(i))),
    build: cost(30, () => new Placement(Ring.of(all), RF3)),
    add: cost(100, () => new Placement(ring.with(joiner), RF3)),
    drop: cost(100, () => new Placement(grown.without('zz'), RF3)),
    kib: Number(kept('ours', nodes)),
    agree: agreement(
      (i) => grown.ownerOfKey(key(i))?.id,
      (i) => late.ownerOfKey(key(i))?.id,
    ),
  }
  const fromText = {
    ...fromBytes,
    ring: 'ours, text',
    owners: rate((i) => ring.ownerOfKey(text(i))),
    lists: rate((i) => placement.replicasOfKey(text(i))),
    kib: null,
  }
  return [fromBytes, fromText]
}

function theirs(nodes: number): Row[] {
  return peers().map(({ name, points, make }) => {
    const all = forPeers(claims(nodes, points))
    const ring = make(all)
    const early = make(all.slice(0, -1))
    early.owner('first')
    early.add(all.at(-1)?.name ?? '')
    const late = make(all)
    const agree = name.startsWith('cassandra')
      ? 1 // Tokens are given to it, not chosen by it.
      : agreement(
          (i) => early.owner(text(i)),
          (i) => late.owner(text(i)),
        )
    const owners = rate((i) => ring.owner(text(i)))
    const lists = rate((i) => ring.three(text(i)))
    const build = cost(3, () => make(all).three('first'))
    const add = cost(3, (i) => {
      ring.add(`10.9.9.${i}:7946`)
      ring.three('first')
    })
    const kib = Number(kept(name, nodes))
    return { ring: name, points, owners, lists, build, add, drop: null, kib, agree }
  })
}

function agreement(one: (i: number) => unknown, other: (i: number) => unknown): number {
  let same = 0
  for (let i = 0; i < KEYS; i++) if (one(i) === other(i)) same++
  return same / KEYS
}

function planning(): { racks: number; first: number; best: number }[] {
  const all = claims(1000, 16)
  return [3, 1, 10].map((racks) => {
    const ring = Ring.of(all.map((claim, i) => ({ ...claim, rack: `r${i % racks}` })))
    const plan = (): unknown => {
      const joiner = { id: 'zz', dc: 'dc1', rack: 'r0' }
      const before = new Placement(ring, RF3)
      const own = allocate(ring, RF3, { joiner })
      const after = new Placement(ring.with({ ...joiner, tokens: own }), RF3)
      return [ownershipOf(before), ownershipOf(after), transfer(before, after)]
    }
    const first = cost(1, plan)
    return { racks, first, best: cost(5, plan) }
  })
}

const line = (...cells: readonly (string | number)[]): void =>
  console.log(`| ${cells.join(' | ')} |`)
const rule = (columns: number): void => console.log(`|${'---|'.repeat(columns)}`)
const number = (value: number | null, digits = 2): string => value?.toFixed(digits) ?? ''

function print({ hash, small, large, plans }: Figures): void {
  console.log('\nTokens of 16-byte keys\n')
  line('implementation', 'million/s', 'times')
  rule(3)
  line('ours, 32-bit halves', millions(hash.own), '')
  if (hash.driver !== null)
    line('cassandra-driver', millions(hash.driver), number(hash.own / hash.driver, 1))
  printRows(100, small)
  printRows(1000, large)
  console.log(
    '\nPlanning a join to 1,000 nodes x 16 tokens, RF 3: tokens, ownership, transfers, ms\n',
  )
  line('racks', 'first', 'best of 5')
  rule(3)
  for (const { racks, first, best } of plans) line(racks, number(first, 0), number(best, 0))
}

function printRows(nodes: number, rows: readonly Row[]): void {
  console.log(`\n${nodes} nodes, look-ups from the key, RF 3, three racks\n`)
  const times = ['build ms', 'add ms', 'drop ms', 'KiB', 'agree']
  line('ring', 'tokens a node', 'owners M/s', 'lists M/s', ...times)
  rule(9)
  for (const { ring, points, owners, lists, build, add, drop, kib, agree } of rows) {
    const cells = [millions(owners), millions(lists), number(build), number(add), number(drop)]
    line(ring, points, ...cells, number(kib, 0), agree === null ? '' : number(agree, 3))
  }
}

interface Figures {
  readonly hash: { readonly own: number; readonly driver: number | null }
  readonly small: readonly Row[]
  readonly large: readonly Row[]
  readonly plans: readonly { racks: number; first: number; best: number }[]
}

function measured(): Figures {
  // First, as an operator meets it: nothing is compiled yet.
  const plans = planning()
  const hash = tokens()
  return { hash, small: [...ours(100, 256), ...theirs(100)], large: ours(1000, 256), plans }
}

const [, , option, ring = '', size = '100'] = process.argv
if (option === '--kept') await printKept(ring, Number(size))
else if (option === '--json') console.log(JSON.stringify(measured()))
else print(measured())
