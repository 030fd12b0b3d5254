/**
 * What it costs to know who is there: packets and bytes a second of the busiest node, for four
 * toys, in clusters of several sizes.
 */
import { at } from '../../src/base/assert.js'
import type { Machine, Millis } from '../../src/base/machine.js'
import type { Kernel, Telling } from '../kernel.js'
import { fixed, lesson, seed, table } from './lesson.js'
import { plot } from './plot.js'
import { Digester } from './toys/digester.js'
import { Heartbeater } from './toys/heartbeater.js'
import { Swimmer } from './toys/swimmer.js'
import { village } from './toys/toy.js'
import { Voter } from './toys/voter.js'

const options = {
  period: {
    kind: 'number',
    unit: 'ms',
    default: 1000,
    min: 100,
    max: 10_000,
    why: 'between two heartbeats or probes of a toy',
  },
  seed,
} as const

const SIZES = [4, 8, 16, 32, 64]
const WARM_UP: Millis = 10_000
const MEASURED: Millis = 10_000

interface Bill {
  readonly packets: number
  readonly bytes: number
}

type Way = readonly [name: string, key: string, bill: (nodes: number) => Bill]

export const bill = lesson(
  'bill',
  'what knowing who is there costs the busiest node',
  options,
  ({ period, seed }) => {
    const swim = { period, timeout: period * 0.3, relays: 3, suspicion: 5 * period }
    const vote = { heartbeat: period, wait: 3 * period, spread: period }
    const beat = { period, timeout: 3 * period }
    const ways: readonly Way[] = [
      [
        'all to all',
        'heartbeats',
        (n) => billOf(village(n, { seed }, (b) => new Heartbeater(beat, b))),
      ],
      ['a leader', 'leader', (n) => billOf(village(n, { seed }, (b) => new Voter(vote, b)))],
      ['whole digests', 'digests', (n) => billOf(village(n, { seed }, (b) => new Digester(b)))],
      ['SWIM, a toy', 'swim', (n) => billOf(village(n, { seed }, (b) => new Swimmer(swim, b)))],
    ]
    const bills = ways.map(([, , of]) => SIZES.map((nodes) => of(nodes)))
    const rows = (pick: (bill: Bill) => string): string[][] =>
      ways.map(([name], i) => [name, ...at(bills, i).map(pick)])
    const head = ['', ...SIZES.map((nodes) => `${nodes} nodes`)]
    return {
      text: [
        'The busiest node, settled, nobody joins or dies. ' +
          'Headers of 42 bytes a packet are counted.',
        '',
        'Packets sent a second:',
        table([head, ...rows(({ packets }) => fixed(packets))]),
        'Bytes sent a second:',
        table([head, ...rows(({ bytes }) => fixed(bytes, 0))]),
      ].join('\n'),
      measures: Object.fromEntries(
        ways.flatMap(([, key], i) =>
          SIZES.flatMap((nodes, k) => [
            [`${key}Packets${nodes}`, Number(fixed(at(at(bills, i), k).packets))],
            [`${key}Bytes${nodes}`, Math.round(at(at(bills, i), k).bytes)],
          ]),
        ),
      ),
      figure: drawn(ways, bills),
    }
  },
)

function drawn(ways: readonly Way[], bills: readonly (readonly Bill[])[]): string {
  return plot({
    title: 'Bytes a second that the busiest node sends, by the size of the cluster',
    x: { label: 'nodes', from: 4, to: 64, ticks: SIZES, log: true },
    y: {
      label: 'bytes a second',
      from: 32,
      to: 8192,
      ticks: [32, 128, 512, 2048, 8192],
      log: true,
    },
    series: ways.map(([name], i) => ({
      name,
      points: SIZES.map((nodes, k) => [nodes, at(at(bills, i), k).bytes] as const),
    })),
  })
}

function billOf<M extends Machine<C, E>, C, E extends Telling>(kernel: Kernel<M, C, E>): Bill {
  kernel.run(WARM_UP)
  const before = kernel.hosts.map(({ packetsSent, bytesSent }) => ({ packetsSent, bytesSent }))
  kernel.run(MEASURED)
  const seconds = MEASURED / 1000
  const spent = kernel.hosts.map((host, i) => ({
    packets: (host.packetsSent - at(before, i).packetsSent) / seconds,
    bytes: (host.bytesSent - at(before, i).bytesSent) / seconds,
  }))
  return spent.reduce((most, each) => (each.bytes > most.bytes ? each : most))
}
