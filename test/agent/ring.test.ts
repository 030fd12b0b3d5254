/**
 * The ring over real sockets and disks: three agents found it, a fourth joins by itself, one gives
 * its ranges up and ends, and all of it is asked for over HTTP.
 */
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { runAgent } from '../../src/agent/agent.js'
import { configurationOf } from '../../src/agent/configuration.js'
import type { Agent } from '../../src/agent/running.js'

let base = ''
/** Those started and perhaps not stopped. */
let agents: Agent[] = []

beforeEach(async () => {
  base = await mkdtemp(join(tmpdir(), 'murmur-ring-'))
  agents = []
})

afterEach(async () => {
  await Promise.all(agents.map((agent) => agent.stop('now')))
  await rm(base, { recursive: true, force: true })
})

async function start(
  name: string,
  expect: number,
  more: Readonly<Record<string, number>> = {},
): Promise<Agent> {
  const own = { name, bind: '127.0.0.1:0', api: '127.0.0.1:0', dataDir: join(base, name) }
  const seeds = agents.slice(0, 1).map(({ address }) => address)
  const pace = { probePeriod: 200, gossipPeriod: 50, rankDelay: 100 }
  const agent = await runAgent(configurationOf({ ...own, ...pace, ...more, seeds, expect }))
  agents.push(agent)
  await agent.ready
  return agent
}

async function until(holds: () => boolean, millis = 20_000): Promise<void> {
  for (const end = performance.now() + millis; performance.now() < end;) {
    if (holds()) return
    await sleep(20)
  }
  expect(holds()).toBe(true)
}

function members(agent: Agent): string {
  const { nodes, epoch } = agent.node.status(agent.now())
  const there = nodes.filter(({ state }) => epoch !== null && state !== 'left')
  return there
    .map(({ name, state }) => `${name} ${state}`)
    .sort()
    .join(', ')
}

async function change(agent: Agent, body: unknown): Promise<{ status: number; body: unknown }> {
  const init = { method: 'POST', body: JSON.stringify(body) }
  const response = await fetch(`http://${agent.api}/v1/changes`, init)
  return { status: response.status, body: await response.json() }
}

test('three agents found a ring, a fourth joins it, and one is decommissioned', async () => {
  const first = await start('n1', 3)
  await start('n2', 3)
  await start('n3', 3)
  await until(() => agents.every((agent) => members(agent) === 'n1 normal, n2 normal, n3 normal'))
  const copies = { kind: 'create', keyspace: 'shop', replication: { dc1: 3 } }
  expect((await change(first, copies)).status).toBe(202)
  await until(() => agents.every(({ node }) => node.status(0).epoch === 2))

  const leave = { kind: 'leave', node: 'n3' }
  expect(await change(first, leave)).toMatchObject({
    status: 409,
    body: { error: { code: 'change.refused', message: expect.stringContaining('keeps 3 copies') } },
  })

  const remove = { kind: 'remove', nodes: ['n2'] }
  expect(await change(first, remove)).toMatchObject({
    status: 409,
    body: { error: { message: expect.stringContaining('n2 is up'), next: expect.anything() } },
  })

  await start('n4', 3)
  const four = 'n1 normal, n2 normal, n3 normal, n4 normal'
  await until(() => agents.every((agent) => members(agent) === four))

  expect(await change(first, { ...leave, dry: true })).toMatchObject({
    status: 200,
    body: { verdict: 'done', plan: { commits: 3, copies: [{ keyspace: 'shop' }] } },
  })
  expect((await change(first, leave)).status).toBe(202)
  const [n1, n2, n3, n4] = agents
  await n3?.ended
  const stay = [n1, n2, n4].flatMap((agent) => agent ?? [])
  await until(() => stay.every((agent) => members(agent) === 'n1 normal, n2 normal, n4 normal'))

  const asked = await fetch(`http://${first.api}/v1/cluster`)
  expect(await asked.json()).toMatchObject({
    epoch: 8,
    members: 3,
    banned: [{ name: 'n3', as: 'left' }],
    keyspaces: [{ name: 'shop', replication: 'NetworkTopologyStrategy {dc1=3}' }],
  })
  const doctor = await fetch(`http://${first.api}/v1/doctor`)
  expect(await doctor.json()).toEqual({ well: true, findings: [] })
})

/** What a stream of server-sent events brings until the predicate holds. */
async function heard(
  agent: Agent,
  path: string,
  enough: (text: string) => boolean,
): Promise<string> {
  const stop = new AbortController()
  const response = await fetch(`http://${agent.api}${path}`, { signal: stop.signal })
  const decoder = new TextDecoder()
  let text = ''
  const pieces: AsyncIterable<Uint8Array> | null = response.body
  for await (const piece of pieces ?? []) {
    text += decoder.decode(piece)
    if (enough(text)) break
  }
  stop.abort()
  return text
}

