/**
 * What changes of the ring cost and how long they take: `node --import tsx bench/changes.ts
 * [question] [nodes]`; without a question all of them. The figures are kept in bench/changes.md.
 *
 *   planner    CPU time of one plan, first call
 *   change     a join to a ring in the simulator, with a keyspace: virtual time until all hold it
 *   replace    ten of one rack crash at once there, with autoReplace on: how often data is moved
 *   join       a fourth agent joins three, real sockets and disks, default settings
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { rackOf, ringed, ringOf } from '../simulations/ringed.js'
import type { World } from '../simulations/world.js'
import { configurationOf } from '../src/agent/configuration.js'
import { runAgent } from '../src/agent/agent.js'
import type { Agent } from '../src/agent/running.js'
import { intentOf } from '../src/cluster/intent-bytes.js'
import type { Newcomer } from '../src/cluster/intent.js'
import { NO_INPUTS, plan } from '../src/cluster/plan/plan.js'
import { network } from '../src/ring/replication.js'
import { median } from './statistics.js'

const TOKENS = 16
const RACKS = 3

function cpuMillis(work: () => void): number {
  const from = process.cpuUsage()
  work()
  const { user, system } = process.cpuUsage(from)
  return (user + system) / 1000
}

function newcomer(index: number, hostId: string, address: string): Newcomer {
  const place = { name: `n${index}`, address, dc: 'dc1', rack: rackOf(index) }
  return { hostId, ...place, tokens: TOKENS, features: 1 }
}

function idOf(index: number): string {
  return `00000000-0000-4000-8000-${index.toString(16).padStart(12, '0')}`
}

function planner(count: number): void {
  const founders = Array.from({ length: count }, (_, i) =>
    newcomer(i, idOf(i), `10.0.0.1:${i + 1}`),
  )
  const parent = ringOf(founders)
  const who = newcomer(count, idOf(count), `10.0.0.2:1`)
  const wishes = {
    join: { kind: 'join', who },
    leave: { kind: 'leave', hostId: idOf(1), force: false },
    'remove ten of a rack': {
      kind: 'remove',
      hostIds: Array.from({ length: 10 }, (_, i) => idOf(i * RACKS)),
      loseData: false,
    },
  } as const
  for (const [what, wish] of Object.entries(wishes)) {
    const intents = [intentOf(idOf(0), 1, 0, wish)]
    const millis = cpuMillis(() => plan(parent, { ...NO_INPUTS, intents }))
    console.log(`plan a ${what} with ${count} nodes: ${millis.toFixed(0)} ms of CPU`)
  }
}

const epochs = (world: World): number[] =>
  world.live.map(({ node }) => node?.record?.record.epoch ?? 0)

/** When a record was first proposed, and when the first, most and the last held it. */
interface Passage {
  proposed: number
  readonly held: number[]
}

/** Follows the records of a world from now on; bounded by the epochs of the run. */
function passagesOf(world: World): Map<number, Passage> {
  const passages = new Map<number, Passage>()
  const from = world.now
  const { onTold } = world
  world.onTold = (told) => {
    onTold(told)
    const { event, at } = told
    if (event.kind !== 'ring.proposed' && event.kind !== 'ring.changed') return
    const passage = passages.get(event.epoch) ?? { proposed: at - from, held: [] }
    passages.set(event.epoch, passage)
    if (event.kind === 'ring.changed') passage.held.push(at - from)
  }
  return passages
}

function sayPassages(passages: ReadonlyMap<number, Passage>): void {
  const seconds = (millis = NaN): string => (millis / 1000).toFixed(2)
  for (const [epoch, { proposed, held }] of passages) {
    const nearly = held[Math.floor(held.length * 0.9)]
    console.log(
      `  epoch ${epoch}: proposed at ${seconds(proposed)} s, held by the first at ` +
        `${seconds(held[0])} s, by nine of ten at ${seconds(nearly)} s, ` +
        `by the last of ${held.length} at ${seconds(held.at(-1))} s`,
    )
  }
}

function change(count: number): void {
  const world = ringed({ nodes: count })
  world.run(5000)
  const passages = passagesOf(world)
  const at = world.now
  const from = process.cpuUsage()
  const fresh = world.add(`n${count}`, { rack: rackOf(count) })
  world.start(fresh, world.seedsOf(fresh))
  const done = world.until(() => epochs(world).every((epoch) => epoch >= 4), 120_000, 100)
  const { user } = process.cpuUsage(from)
  const took = done === undefined ? 'not within 120 s' : `${((world.now - at) / 1000).toFixed(1)} s`
  console.log(
    `a join to ${count}, three records held by all: ${took}, ${(user / 1e6).toFixed(0)} s of CPU`,
  )
  sayPassages(passages)
}

