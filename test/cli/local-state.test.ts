/**
 * What a local cluster remembers, which ports it uses, and that it never takes somebody else's
 * process for its own.
 */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { agentOf, listed, startCluster } from '../../src/cli/local/cluster.js'
import { freeBase, highestBase, isFree, portsOf, takenPorts } from '../../src/cli/local/ports.js'
import {
  agentArguments,
  commandLine,
  isRunning,
  placesOf,
  signalAgent,
} from '../../src/cli/local/process.js'
import { newState, readState, remember, writeState } from '../../src/cli/local/state.js'
import type { LocalAgent } from '../../src/cli/local/state.js'
import { seesAll } from '../../src/cli/local/wholeness.js'
import { run } from '../../src/cli/run.js'
import { ownName } from '../../src/cli/local/own-name.js'
import { FakeWorld, clusterStatus, nodeStatus } from './fake-world.js'

let dir = ''

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'murmur-local-'))
})

afterEach(() => rmSync(dir, { recursive: true, force: true }))

function agent(number: number, pid: number | null = null): LocalAgent {
  const name = `n${number}`
  return { name, pid, bind: `127.0.0.1:${7945 + number}`, api: `127.0.0.1:${7979 + number}` }
}

const stateWith = (...agents: LocalAgent[]) => ({
  ...newState(7946, ['--profile', 'calm']),
  agents,
})

describe('the state file', () => {
  test('comes back as it was written, and leaves nothing else behind', () => {
    const state = stateWith(agent(1, 4711), agent(2))
    writeState(dir, state)
    expect(readState(dir)).toEqual(state)
    expect(readdirSync(dir)).toEqual(['cluster.json'])
  })

  test('is not there, or cannot be understood', () => {
    expect(readState(join(dir, 'none'))).toBeUndefined()
    for (const text of [
      '',
      '{',
      '[]',
      '{"format":99}',
      JSON.stringify({ format: 1, agents: [] }),
    ]) {
      writeFileSync(join(dir, 'cluster.json'), text)
      expect(() => readState(dir)).toThrow('is no state of a local cluster')
    }
  })

  test('one agent changes, the others stay', () => {
    writeState(dir, stateWith(agent(1, 11), agent(2, 22)))
    remember(dir, 'n2', null)
    expect(readState(dir)?.agents.map(({ pid }) => pid)).toEqual([11, null])
  })
})

describe('ports', () => {
  test('n1 has the usual ones, and no two agents share any', () => {
    expect(portsOf(7946, 0)).toEqual({ gossip: 7946, api: 7980 })
    expect(portsOf(7946, 1)).toEqual({ gossip: 7947, api: 7981 })
    const all = Array.from({ length: 200 }, (_, i) => portsOf(7946, i))
    const used = all.flatMap(({ gossip, api }) => [gossip, api])
    expect(new Set(used).size).toBe(400)
    expect(portsOf(highestBase(200), 199).api).toBe(65535)
  })

  test('what is taken is named; a free base is found above', async () => {
    const free = (port: number): Promise<boolean> => Promise.resolve(port !== 7947 && port !== 8046)
    expect(await takenPorts(7946, [0, 1], free)).toEqual([
      { name: 'n2', port: 7947, use: 'gossip' },
    ])
    expect(await freeBase(7946, 3, free)).toBe(8146)
  })

  test('a listening socket is noticed, and the cluster says what to do', async () => {
    const server = createServer()
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const place = server.address()
    const port = typeof place === 'object' && place !== null ? place.port : 0
    try {
      expect(await isFree(port)).toBe(false)
      const started = startCluster({ dir, count: 2, basePort: port, flags: [] })
      await expect(started).rejects.toThrow(
        new RegExp(`^Port ${port}, which n1 needs for its gossip, is taken by something else`),
      )
      expect(readState(dir)).toBeUndefined()
    } finally {
      await new Promise((resolve) => server.close(resolve))
    }
  })
})

