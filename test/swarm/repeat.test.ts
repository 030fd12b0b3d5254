/**
 * What an operator of the swarm does with a failure: a bug is planted in a copy of the whole
 * command, its swarm finds it and makes it small, and the command that it prints shows it again.
 */
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { build } from 'esbuild'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { known } from '../../src/base/assert.js'
import { readRing } from '../../src/cli/simulate/ring-file.js'
import { bundleOptions } from '../../scripts/bundle.mjs'
import { plant } from './bundle.js'
import { plantedInRing } from './planted-ring.js'

let folder = ''
beforeAll(() => {
  // Under node_modules, so that the packages are found from here as from dist.
  folder = resolve(mkdtempSync(join('node_modules', '.planted-')))
})
afterAll(() => rmSync(folder, { recursive: true }))

/** The copy with the bug in it, as it is typed. */
function murmur(words: string): { readonly status: number | null; readonly stdout: string } {
  const args = [join(folder, 'murmur.js'), ...words.split(' ')]
  return spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8' })
}

test('a planted bug is found, made small, and shown again by the command that is printed', async () => {
  const bug = known(
    plantedInRing.find((each) => each.bug.startsWith('reads go to the new')),
    'the bug',
  )
  const { plugins = [], ...options } = bundleOptions('src/cli/main.ts', {
    'swarm-worker': 'src/cli/simulate/swarm/worker.ts',
  })
  await build({ ...options, plugins: [plant(bug), ...plugins], outdir: folder, write: true })

  const swarm = murmur('simulate swarm --ring --runs 20 --seed 1 --workers 2')
  expect(swarm.status).toBe(1)
  const [, file = '', seed = ''] =
    /made small: {2}murmur simulate (ring-\d+\.json) --seed (\d+)/.exec(swarm.stdout) ?? []
  const read = readRing(JSON.parse(readFileSync(join(folder, file), 'utf8')), 'small')
  expect(read).toMatchObject({ kind: 'ring', ring: { name: `ring-${seed}` } })

  const again = murmur(`simulate ${file} --seed ${seed}`)
  expect(again.status).toBe(1)
  const told = new RegExp(`(\\w+) {2}seed ${seed}, \\d+ nodes, at ([\\d.]+) s`)
  const [, check = 'nobody'] = told.exec(swarm.stdout) ?? []
  expect(again.stdout).toMatch(new RegExp(`^${check} {2}at [\\d.]+ s: n\\d `, 'm'))
  expect(again.stdout).toContain('FAILED')
}, 300_000)
