/**
 * Real processes: five agents on loopback see each other, notice a killed one, take it back as
 * itself, and let one leave for good. Everything waits for events, nothing sleeps. The tests build
 * on each other, in order.
 */
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals'
import { createServer } from 'node:net'
import * as v from 'valibot'
import { answers } from '../../src/cli/answers.js'
import type { NodeStatus } from '../../src/cluster/status.js'
import { buildCommand, ending, freeBasePort, LiveCluster } from './live-cluster.js'

jest.setTimeout(60_000)

const ALL = ['n1', 'n2', 'n3', 'n4', 'n5']
const OTHERS = ['n1', 'n2', 'n4', 'n5']

let cluster: LiveCluster
let basePort: string
/** n3 as it was before it was killed. */
let before: NodeStatus | undefined

beforeAll(async () => {
  await buildCommand()
  cluster = new LiveCluster()
  basePort = String(await freeBasePort())
})

afterAll(() => cluster.close())

async function seenBy(name: string, node: string): Promise<NodeStatus | undefined> {
  return (await cluster.status(name)).nodes.find((one) => one.name === node)
}

describe('five agents', () => {
  test('start, and every one sees five up', async () => {
    const { code, out, err } = await cluster.murmur(
      'local',
      'up',
      '--detach',
      '--base-port',
      basePort,
    )
    expect({ code, err }).toEqual({ code: 0, err: '' })
    expect(out).toContain('Cluster local: 5 up')
    for (const name of ALL) {
      const { nodes } = await cluster.status(name)
      expect(nodes.map((node) => `${node.name} ${node.liveness}`).sort()).toEqual(
        ALL.map((one) => `${one} up`),
      )
    }
    before = await seenBy('n1', 'n3')
  })

  test('the commands ask the first of them, or the one they are told', async () => {
    const status = await cluster.murmur('status')
    expect(status.code).toBe(0)
    expect(status.out.split('\n').filter((line) => line.startsWith('UN'))).toHaveLength(5)
    const info = await cluster.murmur('info', '--json', '--api', 'n4')
    expect(v.parse(answers.info, JSON.parse(info.out)).name).toBe('n4')
    const gossip = await cluster.murmur('gossipinfo')
    expect(gossip.out).toContain(`/127.0.0.1:${basePort}\n  generation:`)
    const detector = await cluster.murmur('failuredetector')
    expect(detector.out.startsWith('  Endpoint,             Phi\n')).toBe(true)
    expect(detector.out.trim().split('\n')).toHaveLength(5)
  })

  test('ring and endpoints answer the same, whoever is asked', async () => {
    const asked = [
      'ring -r',
      'ring ks --replication simple:2',
      'endpoints ks user:17',
      'ring --draw',
    ]
    for (const question of asked) {
      const ask = (name: string) => cluster.murmur(...question.split(' '), '--api', name)
      const told = await Promise.all(ALL.map(ask))
      expect(new Set(told.map(({ out }) => out)).size).toBe(1)
      expect(told.map(({ code }) => code)).toEqual([0, 0, 0, 0, 0])
    }
    const { nodes } = v.parse(
      answers.ring,
      JSON.parse((await cluster.murmur('ring', '--json')).out),
    )
    expect(nodes.map(({ tokens }) => tokens.length)).toEqual([16, 16, 16, 16, 16])
    expect(nodes.reduce((sum, { owns }) => sum + (owns ?? 0), 0)).toBeCloseTo(1, 9)
    const own = nodes.find(({ name }) => name === 'n2')?.tokens ?? []
    const { out } = await cluster.murmur('info', '-T', '--api', 'n2')
    expect(out.match(/^Token +: .*$/gm)).toEqual(
      own.map((token) => `Token                  : ${token}`),
    )
    const wrong = await cluster.murmur('endpoints', 'ks', 'a', '--replication', 'dc9=1')
    expect(wrong.code).toBe(2)
    expect(wrong.err).toContain('no node is in the datacenter dc9')
  })

  test('a second start says that they run', async () => {
    const { code, err } = await cluster.murmur('local', 'up', '--detach')
    expect(code).toBe(1)
    expect(err).toContain('A local cluster already runs in')
    expect(err).toContain('(n1, n2, n3, n4, n5)')
  })

  test('an agent on a port that is taken says so and ends', async () => {
    const { code, err } = await cluster.murmur(
      ...['agent', '--bind', `127.0.0.1:${basePort}`, '--api', 'off', '--data-dir', 'another'],
    )
    expect(code).toBe(1)
    expect(err).toContain(basePort)
    expect(err.trim().split('\n')).toHaveLength(1)
  })
})

