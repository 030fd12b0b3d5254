/** `murmur token` and `murmur plan`: text, JSON, files written, and wrong use told in a sentence. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { Command } from 'commander'
import * as v from 'valibot'
import { CommandFailure } from '../../src/cli/failure.js'
import { planCommands } from '../../src/cli/plan.js'
import { tokenCommand } from '../../src/cli/token.js'
import { FakeWorld } from './fake-world.js'

const file = new URL('../../examples/topologies/three-racks.json', import.meta.url)
const Replicas = v.object({
  ranges: v.array(v.object({ token: v.string(), replicas: v.array(v.string()) })),
})
const Change = v.object({
  moved: v.number(),
  nodes: v.array(v.object({ name: v.string(), rack: v.string() })),
})

let folder = ''

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'plan-'))
  await writeFile(join(folder, 'ring.json'), await readFile(file))
})

afterAll(async () => {
  await rm(folder, { recursive: true })
})

async function call(...args: string[]): Promise<string> {
  const world = new FakeWorld()
  world.cwd = folder
  const program = new Command('murmur')
    .exitOverride()
    .configureOutput({ writeErr: () => undefined })
  tokenCommand(program, world)
  planCommands(program, world)
  await program.parseAsync(args, { from: 'user' })
  return world.out.text
}

async function failure(...args: string[]): Promise<CommandFailure> {
  const thrown: unknown = await call(...args).catch((error: unknown) => error)
  if (thrown instanceof CommandFailure) return thrown
  throw new Error(`no failure but ${String(thrown)}`)
}

describe('token', () => {
  test('prints tokens in the order given, and as JSON with the hash', async () => {
    expect(await call('token', '123', 'b')).toMatch(/^-7468325962851647638 +123\n\S+ +b\n$/)
    expect(JSON.parse(await call('token', '--hex', '0001610000016200', '--json', ''))).toEqual([
      { key: '0001610000016200', hash: '7470152180878494447', token: '7470152180878494447' },
      { key: '', hash: '0', token: '-9223372036854775808' },
    ])
  })

  test('refuses what is not hexadecimal', async () => {
    expect(await failure('token', '--hex', 'abc')).toMatchObject({ exitCode: 2 })
  })
})

describe('plan', () => {
  const plan = (what: string, ...args: string[]): Promise<string> =>
    call('plan', what, '--topology', 'ring.json', ...args)

  test('replicas lists every range', async () => {
    const text: unknown = JSON.parse(await plan('replicas', '--json'))
    const { ranges } = v.parse(Replicas, text)
    expect(ranges).toHaveLength(96)
    expect(new Set(ranges[0]?.replicas).size).toBe(3)
    expect(await plan('replicas')).toContain(`${ranges[0]?.token ?? '-'}  `)
  })

  test('ownership shows shares and the ring', async () => {
    const text = await plan('ownership')
    expect(text).toContain('NetworkTopologyStrategy {dc1=3}, 6 nodes.')
    expect(text).toMatch(/n1 +dc1 \/ r1 +16/)
    expect(JSON.parse(await plan('ownership', '--json'))).toMatchObject({ groups: [{}, {}, {}] })
  })

  test('change tells what moves and what it costs, draws it and writes the outcome', async () => {
    const files = ['--html', 'out.html', '--svg', 'out.svg', '--write', 'next.json']
    const text = await plan('change', '--add', 'n7:dc1:r2', '--data', '2TiB', ...files)
    expect(text).toMatch(/^n7 joins dc1\/r2\. 1\d\.\d % of all data moves, \d+ GiB, about /)
    expect(text).toContain('Warning: rack r1 of dc1 has 2 nodes')
    expect(await readFile(join(folder, 'out.svg'), 'utf8')).toMatch(/^<svg /)
    expect(await readFile(join(folder, 'out.html'), 'utf8')).toMatch(/^<!doctype html>/)
    const next = await call('plan', 'replicas', '--topology', 'next.json', '--json')
    expect(next.match(/"token"/g)).toHaveLength(112)
  })

  test('change does several things in the order given', async () => {
    const changes = ['--remove', 'n1', '--replace', 'n2=m2', '--rf', 'dc1=2', '--rack', 'n3=r1']
    const json: unknown = JSON.parse(await plan('change', ...changes, '--rebalance', '--json'))
    const { nodes, moved } = v.parse(Change, json)
    expect(moved).toBeGreaterThan(0)
    expect(nodes.map(({ name }) => name)).toEqual(['n1', 'n3', 'n4', 'm2', 'n2', 'n5', 'n6'])
    expect(await plan('change', ...changes)).toMatch(/^n1 leaves, m2 replaces n2, 2 copies in dc1,/)
  })

  test.each([
    [['change'], /nothing is to change/],
    [['change', '--remove', 'n9'], /there is no node n9, did you mean n1\?\./],
  ])('%j is wrong use', async (args, says) => {
    const [what = '', ...rest] = args
    const failed = await failure('plan', what, '--topology', 'ring.json', ...rest)
    expect(failed.message).toMatch(says)
    expect(failed.exitCode).toBe(2)
  })

  test('a bad file is refused with all its problems, an absent one by name', async () => {
    await writeFile(join(folder, 'bad.json'), '{ "strategy": "X", "nodes": [], "more": 1 }')
    const failed = await failure('plan', 'replicas', '--topology', 'bad.json')
    expect(failed).toMatchObject({ exitCode: 2 })
    expect(failed.message.split('\n')).toHaveLength(4)
    expect((await failure('plan', 'replicas', '--topology', 'no.json')).message).toContain(
      'no.json',
    )
    await writeFile(join(folder, 'half.json'), '{')
    expect((await failure('plan', 'replicas', '--topology', 'half.json')).message).toMatch(
      /not JSON/,
    )
  })

  test.each(['--add=n7', '--rf=x', '--rack=n1', '--replace=n1', '--data=much', '--tokens=0'])(
    'change %s is refused with an example',
    async (flag) => {
      await expect(plan('change', flag)).rejects.toThrow(/Give/)
    },
  )
})
