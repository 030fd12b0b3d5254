/**
 * The checkers of ring changes bite: each bug planted in a copy of the ring or of the data plane is
 * found from the seeds of its swarm, the same ones for all.
 */
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Pool } from '../../src/cli/simulate/swarm/pool.js'
import { survey } from '../../src/cli/simulate/swarm/survey.js'
import { bundleWorker } from './bundle.js'
import { plantedInRing } from './planted-ring.js'

/** Seeds that may be needed. */
const SEEDS = 100
const THREADS = 2

let folder = ''
const found: string[] = []
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'murmur-planted-ring-'))
})
afterAll(() => {
  console.log(found.join('\n'))
  rmSync(folder, { recursive: true })
})

test.each(plantedInRing)(
  'it is found that $bug',
  async (bug) => {
    const pool = new Pool(await bundleWorker(folder, `bug-${found.length}`, bug), THREADS)
    try {
      const what = { swarm: 'ring', first: 1, runs: SEEDS, threads: THREADS } as const
      const { failures } = await survey(pool, { ...what, onTrial: (_, failed) => failed === 0 })
      const [first] = failures
      found.push(
        `${bug.bug}: seed ${first?.seed ?? 'none'}, ${first?.violation?.check ?? 'nobody'}`,
      )
      expect(first?.violation).toBeDefined()
    } finally {
      await pool.close()
    }
  },
  300_000,
)
