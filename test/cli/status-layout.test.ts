/** `status` against nodetool's rules (4.x): headers, letters, widths, and our one line more. */
import { describe, expect, test } from '@jest/globals'
import { loadText, statusLines, summaryLine } from '../../src/cli/layout/status.js'
import { clusterStatus, id, nodeStatus } from './fake-world.js'

describe('status', () => {
  test('the header, the legend, one line a node; columns as wide as their widest cell', () => {
    const status = clusterStatus([
      nodeStatus(2, { liveness: 'down', load: 103546.88, owns: 1 / 3 }),
      nodeStatus(1, { load: 512, owns: 2 / 3 }),
    ])
    expect(statusLines(status, { effective: true })).toEqual([
      'Datacenter: dc1',
      '===============',
      'Status=Up/Down',
      '|/ State=Normal/Leaving/Joining/Moving',
      '--  Address         Load        Tokens  Owns (effective)  ' +
        'Host ID                               Rack ',
      `UN  127.0.0.1:7946  512 bytes   16      66.7%             ${id('1')}  rack1`,
      `DN  127.0.0.1:7947  101.12 KiB  16      33.3%             ${id('2')}  rack1`,
      '',
      'Cluster demo: 1 up, 1 down (n2); settled',
    ])
  })

  test('before there is a ring: Owns is ?, Load is ?', () => {
    const [, , , , head, row] = statusLines(clusterStatus([nodeStatus(1)]))
    expect(head).toBe(
      '--  Address         Load  Tokens  Owns  Host ID                               Rack ',
    )
    expect(row).toBe(`UN  127.0.0.1:7946  ?     16      ?     ${id('1')}  rack1`)
  })

  test('the letters: liveness U, ? and D, state N, L, J and M', () => {
    const nodes = [
      nodeStatus(1),
      nodeStatus(2, { liveness: 'suspect' }),
      nodeStatus(3, { liveness: 'down' }),
      nodeStatus(4, { state: 'leaving' }),
      nodeStatus(5, { state: 'joining' }),
      nodeStatus(6, { state: 'moving' }),
    ]
    const letters = statusLines(clusterStatus(nodes))
      .slice(5, 11)
      .map((line) => line.slice(0, 2))
    expect(letters).toEqual(['UN', '?N', 'DN', 'UL', 'UJ', 'UM'])
  })

  test('datacenters in order, an empty line between, columns as wide in all of them', () => {
    const status = clusterStatus([
      nodeStatus(1, { dc: 'west', rack: 'r1' }),
      nodeStatus(2, { dc: 'east', address: '10.0.0.12:7946', rack: 'a-long-rack' }),
      nodeStatus(3, { dc: 'east', address: '10.0.0.2:7946', rack: 'r1' }),
    ])
    const lines = statusLines(status)
    expect(lines.filter((line) => line.startsWith('Datacenter'))).toEqual([
      'Datacenter: east',
      'Datacenter: west',
    ])
    expect(lines[1]).toBe('================')
    expect(lines[7]).toBe('')
    expect(lines.slice(5, 7).map((line) => line.slice(4, 18))).toEqual([
      '10.0.0.2:7946 ',
      '10.0.0.12:7946',
    ])
    const rows = lines.filter((line) => /^(--|UN)/.test(line))
    expect(new Set(rows.map((row) => row.length)).size).toBe(1)
  })

  test('names instead of addresses, short host ids for narrow terminals', () => {
    const lines = statusLines(clusterStatus([nodeStatus(10), nodeStatus(2)]), {
      names: true,
      short: true,
    })
    expect(lines.slice(4, 7)).toEqual([
      '--  Address  Load  Tokens  Owns  Host ID   Rack ',
      'UN  n2       ?     16      ?     22222222  rack1',
      'UN  n10      ?     16      ?     10101010  rack1',
    ])
  })

  test('nodes that left are named in the last line only', () => {
    const left = nodeStatus(2, { liveness: 'down', state: 'left' })
    const lines = statusLines(clusterStatus([nodeStatus(1), left]))
    expect(lines.some((line) => /^D[A-Z] /.test(line))).toBe(false)
    expect(lines.at(-1)).toBe('Cluster demo: 1 up, 1 left (n2); settled')
  })
})

describe('the last line', () => {
  test('names whom the cluster waits for, and for what', () => {
    const status = clusterStatus([nodeStatus(1), nodeStatus(2, { liveness: 'suspect' })], {
      settled: false,
      waitingFor: [
        { name: 'n2', hostId: id('2'), for: 'a suspicion to be refuted' },
        { name: 'n4', hostId: id('4'), for: 'the same view of the members' },
        { name: 'n3', hostId: id('3'), for: 'the same view of the members' },
      ],
    })
    expect(summaryLine(status)).toBe(
      'Cluster demo: 1 up, 1 suspect (n2); waiting for n2 (a suspicion to be refuted), ' +
        'n3, n4 (the same view of the members)',
    )
  })

  test('names a handful and counts the rest', () => {
    const nodes = Array.from({ length: 9 }, (_, i) => nodeStatus(i + 1, { liveness: 'down' }))
    expect(summaryLine(clusterStatus(nodes))).toBe(
      'Cluster demo: 0 up, 9 down (n1, n2, n3, n4, n5, n6 and 3 more); settled',
    )
  })
})

test('a load as Cassandra writes it', () => {
  expect([0, 1023, 1024, 103546.88, 5 * 1024 ** 3, 3.5 * 1024 ** 5].map(loadText)).toEqual([
    '0 bytes',
    '1023 bytes',
    '1 KiB',
    '101.12 KiB',
    '5 GiB',
    '3584 TiB',
  ])
  expect(loadText(null)).toBe('?')
})
