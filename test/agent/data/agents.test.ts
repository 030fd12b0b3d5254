/**
 * Real agents with real rows: whoever joins gets exactly its ranges, and what it took over is gone
 * elsewhere; all on the port that gossip uses.
 */
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { runAgent } from '../../../src/agent/agent.js'
import { configurationOf } from '../../../src/agent/configuration.js'
import { LevelStorage } from '../../../src/agent/data/level-storage.js'
import type { Agent } from '../../../src/agent/running.js'
import { tokenIn } from '../../../src/cluster/data/row.js'
import { Placement } from '../../../src/ring/placement.js'
import { network } from '../../../src/ring/replication.js'
import { Ring } from '../../../src/ring/ring.js'
import { parseToken } from '../../../src/ring/token.js'
import { hex, rows, the } from './rig.js'

let base = ''
/** Those started and perhaps not stopped. */
const agents: Agent[] = []

beforeEach(async () => {
  base = await mkdtemp(join(tmpdir(), 'murmur-rows-'))
})

afterEach(async () => {
  await stopAll()
  await rm(base, { recursive: true, force: true })
})

async function stopAll(): Promise<void> {
  await Promise.all(agents.splice(0).map((agent) => agent.stop('now')))
}

async function start(name: string, kv = true): Promise<Agent> {
  const own = { name, bind: '127.0.0.1:0', api: '127.0.0.1:0', dataDir: join(base, name) }
  const seeds = agents.slice(0, 1).map(({ address }) => address)
  const pace = { probePeriod: 200, gossipPeriod: 50, rankDelay: 100, dropGrace: 300 }
  const data = { kv, dataReserve: 1, expect: 3 }
  const agent = await runAgent(configurationOf({ ...own, ...pace, ...data, seeds }))
  agents.push(agent)
  await agent.ready
  return agent
}

async function until(holds: () => boolean | Promise<boolean>, what: string): Promise<void> {
  for (const end = performance.now() + 25_000; performance.now() < end;) {
    if (await holds()) return
    await sleep(30)
  }
  throw new Error(`never: ${what}`)
}

function epochs(): (number | null)[] {
  return agents.map((agent) => agent.node.status(agent.now()).epoch)
}

function allNormal(count: number): boolean {
  return agents.every((agent) => {
    const { nodes, epoch, settled } = agent.node.status(agent.now())
    const normal = nodes.filter(({ state, tokens }) => state === 'normal' && tokens > 0)
    return epoch !== null && settled && normal.length === count && nodes.length === count
  })
}

async function ask(agent: Agent, path: string, body?: unknown): Promise<unknown> {
  const init = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }
  return (await fetch(`http://${agent.api}${path}`, init)).json()
}

interface RingAnswer {
  readonly nodes: readonly {
    readonly hostId: string
    readonly name: string
    readonly dc: string
    readonly rack: string
    readonly tokens: readonly string[]
  }[]
}

function isRing(answer: unknown): answer is RingAnswer {
  return typeof answer === 'object' && answer !== null && 'nodes' in answer
}

/** The names of the replicas of each key, by an own reading of the ring. */
async function placementBy(agent: Agent) {
  const answer = await ask(agent, '/v1/ring')
  if (!isRing(answer)) throw new Error('no ring')
  const names = new Map(answer.nodes.map(({ hostId, name }) => [hostId, name]))
  const claims = answer.nodes.map(({ hostId, dc, rack, tokens }) => {
    return { id: hostId, dc, rack, weight: 1, tokens: tokens.map((each) => the(parseToken(each))) }
  })
  const placement = new Placement(Ring.of(claims), network({ dc1: 2 }))
  return (key: Uint8Array): string[] =>
    placement.replicasOf(the(tokenIn(key))).map(({ id }) => the(names.get(id)))
}

/** Rows that the agents say they have deleted. */
async function dropped(): Promise<number> {
  const texts = await Promise.all(
    agents.map(async ({ api }) => (await fetch(`http://${api}/metrics`)).text()),
  )
  const found = texts.map((text) => Number(/^murmur_rows_dropped\w* (\d+)$/m.exec(text)?.[1] ?? 0))
  return found.reduce((sum, count) => sum + count, 0)
}

async function keysOf(name: string): Promise<string[]> {
  const storage = await LevelStorage.open(join(base, name, 'rows'))
  const keys: string[] = []
  for await (const batch of storage.scan({ from: new Uint8Array(), to: null }))
    keys.push(...batch.map(({ key }) => hex(key)))
  await storage.close()
  return keys
}

