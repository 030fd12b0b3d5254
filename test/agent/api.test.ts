/**
 * The HTTP API over a source of the test's own: shapes, errors, the event stream, and whom it
 * refuses to answer.
 */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { once } from 'node:events'
import { IncomingMessage, request } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import * as v from 'valibot'
import { openApi, type Api } from '../../src/agent/api/server.js'
import type { Sources } from '../../src/agent/api/sources.js'
import { known } from '../../src/base/assert.js'
import { copiesIn, copyFactBytes, COPY_FACT } from '../../src/cluster/copy-fact.js'
import type { CopyTask } from '../../src/cluster/ring-event.js'
import type { Range } from '../../src/ring/range.js'
import { MIN_TOKEN } from '../../src/ring/token.js'
import { Journal } from '../../src/agent/journal.js'
import type { NodeCommand } from '../../src/cluster/node.js'
import type { RingView } from '../../src/cluster/ring-view.js'
import { statusOf } from '../../src/cluster/status.js'
import type { FactView, GossipView, MemberView } from '../../src/gossip/view.js'

const START = Date.UTC(2026, 10, 23, 12, 0, 0)

function member(number: number, name: string, parts: Partial<MemberView> = {}): MemberView {
  return {
    hostId: `00000000-0000-4000-8000-00000000000${number}`,
    name,
    address: `127.0.0.1:700${number}`,
    dc: 'dc1',
    rack: 'rack1',
    liveness: 'up',
    gone: null,
    generation: 100 + number,
    incarnation: 0,
    tokenCount: 16,
    phi: null,
    rtt: null,
    since: START,
    version: 2,
    facts: [
      { key: 'text', version: 1, value: Buffer.from('grüße') },
      { key: 'bytes', version: 2, value: Uint8Array.of(0, 255) },
    ],
    observers: [],
    self: number === 1,
    ...parts,
  }
}

const view: GossipView = {
  cluster: 'blue',
  self: member(1, 'n1').hostId,
  started: true,
  members: [
    member(1, 'n1'),
    member(2, 'n2', { liveness: 'down' }),
    member(3, 'twin'),
    member(4, 'twin'),
    member(5, 'old', { gone: 'left', liveness: 'down' }),
    member(6, 'old'),
  ],
  digest: 0xbeef,
  differing: [],
  health: 1,
  seeds: [],
  counters: { stalls: 3, 'junk.version': 2 },
}

/** No record is held: only gossip speaks. */
const noRing: RingView = {
  current: null,
  clusterId: '',
  history: [],
  recalls: false,
  holds: [],
  frozen: false,
  votes: true,
  own: [],
  peers: [],
  foreigners: [],
  doubts: [],
  outgrown: null,
  pledged: '',
  copies: [],
  drop: null,
}

let api: Api
/** What the agent sees. */
let seen = view
let ring: RingView = noRing
let journal: Journal
let commands: NodeCommand[] = []
let stops: string[] = []
let ready = true
let refusal: string | undefined

beforeEach(async () => {
  journal = new Journal({ name: 'n1', hostId: view.self }, () => START, 4)
  commands = []
  stops = []
  ready = true
  refusal = undefined
  ring = noRing
  const sources: Sources = {
    status: (keyspace) => statusOf(seen, keyspace),
    view: () => seen,
    record: () => undefined,
    ring: () => ring,
    evidence: () => [{ time: START, kind: 'suspect', by: 'n3', phi: 8.25, detail: 'silent' }],
    readiness: () => ({
      ready,
      reasons: ready
        ? []
        : [{ code: 'seed.silent', message: 'Seed a:1 does not answer (2 tries).' }],
    }),
    journal,
    cleaned: () => 3,
    traffic: () => [{ name: 'datagrams_sent', help: 'Sent.', value: 7 }],
    command: (command) => {
      commands.push(command)
      return refusal
    },
    meet: () => undefined,
    stop: (how) => stops.push(how),
    release: '1.2.3',
    uptime: () => 1.5,
  }
  api = await openApi('127.0.0.1', 0, Promise.resolve(sources))
})