function replace(count: number): void {
  const config = [
    { name: 'autoReplace', value: 'true' },
    { name: 'autoReplaceAfter', value: '300' },
  ]
  const world = ringed({ nodes: count, config })
  const prepared = new Set<string>()
  let cut = Infinity
  const { onTold } = world
  const from = world.now
  world.onTold = (told) => {
    onTold(told)
    const { event } = told
    if (event.kind === 'cut.detected') cut = Math.min(cut, told.at - from)
    if (event.kind === 'ring.changed')
      for (const why of event.why)
        if (why.endsWith(': prepared')) prepared.add(`${event.epoch} ${why}`)
  }
  world.run(2000)
  for (const host of world.hosts.slice(0, 10 * RACKS)) if (host.rack === 'rack0') world.crash(host)
  world.run(290_000)
  const early = prepared.size
  const done = world.until(() => epochs(world).every((epoch) => epoch >= 4), 60_000, 500)
  world.run(30_000)
  const took =
    done === undefined ? 'not done' : `done ${((world.now - 30_000 - from) / 1000).toFixed(0)} s`
  console.log(
    `10 of ${count} crash: ${early} PREPARE before 290 s, ${prepared.size} in all, ${took} after`,
  )
  for (const why of prepared) console.log(`  ${why.slice(0, 100)}`)
}

/** One agent of a cluster whose first three found the ring. */
async function start(base: string, index: number, agents: readonly Agent[]): Promise<Agent> {
  const own = {
    name: `n${index}`,
    bind: '127.0.0.1:0',
    api: 'off',
    dataDir: join(base, `${index}`),
  }
  const seeds = agents.slice(0, 1).map(({ address }) => address)
  const expect = index <= 3 ? 3 : 0
  const agent = await runAgent(configurationOf({ ...own, seeds, expect }))
  await agent.ready
  return agent
}

async function joinOnce(): Promise<{ seconds: number; commits: number[]; barriers: number[] }> {
  const base = mkdtempSync(join(tmpdir(), 'murmur-bench-'))
  const agents: Agent[] = []
  for (let i = 1; i <= 3; i++) agents.push(await start(base, i, agents))
  const epochOf = (agent: Agent): number => agent.node.status(agent.now()).epoch ?? 0
  await until(() => agents.every((agent) => epochOf(agent) >= 1))
  const replication = network({ dc1: 3 })
  agents[0]?.command({ kind: 'intend', wish: { kind: 'create', name: 'shop', replication } })
  await until(() => agents.every((agent) => epochOf(agent) >= 2))
  const [commits, barriers]: [number[], number[]] = [[], []]
  let [proposed, changed] = [0, 0]
  for (const agent of agents)
    agent.subscribe(({ event }) => {
      const now = performance.now()
      if (event === 'ring.proposed') {
        if (changed > 0) barriers.push(now - changed)
        proposed = now
      }
      if (event === 'ring.changed' && proposed > 0) {
        commits.push(now - proposed)
        proposed = 0
        changed = now
      }
    })
  const from = performance.now()
  agents.push(await start(base, 4, agents))
  await until(() => agents.every((agent) => epochOf(agent) >= 5))
  const seconds = (performance.now() - from) / 1000
  await Promise.all(agents.map((agent) => agent.stop('now')))
  rmSync(base, { recursive: true, force: true })
  return { seconds, commits, barriers }
}

async function until(holds: () => boolean): Promise<void> {
  for (const end = performance.now() + 60_000; !holds();) {
    if (performance.now() > end) throw new Error('not within a minute')
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}

async function joining(runs: number): Promise<void> {
  const made = []
  for (let i = 0; i < runs; i++) made.push(await joinOnce())
  const ms = (values: readonly number[]): string =>
    `${median(values).toFixed(0)} (at most ${Math.max(...values).toFixed(0)}) ms`
  const seconds = made.map((each) => each.seconds)
  console.log(
    `a fourth agent joins, ${runs} runs: ${median(seconds).toFixed(2)} ` +
      `(${Math.min(...seconds).toFixed(2)}-${Math.max(...seconds).toFixed(2)}) s from its start ` +
      'until all hold the last of three records',
  )
  console.log(`  commit, from proposal to record: ${ms(made.flatMap(({ commits }) => commits))}`)
  console.log(`  barrier, from record to proposal: ${ms(made.flatMap(({ barriers }) => barriers))}`)
}

const [question, size] = process.argv.slice(2)
const count = Number(size ?? 1000)
if (question === undefined || question === 'planner') planner(count)
if (question === undefined || question === 'change') change(count)
if (question === undefined || question === 'replace') replace(count)
if (question === undefined || question === 'join') await joining(5)
