/**
 * Seeds against a name service of the test's own, in fake time; and what the readiness makes of
 * them.
 */
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals'
import { readiness, type Circumstances } from '../../src/agent/readiness.js'
import { Seeds } from '../../src/agent/seeds.js'

type Names = Record<string, readonly string[] | undefined>

function scene(seeds: readonly string[], names: Names) {
  const told: (readonly string[])[] = []
  const problems: string[] = []
  const asked: string[] = []
  const resolver = {
    addresses: (host: string) => {
      asked.push(host)
      const found = /^[\d.]+$|:/.test(host) ? [host] : names[host]
      return found === undefined
        ? Promise.reject(new Error(`getaddrinfo ENOTFOUND ${host}`))
        : Promise.resolve(found)
    },
    services: (name: string) =>
      Promise.resolve((names[name] ?? []).map((target) => ({ name: target, port: 7000 }))),
  }
  const list = new Seeds({
    seeds,
    self: '10.0.0.9:7946',
    resolver,
    onAddresses: (addresses) => told.push(addresses),
    onProblem: (seed, problem) => problems.push(`${seed}: ${problem}`),
  })
  return { list, told, problems, asked }
}

beforeEach(() => {
  jest.useFakeTimers()
})

afterEach(() => {
  jest.useRealTimers()
})

test('numeric seeds are handed on as they are, in one spelling, and not asked again', async () => {
  const { list, told } = scene(['10.0.0.1:7946', '[0:0::1]:7946'], {})
  await list.start()
  expect(told).toEqual([['10.0.0.1:7946', '[::1]:7946']])
  expect(jest.getTimerCount()).toBe(0)
})

test('a name stands for all its addresses but our own, and is asked again', async () => {
  const names: Names = { 'seed.example': ['10.0.0.1', '10.0.0.9', '2001:db8::1'] }
  const { list, told } = scene(['seed.example:7946'], names)
  await list.start()
  expect(told).toEqual([['10.0.0.1:7946', '[2001:db8::1]:7946']])
  names['seed.example'] = ['10.0.0.2']
  await jest.advanceTimersByTimeAsync(29_999)
  expect(told).toHaveLength(1)
  await jest.advanceTimersByTimeAsync(1)
  expect(told[1]).toEqual(['10.0.0.2:7946'])
  list.stop()
  await jest.advanceTimersByTimeAsync(60_000)
  expect(told).toHaveLength(2)
})

test('SRV records give host and port', async () => {
  const { list, told } = scene(['srv:_murmur._udp.example'], {
    '_murmur._udp.example': ['a.example', 'b.example'],
    'a.example': ['10.0.0.1'],
    'b.example': ['10.0.0.2'],
  })
  await list.start()
  expect(told).toEqual([['10.0.0.1:7000', '10.0.0.2:7000']])
  list.stop()
})

test('what cannot be resolved is tried again soon, and complained of once a minute', async () => {
  const names: Names = {}
  const { list, told, problems, asked } = scene(['seed.example:7946'], names)
  await list.start()
  await jest.advanceTimersByTimeAsync(59_000)
  expect(problems).toEqual([
    'seed.example:7946: it cannot be resolved (getaddrinfo ENOTFOUND seed.example)',
  ])
  expect(asked.length).toBeGreaterThan(4)
  names['seed.example'] = ['10.0.0.1']
  await jest.advanceTimersByTimeAsync(30_000)
  expect(told.at(-1)).toEqual(['10.0.0.1:7946'])
  expect(list.list()).toEqual([
    { seed: 'seed.example:7946', addresses: ['10.0.0.1:7946'], problem: undefined },
  ])
  list.stop()
})

test('a name that is lost keeps the addresses it had', async () => {
  const names: Names = { 'seed.example': ['10.0.0.1'] }
  const { list, told } = scene(['seed.example:7946'], names)
  await list.start()
  delete names['seed.example']
  await jest.advanceTimersByTimeAsync(30_000)
  expect(told.at(-1)).toEqual(['10.0.0.1:7946'])
  list.stop()
})

const view: Circumstances['view'] = {
  cluster: 'blue',
  self: '',
  started: true,
  members: [],
  digest: 0,
  differing: [],
  health: 0,
  seeds: [
    { address: '10.0.0.1:1', state: 'trying', tries: 3 },
    { address: '10.0.0.2:1', state: 'foreign', tries: 1 },
  ],
  counters: {},
}

const calm: Circumstances = { stopping: false, view, seeds: [], joined: false }

test('an agent without seeds is ready once it has started', () => {
  expect(readiness(calm).ready).toBe(true)
  expect(readiness({ ...calm, view: { ...view, started: false } }).reasons[0]?.code).toBe(
    'starting',
  )
})

test('an agent that stops is not ready', () => {
  expect(readiness({ ...calm, stopping: true }).reasons[0]?.code).toBe('stopping')
})

test('a seed that is this agent alone asks for nobody else', () => {
  const seeds = [{ seed: 'self.example:1', addresses: [], problem: undefined }]
  expect(readiness({ ...calm, seeds }).ready).toBe(true)
})

test('every seed that is in the way is named with its reason, until somebody was met', () => {
  const seeds = [
    { seed: '10.0.0.1:1', addresses: ['10.0.0.1:1'], problem: undefined },
    { seed: 'two.example:1', addresses: ['10.0.0.2:1'], problem: undefined },
    { seed: 'gone.example:1', addresses: [], problem: 'it cannot be resolved (ENOTFOUND)' },
  ]
  expect(readiness({ ...calm, seeds })).toEqual({
    ready: false,
    reasons: [
      { code: 'seed.silent', message: 'Seed 10.0.0.1:1 does not answer (3 tries).' },
      {
        code: 'seed.foreign',
        message: 'Seed two.example:1 at 10.0.0.2:1 belongs to another cluster than blue.',
      },
      {
        code: 'seed.unresolvable',
        message: 'Seed gone.example:1: it cannot be resolved (ENOTFOUND); it is tried again.',
      },
    ],
  })
  expect(readiness({ ...calm, seeds, joined: true }).ready).toBe(true)
})
