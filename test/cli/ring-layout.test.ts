/** `ring` against nodetool's layout (4.x) to the letter, `endpoints`, the drawing. */
import { describe, expect, test } from '@jest/globals'
import type { RingAnswer } from '../../src/cli/answers.js'
import { drawnRing, endpointsLines, endpointsNote, ringLines } from '../../src/cli/layout/ring.js'
import { id, nodeStatus } from './fake-world.js'

type RingNode = RingAnswer['nodes'][number]

function ringOf(nodes: readonly RingNode[], part: Partial<RingAnswer> = {}): RingAnswer {
  const none = { clusterId: null, epoch: null, digest: null, keyspace: null, replication: null }
  return { cluster: 'demo', ...none, waitingFor: [], nodes: [...nodes], clashes: [], ...part }
}

function node(number: number, tokens: string[], part: object = {}): RingNode {
  return { ...nodeStatus(number), ...part, tokens }
}

/** As nodetool's format has it: %-14s, two spaces, %-12s%-7s%-8s%-16s%-20s%-44s. */
function line(...cells: readonly string[]): string {
  const widths = [16, 12, 7, 8, 16, 20, 44]
  return widths.map((width, i) => (cells[i] ?? '').padEnd(width)).join('')
}

const HEAD = line('Address', 'Rack', 'Status', 'State', 'Load', 'Owns', 'Token')

describe('ring', () => {
  test('a line a token, in token order, below the last token alone; then the warning', () => {
    const ring = ringOf([
      node(1, ['-5', '12'], { owns: 0.25, load: 103546.88 }),
      node(2, ['3'], { owns: 0.75, liveness: 'down', state: 'leaving' }),
    ])
    expect(ringLines(ring)).toEqual([
      '',
      'Datacenter: dc1',
      '==========',
      HEAD,
      line('', '', '', '', '', '', '12'),
      line('127.0.0.1:7946', 'rack1', 'Up', 'Normal', '101.12 KiB', '25.00%', '-5'),
      line('127.0.0.1:7947', 'rack1', 'Down', 'Leaving', '?', '75.00%', '3'),
      line('127.0.0.1:7946', 'rack1', 'Up', 'Normal', '101.12 KiB', '25.00%', '12'),
      '',
      '  Warning: "nodetool ring" is used to output all the tokens of a node.',
      '  To view status related info of a node use "nodetool status" instead.',
      '',
      'Cluster demo: 3 tokens of 2 nodes, as they wish them, there is no ring record yet',
    ])
  })

  test('single tokens: no warning; one table a datacenter, in order; suspects are ?', () => {
    const lines = ringLines(
      ringOf([
        node(1, ['9223372036854775807'], { dc: 'dc10' }),
        node(2, ['-9223372036854775808'], { dc: 'dc2', liveness: 'suspect' }),
        node(3, ['0'], { dc: 'dc2', state: 'joining' }),
      ]),
    )
    expect(lines.filter((text) => text.startsWith('Datacenter'))).toEqual([
      'Datacenter: dc2',
      'Datacenter: dc10',
    ])
    expect(lines).toContain(
      line('127.0.0.1:7947', 'rack1', '?', 'Normal', '?', '?', '-9223372036854775808'),
    )
    expect(lines).toContain(line('127.0.0.1:7948', 'rack1', 'Up', 'Joining', '?', '?', '0'))
    expect(lines.join('\n')).not.toContain('Warning')
  })

  test('names in place of addresses; the keyspace, who is waited for and clashes last', () => {
    const ring = ringOf([node(1, ['1']), node(2, [])], {
      keyspace: 'ks',
      replication: 'SimpleStrategy {2}',
      waitingFor: [{ name: 'n2', hostId: id('2'), for: 'its tokens' }],
      clashes: [{ token: '1', winner: id('1'), loser: id('2') }],
    })
    const lines = ringLines(ring, true)
    expect(lines.find((text) => text.startsWith('n1 '))?.startsWith('n1       rack1  ')).toBe(true)
    expect(lines.slice(-3)).toEqual([
      'Cluster demo: 1 tokens of 1 nodes, as they wish them, there is no ring record yet; ' +
        'owned of ks: SimpleStrategy {2}, copies counted',
      'Waiting for the tokens of n2',
      'Token 1 is wished by n1, which has it, and by n2',
    ])
  })

  test('the epoch, once there is one', () => {
    expect(ringLines(ringOf([node(1, ['1'])], { epoch: 7 })).at(-1)).toBe(
      'Cluster demo: 1 tokens of 1 nodes, epoch 7',
    )
  })

  test('of nobody has no table', () => {
    expect(ringLines(ringOf([]))).toEqual([
      '',
      'Cluster demo: 0 tokens of 0 nodes, as they wish them, there is no ring record yet',
    ])
  })

  test('drawn: a row a node by name, the line of tokens as wide as the terminal', () => {
    const ring = ringOf([node(2, ['0']), node(10, ['9223372036854775807'])])
    expect(drawnRing(ring, 24)).toEqual([
      'n2  │█████████         │',
      'n10 │         █████████│',
      '     -2^63         2^63',
    ])
  })
})

test('endpoints: address, letters, name, datacenter, rack; the note says whose copies', () => {
  const one = nodeStatus(1)
  const two = nodeStatus(12, { liveness: 'down', dc: 'dc2', state: 'moving' })
  const answer = {
    keyspace: 'ks',
    replication: 'SimpleStrategy {2}',
    replicationFrom: 'default',
    token: '42',
    waitingFor: [{ name: 'n3', hostId: id('3'), for: 'its tokens' }],
    endpoints: [{ ...one }, { ...two }],
  }
  expect(endpointsLines(answer)).toEqual([
    '127.0.0.1:7946  UN  n1   dc1  rack1',
    '127.0.0.1:7957  DM  n12  dc2  rack1',
  ])
  expect(endpointsNote(answer)).toBe(
    'ks: SimpleStrategy {2}, the usual one: --replication says another; token 42; ' +
      'waiting for the tokens of n3',
  )
})