afterEach(() => api.close())

async function ask(
  path: string,
  init: RequestInit = {},
): Promise<{ status: number; body: unknown }> {
  const response = await fetch(`http://${api.address}${path}`, init)
  const text = await response.text()
  const json = response.headers.get('content-type')?.includes('json') === true
  return { status: response.status, body: json ? JSON.parse(text) : text }
}

/** Listens until `events` events came, or for `millis`; gives the text as it came. */
async function listen(
  path: string,
  headers: Record<string, string>,
  events: number,
): Promise<string> {
  const stop = new AbortController()
  const response = await fetch(`http://${api.address}${path}`, { headers, signal: stop.signal })
  let text = ''
  const decoder = new TextDecoder()
  if (response.body === null) return text
  for await (const piece of response.body) {
    text += decoder.decode(v.parse(v.instance(Uint8Array), piece), { stream: true })
    if (text.split('\ndata: ').length > events) break
  }
  stop.abort()
  return text
}

function announce(...events: string[]): void {
  for (const event of events) journal.announce({ level: 'info', event, details: {} })
}

test('status, gossip and info have their shapes', async () => {
  expect((await ask('/v1/status')).body).toEqual(statusOf(view))
  expect((await ask('/v1/gossip')).body).toMatchObject({
    cluster: 'blue',
    digest: '0000beef',
    members: expect.arrayContaining([
      expect.objectContaining({
        name: 'n2',
        since: '2026-11-23T12:00:00.000Z',
        facts: [
          { key: 'text', version: 1, size: 7, text: 'grüße' },
          { key: 'bytes', version: 2, size: 2, base64: 'AP8=' },
        ],
      }),
    ]),
  })
  expect((await ask('/v1/info')).body).toMatchObject({
    hostId: view.self,
    name: 'n1',
    cluster: 'blue',
    address: '127.0.0.1:7001',
    generation: 101,
    gossipActive: true,
    health: 1,
    uptime: 1.5,
    release: '1.2.3',
    members: { up: 4, suspect: 0, down: 1 },
    rss: expect.any(Number),
  })
})

test('a node is explained by name, host id or address, the evidence in order', async () => {
  for (const called of ['n2', member(2, '').hostId, '127.0.0.1:7002']) {
    expect(await ask(`/v1/explain/${encodeURIComponent(called)}`)).toEqual({
      status: 200,
      body: {
        node: 'n2',
        hostId: member(2, '').hostId,
        verdict: 'down',
        since: '2026-11-23T12:00:00.000Z',
        evidence: [
          {
            time: '2026-11-23T12:00:00.000Z',
            kind: 'suspect',
            by: 'n3',
            phi: 8.25,
            detail: 'silent',
          },
        ],
      },
    })
  }
})

test('who left claims its name no longer against one who is there', async () => {
  expect((await ask('/v1/explain/old')).body).toMatchObject({ hostId: member(6, '').hostId })
})

test('a name that two nodes claim asks for the id, an unknown one says so', async () => {
  expect(await ask('/v1/explain/twin')).toMatchObject({
    status: 409,
    body: {
      error: { code: 'node.ambiguous', message: expect.stringContaining(member(4, '').hostId) },
    },
  })
  expect(await ask('/v1/explain/nobody')).toMatchObject({
    status: 404,
    body: { error: { code: 'node.unknown', next: expect.any(String) } },
  })
  expect(await ask('/v1/nothing')).toMatchObject({
    status: 404,
    body: { error: { code: 'route.unknown' } },
  })
})

test('health: alive always, ready with a reason', async () => {
  expect((await ask('/livez')).status).toBe(200)
  expect((await ask('/readyz')).status).toBe(200)
  ready = false
  expect(await ask('/readyz')).toEqual({
    status: 503,
    body: {
      ready: false,
      reasons: [{ code: 'seed.silent', message: 'Seed a:1 does not answer (2 tries).' }],
    },
  })
})

