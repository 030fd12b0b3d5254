/**
 * A recording of five real agents of which one is killed: every one of them replays to the hash
 * that it wrote down, the killed one to its last whole step. Nothing sleeps; the tests build on each
 * other, in order.
 */
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals'
import type { ChildProcess } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as v from 'valibot'
import { known } from '../../src/base/assert.js'
import { buildCommand, ending, freeBasePort, LiveCluster, type Ended } from './live-cluster.js'

jest.setTimeout(60_000)

const ALL = ['n1', 'n2', 'n3', 'n4', 'n5']
const OTHERS = ['n1', 'n2', 'n4', 'n5']

const report = v.looseObject({
  stopped: v.string(),
  steps: v.number(),
  traceHash: v.string(),
  recordedHash: v.nullable(v.string()),
  difference: v.null(),
  status: v.looseObject({
    nodes: v.array(v.looseObject({ name: v.string(), liveness: v.string() })),
  }),
  counters: v.record(v.string(), v.number()),
})

/** One agent, and what it has said so far. */
class Speaker {
  readonly name: string
  readonly process: ChildProcess
  readonly ended: Promise<Ended>
  private said = ''
  private look = (): void => undefined

  constructor(name: string, process: ChildProcess) {
    this.name = name
    this.process = process
    this.ended = ending(process)
    process.stdout?.on('data', (piece) => {
      this.said += String(piece)
      this.look()
    })
  }

  /** Resolves when it has said such an event, and of each of the nodes. */
  until(event: string, nodes: readonly string[]): Promise<void> {
    return new Promise((resolve) => {
      this.look = (): void => {
        const told = this.said.split('\n').filter((line) => line.includes(`"event":"${event}"`))
        const named = (node: string): boolean =>
          told.some((line) => line.includes(`"node":"${node}"`))
        if (told.length > 0 && nodes.every(named)) resolve()
      }
      this.look()
    })
  }
}

let cluster: LiveCluster
const speakers: Speaker[] = []

function start(name: string, port: number, seed: number): Speaker {
  const place = ['--name', name, '--bind', `127.0.0.1:${port}`, '--seeds', `127.0.0.1:${seed}`]
  const files = ['--data-dir', name, '--record', `${name}.rec`]
  const rest = ['--api', 'off', '--log-format', 'json']
  return new Speaker(name, cluster.start('agent', ...place, ...files, ...rest))
}

beforeAll(async () => {
  await buildCommand()
  cluster = new LiveCluster()
  const port = await freeBasePort()
  speakers.push(...ALL.map((name, i) => start(name, port + i, port)))
})

afterAll(async () => {
  for (const { process } of speakers) process.kill('SIGKILL')
  await cluster.close()
})

async function replay(...args: readonly string[]): Promise<Ended> {
  return cluster.murmur('replay', ...args)
}

describe('five agents that are recorded', () => {
  test('see each other, lose one, and end', async () => {
    await Promise.all(speakers.map((one) => one.until('member.up', ALL)))
    const n3 = known(speakers[2], 'n3')
    // It comes when the view has stood for a while: by then steps have been written down.
    await n3.until('view.changed', [])
    n3.process.kill('SIGKILL')
    const others = speakers.filter(({ name }) => name !== 'n3')
    await Promise.all(others.map((one) => one.until('member.down', ['n3'])))
    for (const { process } of others) process.kill('SIGTERM')
    const ends = await Promise.all(others.map((one) => one.ended))
    expect(ends.map(({ code }) => code)).toEqual([0, 0, 0, 0])
  })

  test.each(OTHERS)('%s replays to the hash it wrote down', async (name) => {
    const { code, out, err } = await replay(`${name}.rec`, '--json')
    expect({ code, err }).toEqual({ code: 0, err: '' })
    const said = v.parse(report, JSON.parse(out))
    expect(said.stopped).toBe('end')
    expect(said.traceHash).toBe(said.recordedHash)
    expect(said.steps).toBeGreaterThan(50)
    expect(said.status.nodes.find((node) => node.name === 'n3')?.liveness).toBe('down')
  })

  test('the killed one replays to its last whole step', async () => {
    const { code, out } = await replay('n3.rec', '--json')
    expect(code).toBe(0)
    const said = v.parse(report, JSON.parse(out))
    expect(said).toMatchObject({ stopped: 'cut', recordedHash: null })
    expect(said.steps).toBeGreaterThan(0)
  })

  test('a replay stops where one was found dead, and shows who said so', async () => {
    const { code, out } = await replay('n1.rec', '--until-event', 'member.down', '--trace')
    expect(code).toBe(0)
    expect(out).toContain('event member.down n3 accused by')
    expect(out).toMatch(/from 127\.0\.0\.1:\d+: ping \d+ for n1/)
    expect(out).toContain('The same up to here, trace hash ')
    expect(out).toMatch(/^DN {2}n3 /m)
    expect(out).toMatch(/^\d\d:\d\d:\d\d\.\d{3} {2}n3 +suspect /m)
    expect(out).toMatch(/^ {2}verdicts\.\w+ +\d+$/m)
  })

  test('a time stops it earlier', async () => {
    const { out } = await replay('n1.rec', '--until', '+0.05', '--json')
    const said = v.parse(report, JSON.parse(out))
    expect(said.stopped).toBe('time')
    expect(said.status.nodes.some((node) => node.liveness === 'down')).toBe(false)
  })
})

describe('a replay that cannot be', () => {
  const put = (name: string, bytes: Uint8Array | string): void =>
    writeFileSync(join(cluster.folder, name), bytes)

  test.each([
    ['of no file', ['no.rec'], 1, 'no.rec cannot be read: '],
    ['of an empty file', ['empty.rec'], 1, 'empty.rec is empty.'],
    ['of a foreign file', ['letter.rec'], 1, 'letter.rec is no recording of an agent.'],
    ['without a file', [], 2, "missing required argument 'FILE'"],
    ['until no time', ['n1.rec', '--until', 'noon'], 2, 'Give +SECONDS or a time'],
    ['until a time before it', ['n1.rec', '--until', '2001-01-01'], 1, 'the file begins at '],
    ['until two things', ['n1.rec', '--until', '+1', '--until-event', 'x'], 2, 'not both'],
    ['until an event that was not', ['n1.rec', '--until-event', 'x'], 1, 'no x was told in these'],
  ])('%s is one sentence', async (_, args, exitCode, sentence) => {
    put('empty.rec', '')
    put('letter.rec', 'Dear Sir or Madam')
    const { code, err } = await replay(...args)
    expect({ code, err }).toEqual({ code: exitCode, err: expect.stringContaining(sentence) })
    expect(err.trim().split('\n')).toHaveLength(1)
  })

  test('of a file that is damaged inside says how far it is whole', async () => {
    const bytes = readFileSync(join(cluster.folder, 'n2.rec'))
    const place = bytes.length - 2000
    bytes[place] = (bytes[place] ?? 0) ^ 0xff
    put('damaged.rec', bytes)
    const { code, out, err } = await replay('damaged.rec')
    expect(code).toBe(1)
    expect(out).toContain('The file is damaged behind this step')
    expect(err).toMatch(/damaged behind step \d+; what is above is whole/)
  })
})