describe('a killed agent', () => {
  test('is down for every other, and explain names accusers, times and phi', async () => {
    const ears = await cluster.ears(...OTHERS)
    const start = Date.now()
    expect((await cluster.murmur('local', 'kill', 'n3')).code).toBe(0)
    await ears.until(OTHERS, 'member.down', 'n3')
    ears.close()
    for (const name of OTHERS) {
      expect(await seenBy(name, 'n3')).toMatchObject({ liveness: 'down', state: 'normal' })
    }
    const { out } = await cluster.murmur('ring', '-r')
    expect(out.match(/^n3 +rack1 +Down +Normal/gm)).toHaveLength(16)
    const told = await cluster.murmur('explain', 'n3', '--json')
    const story = v.parse(answers.explanation, JSON.parse(told.out))
    expect(story).toMatchObject({ node: 'n3', hostId: before?.hostId, verdict: 'down' })
    const accusers = story.evidence.filter((entry) => entry.phi !== null)
    expect(accusers.length).toBeGreaterThan(0)
    for (const { by, phi, time } of accusers) {
      expect(OTHERS).toContain(by)
      expect(phi).toBeGreaterThan(0)
      expect(time).toBeGreaterThanOrEqual(start - 100)
      expect(time).toBeLessThanOrEqual(Date.now())
    }
    const text = await cluster.murmur('explain', 'n3')
    expect(text.out).toMatch(/^n3 is down since /)
    expect(text.out).toMatch(/^Accused by n[1245] at [0-9:.]+ \(phi /m)
  })

  test('is stopped in the list, and cannot be killed again', async () => {
    const list = await cluster.murmur('local', 'list')
    expect(list.out).toMatch(/^n3 +- +stopped/m)
    expect((await cluster.murmur('local', 'kill', 'n3')).err).toContain('n3 is not running')
  })

  test('comes back as itself: the same host id, a higher generation', async () => {
    const ears = await cluster.ears(...OTHERS)
    expect((await cluster.murmur('local', 'restart', 'n3')).code).toBe(0)
    await ears.until(OTHERS, 'member.up', 'n3')
    ears.close()
    for (const name of OTHERS) {
      const after = await seenBy(name, 'n3')
      expect(after).toMatchObject({ liveness: 'up', hostId: before?.hostId })
      expect(after?.generation).toBeGreaterThan(before?.generation ?? Infinity)
    }
  })
})

describe('an agent that leaves', () => {
  const staying = ['n1', 'n2', 'n3', 'n4']

  test('has left for every other at once, without suspicion', async () => {
    const ears = await cluster.ears(...staying)
    const start = performance.now()
    process.kill(await cluster.pid('n5'), 'SIGINT')
    await ears.until(staying, 'member.left', 'n5')
    expect(performance.now() - start).toBeLessThan(3000)
    for (const name of staying) expect(ears.kinds(name, 'n5')).toEqual(['member.left'])
    ears.close()
  })

  test('never comes back as a ghost, not even through one that was away', async () => {
    const ears = await cluster.ears('n1', 'n2', 'n3')
    expect((await cluster.murmur('local', 'restart', 'n4')).code).toBe(0)
    await ears.until(['n1', 'n2', 'n3'], 'member.up', 'n4')
    for (const name of staying) {
      expect(await seenBy(name, 'n5')).toMatchObject({ liveness: 'down', state: 'left' })
    }
    expect(ears.kinds('n1', 'n5')).toEqual([])
    ears.close()
    const { out } = await cluster.murmur('status')
    expect(out.split('\n').filter((line) => line.startsWith('UN'))).toHaveLength(4)
    expect(out).toContain('1 left (n5)')
    expect((await cluster.murmur('ring', '-r')).out).not.toMatch(/^n5 /m)
  })
})

describe('the end, and a second start on the old data', () => {
  test('down stops all; nobody answers then, in one sentence', async () => {
    const { code, out } = await cluster.murmur('local', 'down')
    expect({ code, out }).toEqual({
      code: 0,
      out: 'Stopped 4 agents. Data and logs stay in .murmur.\n',
    })
    const port = Number(basePort) + 34
    const asked = await cluster.murmur('status', '--api', `127.0.0.1:${port}`)
    expect(asked.code).toBe(1)
    expect(asked.out).toBe('')
    expect(asked.err.trim().split('\n')).toHaveLength(1)
    expect(asked.err).toContain(`No agent answers at 127.0.0.1:${port}, the connection was refused`)
  })

  test('up again for a while: the same nodes, then the final status', async () => {
    const { code, out } = await cluster.murmur('local', 'up', '--for', '4')
    expect(code).toBe(0)
    const statuses = out.split('Cluster local:')
    expect(statuses).toHaveLength(3)
    expect(statuses[2]).toContain('5 up')
    expect(out).toContain(before?.hostId ?? 'no host id')
    expect(out.endsWith('Stopped 5 agents. Data and logs stay in .murmur.\n')).toBe(true)
    expect((await cluster.murmur('local', 'list')).out).not.toContain('running')
  })

  test('Ctrl-C ends a cluster in the foreground, whenever it comes', async () => {
    const child = cluster.start('local', 'up', '-n', '2')
    const ended = ending(child)
    await new Promise<void>((resolve) => {
      child.stdout?.on('data', (piece) => {
        if (String(piece).includes('Starting 2 agents')) resolve()
      })
    })
    child.kill('SIGINT')
    const { code, out } = await ended
    expect(code).toBe(0)
    expect(out).toContain('Stopped 2 agents.')
  })

  test('a port that something else took is named, with a way out', async () => {
    const port = Number(basePort) + 1
    const server = createServer()
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
    const { code, err } = await cluster.murmur('local', 'up', '--detach')
    await new Promise((resolve) => server.close(resolve))
    expect(code).toBe(1)
    expect(err).toMatch(`Port ${port}, which n2 needs for its gossip, is taken by something else`)
    expect(err).toMatch(/give --base-port \d+\.\n$/)
  })
})
