/**
 * `murmur simulate` as it is typed: the table and the JSON, partial results, files with mistakes,
 * sizes that do not fit, reports that stand alone.
 */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as v from 'valibot'
import { run } from '../../src/cli/run.js'
import { refuseTooLarge } from '../../src/cli/simulate/memory.js'
import { readRing } from '../../src/cli/simulate/ring-file.js'
import { readScenario } from '../../src/cli/simulate/scenario-file.js'
import { drawRing } from '../../simulations/data/draw-ring.js'
import { catalogue } from '../../simulations/scenarios/catalogue.js'
import { FakeWorld } from './fake-world.js'

const root = new URL('../../', import.meta.url).pathname

const Outcome = v.strictObject({
  scenario: v.string(),
  nodes: v.number(),
  seed: v.number(),
  traceHash: v.pipe(v.string(), v.regex(/^[0-9a-f]{16}$/)),
  passed: v.boolean(),
  violations: v.array(v.unknown()),
  counts: v.record(v.string(), v.number()),
  measures: v.looseObject({ complete: v.boolean(), comparison: v.record(v.string(), v.unknown()) }),
})

async function outcome(words: string): Promise<v.InferOutput<typeof Outcome>> {
  const around = new FakeWorld()
  await run(['simulate', ...words.split(' '), '--json'], around)
  return v.parse(Outcome, JSON.parse(around.out.text))
}

async function complaint(words: string, around = new FakeWorld()): Promise<string> {
  expect(await run(['simulate', ...words.split(' ')], around)).toBe(2)
  return around.err.text
}

test('--json has the promised shape; the hash follows the seed', async () => {
  const first = await outcome('convergence --nodes 12 --seed 7 --compare swim')
  expect(first).toMatchObject({ scenario: 'convergence', nodes: 12, seed: 7, passed: true })
  expect(Object.keys(first.measures.comparison)).toEqual(['swim'])
  expect(await outcome('convergence --nodes 12 --seed 7 --compare swim')).toEqual(first)
  const other = await outcome('convergence --nodes 12 --seed 8 --compare none')
  expect(other.traceHash).not.toBe(first.traceHash)
})

test('the table names the hash and the command that repeats it', async () => {
  const around = new FakeWorld()
  const words = ['simulate', 'small', '--nodes', '2', '--seed', '3', '--compare', 'none']
  expect(await run(words, around)).toBe(0)
  expect(around.out.text).toMatch(/PASSED {2}trace [0-9a-f]{16}/)
  expect(around.out.text).toContain('murmur simulate small --nodes 2 --seed 3 --compare none')
  expect(around.err.text).toBe('')
})

test('Ctrl-C in the middle keeps what was measured, marked as a part', async () => {
  const around = new FakeWorld()
  const running = run(['simulate', 'churn', '--nodes', '30', '--json'], around)
  setTimeout(() => around.interrupt(), 300)
  expect(await running).toBe(1)
  const { passed, measures } = v.parse(Outcome, JSON.parse(around.out.text))
  expect(passed).toBe(false)
  expect(measures.complete).toBe(false)
  expect(around.err.text).toContain('stopped before the end')
})

describe('wrong use', () => {
  test('an unknown scenario, option, configuration or setting: the nearest name', async () => {
    expect(await complaint('convergance')).toContain('did you mean convergence?')
    expect(await complaint('detection --crush one')).toContain('did you mean --crash?')
    expect(await complaint('detection --compare swin')).toContain('did you mean swim?')
    expect(await complaint('detection --set relay=2')).toContain('did you mean relays?')
  })

  test('a value out of bounds: the range', async () => {
    expect(await complaint('detection --nodes 1')).toContain('2 to 20000 nodes')
    expect(await complaint('detection --crash two')).toContain('one of one, tenth, rack')
    expect(await complaint('detection --seed -1')).toContain('whole number')
  })

  test('a size that does not fit: what it needs, the limit, what would fit', () => {
    const told = /20000 nodes need about .* GB .* at most \d+/
    expect(() => refuseTooLarge(clusterOf(20_000, true), 2e9)).toThrow(told)
    expect(() => refuseTooLarge(clusterOf(10_000, true), 4e9)).not.toThrow()
  })

  test('who meets needs far more than who is settled', () => {
    expect(() => refuseTooLarge(clusterOf(2000, false), 12e9)).toThrow(/at most 1\d\d\d nodes/)
    expect(() => refuseTooLarge(clusterOf(2000, true), 1e9)).not.toThrow()
    expect(() => refuseTooLarge(clusterOf(200, false), 1e9)).not.toThrow()
  })
})

