/** Bugs are planted in copies of the code one at a time, and each must be found from the same seeds. */
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Pool } from '../../src/cli/simulate/swarm/pool.js'
import { survey } from '../../src/cli/simulate/swarm/survey.js'
import { bundleWorker } from './bundle.js'
import type { Planted } from './planted.js'

const THREADS = 2

/** @param seeds how many may be needed, from 1 on */
export function hunt(bugs: readonly Planted[], swarm: 'gossip' | 'ring', seeds: number): void {
  let folder = ''
  const found: string[] = []
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'murmur-planted-'))
  })
  afterAll(() => {
    console.log(found.join('\n'))
    rmSync(folder, { recursive: true })
  })

  test.each(bugs)(
    'it is found that $bug',
    async (bug) => {
      const pool = new Pool(await bundleWorker(folder, `bug-${found.length}`, bug), THREADS)
      try {
        const what = { swarm, first: 1, runs: seeds, threads: THREADS } as const
        const { failures } = await survey(pool, { ...what, onTrial: (_, failed) => failed === 0 })
        const [first] = failures
        const by = first?.violation?.check ?? 'nobody'
        found.push(`${bug.bug}: seed ${first?.seed ?? 'none'}, ${by}`)
        expect(first?.violation).toBeDefined()
      } finally {
        await pool.close()
      }
    },
    300_000,
  )
}