test('metrics tell members by liveness, counters, traffic and events, twice the same', async () => {
  announce('member.up', 'member.up')
  await ask('/metrics')
  const { body } = await ask('/metrics')
  for (const line of [
    'murmur_members{liveness="up"} 4',
    'murmur_members{liveness="gone"} 1',
    'murmur_health_score 1',
    'murmur_datagrams_sent_total 7',
    'murmur_gossip_stalls_total 3',
    'murmur_gossip_junk_version_total 2',
    'murmur_events_total{event="member.up"} 2',
  ]) {
    expect(String(body).split('\n')).toContain(line)
  }
})

test('facts are set and deleted, and a refusal says why', async () => {
  expect((await ask('/v1/facts/load', { method: 'PUT', body: 'x y' })).status).toBe(204)
  expect((await ask('/v1/facts/load', { method: 'DELETE' })).status).toBe(204)
  expect(commands).toEqual([
    { kind: 'publish', key: 'load', value: Buffer.from('x y') },
    { kind: 'publish', key: 'load', value: null },
  ])
  refusal = 'the facts of this node would take 70000 bytes, its quota is 65536'
  expect(await ask('/v1/facts/load', { method: 'PUT', body: 'x' })).toMatchObject({
    status: 413,
    body: { error: { code: 'fact.refused', message: refusal } },
  })
})

test('a body over the bound is refused before it is taken in', async () => {
  const body = Buffer.alloc(1024 * 1024 + 1)
  expect((await ask('/v1/facts/load', { method: 'PUT', body })).status).toBe(413)
  expect(commands).toEqual([])
})

test('leave and drain begin to stop the agent', async () => {
  expect((await ask('/v1/leave', { method: 'POST' })).status).toBe(202)
  expect((await ask('/v1/drain', { method: 'POST' })).status).toBe(202)
  expect(stops).toEqual(['leave', 'drain'])
})

test('an event reaches a listener at once, with its number and one line of data', async () => {
  const heard = listen('/v1/events', {}, 1)
  await sleep(150)
  announce('member.up')
  expect(await heard).toBe(
    `id: ${START}-0\n: events of murmuration\n\nid: ${START}-1\nevent: member.up\ndata: ` +
      `{"time":"2026-11-23T12:00:00.000Z","level":"info","event":"member.up","node":"n1",` +
      `"hostId":"${view.self}","agent":"n1","id":"${START}-1"}\n\n`,
  )
})

test('who comes back with the last number gets what it missed', async () => {
  announce('a', 'b', 'c')
  const text = await listen('/v1/events', { 'last-event-id': `${START}-1` }, 2)
  expect(text.match(/^event: .*$/gm)).toEqual(['event: b', 'event: c'])
})

test('what is gone is called a gap before the rest follows', async () => {
  announce('a', 'b', 'c', 'd', 'e', 'f')
  const text = await listen('/v1/events', { 'last-event-id': `${START}-1` }, 5)
  expect(text.match(/^event: .*$/gm)).toEqual([
    'event: gap',
    'event: c',
    'event: d',
    'event: e',
    'event: f',
  ])
  expect(text).toContain(`"after":"${START}-1","from":"${START}-2"`)
})

test('only the types asked for are sent', async () => {
  announce('z', 'member.up', 'view.changed', 'seed.joined')
  const text = await listen(
    '/v1/events?types=member.*,seed.joined',
    { 'last-event-id': `${START}-0` },
    2,
  )
  expect(text.match(/^event: .*$/gm)).toEqual(['event: member.up', 'event: seed.joined'])
})

