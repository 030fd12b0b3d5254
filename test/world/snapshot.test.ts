/**
 * A node is more than it shows: whatever it holds must be in its snapshot. Nodes are exchanged for
 * copies of themselves at random moments of faulty runs, and nobody may notice.
 */
import { describe, expect, test } from '@jest/globals'
import { crc32 } from 'node:zlib'
import ts from 'typescript'
import { at, known } from '../../src/base/assert.js'
import { Random } from '../../src/base/random.js'
import { nodeClasses, nodeFrom, snapshotOf } from '../../src/cluster/node-snapshot.js'
import type { VirtualHost } from '../../simulations/host.js'
import { World } from '../../simulations/world.js'
import { picked, sourcesUnder } from '../tidy/source.js'

const SPAN = 90_000
const EXCHANGES = 150

/** What happened in a run, in order: every message sent, every word told. */
interface Story {
  readonly sent: string[]
  readonly told: string[]
  exchanged: number
}

/**
 * Six nodes on a bad network: one stalls, one crashes and returns, two sides are cut apart, facts
 * change, one leaves. @param exchanging whether nodes are exchanged for their copies
 */
function play(seed: number, exchanging: boolean): Story {
  const story: Story = { sent: [], told: [], exchanged: 0 }
  const world = new World({ seed, link: { loss: 0.1, repeated: 0.05, late: 0.1 } })
  const chance = Random.from(seed).fork('exchanges')
  world.network.onSent = ({ at: time, from, to, bytes, via }) => {
    story.sent.push(`${time} ${from.name} ${to} ${via} ${crc32(bytes)}`)
  }
  const hosts = world.boot(6)
  for (let i = 0; i < EXCHANGES; i++) {
    const host = chance.pick(hosts)
    world.after(chance.between(0, SPAN), () => exchanging && exchange(host, story))
  }
  const value = new Uint8Array(900).fill(seed)
  world.after(12_000, () => world.tell(at(hosts, 1), { kind: 'publish', key: 'k', value }))
  world.after(15_000, () => world.stall(at(hosts, 2), 4000))
  world.after(20_000, () => world.crash(at(hosts, 3)))
  world.after(35_000, () => void world.start(at(hosts, 3), [at(hosts, 0).address]))
  world.after(45_000, () => {
    world.network.passes = (from, to) => hosts.indexOf(from) < 3 === hosts.indexOf(to) < 3
  })
  world.after(60_000, () => (world.network.passes = () => true))
  world.after(75_000, () => world.tell(at(hosts, 4), { kind: 'leave' }))
  world.run(SPAN)
  for (const { at: time, by, event } of world.told) {
    story.told.push(`${time} ${by} ${JSON.stringify(event)}`)
  }
  return story
}

function exchange(host: VirtualHost, story: Story): void {
  if (host.node === undefined) return
  host.node = known(nodeFrom(snapshotOf(host.node)), 'a copy')
  story.exchanged++
}

function firstDifference(
  found: readonly string[],
  expected: readonly string[],
): readonly [found: string, expected: string] | undefined {
  const length = Math.max(found.length, expected.length)
  for (let i = 0; i < length; i++) {
    if (found[i] !== expected[i]) return [found[i] ?? 'nothing', expected[i] ?? 'nothing']
  }
  return undefined
}

describe('a node', () => {
  test.each([1, 2])('exchanged for its copy now and then goes on the same: seed %i', (seed) => {
    const plain = play(seed, false)
    const copied = play(seed, true)
    expect(copied.exchanged).toBeGreaterThan(EXCHANGES / 2)
    expect(plain.told.some((line) => line.includes('member.down'))).toBe(true)
    expect(plain.told.some((line) => line.includes('member.left'))).toBe(true)
    expect(firstDifference(copied.told, plain.told)).toBeUndefined()
    expect(firstDifference(copied.sent, plain.sent)).toBeUndefined()
  })

  test('and its copy have the same snapshot', () => {
    const world = new World({ seed: 4 })
    const [host] = world.boot(4)
    world.run(20_000)
    const bytes = snapshotOf(known(host?.node, 'a node'))
    expect(snapshotOf(known(nodeFrom(bytes), 'a copy'))).toEqual(bytes)
  })

  test('answers questions the same as its copy', () => {
    const world = new World({ seed: 5 })
    const hosts = world.boot(3)
    world.run(10_000)
    world.crash(at(hosts, 2))
    world.run(10_000)
    const node = known(hosts[0]?.node, 'a node')
    const copy = known(nodeFrom(snapshotOf(node)), 'a copy')
    const { hostId } = at(hosts, 2)
    expect(copy.view(world.now)).toEqual(node.view(world.now))
    expect(copy.evidence(hostId)).toEqual(node.evidence(hostId))
    expect(copy.evidence(hostId).length).toBeGreaterThan(1)
  })
})

test('every class of the floors below the node is among those that a snapshot may contain', () => {
  // Plans are functions of values: their classes live no longer than a call. What was written of
  // late is remembered by the process, not by a node; and data is kept beside it.
  const apart = ['src/cluster/plan/', 'src/cluster/data/', 'src/cluster/contract/']
  const sources = sourcesUnder('src/gossip', 'src/cluster').filter(
    ({ path }) => !apart.some((each) => path.startsWith(each)) && path !== 'src/gossip/imprints.ts',
  )
  const declared = sources.flatMap((source) =>
    picked(source, ts.isClassDeclaration).map((node) => node.name?.text ?? source.path),
  )
  const kept = Object.keys(nodeClasses)
  expect(declared.filter((name) => !kept.includes(name))).toEqual([])
})
