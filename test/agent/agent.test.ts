/**
 * Whole agents on loopback with real sockets and disks: they find each other, stop well, and refuse
 * what is wrong.
 */
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { cp, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { runAgent } from '../../src/agent/agent.js'
import { splitAddress } from '../../src/base/address.js'
import { configurationOf } from '../../src/agent/configuration.js'
import { OperatorError } from '../../src/agent/failure.js'
import type { Agent } from '../../src/agent/running.js'
import type { Resolver } from '../../src/agent/seeds.js'

let base = ''
/** Those started and perhaps not stopped. */
let agents: Agent[] = []

beforeEach(async () => {
  base = await mkdtemp(join(tmpdir(), 'murmur-agent-'))
  agents = []
})

afterEach(async () => {
  await Promise.all(agents.map((agent) => agent.stop('now')))
  await rm(base, { recursive: true, force: true })
})

interface Start {
  readonly given?: Readonly<Record<string, unknown>>
  readonly resolver?: Resolver
}

async function start(name: string, { given = {}, resolver }: Start = {}): Promise<Agent> {
  const own = { name, bind: '127.0.0.1:0', api: '127.0.0.1:0', dataDir: join(base, name) }
  const configuration = configurationOf({ ...own, probePeriod: 100, gossipPeriod: 50, ...given })
  const agent = await runAgent(configuration, resolver === undefined ? {} : { resolver })
  agents.push(agent)
  await agent.ready
  return agent
}

async function startFails(given: Readonly<Record<string, unknown>>): Promise<OperatorError> {
  const own = { bind: '127.0.0.1:0', api: '127.0.0.1:0', dataDir: join(base, 'fails') }
  try {
    agents.push(await runAgent(configurationOf({ ...own, ...given })))
  } catch (error) {
    if (error instanceof OperatorError) return error
    throw error
  }
  throw new Error('the agent started')
}

function seesUp(agent: Agent, ...names: readonly string[]): boolean {
  const up = agent.node.status(agent.now()).nodes.filter(({ liveness, state }) => {
    return liveness === 'up' && state === 'normal'
  })
  return names.every((name) => up.some((node) => node.name === name)) && up.length === names.length
}

async function until(holds: () => boolean | Promise<boolean>, millis = 10_000): Promise<void> {
  for (const end = performance.now() + millis; performance.now() < end;) {
    if (await holds()) return
    await sleep(20)
  }
  expect(await holds()).toBe(true)
}

function events(agent: Agent): string[] {
  const heard: string[] = []
  agent.subscribe(({ event, node }) => heard.push(`${event} ${node}`))
  return heard
}

async function readyz(agent: Agent): Promise<unknown> {
  return (await fetch(`http://${agent.api}/readyz`)).json()
}

test('three agents find each other through one seed, and answer over HTTP', async () => {
  const a = await start('a')
  const b = await start('b', { given: { seeds: a.address } })
  const c = await start('c', { given: { seeds: a.address } })
  await until(() => [a, b, c].every((agent) => seesUp(agent, 'a', 'b', 'c')))
  const response = await fetch(`http://${c.api}/v1/status`)
  expect(await response.json()).toMatchObject({ cluster: 'murmuration', nodes: { length: 3 } })
  expect(await readyz(c)).toEqual({ ready: true, reasons: [] })
})

test('agents meet on IPv6 too', async () => {
  const a = await start('a', { given: { bind: '[::1]:0' } })
  const b = await start('b', { given: { bind: '[::1]:0', seeds: a.address } })
  expect(a.address).toMatch(/^\[::1\]:\d+$/)
  await until(() => seesUp(b, 'a', 'b') && seesUp(a, 'a', 'b'))
})

test('who leaves is left at once, and comes back as itself in a higher generation', async () => {
  const a = await start('a')
  const b = await start('b', { given: { seeds: a.address } })
  await until(() => seesUp(a, 'a', 'b'))
  // Joining goes on for a moment after the first sight.
  await sleep(300)
  const heard = events(a)
  await b.stop('leave')
  await b.ended
  await until(() => heard.includes('member.left b'))
  const generation = a.node.status(a.now()).nodes.find(({ name }) => name === 'b')?.generation ?? 0
  const again = await start('b', { given: { seeds: a.address } })
  await until(() => seesUp(a, 'a', 'b'))
  expect(again.hostId).toBe(b.hostId)
  const now = a.node.status(a.now()).nodes.find(({ name }) => name === 'b')
  expect(now?.generation).toBeGreaterThan(generation)
})

test('draining ends quickly and leaves nothing open', async () => {
  const a = await start('a')
  const heard = events(a)
  const began = performance.now()
  await Promise.all([a.stop('drain'), a.stop('drain')])
  await a.ended
  expect(performance.now() - began).toBeLessThan(2500)
  expect(heard).toEqual(['agent.stopping a', 'self.left a', 'agent.stopped a'])
  expect(await readdir(join(base, 'a'))).toEqual(['state', 'witness.json'])
  await expect(fetch(`http://${a.api}/livez`)).rejects.toThrow()
  const again = await start('a', { given: { bind: a.address } })
  expect(again.address).toBe(a.address)
})

test('stopping at once does not wait for a farewell under way', async () => {
  const a = await start('a', { given: { leaveWait: 20_000 } })
  const leaving = a.stop('leave')
  await sleep(50)
  const began = performance.now()
  await a.stop('now')
  await leaving
  expect(performance.now() - began).toBeLessThan(1000)
})

test('a clock that went back over a restart does not stop an agent', async () => {
  const a = await start('a')
  const first = a.node.status(a.now()).nodes[0]?.generation ?? 0
  await a.stop('now')
  const real = Date.now
  Date.now = () => real() - 86_400_000
  try {
    const again = await start('a')
    expect(again.node.status(again.now()).nodes[0]?.generation).toBeGreaterThan(first)
  } finally {
    Date.now = real
  }
})

test('a seed of another cluster is named on both sides, and nothing is merged', async () => {
  const blue = await start('a', { given: { cluster: 'blue' } })
  const heard = events(blue)
  const green = await start('b', { given: { cluster: 'green', seeds: blue.address } })
  await until(async () => JSON.stringify(await readyz(green)).includes('seed.foreign'))
  expect(await readyz(green)).toMatchObject({
    ready: false,
    reasons: [
      {
        code: 'seed.foreign',
        message: `Seed ${blue.address} belongs to another cluster than green.`,
      },
    ],
  })
  await until(() => heard.includes('cluster.foreign a'))
  expect(seesUp(blue, 'a') && seesUp(green, 'b')).toBe(true)
})

test('silent and unresolvable seeds keep being tried, and readiness says why', async () => {
  const socket = createSocket('udp4').bind(0, '127.0.0.1')
  await once(socket, 'listening')
  const { port } = socket.address()
  socket.close()
  let known = false
  const b = await start('b')
  const resolver: Resolver = {
    addresses: (host) => {
      if (host !== 'late.example') return Promise.resolve([host])
      return known ? Promise.resolve(['127.0.0.1']) : Promise.reject(new Error('ENOTFOUND'))
    },
    services: () => Promise.resolve([]),
  }
  const late = `late.example:${splitAddress(b.address)?.port ?? 0}`
  const a = await start('a', { given: { seeds: [`127.0.0.1:${port}`, late] }, resolver })
  await until(async () => {
    const said = JSON.stringify(await readyz(a))
    return said.includes('seed.silent') && said.includes('seed.unresolvable')
  })
  known = true
  await until(() => seesUp(a, 'a', 'b'))
  expect(await readyz(a)).toMatchObject({ ready: true })
})

test('junk at full speed is counted; the agent and its members are unaffected', async () => {
  const a = await start('a')
  const b = await start('b', { given: { seeds: a.address } })
  await until(() => seesUp(a, 'a', 'b'))
  const heard = events(a)
  const { port = 0 } = splitAddress(a.address) ?? {}
  const socket = createSocket('udp4')
  for (let i = 0; i < 3000; i++) {
    socket.send(Buffer.alloc(1 + (i % 1400), i * 31), port, '127.0.0.1')
    if (i % 200 === 0) await sleep(1)
  }
  const stream = connect(port, '127.0.0.1')
  stream.on('error', () => undefined)
  stream.write(Buffer.alloc(100_000, 0xff))
  await until(async () => {
    const text = await (await fetch(`http://${a.api}/metrics`)).text()
    return /^murmur_gossip_junk\w*_total [1-9]/m.test(text) && text.includes('oversized_total 1')
  })
  socket.close()
  expect(seesUp(a, 'a', 'b')).toBe(true)
  expect(heard.filter((line) => line.startsWith('member.down'))).toEqual([])
  await b.stop('now')
})

test('a port that is taken is named with what to do, and nothing is left behind', async () => {
  const a = await start('a')
  const gossip = await startFails({ bind: a.address })
  expect(gossip).toMatchObject({ code: 'port.taken', next: expect.stringContaining('--bind') })
  const api = await startFails({ api: a.api })
  expect(api).toMatchObject({ code: 'port.taken', next: expect.stringContaining('--api') })
  expect(await readdir(base)).toEqual(['a'])
})

test('a data directory in use is refused', async () => {
  const a = await start('a')
  const error = await startFails({ dataDir: join(base, 'a') })
  expect(error).toMatchObject({ code: 'data.locked' })
  expect(seesUp(a, 'a')).toBe(true)
})

test('a file in the way of the data directory is refused', async () => {
  await writeFile(join(base, 'file'), '')
  const error = await startFails({ dataDir: join(base, 'file') })
  expect(error).toMatchObject({ code: 'data.unwritable' })
})

test('a fact over the quota is refused with the reason, one within is seen by others', async () => {
  const a = await start('a')
  const b = await start('b', { given: { seeds: a.address } })
  await until(() => seesUp(b, 'a', 'b'))
  const fact = (body: Buffer): Promise<Response> => {
    return fetch(`http://${a.api}/v1/facts/user`, { method: 'PUT', body })
  }
  expect((await fact(Buffer.alloc(70_000))).status).toBe(413)
  expect((await fact(Buffer.from('hello'))).status).toBe(204)
  await until(async () => {
    const response = await fetch(`http://${b.api}/v1/gossip`)
    return (await response.text()).includes('"text":"hello"')
  })
})

test('a copied data directory stops the agent that hears of the other', async () => {
  const a = await start('a')
  const b = await start('b', { given: { seeds: a.address } })
  await until(() => seesUp(a, 'a', 'b'))
  await b.stop('now')
  await cp(join(base, 'b'), join(base, 'copy'), { recursive: true })
  const first = await start('b', { given: { seeds: a.address } })
  // Generations are seconds: the copy is to begin in a later one.
  await sleep(2100)
  const copy = await start('b', { given: { seeds: a.address, dataDir: join(base, 'copy') } })
  await expect(first.ended).rejects.toMatchObject({ code: 'identity.conflict' })
  expect(copy.hostId).toBe(first.hostId)
})