test('a listener that does not read is dropped at a bound', async () => {
  const [host, port] = api.address.split(':')
  const asked = request({ host, port, path: '/v1/events' }).end()
  asked.on('error', () => undefined)
  const [response] = v.parse(v.tuple([v.instance(IncomingMessage)]), await once(asked, 'response'))
  response.on('error', () => undefined)
  const closed = new Promise((resolve) => response.on('close', resolve))
  const filler = 'x'.repeat(60_000)
  for (let i = 0; i < 400; i++) {
    journal.announce({ level: 'info', event: 'big', details: { filler } })
    if (i % 10 === 0) await sleep(1)
  }
  let size = 0
  response.on('data', (piece: Buffer) => (size += piece.length))
  await closed
  expect(response.complete).toBe(false)
  expect(size).toBeLessThan(400 * filler.length)
})

function statusWith(
  method: string,
  path: string,
  headers: Record<string, string>,
): Promise<number> {
  const [host, port] = api.address.split(':')
  return new Promise((resolve, reject) => {
    request({ host, port, path, method, headers }, (response) => {
      response.resume()
      resolve(response.statusCode ?? 0)
    })
      .on('error', reject)
      .end()
  })
}

test('what a page in a browser asks for is refused, what a program asks is not', async () => {
  const evil = { origin: 'http://evil.example' }
  expect(await statusWith('POST', '/v1/leave', evil)).toBe(403)
  expect(await statusWith('GET', '/v1/status', { host: 'evil.example' })).toBe(403)
  expect(await statusWith('POST', '/v1/leave', { origin: `http://${api.address}` })).toBe(202)
  expect(await statusWith('GET', '/v1/status', { host: 'localhost:7980' })).toBe(200)
})

describe('ring and endpoints', () => {
  const tokens = (...list: bigint[]): FactView => {
    const value = new Uint8Array(list.length * 8)
    list.forEach((token, i) => new DataView(value.buffer).setBigInt64(i * 8, token))
    return { key: 'tokens', version: 1, value }
  }
  const owning: GossipView = {
    ...view,
    members: [
      member(1, 'n1', { tokenCount: 1, facts: [tokens(-(2n ** 62n))] }),
      member(2, 'n2', { tokenCount: 1, facts: [tokens(2n ** 62n)], liveness: 'down' }),
    ],
  }

  beforeEach(() => void (seen = owning))
  afterEach(() => void (seen = view))

  test('have their shapes, and status counts the copies of a keyspace', async () => {
    const { body } = await ask('/v1/ring')
    expect(body).toMatchObject({
      cluster: 'blue',
      epoch: null,
      keyspace: null,
      nodes: [
        { name: 'n1', owns: 0.5, tokens: ['-4611686018427387904'] },
        { name: 'n2', owns: 0.5, tokens: ['4611686018427387904'] },
      ],
      clashes: [],
    })
    const copies = { nodes: [{ owns: 1 }, { owns: 1 }] }
    expect((await ask('/v1/ring?keyspace=ks&replication=dc1%3D2')).body).toMatchObject(copies)
    expect((await ask('/v1/status?keyspace=ks')).body).toMatchObject(copies)
    // The token of 123, as published, is -7468325962851647638.
    for (const key of ['key=123', 'hex=313233']) {
      expect((await ask(`/v1/endpoints?keyspace=ks&${key}`)).body).toMatchObject({
        keyspace: 'ks',
        replication: 'NetworkTopologyStrategy {dc1=3}',
        replicationFrom: 'default',
        token: '-7468325962851647638',
        endpoints: [
          { name: 'n1', liveness: 'up' },
          { name: 'n2', liveness: 'down' },
        ],
      })
    }
  })

  test.each([
    ['/v1/ring?keyspace=k-s', 'keyspace.refused', /"k-s" is no name of a keyspace/],
    ['/v1/ring?keyspace=ks&replication=dc3=1', 'keyspace.refused', /did you mean dc1\?$/],
    ['/v1/status?keyspace=ks&replication=x', 'keyspace.refused', /is no replication/],
    ['/v1/status?replication=3', 'keyspace.refused', /A replication is that of a keyspace/],
    ['/v1/endpoints?key=1', 'keyspace.refused', /names no keyspace/],
    ['/v1/endpoints?keyspace=ks', 'key.refused', /names no key/],
    ['/v1/endpoints?keyspace=ks&hex=abc', 'key.refused', /names no key/],
    ['/v1/endpoints?keyspace=ks&hex=ab&key=a', 'key.refused', /names no key/],
  ])('%s is refused', async (path, code, message) => {
    const { status, body } = await ask(path)
    expect(status).toBe(400)
    expect(body).toMatchObject({ error: { code, message: expect.stringMatching(message) } })
  })
})