function clusterOf(count: number, settled: boolean) {
  const node = { name: 'n', dc: 'dc1', rack: 'r1', startAt: 0 }
  return { nodes: Array.from({ length: count }, () => node), settled }
}

describe('a scenario file', () => {
  let folder = ''
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'murmur-simulate-'))
  })
  afterAll(() => rmSync(folder, { recursive: true }))

  test('of the examples runs', async () => {
    const around = new FakeWorld()
    around.cwd = root
    const words = ['simulate', 'examples/scenarios/bad-day.yaml', '--compare', 'none']
    expect(await run(words, around)).toBe(0)
    expect(around.out.text).toContain('bad-day')
  })

  test('is told every problem, with its path and reason', () => {
    const read = readScenario(
      {
        nodes: [{ name: 'n1' }, { name: 'n1' }, { name: 'n2', rak: 'r' }],
        settings: { profile: 'lan' },
        steps: [
          { at: '5 parsecs', fault: { kind: 'crash', nodes: ['n2'] } },
          { at: 1, fault: { kind: 'krash', nodes: ['n2'] } },
          { at: 2, fault: { kind: 'lossy', nodes: ['n2'], share: 30, span: 1 } },
          { at: 3, fault: { kind: 'stall', nodes: ['n2'] } },
        ],
      },
      'mine',
    )
    expect(read.kind === 'broken' ? read.problems.map(({ path }) => path).sort() : read).toEqual([
      'nodes.2.rak',
      'steps.0.at',
      'steps.1.fault.kind',
      'steps.2.fault.share',
      'steps.3.fault.span',
    ])
  })

  test('is told of names that no node has, and of settings there are not', () => {
    const read = readScenario(
      {
        nodes: 3,
        settings: { profile: 'lam', relais: 3 },
        steps: [{ at: 1, fault: { kind: 'crash', nodes: ['n4'] } }],
      },
      'mine',
    )
    expect(read.kind === 'broken' ? read.problems : read).toEqual([
      { path: 'steps.0.fault.nodes.0', says: expect.stringContaining('no node is called n4') },
      { path: 'settings.profile', says: 'must be one of lan, calm, wan' },
      { path: 'settings.relais', says: expect.stringContaining('did you mean relays?') },
    ])
  })

  test('of ring changes, as the swarm writes it, is read as it was drawn', () => {
    for (let seed = 1; seed <= 60; seed++) {
      const drawn = drawRing(seed)
      expect(readRing(JSON.parse(JSON.stringify(drawn)), 'mine')).toEqual({
        kind: 'ring',
        ring: drawn,
      })
    }
  })

  test('of ring changes is told every problem too, and runs', async () => {
    const ring = {
      founders: 2,
      nodes: [{ name: 'n1' }, { name: 'n2' }],
      tokens: 4,
      copies: 2,
      load: { clients: 2, keys: 4, pause: 250 },
      steps: [{ at: '1 s', act: { kind: 'ask', by: 'n1', request: { kind: 'rebalance' } } }],
      trouble: '2 s',
    }
    const wrong = (change: object): unknown => {
      const read = readRing({ ...ring, ...change }, 'mine')
      return read.kind === 'broken' ? read.problems.map(({ path }) => path) : read
    }
    const steps = (act: object): unknown => wrong({ steps: [{ at: 1, act }] })
    expect(wrong({ founders: 0, copies: 1.5, speed: 1 })).toEqual(['founders', 'copies', 'speed'])
    expect(wrong({ founders: 3 })).toEqual(['founders'])
    expect(steps({ kind: 'ask', by: 'n1', request: { kind: 'pray' } })).toEqual([
      'steps.0.act.request.kind',
    ])
    const mistyped = readRing({ ...ring, steps: [{ at: 1, act: { kind: 'trapp' } }] }, 'mine')
    expect(mistyped.kind === 'broken' ? mistyped.problems : mistyped).toEqual([
      { path: 'steps.0.act.kind', says: '"trapp" is no fault, did you mean trap?' },
    ])
    expect(steps({ kind: 'trap', on: 'proposed', wait: 1, what: 'hug', span: 1 })).toEqual([
      'steps.0.act.what',
    ])
    const late = { kind: 'trap', on: 'changed', wait: 1, what: 'late', span: 1 }
    expect(steps({ ...late, to: ['n9'] })).toEqual(['steps.0.act.to.0'])
    expect(steps({ kind: 'replace', node: 'n2', by: 'n3' })).toEqual(['steps.0.act.by'])
    expect(steps({ kind: 'ask', by: 'n1', request: { kind: 'decommission', node: 'n9' } })).toEqual(
      ['steps.0.act.request.node'],
    )

    const around = new FakeWorld()
    around.cwd = folder
    writeFileSync(join(folder, 'ring.json'), JSON.stringify(ring))
    expect(await run(['simulate', 'ring.json', '--seed', '5', '--json'], around)).toBe(0)
    const told: unknown = JSON.parse(around.out.text)
    expect(told).toMatchObject({ scenario: 'ring', seed: 5, nodes: 2, passed: true })
    expect(await complaint('ring.json --csv', around)).toContain('--csv does not go with')
  })

  test('that is no YAML at all is refused with the place', async () => {
    const file = join(folder, 'broken.yaml')
    writeFileSync(file, 'nodes: [1, 2\nsteps: }')
    expect(await complaint(file)).toMatch(/broken.yaml is neither YAML nor JSON: .*line/)
    expect(await complaint(join(folder, 'nowhere.yaml'))).toContain('ENOENT')
  })
})

