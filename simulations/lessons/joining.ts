/**
 * A node joins: the new ring travels by rumor, and after a fixed delay the data is copied,
 * whoever has heard of it by then. Counts the acknowledged writes that the new owner never gets.
 */
import { at } from '../../src/base/assert.js'
import type { Millis } from '../../src/base/machine.js'
import { fixed, lesson, seed, page } from './lesson.js'
import { plot } from './plot.js'
import { RingMember } from './toys/ring-member.js'
import { later, village } from './toys/toy.js'

const options = {
  nodes: {
    kind: 'number',
    unit: 'nodes',
    default: 30,
    min: 4,
    max: 100,
    why: 'nodes that coordinate writes; the last of them is the one that joins',
  },
  loss: {
    kind: 'number',
    unit: '',
    default: 0.2,
    min: 0,
    max: 0.9,
    fraction: true,
    why: 'share of messages that are lost',
  },
  deaf: {
    kind: 'number',
    unit: 'ms',
    default: 25_000,
    min: 0,
    max: 60_000,
    why: 'how long one node hears nothing, though it can still send',
  },
  seed,
} as const

const DELAYS: readonly Millis[] = [0, 1000, 2000, 5000, 10_000, 20_000, 30_000]
const WRITE_EACH: Millis = 50
const END: Millis = 60_000
const PERIOD: Millis = 1000
const OLD = '10.0.0.0:7946'

interface Joined {
  /**
   * Acknowledged by the old owner alone, after the copy: a write by the new ring needs both, so it
   * cannot be lost this way.
   */
  readonly lost: number
  readonly refused: number
  /** How many had not heard when the copy began. */
  readonly unaware: number
}

export const joining = lesson(
  'joining',
  'writes that are lost when a node joins after a fixed delay',
  options,
  ({ nodes, loss, deaf, seed }) => {
    const run = (delay: Millis, fence: boolean): Joined =>
      joined(nodes, { loss, deaf, seed }, delay, fence)
    const open = DELAYS.map((delay) => run(delay, false))
    const fenced = DELAYS.map((delay) => run(delay, true))
    const rows = DELAYS.map((delay, i) => [
      `${delay / 1000} s`,
      at(open, i).unaware,
      at(open, i).lost,
      at(fenced, i).lost,
      at(fenced, i).refused,
    ])
    return {
      text: page(
        [
          `${nodes} nodes, ${1000 / WRITE_EACH} writes a second,`,
          `${fixed(loss * 100, 0)} % of messages lost, one node deaf for ${deaf / 1000} s.`,
        ],
        [['copy after', 'had not heard', 'lost', 'lost, fenced', 'refused, fenced'], ...rows],
      ),
      measures: Object.fromEntries(
        DELAYS.flatMap((delay, i) => [
          [`lost${delay / 1000}`, at(open, i).lost],
          [`unaware${delay / 1000}`, at(open, i).unaware],
          [`fenced${delay / 1000}`, at(fenced, i).lost],
          [`refused${delay / 1000}`, at(fenced, i).refused],
        ]),
      ),
      figure: drawn(open, fenced),
    }
  },
)

/** A write by every node in turn; the copy takes whatever the old owner has at that moment. */
function joined(
  nodes: number,
  { loss, deaf, seed }: { loss: number; deaf: Millis; seed: number },
  delay: Millis,
  fence: boolean,
): Joined {
  const newOwner = `10.0.0.${nodes - 1}:7946`
  const gossip = { period: PERIOD, fanOut: 1, way: 'push', rounds: 0 } as const
  const settings = { gossip, fence, oldOwner: OLD, newOwner }
  const kernel = village(
    nodes,
    { seed, link: { loss } },
    (birth) => new RingMember(settings, birth),
  )
  const joiner = at(kernel.hosts, nodes - 1)
  const others = kernel.hosts.slice(1, nodes - 1).map(({ name }) => name)
  const from = kernel.hosts.map(({ name }) => name)
  later(kernel, 0, { kind: 'cut', from, to: [at(others, 0)], span: deaf })
  kernel.tell(joiner, ['learn'])
  for (let i = 0; i * WRITE_EACH < END; i++) {
    const host = kernel.host(at(others, i % others.length))
    kernel.after(i * WRITE_EACH, () => kernel.tell(host, ['write', String(i)]))
  }
  const owner = at(kernel.hosts, 0)
  // The fence stands before the copy begins: the joiner asks the old owner itself.
  if (fence) kernel.after(delay, () => kernel.tell(owner, ['learn']))
  let unaware = 0
  kernel.after(delay, () => {
    unaware = kernel.hosts.filter(({ node }) => node?.knows === false).length
  })
  kernel.run(END)
  const late = kernel.told.filter(({ by, at: time }) => by === owner.name && time > delay)
  const kept = late.filter(({ event }) => event.kind === 'kept')
  return {
    lost: kept.filter(({ event }) => event.ring === 'old').length,
    refused: kernel.told.filter(({ event }) => event.kind === 'refused').length,
    unaware,
  }
}

function drawn(open: readonly Joined[], fenced: readonly Joined[]): string {
  const line = (runs: readonly Joined[]): (readonly [number, number])[] =>
    runs.map(({ lost }, i) => [at(DELAYS, i) / 1000, lost] as const)
  const most = Math.max(...open.map(({ lost }) => lost))
  const top = Math.max(20, Math.ceil(most / 20) * 20)
  return plot({
    title: 'Acknowledged writes that are lost, by the delay before the copy',
    x: {
      label: 'seconds from the announcement to the copy',
      from: 0,
      to: 30,
      ticks: [0, 5, 10, 20, 30],
    },
    y: {
      label: 'acknowledged writes lost',
      from: 0,
      to: top,
      ticks: [0, top / 4, top / 2, (3 * top) / 4, top],
    },
    series: [
      { name: 'waiting', points: line(open) },
      { name: 'waiting and a fence', points: line(fenced) },
    ],
  })
}