describe('a data plane in another process', () => {
  const half: Range = { left: MIN_TOKEN, right: { hi: 0, lo: 0 } }
  const task: CopyTask = {
    keyspace: 'shop',
    range: half,
    source: member(2, 'n2').hostId,
    others: [member(3, 'twin').hostId],
    quorums: [{ of: [member(2, 'n2').hostId, member(3, 'twin').hostId], needed: 2 }],
    share: 0.5,
  }
  const pending = { move: 'm1', epoch: 7, tasks: [task] }
  const bounds = ['-9223372036854775808', '0']
  const from = { name: 'n2', address: member(2, 'n2').address, liveness: 'down' }
  const told = { ...pending, tasks: [{ keyspace: 'shop', range: bounds, source: from }] }

  test('sees what is to be copied to its node, and from whom', async () => {
    ring = { ...noRing, copies: [pending] }
    expect((await ask('/v1/moves')).body).toMatchObject({
      moves: [],
      mine: [told],
      drop: null,
      cleaned: 3,
    })
  })

  test('is told what stands when it connects, and what changes', async () => {
    ring = { ...noRing, copies: [pending] }
    const spare = { keyspace: 'shop', range: half, owners: [member(1, 'n1').hostId] }
    setTimeout(() => {
      ring = { ...noRing, drop: { epoch: 9, spares: [spare], keyspaces: ['shop'] } }
      announce('member.up', 'ring.changed')
      announce('ring.changed')
    }, 100)
    const text = await listen('/v1/moves/events', {}, 3)
    const events = [...text.matchAll(/^event: (.*)\ndata: (.*)$/gm)].map(
      ([, event, data]): unknown => [event, JSON.parse(data ?? '')],
    )
    expect(events).toMatchObject([
      ['copy', told],
      ['over', { move: 'm1' }],
      ['drop', { epoch: 9, ranges: [{ range: bounds, owners: [{ name: 'n1' }] }] }],
    ])
  })

  test('acknowledges what it was asked for, and nothing else', async () => {
    ring = { ...noRing, copies: [pending] }
    const post = { method: 'POST' }
    expect(await ask('/v1/moves/m1/copied', post)).toEqual({
      status: 202,
      body: { acknowledged: 'm1' },
    })
    expect(commands).toEqual([{ kind: 'copied', move: 'm1' }])
    expect(await ask('/v1/moves/m2/copied', post)).toMatchObject({
      status: 404,
      body: { error: { code: 'move.unknown', next: expect.stringContaining('--own-data') } },
    })
    expect(commands.length).toBe(1)
  })

  test('is told by gossip how copies get on, junk included', () => {
    const progress = {
      ...{ move: 'm1', ranges: 4, rangesDone: 1, fraction: 0.25, bytes: 1000 },
      ...{ bytesLeft: 3000, secondsLeft: 12, waitsFor: ['n2 to come back'] },
    }
    const value = known(copyFactBytes([progress]), 'a fact')
    const copying = member(6, 'n6', { facts: [{ key: COPY_FACT, version: 1, value }] })
    expect(copiesIn({ ...view, members: [copying] })).toEqual([
      { name: 'n6', hostId: copying.hostId, ...progress },
    ])
    const junk = { key: COPY_FACT, version: 1, value: Uint8Array.of(255, 1) }
    expect(copiesIn({ ...view, members: [member(6, 'n6', { facts: [junk] })] })).toEqual([])
  })
})