describe('a remembered process', () => {
  const ours = ['node', 'murmur.js', 'agent', '--name', 'n1', '--data-dir']

  test('is ours when it is an agent on this data directory', () => {
    const line = [...ours, placesOf(dir, 'n1').data]
    expect(isRunning(agent(1, 4711), dir, () => line)).toBe(true)
    expect(isRunning(agent(1, 4711), dir, () => [line.join(' ')])).toBe(true)
    expect(isRunning(agent(2, 4711), dir, () => line)).toBe(false)
    expect(isRunning(agent(1, null), dir, () => line)).toBe(false)
  })

  test('is somebody else when its command line is another, or there is none', () => {
    expect(isRunning(agent(1, 4711), dir, () => ['vim', 'agent', '--data-dir'])).toBe(false)
    expect(isRunning(agent(1, 4711), dir, () => [...ours, '/elsewhere/n1/data'])).toBe(false)
    expect(isRunning(agent(1, 4711), dir, () => [])).toBe(false)
  })

  test('this very process is not touched, whatever the state says', async () => {
    writeState(dir, stateWith(agent(1, process.pid)))
    expect(commandLine(process.pid).length).toBeGreaterThan(0)
    expect(signalAgent(agent(1, process.pid), dir, 'SIGKILL')).toBe(false)
    expect(listed(dir)).toMatchObject([{ name: 'n1', running: false, pid: null }])
    const world = new FakeWorld()
    expect(await run(['local', 'kill', 'n1', '--dir', dir], world)).toBe(1)
    expect(world.err.text).toBe('murmur: n1 is not running: `murmur local restart n1` starts it.\n')
    expect(await run(['local', 'down', '--dir', dir], world)).toBe(0)
  })
})

test('an agent is seeded with the first two others, and best with those that run', () => {
  const state = stateWith(agent(1, 4711), agent(2, 4712), agent(3, 4713), agent(4, 4714))
  const seeds = (of: LocalAgent, ...running: readonly string[]): string | undefined => {
    const lines = running.map((name) => ['agent', '--data-dir', placesOf(dir, name).data, ''])
    const lineOf = (pid: number): string[] =>
      lines.find((line) => line.includes(placesOf(dir, `n${pid - 4710}`).data)) ?? []
    const args = agentArguments(state, of, dir, lineOf)
    return args[args.indexOf('--seeds') + 1]
  }
  expect(seeds(agent(1))).toBe('127.0.0.1:7947,127.0.0.1:7948')
  expect(seeds(agent(3))).toBe('127.0.0.1:7946,127.0.0.1:7947')
  expect(seeds(agent(2), 'n4')).toBe('127.0.0.1:7949,127.0.0.1:7946')
  expect(seeds(agent(2), 'n3', 'n4')).toBe('127.0.0.1:7948,127.0.0.1:7949')
  const alone = agentArguments(stateWith(agent(1)), agent(1), dir)
  expect(alone).not.toContain('--seeds')
  expect(alone.slice(-2)).toEqual(['--profile', 'calm'])
})

describe('local commands', () => {
  test('list as JSON has the shape that programs rely on', async () => {
    writeState(dir, stateWith(agent(1, 99_999_999)))
    const world = new FakeWorld()
    expect(await run(['local', 'list', '--json', '--dir', dir], world)).toBe(0)
    expect(JSON.parse(world.out.text)).toEqual([
      {
        name: 'n1',
        pid: null,
        running: false,
        bind: '127.0.0.1:7946',
        api: '127.0.0.1:7980',
        dataDir: join(dir, 'n1', 'data'),
      },
    ])
  })

  test('without a cluster: an empty list, and a sentence for what needs one', async () => {
    const world = new FakeWorld()
    expect(await run(['local', 'list', '--json', '--dir', dir], world)).toBe(0)
    expect(JSON.parse(world.out.text)).toEqual([])
    for (const command of [['down'], ['kill', 'n1'], ['restart', 'n1'], ['add']]) {
      const other = new FakeWorld()
      expect(await run(['local', ...command, '--dir', dir], other)).toBe(1)
      expect(other.err.text).toBe(
        `murmur: There is no local cluster in ${dir}: \`murmur local up\` makes one.\n`,
      )
    }
  })

  test('a name that is none: which there are', () => {
    writeState(dir, stateWith(agent(2), agent(13)))
    expect(() => agentOf(dir, 'n14')).toThrow(
      `There is no agent n14 in ${dir}, did you mean n13? There are n2, n13.`,
    )
  })
})

test('whole means that every agent asked for is seen up', () => {
  const status = clusterStatus([nodeStatus(1), nodeStatus(2, { liveness: 'suspect' })])
  expect(seesAll(status, ['n1'])).toBe(true)
  expect(seesAll(status, ['n1', 'n2'])).toBe(false)
})

test('advice can be pasted', () => {
  expect(ownName('/usr/bin/murmur', '/home/a')).toBe('murmur')
  expect(ownName('/home/a/dist/murmur.js', '/home/a')).toBe('node dist/murmur.js')
  expect(ownName('/opt/m/dist/murmur.js', '/home/a')).toBe('node /opt/m/dist/murmur.js')
})
