/**
 * Real processes with real rows: clients write and read throughout while the ring changes and
 * agents are killed. Nothing acknowledged is lost or read stale, and every store holds what it must
 * and nothing else. `bench/proof.ts` does the same with more of everything.
 */
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { buildCommand, LiveCluster } from './live-cluster.js'
import { prove } from './proof/prove.js'

jest.setTimeout(150_000)

const PACE = ['--probe-period', '300', '--gossip-period', '60', '--rank-delay', '100']

let cluster: LiveCluster
beforeAll(async () => {
  await buildCommand()
  cluster = new LiveCluster()
})
afterAll(() => cluster.close())

test('rows outlive crashes, replacements and leaves, and no reader is ever behind', async () => {
  const proof = await prove(cluster, {
    ...{ agents: 5, rows: 1500, bytes: 1500, clients: 2, pause: 2, seed: 1 },
    steps: ['source dies', 'replace', 'leave'],
    flags: [...PACE, '--drop-grace', '300', '--copy-rate', '1'],
  })
  expect(proof.wrong).toEqual([])
  const { reads, writes, writesAtAll, whole, partly, verified } = proof.counts
  expect(Math.min(reads ?? 0, writes ?? 0, writesAtAll ?? 0)).toBeGreaterThan(20)
  expect((whole ?? 0) + (partly ?? 0)).toBe(1500)
  expect(verified).toBeGreaterThan(1400)

  const kept = readFileSync(join(cluster.folder, 'kept.csv'), 'utf8').split('\n')
  const last = kept.at(-1)?.split(',')[0] ?? ''
  const deleted = await cluster.murmur('kv', 'delete', 'shop', last, '--level', 'ALL')
  expect(deleted).toMatchObject({ code: 0 })
  const lacking = await cluster.murmur('kv', 'verify', 'shop', 'kept.csv')
  expect(lacking).toMatchObject({ code: 1, out: expect.stringContaining(`missing: ${last}`) })
})
