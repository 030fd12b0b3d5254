/** The floors of the design hold: dependency-cruiser sees every import, and is known to bite. */
import { describe, expect, test } from '@jest/globals'
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import * as v from 'valibot'

const root = process.cwd()
const program = join(root, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs')

const Cruise = v.object({
  modules: v.array(v.object({ source: v.string() })),
  summary: v.object({
    violations: v.array(
      v.object({ rule: v.object({ name: v.string() }), from: v.string(), to: v.string() }),
    ),
  }),
})

function cruise(folder: string): v.InferOutput<typeof Cruise> {
  const wanted = ['src', 'simulations', 'examples'].filter((name) => existsSync(join(folder, name)))
  const config = ['--config', join(root, '.dependency-cruiser.js'), '--output-type', 'json']
  const done = spawnSync(process.execPath, [program, ...wanted, ...config], {
    cwd: folder,
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  })
  if (done.stdout === '') throw new Error(done.stderr)
  return v.parse(Cruise, JSON.parse(done.stdout))
}

/** File, what it imports, and the rules that this breaks. */
const planted: readonly (readonly [file: string, line: string, breaks: readonly string[]])[] = [
  ['src/base/up.ts', "import '../gossip/leaf.js'", ['floor of src/base']],
  ['src/gossip/aside.ts', "import '../ring/leaf.js'", ['floor of src/gossip']],
  ['src/ring/aside.ts', "import '../gossip/leaf.js'", ['floor of src/ring']],
  ['src/cluster/up.ts', "import '../agent/leaf.js'", ['floor of src/cluster']],
  ['src/agent/aside.ts', "import '../../simulations/leaf.js'", ['floor of src/agent']],
  ['src/agent/up.ts', "import type { X } from '../cli/leaf.js'", ['floor of src/agent']],
  ['src/agent/late.ts', "await import('../cli/leaf.js')", ['floor of src/agent']],
  ['src/dashboard/aside.ts', "import '../agent/leaf.js'", ['floor of src/dashboard']],
  ['simulations/aside.ts', "import '../src/agent/leaf.js'", ['floor of simulations']],
  ['src/cli/out.ts', "import '../../test/leaf.js'", ['floor of src/cli']],
  ['src/base/one.ts', "import type { X } from './two.js'", ['no circle']],
  ['src/base/two.ts', "import type { X } from './one.js'", []], // the same circle, reported once
  ['src/cluster/socket.ts', "import 'node:dgram'", ['no operating system in the core']],
  ['src/gossip/package.ts', "import 'winston'", ['one package in the core']],
  ['src/agent/package.ts', "import 'jest'", ['no development package at run time']],
  ['examples/deep.ts', "import '../src/base/leaf.js'", ['examples use the public face']],
  ['src/base/lost.ts', "import './x.js'", ['every import leads somewhere', 'floor of src/base']],
  [
    'src/cli/face.ts',
    "import '../index.js'",
    ['floor of src/cli', 'nothing imports the public face from inside'],
  ],
]

/** What keeps the rules, so that a rule that bites everything is seen too. */
const innocent: readonly (readonly [file: string, line: string])[] = [
  ['src/cluster/down.ts', "import '../gossip/leaf.js'\nimport '../ring/leaf.js'"],
  ['src/agent/down.ts', "import '../base/leaf.js'\nimport 'node:dgram'\nimport 'winston'"],
  ['src/cli/down.ts', "import '../agent/leaf.js'\nimport '../../simulations/leaf.js'"],
  ['examples/right.ts', "import '../src/index.js'"],
]

const leaves = ['base', 'gossip', 'ring', 'cluster', 'agent', 'cli']
  .map((folder) => `src/${folder}/leaf.ts`)
  .concat('src/index.ts', 'simulations/leaf.ts', 'test/leaf.ts')
  .map((file) => [file, 'export type X = number'] as const)

const packages: readonly (readonly [file: string, text: string])[] = [
  ['package.json', '{ "dependencies": { "winston": "3" }, "devDependencies": { "jest": "30" } }'],
  ...['winston', 'jest'].flatMap((name) => [
    [`node_modules/${name}/package.json`, `{ "name": "${name}", "main": "main.js" }`] as const,
    [`node_modules/${name}/main.js`, ''] as const,
  ]),
]

function plant(folder: string): void {
  for (const [file, text] of [...planted, ...innocent, ...leaves, ...packages]) {
    mkdirSync(dirname(join(folder, file)), { recursive: true })
    writeFileSync(join(folder, file), `${text}\n`)
  }
}

describe('floors', () => {
  test('every import of the project points to its own folder or to a lower floor', () => {
    const { modules, summary } = cruise(root)
    const own = modules.filter(({ source }) => source.startsWith('src/'))
    expect(own.length).toBeGreaterThan(10)
    expect(
      summary.violations.map(({ rule, from, to }) => `${rule.name}: ${from} -> ${to}`),
    ).toEqual([])
  })

  test('every rule catches the breach planted for it, and nothing else', () => {
    const folder = mkdtempSync(join(tmpdir(), 'murmur-floors-'))
    try {
      plant(folder)
      const { violations } = cruise(folder).summary
      const found = violations.map(({ rule, from }) => `${from}: ${rule.name}`)
      const expected = planted.flatMap(([file, , breaks]) =>
        breaks.map((rule) => `${file}: ${rule}`),
      )
      expect(found.sort()).toEqual(expected.sort())
    } finally {
      rmSync(folder, { recursive: true })
    }
  })
})
