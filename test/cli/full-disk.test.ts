/**
 * A disk that fills up under a real agent: the copies of its ranges wait, everybody can read why and
 * what to do, and nothing is lost; once there is room the join goes on by itself.
 */
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals'
import { execFile, spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { ask } from '../../src/cli/api.js'
import { answers } from '../../src/cli/change-answers.js'
import { listed } from '../../src/cli/local/cluster.js'
import { loopback, portsOf } from '../../src/cli/local/ports.js'
import { CLUSTER } from '../../src/cli/local/process.js'
import { buildCommand, freeBasePort, LiveCluster } from './live-cluster.js'
import { until } from './proof/course.js'

jest.setTimeout(150_000)

/** For one step, in milliseconds: what did not come is named before the whole test is given up. */
const PATIENCE = 45_000

const PACE = ['--probe-period', '300', '--gossip-period', '60', '--rank-delay', '100']
const FLAGS = ['--kv', '--data-reserve', '1', ...PACE]
const ROWS = 1500
/** Then most ranges have whole batches, which can never be written: small ones would go through. */
const VALUE_REPEATS = 2000

let cluster: LiveCluster
let base = 0
let fourth: ChildProcess | undefined

beforeAll(async () => {
  await buildCommand()
  cluster = new LiveCluster()
  base = await freeBasePort()
  const up = ['local', 'up', '-n', '3', '--expect', '3', '--base-port', String(base), '--detach']
  expect(await cluster.murmur(...up, '--', ...FLAGS)).toMatchObject({ code: 0 })
})

afterAll(async () => {
  fourth?.kill('SIGKILL')
  await cluster.close()
})

/** An agent none of whose files may grow beyond 128 KiB, less than a batch: to it the disk is full. */
function cramped(): ChildProcess {
  const ports = portsOf(base, 3)
  const args = [
    ...['agent', '--name', 'n4', '--cluster', CLUSTER, ...FLAGS],
    ...['--bind', loopback(ports.gossip), '--api', loopback(ports.api)],
    ...['--seeds', listed(cluster.dir)[0]?.bind ?? '', '--data-dir', join(cluster.folder, 'n4')],
  ]
  const root = new URL('../../', import.meta.url).pathname
  const command = `trap '' XFSZ; ulimit -S -f 256; exec "$0" "$@"`
  const node = [process.execPath, join(root, 'dist/murmur.js'), ...args]
  return spawn('sh', ['-c', command, ...node], { stdio: 'ignore' })
}

test('a joiner whose disk is full waits, says so, and goes on once there is room', async () => {
  const created = await cluster.murmur('keyspace', 'create', 'shop', '--replication', 'dc1=3')
  expect(created).toMatchObject({ code: 0 })
  const lines = Array.from(
    { length: ROWS },
    (_, i) => `row ${i},${String(i).repeat(VALUE_REPEATS)}`,
  )
  writeFileSync(join(cluster.folder, 'rows.csv'), lines.join('\n'))
  expect(await cluster.murmur('kv', 'import', 'shop', 'rows.csv')).toMatchObject({ code: 0 })

  fourth = cramped()
  const doctor = () => ask(cluster.url('n1'), '/v1/doctor', answers.doctor)
  const full = /^n4 copies for the movement \w+ and waits: There is no room left for the store/
  await until(
    'the doctor knows',
    async () => {
      const { findings } = await doctor()
      return findings.some(({ grave, what }) => grave && full.test(what))
    },
    PATIENCE,
  )
  const found = (await doctor()).findings.find(({ what }) => full.test(what))
  expect(found?.next).toMatch(
    /^Free some room on its disk: it then goes on by itself; to give .*: murmur cancel \w+\.$/,
  )
  // The ring is as it was, and serves: also what is written to the joiner too.
  expect(await cluster.murmur('kv', 'put', 'shop', 'late', 'row')).toMatchObject({ code: 0 })
  expect((await cluster.status('n1')).nodes.find(({ name }) => name === 'n4')?.state).toBe(
    'joining',
  )

  await promisify(execFile)('prlimit', ['--pid', String(fourth.pid), '--fsize=unlimited'])
  await until(
    'n4 has joined',
    async () => {
      const { nodes } = await cluster.status('n1')
      return nodes.some(
        ({ name, state, tokens }) => name === 'n4' && state === 'normal' && tokens > 0,
      )
    },
    PATIENCE,
  )
  const { out } = await cluster.murmur(
    ...['kv', 'verify', 'shop', 'rows.csv', '--level', 'ALL', '--json'],
  )
  expect(JSON.parse(out)).toMatchObject({ rows: ROWS, found: ROWS, missing: [], different: [] })
  fourth.kill('SIGTERM')
  await once(fourth, 'exit')
})
