/** Bytes that nobody should have sent: junk of every kind, and true messages of the past. */
import { describe, expect, test } from '@jest/globals'
import { Random } from '../../src/base/random.js'
import { decode } from '../../src/gossip/codec.js'
import type { Sent } from '../../simulations/network.js'
import type { VirtualHost } from '../../simulations/host.js'
import type { World } from '../../simulations/world.js'
import { calledDown, digests, formed, namesOf, nth, tales, viewOf, whole } from './story.js'

function junkOf(random: Random, samples: readonly Uint8Array[]): Uint8Array {
  const sample = random.pick(samples)
  switch (random.int(6)) {
    case 0:
      return noise(random, random.int(200))
    case 1:
      return sample.slice(0, random.int(sample.length))
    case 2:
      return Uint8Array.from([random.int(200) + 2, ...sample.slice(1)])
    case 3:
      return Uint8Array.from([...sample, ...noise(random, 1400)])
    case 4:
      return Uint8Array.from([...sample.slice(0, 2), ...noise(random, 40)])
    default:
      return Uint8Array.from([...sample, 2, 0, 0, 9, ...noise(random, 9)])
  }
}

function noise(random: Random, size: number): Uint8Array {
  return Uint8Array.from({ length: size }, () => random.int(256))
}

/** What the receiver is bound to count as junk, and nothing but. */
function isJunk(bytes: Uint8Array, via: 'datagram' | 'stream'): boolean {
  return 'kind' in decode(bytes, via === 'stream' ? 1_048_576 : 1400)
}

function counted(world: World, host: VirtualHost): number {
  const counts = Object.entries(viewOf(world, host).counters)
  return counts.reduce((sum, [name, count]) => sum + (name.startsWith('junk.') ? count : 0), 0)
}

describe.each([1, 2, 3])('junk at full speed (seed %i)', (seed) => {
  const { world, hosts } = formed(4, { seed })
  const random = Random.from(seed).fork('junk')
  const samples: Uint8Array[] = []
  world.network.onSent = ({ bytes }) => void samples.push(bytes)
  world.run(3000)
  world.network.onSent = () => undefined
  const before = digests(world)
  const target = nth(hosts, 1)
  const since = world.now
  let expected = 0
  for (let i = 0; i < 6000; i++) {
    const bytes = junkOf(random, samples)
    const via = random.int(2) === 0 ? 'datagram' : 'stream'
    if (!isJunk(bytes, via)) continue
    expected++
    world.inject(target.address, random.pick(hosts).address, bytes, via)
    if (i % 6 === 0) world.run(1)
  }
  world.run(5000)

  test('is counted, every piece of it', () => {
    expect(expected).toBeGreaterThan(4000)
    expect(counted(world, target)).toBe(expected)
  })

  test('changes nothing that anybody believes', () => {
    expect(digests(world)).toEqual(before)
    expect(world.told.filter(({ at }) => at >= since)).toEqual([])
  })
})

test('single bits that flip on the way break nothing that lasts (seed 4)', () => {
  const { world } = formed(4, { seed: 4 })
  const random = Random.from(4).fork('flips')
  const sent: Sent[] = []
  world.network.onSent = (message) => void sent.push(message)
  world.run(4000)
  world.network.onSent = () => undefined
  for (const { bytes, to, from, via } of sent) {
    const flipped = Uint8Array.from(bytes)
    // The head names the cluster and the sender; what follows is its word.
    const place = 12 + random.int(Math.max(1, flipped.length - 12))
    flipped[place] = (flipped[place] ?? 0) ^ (1 << random.int(8))
    world.inject(to, from.address, flipped, via)
    world.run(1)
  }
  world.run(15_000)
  expect(whole(world)).toBe(true)
  expect(calledDown(world)).toEqual([])
})

/** A life full of events: a refutation, a crash, a leave, a restart, a newcomer. */
function history(seed: number): { world: World; sent: Sent[] } {
  const { world, hosts } = formed(7, { seed })
  const sent: Sent[] = []
  world.network.onSent = (message) => void sent.push(message)
  world.tell(nth(hosts, 0), { kind: 'publish', key: 'load', value: new Uint8Array([1]) })
  world.stall(nth(hosts, 1), 1800)
  world.run(6000)
  world.crash(nth(hosts, 2))
  world.run(6000)
  world.tell(nth(hosts, 3), { kind: 'leave' })
  world.run(2000)
  world.crash(nth(hosts, 4))
  world.run(500)
  world.start(nth(hosts, 4))
  world.start(world.add('late'), [nth(hosts, 0).address])
  world.tell(nth(hosts, 0), { kind: 'publish', key: 'load', value: new Uint8Array([2]) })
  world.run(8000)
  world.network.onSent = () => undefined
  return { world, sent }
}

describe.each([5, 6])('every message of a rich past, sent again (seed %i)', (seed) => {
  const { world, sent } = history(seed)
  const before = digests(world)
  const since = world.now
  sent.forEach(({ to, from, bytes, via }, index) => {
    world.inject(to, from.address, bytes, via)
    if (index % 10 === 0) world.run(1)
  })
  const right = digests(world)
  world.run(10_000)
  const told = world.told.filter(({ at }) => at >= since).map(({ event }) => event.kind)

  test('changes no view', () => {
    expect(sent.length).toBeGreaterThan(500)
    expect(before).toHaveLength(1)
    expect(right).toEqual(before)
    expect(digests(world)).toEqual(before)
  })

  test('is no event for anybody', () => {
    expect(told).toEqual([])
    expect(namesOf(world.live)).toEqual(['late', 'n1', 'n2', 'n5', 'n6', 'n7'])
    expect(whole(world)).toBe(true)
  })
})

test('a message larger than any honest one is junk on both channels (seed 7)', () => {
  const { world, hosts } = formed(2, { seed: 7 })
  const [host, peer] = [nth(hosts, 0), nth(hosts, 1)]
  world.inject(host.address, peer.address, new Uint8Array(1401))
  world.inject(host.address, peer.address, new Uint8Array(1_048_577), 'stream')
  expect(viewOf(world, host).counters['junk.oversized']).toBe(2)
  expect(tales(world, 'member.suspect')).toEqual([])
})
