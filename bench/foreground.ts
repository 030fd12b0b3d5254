/**
 * What a join costs the clients: how long reads and writes at QUORUM take before a node joins and
 * while its ranges are copied to it, at the default throttle; in one run, of real agents on
 * loopback. The figures are kept in bench/changes.md. Run: node --import tsx bench/foreground.ts
 * [--agents 4] [--rows 25000] [--bytes 4000] [--clients 4] [--runs 3] [-- FLAGS OF AGENTS]
 */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { Random } from '../src/base/random.js'
import { listed } from '../src/cli/local/cluster.js'
import { buildCommand, freeBasePort, LiveCluster } from '../test/cli/live-cluster.js'
import { median } from './statistics.js'

const { values, positionals: flags } = parseArgs({
  allowPositionals: true,
  options: {
    agents: { type: 'string', default: '4' },
    rows: { type: 'string', default: '25000' },
    bytes: { type: 'string', default: '4000' },
    clients: { type: 'string', default: '4' },
    runs: { type: 'string', default: '3' },
  },
})
const [agents, rows, bytes] = [Number(values.agents), Number(values.rows), Number(values.bytes)]

/** Before it is measured, for as long as it is measured before, and after each operation, in ms. */
const WARM = 5000
const BEFORE = 15_000
const PAUSE = 5

type Kind = 'read' | 'write'

interface Took {
  readonly kind: Kind
  /** When it was begun. */
  readonly at: number
  readonly millis: number
}

const keyOf = (row: number): string => `row ${row}`

/** One operation after the other, reads and writes in turn, of rows and agents drawn. */
async function load(urls: readonly string[], random: Random, stop: AbortSignal): Promise<Took[]> {
  const took: Took[] = []
  const body = 'w'.repeat(bytes)
  for (let turn = 0; !stop.aborted; turn++) {
    const kind = turn % 2 === 0 ? 'read' : 'write'
    const url = `${random.pick(urls)}/v1/kv/shop/${keyOf(random.int(rows))}`
    const at = performance.now()
    const response = await fetch(url, kind === 'read' ? {} : { method: 'PUT', body })
    await response.arrayBuffer()
    if (!response.ok) throw new Error(`${kind}: status ${response.status}`)
    took.push({ kind, at, millis: performance.now() - at })
    await sleep(PAUSE)
  }
  return took
}

interface Figures {
  readonly count: number
  readonly p50: number
  readonly p99: number
}

function figuresOf(took: readonly Took[], kind: Kind, from: number, to: number): Figures {
  const sorted = took
    .filter((each) => each.kind === kind && each.at >= from && each.at < to)
    .map(({ millis }) => millis)
    .sort((a, b) => a - b)
  const at = (share: number): number => sorted[Math.floor(share * sorted.length)] ?? Number.NaN
  return { count: sorted.length, p50: at(0.5), p99: at(0.99) }
}

async function done(cluster: LiveCluster, ...args: readonly string[]): Promise<void> {
  const { code, out, err } = await cluster.murmur(...args)
  if (code !== 0) throw new Error(`murmur ${args.join(' ')}: ${out}${err}`)
}

async function founded(cluster: LiveCluster): Promise<string[]> {
  const count = String(agents)
  const base = String(await freeBasePort())
  const up = ['local', 'up', '-n', count, '--expect', count, '--base-port', base, '--detach']
  await done(cluster, ...up, '--', '--kv', '--data-reserve', '1', ...flags)
  await done(cluster, 'keyspace', 'create', 'shop', '--replication', 'dc1=3')
  const random = Random.from(1)
  const word = (): string => random.bits().toString(36)
  const text = (): string => Array.from({ length: Math.ceil(bytes / 7) }, word).join(' ')
  const lines = Array.from({ length: rows }, (_, i) => `${keyOf(i)},${text().slice(0, bytes)}`)
  writeFileSync(join(cluster.folder, 'rows.csv'), lines.join('\n'))
  await done(cluster, 'kv', 'import', 'shop', 'rows.csv')
  return Array.from({ length: agents }, (_, i) => cluster.url(`n${i + 1}`))
}

/** Starts one more agent; the command that would go on asking how it gets on is ended. */
async function add(cluster: LiveCluster): Promise<void> {
  const name = `n${agents + 1}`
  const command = cluster.start('local', 'add')
  while (!listed(cluster.dir).some((agent) => agent.name === name && agent.running)) await sleep(20)
  command.kill('SIGKILL')
}

/** Until the ring says that the joiner holds its ranges. */
async function joined(cluster: LiveCluster): Promise<void> {
  for (;;) {
    const { nodes } = await cluster.status('n1')
    const normal = nodes.filter(({ state, tokens }) => state === 'normal' && tokens > 0)
    if (normal.length === agents + 1) return
    await sleep(250)
  }
}

type Ratios = Record<Kind, number>

async function once(): Promise<Ratios> {
  const cluster = new LiveCluster()
  const stop = new AbortController()
  try {
    const urls = await founded(cluster)
    const random = Random.from(2)
    const running = Array.from({ length: Number(values.clients) }, (_, i) =>
      load(urls, random.fork(`client ${i}`), stop.signal),
    )
    await sleep(WARM)
    const from = performance.now()
    await sleep(BEFORE)
    const joins = performance.now()
    await add(cluster)
    await joined(cluster)
    const end = performance.now()
    stop.abort()
    const took = (await Promise.all(running)).flat()
    console.log(`the join took ${((end - joins) / 1000).toFixed(1)} s`)
    const ratioOf = (kind: Kind): number => {
      const before = figuresOf(took, kind, from, joins)
      const during = figuresOf(took, kind, joins, end)
      console.log(`  ${kind} before ${inWords(before)}; during ${inWords(during)}`)
      return during.p99 / before.p99
    }
    return { read: ratioOf('read'), write: ratioOf('write') }
  } finally {
    stop.abort()
    await cluster.close()
  }
}

function inWords({ count, p50, p99 }: Figures): string {
  return `p50 ${p50.toFixed(1)}, p99 ${p99.toFixed(1)} ms (${count})`
}

await buildCommand()
const ratios: Ratios[] = []
for (let run = 0; run < Number(values.runs); run++) ratios.push(await once())
for (const kind of ['read', 'write'] as const) {
  const all = ratios.map((each) => each[kind])
  const said = all.map((ratio) => ratio.toFixed(2)).join(', ')
  console.log(`p99 of a ${kind} during a join over before: ${median(all).toFixed(2)} (${said})`)
}
