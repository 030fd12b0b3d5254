/** The examples run as they stand, and say what their page promises. */
import { afterAll, describe, expect, test } from '@jest/globals'
import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import type { Readable } from 'node:stream'
import { promisify } from 'node:util'
import { loadConfiguration } from '../../src/agent/configuration.js'
import { buildCommand, freeBasePort, LiveCluster } from './live-cluster.js'

const root = new URL('../../', import.meta.url).pathname

test('two agents in one program meet, react and part', async () => {
  const run = promisify(execFile)(process.execPath, ['--import', 'tsx', 'examples/embed.ts'], {
    cwd: root,
    timeout: 25_000,
  })
  const lines = (await run).stdout.trim().split('\n')
  expect([...lines].sort()).toEqual(
    [
      'ada sees ada up, bob up',
      'ada: ada is up, send it work',
      'ada: bob has left',
      'ada: bob is up, send it work',
      'bob: ada is up, send it work',
      'bob: bob is up, send it work',
    ].sort(),
  )
  expect(lines.at(-1)).toBe('ada: bob has left')
  const page = readFileSync(`${root}examples/README.md`, 'utf8')
  for (const line of lines) expect(page).toContain(line)
})

test("stores of one's own move their words over the API, and none is lost", async () => {
  const args = ['--import', 'tsx', 'examples/own-data.ts']
  const run = promisify(execFile)(process.execPath, args, { cwd: root, timeout: 55_000 })
  const { stdout, stderr } = await run
  expect(stderr).toBe('')
  const copied = Number(/^dan copied (\d+) words/m.exec(stdout)?.[1])
  const dropped = [...stdout.matchAll(/^\w+ dropped (\d+) words/gm)].map(([, count]) =>
    Number(count),
  )
  expect(copied).toBeGreaterThan(50)
  expect(dropped.reduce((sum, count) => sum + count, 0)).toBe(copied)
  expect(stdout).toMatch(/every word is where the ring has it, twice, and nowhere else\n$/)
}, 60_000)

describe('sharding over a live ring', () => {
  const cluster = new LiveCluster()
  afterAll(() => cluster.close())

  test('words follow a node that joins and one that leaves, and no others move', async () => {
    await buildCommand()
    const base = String(await freeBasePort())
    await cluster.murmur('local', 'up', '-n', '3', '--detach', '--base-port', base)
    const api = cluster.url('n1').replace('http://', '')
    const args = ['--import', 'tsx', 'examples/shard.ts', api, 'README.md']
    const shard = spawn(process.execPath, args, { cwd: root })
    const says = new Lines(shard.stdout)
    const [, words = ''] = await says.match(/^(\d+) words over 3 nodes$/m)
    expect(Number(words)).toBeGreaterThan(300)
    await cluster.murmur('local', 'add')
    const moves = (change: string, then: string): RegExp =>
      new RegExp(
        `^${change}: (\\d+) of \\d+ words move.*\\n((?: {2}.*\\n)+)\\d+ words over ${then}`,
        'm',
      )
    const [, joined, toJoiner = ''] = await says.match(moves('n4 joined', '4 nodes'))
    expect(toJoiner).toMatch(/^( {2}n[123] → n4 .*\n)+$/)
    expect(sum(toJoiner)).toBe(Number(joined))
    await cluster.murmur('leave', '--api', 'n2')
    const [, left, fromLeaver = ''] = await says.match(moves('n2 left', '3 nodes'))
    expect(fromLeaver).toMatch(/^( {2}n2 → n[134] .*\n)+$/)
    expect(sum(fromLeaver)).toBe(Number(left))
    shard.kill()
  }, 60_000)
})

/** The counts of lines such as `  n1 → n4   179  16.2 %`. */
function sum(lines: string): number {
  return [...lines.matchAll(/ (\d+) {2}/g)].reduce((total, [, count]) => total + Number(count), 0)
}

/** What a process says, and waiting for it. */
class Lines {
  private text = ''
  private readonly stream: Readable

  constructor(stream: Readable) {
    this.stream = stream.on('data', (piece) => (this.text += String(piece)))
  }

  async match(pattern: RegExp): Promise<RegExpExecArray> {
    for (;;) {
      const found = pattern.exec(this.text)
      if (found !== null && this.text.endsWith('\n')) return found
      await once(this.stream, 'data')
    }
  }
}

test('the example configuration is valid', async () => {
  const loaded = await loadConfiguration({
    flags: { config: `${root}examples/agent.yaml` },
    env: {},
    readFile: (path) => Promise.resolve(readFileSync(path, 'utf8')),
  })
  expect(loaded).toMatchObject({
    kind: 'settled',
    configuration: { name: 'db1', cluster: 'orders', profile: 'lan' },
  })
})