test('a report and a figure stand alone and carry their command', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'murmur-report-'))
  const around = new FakeWorld()
  around.cwd = folder
  const files = ['--report', 'r.html', '--figure', 'f.svg']
  const words = ['simulate', 'loss', '--nodes', '12', '--compare', 'swim', ...files]
  try {
    expect(await run(words, around)).toBe(0)
    const page = readFileSync(join(folder, 'r.html'), 'utf8')
    const figure = readFileSync(join(folder, 'f.svg'), 'utf8')
    for (const text of [page, figure]) {
      expect(text).toContain('murmur simulate loss --nodes 12 --seed 1 --compare swim')
      expect(text).not.toMatch(/(src|href)="?(https?:)?\/\//)
    }
    expect(page.match(/<svg /g)?.length).toBeGreaterThanOrEqual(4)
    expect(figure).toMatch(/^<svg xmlns="http:\/\/www.w3.org\/2000\/svg"/)
  } finally {
    rmSync(folder, { recursive: true })
  }
})

test('every scenario has its section and its figure in the documents', () => {
  const page = readFileSync(join(root, 'docs/simulations.md'), 'utf8')
  for (const { name, options } of catalogue) {
    expect(page).toContain(`## ${name}`)
    expect(page).toContain(`](figures/${name}.svg)`)
    expect(existsSync(join(root, `docs/figures/${name}.svg`))).toBe(true)
    for (const key of Object.keys(options)) expect(page).toContain(`--${key}`)
  }
})
