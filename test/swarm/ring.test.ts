/**
 * A thousand seeds of ring changes, in threads: operators who contradict each other, crashes, lost
 * and old disks, partitions, and clients that write and read throughout. Nothing acknowledged is
 * lost, and nothing that the checkers look at may have failed to happen.
 */
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Pool } from '../../src/cli/simulate/swarm/pool.js'
import { survey } from '../../src/cli/simulate/swarm/survey.js'
import { bundleWorker } from './bundle.js'

const RUNS = 1000
const THREADS = 2
let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'murmur-ring-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

test('a thousand seeds pass, and show something of every kind', async () => {
  const pool = new Pool(await bundleWorker(folder, 'worker'), THREADS)
  try {
    const what = { swarm: 'ring', first: 1, runs: RUNS, threads: THREADS } as const
    const found = await survey(pool, what)
    expect(found.failures).toEqual([])
    expect(found.idle).toEqual([])
    expect(found.runs).toBe(RUNS)
  } finally {
    await pool.close()
  }
}, 900_000)
