/** The process around an agent: signals, exit codes and what is written where. */
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { EventEmitter } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import { agentProcess } from '../../src/agent/agent-process.js'
import { configurationOf } from '../../src/agent/configuration.js'

let base = ''

beforeEach(async () => {
  base = await mkdtemp(join(tmpdir(), 'murmur-process-'))
})

afterEach(() => rm(base, { recursive: true, force: true }))

/** A process of the test's own: signals are emitted, outputs kept, exits noted. */
class FakeHost extends EventEmitter {
  readonly stdout = new PassThrough()
  readonly stderr = new PassThrough()
  exited: number | undefined
  out = ''
  err = ''

  constructor() {
    super()
    this.stdout.on('data', (piece: Buffer) => (this.out += piece.toString()))
    this.stderr.on('data', (piece: Buffer) => (this.err += piece.toString()))
  }

  exit(code: number): void {
    this.exited = code
  }

  events(): readonly string[] {
    return [...this.out.matchAll(/"event":"([^"]+)"/g)].map((found) => found[1] ?? '')
  }
}

function begin(given: Readonly<Record<string, unknown>>): {
  readonly host: FakeHost
  readonly code: Promise<number>
} {
  const host = new FakeHost()
  const own = { name: 'n1', bind: '127.0.0.1:0', api: 'off', dataDir: join(base, 'data') }
  return { host, code: agentProcess(configurationOf({ ...own, ...given }), host) }
}

async function until(holds: () => boolean): Promise<void> {
  for (let turns = 0; turns < 500 && !holds(); turns++) await sleep(10)
  expect(holds()).toBe(true)
}

test.each([
  ['SIGTERM', '"drained":true'],
  ['SIGINT', '"drained":false'],
])('%s ends it well, and says every event as a line of JSON', async (signal, how) => {
  const { host, code } = begin({ logFormat: 'json' })
  await until(() => host.events().includes('agent.ready'))
  host.emit(signal)
  expect(await code).toBe(0)
  expect(host.out).toContain(how)
  expect(host.events()).toEqual([
    'gossip.started',
    'member.up',
    'agent.ready',
    'agent.stopping',
    'self.left',
    'agent.stopped',
  ])
  for (const line of host.out.trim().split('\n')) {
    expect(JSON.parse(line)).toMatchObject({ node: 'n1', agent: 'n1', level: 'info' })
  }
  expect(host.err).toBe('')
  expect(host.listenerCount('SIGTERM')).toBe(0)
})

test('a second signal exits at once', async () => {
  const { host, code } = begin({ leaveWait: 800 })
  await until(() => host.out.includes('agent.ready'))
  host.emit('SIGINT')
  host.emit('SIGINT')
  expect(host.exited).toBe(130)
  host.emit('SIGTERM')
  expect(host.exited).toBe(143)
  await code
})

test('text is one readable line an event', async () => {
  const { host, code } = begin({})
  await until(() => host.out.includes('agent.ready'))
  host.emit('SIGTERM')
  await code
  expect(host.out.split('\n')[1]).toMatch(/^\d{4}-.*Z info {2}member\.up address=127\.0\.0\.1:\d+ /)
})

test('below the level nothing is said', async () => {
  const { host, code } = begin({ logLevel: 'error' })
  await sleep(300)
  host.emit('SIGTERM')
  await code
  expect(host.out).toBe('')
})

test.each(['text', 'json'])(
  'what fails is one sentence and a next step on standard error, in %s',
  async (logFormat) => {
    await writeFile(join(base, 'file'), '')
    const { host, code } = begin({ dataDir: join(base, 'file'), logFormat })
    expect(await code).toBe(1)
    expect(host.out).toBe('')
    expect(host.err.trim().split('\n')).toHaveLength(1)
    expect(host.err).toMatch(
      /The data directory .* cannot be used .* or give another one with --data-dir\./,
    )
  },
)
