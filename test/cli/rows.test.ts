/**
 * Real processes with real rows: clients write and read at QUORUM throughout while a node joins,
 * one is killed and removed, and one is decommissioned. Nothing acknowledged is lost or read stale,
 * and afterwards every row is there at ALL.
 */
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import * as v from 'valibot'
import { buildCommand, freeBasePort, LiveCluster, type Ended } from './live-cluster.js'

jest.setTimeout(150_000)

const PACE = ['--probe-period', '300', '--gossip-period', '60', '--rank-delay', '100']
const KEYS = 40

let cluster: LiveCluster
beforeAll(async () => {
  await buildCommand()
  cluster = new LiveCluster()
  const base = String(await freeBasePort())
  const flags = ['--kv', '--data-reserve', '1', ...PACE]
  const up = ['local', 'up', '-n', '5', '--expect', '5', '--base-port', base, '--detach']
  expect(await cluster.murmur(...up, '--', ...flags)).toMatchObject({ code: 0 })
})
afterAll(() => cluster.close())

async function done(...args: readonly string[]): Promise<Ended> {
  const ended = await cluster.murmur(...args)
  expect([args.join(' '), ended.code, ended.err]).toEqual([args.join(' '), 0, ended.err])
  return ended
}

async function until(holds: () => Promise<boolean>, what: string): Promise<void> {
  for (const end = performance.now() + 40_000; performance.now() < end;) {
    if (await holds()) return
    await sleep(200)
  }
  throw new Error(`never: ${what}`)
}

/** All who are up say that the ring is settled among so many. */
async function settled(members: number): Promise<void> {
  await until(async () => {
    const { nodes, settled: all, epoch } = await cluster.status('n1')
    const normal = nodes.filter(({ state, tokens }) => state === 'normal' && tokens > 0)
    return epoch !== null && all && normal.length === members
  }, `a ring of ${members}`)
}

const Row = v.object({ value: v.nullable(v.string()) })

/** Counts up one row at a time, and holds every read against what was acknowledged before. */
class Client {
  readonly wrong: string[] = []
  writes = 0
  reads = 0
  failures = 0
  /** The last value acknowledged, and the last one tried, by key; at most KEYS. */
  private readonly acknowledged = new Map<string, number>()
  private readonly tried = new Map<string, number>()
  private stopped = false

  async run(nodes: () => readonly string[]): Promise<void> {
    for (let turn = 0; !this.stopped; turn++) {
      const key = `counter ${turn % KEYS}`
      const names = nodes()
      const url = `${cluster.url(names[turn % names.length] ?? 'n1')}/v1/kv/shop/${key}`
      await (turn % 3 === 0 ? this.read(url, key) : this.write(url, key))
    }
  }

  stop(): void {
    this.stopped = true
  }

  private async write(url: string, key: string): Promise<void> {
    const value = (this.tried.get(key) ?? 0) + 1
    this.tried.set(key, value)
    const answer = await this.ask(url, { method: 'PUT', body: String(value) })
    if (answer === undefined) return
    this.acknowledged.set(key, value)
    this.writes++
  }

  private async read(url: string, key: string): Promise<void> {
    const floor = this.acknowledged.get(key) ?? 0
    const answer = await this.ask(url, {})
    if (answer === undefined) return
    const value = Number(v.parse(Row, answer).value ?? 0)
    this.reads++
    const most = this.tried.get(key) ?? 0
    if (value < floor || value > most) this.wrong.push(`${key}: ${value}, not ${floor} to ${most}`)
  }

  private async ask(url: string, init: RequestInit): Promise<unknown> {
    const signal = AbortSignal.timeout(4000)
    const response = await fetch(url, { ...init, signal }).catch(() => undefined)
    const answer: unknown = await response?.json().catch(() => undefined)
    if (response?.ok === true) return answer
    this.failures++
    return undefined
  }
}

test('rows outlive joins, crashes and leaves, and no reader is ever behind', async () => {
  await settled(5)
  await done('keyspace', 'create', 'shop', '--replication', 'dc1=3')
  const words = Array.from({ length: 1500 }, (_, i) => `word ${i}`)
  writeFileSync(join(cluster.folder, 'words'), words.join('\n'))
  await until(async () => (await cluster.murmur('kv', 'put', 'shop', 'a', 'b')).code === 0, 'a row')
  await done('kv', 'import', 'shop', 'words')

  const up = new Set(['n1', 'n2', 'n3', 'n4', 'n5'])
  const clients = [new Client(), new Client()]
  const running = clients.map((client) => client.run(() => [...up]))
  await done('local', 'add')
  await settled(6)
  up.add('n6').delete('n3')
  await done('local', 'kill', 'n3')
  await until(async () => (await cluster.murmur('remove', 'n3')).code === 0, 'a removal')
  await settled(5)
  up.delete('n2')
  await done('decommission', 'n2')
  await settled(4)
  for (const client of clients) client.stop()
  await Promise.all(running)

  for (const { wrong, writes, reads } of clients) {
    expect(wrong).toEqual([])
    expect(Math.min(writes, reads)).toBeGreaterThan(20)
  }
  const { out } = await done('kv', 'verify', 'shop', 'words', '--level', 'ALL', '--json')
  const sums = { rows: 1500, found: 1500, missing: [], different: [], failed: [] }
  expect(JSON.parse(out)).toEqual(sums)
  await done('kv', 'delete', 'shop', 'word 7', '--level', 'ALL')
  const lacking = await cluster.murmur('kv', 'verify', 'shop', 'words')
  expect(lacking).toMatchObject({ code: 1, out: expect.stringContaining('missing: word 7') })
})