test('settings change for all at one epoch, and a watch tells every record in order', async () => {
  const first = await start('n1', 1)
  await until(() => members(first) === 'n1 normal')
  const told = heard(first, '/v1/watch?from=1', (text) => text.includes('id: 4\n'))
  const wishes = [
    { kind: 'configure', name: 'autoReplaceAfter', value: 1800 },
    { kind: 'create', keyspace: 'shop', replication: { dc1: 1 } },
    { kind: 'alter', keyspace: 'shop', replication: { dc1: 1 }, dry: true },
    { kind: 'configure', name: 'autoReplaceAfter', value: 1, dry: true },
    { kind: 'configure', name: 'autoReplaceAfter', value: 1 },
  ]
  const answers: unknown[] = []
  for (const wish of wishes) {
    answers.push(await change(first, wish))
    const next = answers.length + 1
    if (answers.length < 3) await until(() => first.node.status(0).epoch === next)
  }
  expect(answers).toMatchObject([
    { status: 202 },
    { status: 202 },
    { status: 200, body: { verdict: 'void' } },
    { status: 200, body: { verdict: 'refused', why: expect.stringContaining('give 300 to') } },
    { status: 409, body: { error: { message: expect.stringContaining('give 300 to 604800 s') } } },
  ])
  await change(first, { kind: 'drop', keyspace: 'shop' })
  const ids = (await told).match(/^id: \d+$/gm)
  expect(ids).toEqual(['id: 0', 'id: 1', 'id: 2', 'id: 3', 'id: 4'])
  const config = await fetch(`http://${first.api}/v1/config`)
  expect(await config.json()).toMatchObject({
    epoch: 4,
    settings: expect.arrayContaining([
      expect.objectContaining({ name: 'autoReplaceAfter', value: 1800, default: 3600 }),
    ]),
  })
})

test('an agent that runs alone is made to meet others, and joins their ring', async () => {
  const first = await start('n1', 1)
  await until(() => members(first) === 'n1 normal')
  agents = []
  const alone = await start('n2', 0)
  agents.push(first)
  const join = async (seeds: unknown): Promise<number> => {
    const init = { method: 'POST', body: JSON.stringify({ seeds }) }
    return (await fetch(`http://${alone.api}/v1/join`, init)).status
  }
  expect([await join(['nowhere']), await join([]), await join([first.address])]).toEqual([
    400, 400, 202,
  ])
  await until(() => agents.every((agent) => members(agent) === 'n1 normal, n2 normal'))
})

test('a watch goes on over a restart, and is told the oldest epoch where earlier ones are gone', async () => {
  const first = await start('n1', 1)
  await until(() => members(first) === 'n1 normal')
  await change(first, { kind: 'configure', name: 'autoReplaceAfter', value: 1800 })
  await until(() => first.node.status(0).epoch === 2)
  await first.stop('drain')
  agents = []
  const again = await start('n1', 0)
  const told = await heard(again, '/v1/watch?from=1', (text) => text.includes('id: 2\n'))
  expect(told.match(/^id: [12]$/gm)).toEqual(['id: 1', 'id: 2'])
  expect((await fetch(`http://${again.api}/v1/watch?from=x`)).status).toBe(400)
  await again.stop('drain')
  agents = []
  const brief = await start('n1', 0, { historyRecords: 1 })
  const refused = await fetch(`http://${brief.api}/v1/watch?from=1`)
  expect([refused.status, await refused.json()]).toMatchObject([
    410,
    {
      error: {
        code: 'history.trimmed',
        message: 'Records before epoch 2 are no longer kept here.',
      },
    },
  ])
})

test('an agent that comes back acts on the record that it stored', async () => {
  const first = await start('n1', 1)
  await until(() => members(first) === 'n1 normal')
  const { clusterId, digest } = first.node.status(first.now())
  await first.stop('drain')
  agents = []
  const again = await start('n1', 0)
  expect(again.node.status(again.now())).toMatchObject({ clusterId, digest, epoch: 1 })
})

test('a change is refused where there is no ring, and where it cannot be read', async () => {
  const alone = await start('n1', 0)
  expect(await change(alone, { kind: 'drop', keyspace: 'shop' })).toMatchObject({
    status: 409,
    body: { error: { code: 'ring.none' } },
  })
  expect(await change(alone, { kind: 'explode' })).toMatchObject({
    status: 400,
    body: { error: { code: 'change.malformed' } },
  })
  expect((await change(alone, { kind: 'found' })).status).toBe(202)
  await until(() => members(alone) === 'n1 normal')
})