test('a fourth agent takes over its ranges with all their rows, and nobody keeps more', async () => {
  const names = ['n1', 'n2', 'n3']
  for (const name of names) await start(name)
  await until(() => allNormal(3), 'founded')
  const keyspace = { kind: 'create', keyspace: 'shop', replication: { dc1: 2 } }
  await ask(the(agents[0]), '/v1/changes', keyspace)
  await until(() => epochs().every((epoch) => epoch === 2), 'a keyspace')
  const before = await placementBy(the(agents[0]))
  await stopAll()

  const all = rows(4000, 100, 1, 'shop@2')
  for (const name of names) {
    const storage = await LevelStorage.open(join(base, name, 'rows'))
    await storage.write(all.filter(({ key }) => before(key).includes(name)))
    await storage.close()
  }
  for (const name of names) await start(name)
  await until(() => allNormal(3), 'together again')
  await start('n4')
  await until(() => allNormal(4), 'joined')
  // Each says how much it holds, and everybody shows it.
  const shown = (): (number | null)[] =>
    agents.flatMap((agent) => agent.node.status(agent.now()).nodes.map(({ load }) => load))
  await until(() => shown().every((load) => load !== null && load > 100), 'loads')
  const after = await placementBy(the(agents[3]))
  const wanted = (name: string): string[] =>
    all.flatMap(({ key }) => (after(key).includes(name) ? [hex(key)] : [])).sort()
  // What n4 took over goes from the others once all have confirmed it and the grace is over.
  const moved = wanted('n4').length
  await until(async () => (await dropped()) >= moved, 'dropped')
  await stopAll()
  for (const name of [...names, 'n4']) expect(await keysOf(name)).toEqual(wanted(name))
  expect(wanted('n4').length).toBeGreaterThan(1000)
}, 90_000)

test('who keeps no rows is not taken for the place of one that does', async () => {
  for (const name of ['n1', 'n2', 'n3']) await start(name)
  await until(() => allNormal(3), 'founded')
  await start('n4', false)
  const refused = { error: { code: 'change.refused', next: expect.stringContaining('anew') } }
  await until(async () => {
    const change = { kind: 'replace', node: 'n3', by: 'n4', dry: true }
    const said = await ask(the(agents[0]), '/v1/changes', change)
    return JSON.stringify(said).includes('n4 keeps none beside it')
  }, 'refused')
  const change = { kind: 'replace', node: 'n3', by: 'n4' }
  expect(await ask(the(agents[0]), '/v1/changes', change)).toMatchObject(refused)
}, 60_000)

test("rows are kept by the agent or by a data plane of one's own, not by both", async () => {
  const own = { name: 'n1', bind: '127.0.0.1:0', api: 'off', dataDir: join(base, 'n1') }
  const both = runAgent(configurationOf({ ...own, kv: true, ownData: true }))
  await expect(both).rejects.toMatchObject({ code: 'data.twice' })
})

test('rows that lie in the data directory are not forgotten', async () => {
  const own = { name: 'n1', bind: '127.0.0.1:0', api: 'off', dataDir: join(base, 'n1') }
  const keeper = await runAgent(configurationOf({ ...own, kv: true }))
  await keeper.ready
  await keeper.stop('now')
  await expect(runAgent(configurationOf(own))).rejects.toMatchObject({
    code: 'data.forgotten',
    next: expect.stringMatching(/^Start it with --kv; .* away\.$/),
  })
})

test('rows that are gone are missed, whether their folder is empty or away', async () => {
  const own = { name: 'n1', bind: '127.0.0.1:0', api: 'off', dataDir: join(base, 'n1'), kv: true }
  const keeper = await runAgent(configurationOf(own))
  await keeper.ready
  await keeper.stop('now')
  const lies = join(own.dataDir, 'rows')
  await rename(lies, join(base, 'elsewhere'))
  const missed = {
    code: 'rows.missing',
    next: expect.stringMatching(/mounted\?.*--replace [0-9a-f-]+/),
  }
  await expect(runAgent(configurationOf(own))).rejects.toMatchObject(missed)
  await mkdir(lies)
  await expect(runAgent(configurationOf(own))).rejects.toMatchObject(missed)
  await rename(join(base, 'elsewhere'), lies)
  const again = await runAgent(configurationOf(own))
  await again.stop('now')
})
