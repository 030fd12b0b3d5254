/** Three key-value services over a wire and stores of the test's own, and the answers of the API. */
import { beforeEach, describe, expect, test } from '@jest/globals'
import {
  getRow,
  putRow,
  readAsked,
  serveBatch,
  withoutRows,
  type Asked,
} from '../../../src/agent/api/kv.js'
import { KeyValue } from '../../../src/agent/data/key-value.js'
import { MemoryStorage } from '../../../src/cluster/data/memory-storage.js'
import { Merging } from '../../../src/cluster/data/merging.js'
import { NodeSight } from '../../../src/cluster/data/node-sight.js'
import { RpcError, type Rpc } from '../../../src/cluster/data/rpc.js'
import type { Sealed } from '../../../src/cluster/record/record-bytes.js'
import { after, founders, idOf, newcomer, withKeyspace } from '../../cluster/fixture.js'
import { the } from './rig.js'

const NAMES = ['n1', 'n2', 'n3'] as const
const first = withKeyspace(founders(...NAMES))

/** Names of those that do not answer, and are known not to. */
const dead = new Set<string>()
const silent = new Set<string>()
const services = new Map<string, KeyValue>()

function rpcTo(): Rpc {
  return {
    serve: () => undefined,
    ask: async (to, method, body) => {
      const service = services.get(to)
      if (service === undefined || dead.has(to) || silent.has(to))
        throw new RpcError('unreachable', `${to} is not there`)
      return service.answer(method, body)
    },
    open: () => {
      throw new Error('nothing is streamed')
    },
    close: () => Promise.resolve(),
  }
}

/** A service whose node has stored these records. */
function serviceOf(name: string, records: readonly Sealed[] = [first]): KeyValue {
  const node = {
    records,
    trusted: true,
    isPresent: (hostId: string) => !NAMES.some((each) => idOf(each) === hostId && dead.has(each)),
    addressOf: (hostId: string) => NAMES.find((each) => idOf(each) === hostId),
  }
  const storage = new MemoryStorage()
  const sight = new NodeSight(node, idOf(name), 'dc1')
  const parts = { storage, merging: new Merging(storage), rpc: rpcTo(), sight }
  return new KeyValue({ ...parts, command: () => undefined })
}

beforeEach(() => {
  dead.clear()
  silent.clear()
  for (const name of NAMES) services.set(name, serviceOf(name))
})

function kv(name: string): KeyValue {
  return the(services.get(name))
}

function asked(query: Record<string, string> = {}, keyspace = 'shop'): Asked {
  const read = readAsked(keyspace, { timeout: '200', ...query })
  if (read instanceof Response) throw new Error(String(read.status))
  return read
}

const apple = new TextEncoder().encode('0.80')

describe('rows', () => {
  test('what one node writes another reads, and a later delete hides it', async () => {
    const wrote = await putRow(kv('n1'), asked(), 'apple', apple)
    expect(wrote).toMatchObject({ status: 200, body: { key: 'apple', level: 'QUORUM' } })
    const read = await getRow(kv('n2'), asked({ level: 'all' }), 'apple')
    expect(read.body).toMatchObject({ found: true, value: '0.80', encoding: 'utf8' })
    expect((await putRow(kv('n3'), asked(), 'apple', null)).status).toBe(200)
    const gone = await getRow(kv('n1'), asked(), 'apple')
    expect(gone.body).toMatchObject({ found: false, value: null })
  })

  test('a write comes after what its client has seen, wherever the clock of its node stands', async () => {
    const ahead = `${Date.now() + 60_000}.7`
    const wrote = await putRow(kv('n1'), asked({ seen: ahead }), 'apple', apple)
    expect(wrote.body).toMatchObject({ seen: `${ahead.split('.')[0] ?? ''}.8` })
    const broken = await putRow(kv('n1'), asked({ seen: '9999999999999.0' }), 'apple', apple)
    expect(broken).toMatchObject({ status: 409, body: { error: { code: 'kv.clock' } } })
  })

  test('bytes that are no text come in base 64', async () => {
    await putRow(kv('n1'), asked(), 'bytes', Uint8Array.of(255, 0))
    const read = await getRow(kv('n1'), asked(), 'bytes')
    expect(read.body).toMatchObject({ value: '/wA=', encoding: 'base64' })
  })

  test('many rows at once, each with an answer of its own', async () => {
    const put = JSON.stringify({ put: [['a', '1'], ['b', '2'], ['x'.repeat(40_000), '3']] }) // prettier-ignore
    const wrote = await (await serveBatch(kv('n1'), asked(), put)).json()
    expect(wrote).toMatchObject({
      results: [{ key: 'a' }, { key: 'b' }, { error: { code: 'kv.too-long' } }],
    })
    const get = JSON.stringify({ get: ['b', 'nothing'] })
    const read = await (await serveBatch(kv('n2'), asked(), get)).json()
    expect(read).toMatchObject({ results: [{ value: '2' }, { found: false }] })
    expect((await serveBatch(kv('n1'), asked(), '{}')).status).toBe(400)
  })
})

test('a keyspace that was dropped and is created again has none of its rows', async () => {
  const records = [first]
  for (const name of NAMES) services.set(name, serviceOf(name, records))
  await putRow(kv('n1'), asked(), 'apple', apple)
  const dropped = after(first, [{ kind: 'drop', name: 'shop' }])
  records.push(dropped)
  expect(await getRow(kv('n1'), asked(), 'apple')).toMatchObject({ status: 404 })
  records.push(withKeyspace(dropped))
  const read = await getRow(kv('n1'), asked({ level: 'ALL' }), 'apple')
  expect(read.body).toMatchObject({ found: false, value: null })
})

describe('failures name who is missing', () => {
  test('one down: QUORUM goes on, ALL says at once that it cannot', async () => {
    dead.add('n3')
    expect((await putRow(kv('n1'), asked(), 'apple', apple)).body).toMatchObject({ missed: ['n3'] })
    const all = await putRow(kv('n1'), asked({ level: 'ALL' }), 'apple', apple)
    expect(all).toMatchObject({ status: 503, body: { error: { code: 'kv.unavailable' } } })
    expect(JSON.stringify(all.body)).toContain('3 replicas are needed, and these are down: n3')
  })

  test('two that cannot be reached, though nobody knows it yet', async () => {
    silent.add('n2').add('n3')
    const wrote = await putRow(kv('n1'), asked(), 'apple', apple)
    expect(wrote).toMatchObject({ status: 503, body: { error: { code: 'kv.refused' } } })
    expect(JSON.stringify(wrote.body)).toContain('n2: it cannot be reached')
  })

  test('a replica that acts on a later record refuses, and the write ends at its deadline', async () => {
    const wish = {
      kind: 'replace',
      hostId: idOf('n3'),
      by: newcomer('n4'),
      loseData: false,
    } as const
    const later = after(first, [wish])
    for (const name of ['n2', 'n3']) services.set(name, serviceOf(name, [first, later]))
    const wrote = await putRow(kv('n1'), asked(), 'apple', apple)
    expect(wrote).toMatchObject({ status: 504, body: { error: { code: 'kv.timeout' } } })
  })

  test('no such keyspace, no such level, no rows at all', async () => {
    const none = await getRow(kv('n1'), asked({}, 'none'), 'apple')
    expect(none).toMatchObject({ status: 404, body: { error: { code: 'kv.no-keyspace' } } })
    for (const query of [{ level: 'SOME' }, { timeout: '0' }, { seen: 'x' }])
      expect(readAsked('shop', query)).toMatchObject({ status: 400 })
    expect(withoutRows().status).toBe(409)
  })
})
