/** The value of every parameter that depends on N, for the small clusters that most people run. */
import { describe, expect, test } from '@jest/globals'
import { Writer } from '../../src/base/bytes.js'
import { decode } from '../../src/gossip/codec.js'
import { ordersFor } from '../../src/gossip/edges.js'
import { NEWS, Rumors } from '../../src/gossip/rumors.js'
import { settingsFor } from '../../src/gossip/settings.js'
import { confirmationsWanted, suspicionTime } from '../../src/gossip/suspicion.js'
import { formed, viewOf } from './story.js'

const settings = settingsFor('lan')

/** Milliseconds a suspicion lasts: with all confirmations that count, with one, with none. */
const table = [
  { n: 2, shortest: 1400, confirmed: 1400, longest: 1400, confirmations: 0, sends: 4, orders: 3 },
  { n: 3, shortest: 1400, confirmed: 1400, longest: 4200, confirmations: 1, sends: 4, orders: 3 },
  { n: 4, shortest: 1400, confirmed: 2433, longest: 4200, confirmations: 2, sends: 4, orders: 3 },
  { n: 5, shortest: 1400, confirmed: 3983, longest: 8400, confirmations: 2, sends: 4, orders: 3 },
  { n: 6, shortest: 1400, confirmed: 3983, longest: 8400, confirmations: 2, sends: 4, orders: 3 },
  { n: 7, shortest: 1400, confirmed: 3983, longest: 8400, confirmations: 2, sends: 4, orders: 3 },
  { n: 8, shortest: 1400, confirmed: 3983, longest: 8400, confirmations: 2, sends: 4, orders: 3 },
  { n: 9, shortest: 1400, confirmed: 3983, longest: 8400, confirmations: 2, sends: 4, orders: 3 },
  { n: 10, shortest: 1400, confirmed: 3983, longest: 8400, confirmations: 2, sends: 8, orders: 3 },
  { n: 11, shortest: 1458, confirmed: 4148, longest: 8748, confirmations: 2, sends: 8, orders: 3 },
  { n: 12, shortest: 1511, confirmed: 4299, longest: 9065, confirmations: 2, sends: 8, orders: 3 },
]

test.each(table)('among $n', ({ n, ...expected }) => {
  expect({
    shortest: Math.round(suspicionTime(settings, n, 4)),
    confirmed: Math.round(suspicionTime(settings, n, 2)),
    longest: Math.round(suspicionTime(settings, n, 1)),
    confirmations: confirmationsWanted(settings, n),
    sends: sendsOf(n),
    orders: ordersFor(settings, n),
  }).toEqual(expected)
})

/** How often one rumor is sent by one node. */
function sendsOf(present: number): number {
  const rumors = new Rumors(settings.retransmits)
  rumors.spread(1, NEWS.standing)
  let sends = 0
  while (rumors.pending) {
    sends += rumors.fill(new Writer(100), present, () => undefined)
    expect(sends).toBeLessThan(100)
  }
  return sends
}

/** Long enough that chance evens out: some 500 pings a host. */
const SPAN = 300_000

describe.each([2, 3, 4, 5, 8, 12])('at rest among %i (seed is N)', (n) => {
  const { world, hosts } = formed(n, { seed: n })
  let pings = 0
  let others = 0
  world.network.onSent = ({ bytes }) => {
    const message = decode(bytes, 1400)
    if ('kind' in message) throw new Error('junk was sent')
    if (message.body.kind === 'ping') pings++
    else if (message.body.kind !== 'ack') others++
  }
  world.run(SPAN)
  const edges = hosts.map(
    (host) => viewOf(world, host).members.filter(({ phi }) => phi !== null).length,
  )

  test('each observes somebody, everybody where there are at most four, else at most three', () => {
    expect(Math.min(...edges)).toBeGreaterThanOrEqual(n <= 4 ? n - 1 : 1)
    expect(Math.max(...edges)).toBeLessThanOrEqual(Math.min(3, n - 1))
  })

  test('each sends one probe a second and one for each edge every 3 s, and nothing else', () => {
    const mean = edges.reduce((sum, count) => sum + count, 0) / n
    // A subject whose turn in the round it is too is pinged once.
    const expected = 1 + mean / 3 - mean / 3 / (n - 1)
    expect((pings / n) * (1000 / SPAN)).toBeGreaterThan(0.95 * expected)
    expect((pings / n) * (1000 / SPAN)).toBeLessThan(1.05 * expected)
    expect(others).toBe(0)
  })
})
