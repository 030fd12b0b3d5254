/** Faults as values: each does to hosts and wires what it says, and ends when it says. */
import { describe, expect, test } from '@jest/globals'
import { known } from '../../src/base/assert.js'
import { inflict, plan, type Fault, type Step } from '../../simulations/fault.js'
import { formed, nth, seen, seenBy, tales, viewOf, whole, type Formed } from './story.js'

function struck(seed: number, fault: Fault, span: number, count = 6): Formed {
  const cluster = formed(count, { seed })
  inflict(cluster.world, fault)
  cluster.world.run(span)
  return cluster
}

test('a crash and a first start (seed 1)', () => {
  const { world, hosts } = struck(1, { kind: 'crash', nodes: ['n2'] }, 8000)
  expect(new Set(seenBy(world, world.live, nth(hosts, 1)))).toEqual(new Set(['down']))
  inflict(world, { kind: 'start', nodes: ['n2', 'n3'] })
  expect(nth(hosts, 1).life).toBe(2)
  expect(nth(hosts, 2).life).toBe(1)
  expect(world.until(() => whole(world), 8000)).toBeDefined()
})

test.each([
  ['crash', 'refused'],
  ['outage', 'lost'],
] as const)('where there was a %s a connection is %s (seed 6)', (kind, ending) => {
  const { world, hosts } = formed(3, { seed: 6 })
  const { address } = nth(hosts, 1)
  const endings: string[] = []
  const { node } = nth(hosts, 0)
  if (node === undefined) throw new Error('n1 runs')
  const closed = node.closed.bind(node)
  node.closed = (peer, why, now) => {
    if (peer === address) endings.push(why)
    return closed(peer, why, now)
  }
  inflict(world, { kind, nodes: ['n2'] })
  world.run(8000)
  expect(seen(world, nth(hosts, 0), nth(hosts, 1))).toBe('down')
  expect(new Set(endings)).toEqual(new Set([ending]))
})

describe('a restart', () => {
  test('with its disk is a new generation of the same node (seed 2)', () => {
    const { world, hosts } = struck(2, { kind: 'restart', nodes: ['n2'], disk: 'kept' }, 5000)
    expect(viewOf(world, nth(hosts, 0)).members).toHaveLength(6)
    expect(whole(world)).toBe(true)
  })

  test('without its disk is somebody new (seed 3)', () => {
    const cluster = formed(6, { seed: 3 })
    const { hostId } = nth(cluster.hosts, 1)
    inflict(cluster.world, { kind: 'restart', nodes: ['n2'], disk: 'lost' })
    cluster.world.run(8000)
    expect(nth(cluster.hosts, 1).hostId).not.toBe(hostId)
    const known = viewOf(cluster.world, nth(cluster.hosts, 0)).members
    expect(known.find((member) => member.hostId === hostId)?.liveness).toBe('down')
    expect(known).toHaveLength(7)
  })

  test('with an old disk forgets what it had stored since (seed 4)', () => {
    const { world, hosts } = formed(6, { seed: 4 })
    const host = nth(hosts, 1)
    inflict(world, { kind: 'restart', nodes: ['n2'], disk: 'kept' })
    world.run(5000)
    const kept = host.disk.size
    host.write('later', new Uint8Array(1))
    inflict(world, { kind: 'restart', nodes: ['n2'], disk: 'old' })
    expect(host.disk.has('later')).toBe(false)
    expect(host.disk.size).toBe(kept)
    expect(world.until(() => whole(world), 8000)).toBeDefined()
  })

  test('with the disk that it had lost is the former one again (seed 16)', () => {
    const { world, hosts } = formed(6, { seed: 16 })
    const host = nth(hosts, 1)
    const { hostId, disk } = host
    inflict(world, { kind: 'restart', nodes: ['n2'], disk: 'lost' })
    world.run(8000)
    inflict(world, { kind: 'restart', nodes: ['n2'], disk: 'found' })
    expect(host.hostId).toBe(hostId)
    expect(host.disk).toBe(disk)
    world.run(8000)
    expect(seen(world, nth(hosts, 0), host)).toBe('up')
  })
})

test('a new address is found by all (seed 5)', () => {
  const { world, hosts } = struck(5, { kind: 'readdress', nodes: ['n3'] }, 6000)
  const host = nth(hosts, 2)
  expect(host.address).toBe('10.16.0.2:7946')
  const known = viewOf(world, nth(hosts, 0)).members.find(({ name }) => name === 'n3')
  expect(known?.address).toBe(host.address)
})

test('orders reach the nodes they name (seed 6)', () => {
  const { world, hosts } = formed(6, { seed: 6 })
  inflict(world, { kind: 'publish', node: 'n1', key: 'role', value: 'é' })
  inflict(world, { kind: 'leave', nodes: ['n2'] })
  inflict(world, { kind: 'ban', node: 'n3', as: 'removed', by: 'n1' })
  world.run(5000)
  const [teller, left, banned, other] = [nth(hosts, 0), nth(hosts, 1), nth(hosts, 2), nth(hosts, 5)]
  expect(seen(world, other, left)).toBe('left')
  expect(seen(world, other, banned)).toBe('removed')
  const facts = viewOf(world, other).members.find(({ hostId }) => hostId === teller.hostId)?.facts
  expect(facts?.find(({ key }) => key === 'role')?.value).toEqual(new Uint8Array([0xc3, 0xa9]))
})

test('a stall is a stall, and blinking is many (seed 7)', () => {
  const fault: Fault = { kind: 'blink', nodes: ['n2'], stop: 1900, run: 100, span: 8000 }
  const { world } = struck(7, fault, 9000)
  const stalls = tales(world, 'node.stalled')
  expect(stalls.length).toBeGreaterThan(2)
  expect(new Set(stalls.map(({ by }) => by))).toEqual(new Set(['n2']))
})

describe('wires', () => {
  test('cut one way, for a while (seed 8)', () => {
    const all = ['n1', 'n2', 'n4', 'n5', 'n6']
    const fault: Fault = { kind: 'cut', from: ['n3'], to: all, span: 12_000 }
    const { world, hosts } = struck(8, fault, 12_000)
    expect(new Set(seenBy(world, hosts, nth(hosts, 2)))).toEqual(new Set(['down']))
    expect(world.until(() => whole(world), 8000)).toBeDefined()
  })

  test('cut and whole in turns (seed 9)', () => {
    const { world, hosts } = formed(6, { seed: 9 })
    const since = world.now
    let sent = 0
    let arrived = 0
    world.network.onSent = ({ from }) => {
      if (from === nth(hosts, 2)) sent++
    }
    const fault: Fault = {
      kind: 'flipflop',
      from: ['n3'],
      to: ['n1', 'n2', 'n4', 'n5', 'n6'],
      on: 1000,
      off: 1000,
      span: 20_000,
    }
    inflict(world, fault)
    const count = (at: number): number =>
      world.network.barriers.loss(nth(hosts, 2).index, nth(hosts, 0).index, at * 1000)
    for (let at = since; at < since + 20_000; at += 100) arrived += 1 - count(at)
    expect(arrived).toBe(100)
    world.run(20_000)
    expect(sent).toBeGreaterThan(20)
    expect(count(world.now)).toBe(0)
  })

  test('slow one way, for a while (seed 11)', () => {
    const { world } = formed(2, { seed: 11 })
    const took = (from: string, to: string): number => {
      const sent = world.now
      let heard = NaN
      const node = known(world.host(to).node, to)
      node.receive = () => {
        heard = world.now - sent
        return []
      }
      world.drive(world.host(from), () => [
        { kind: 'stream', to: world.host(to).address, bytes: new Uint8Array(1) },
      ])
      world.until(() => heard > 0, 2000, 1)
      return heard
    }
    inflict(world, { kind: 'lag', from: ['n1'], to: ['n2'], by: 500, span: 1000 })
    expect(took('n1', 'n2')).toBeGreaterThan(500)
    expect(took('n2', 'n1')).toBeLessThan(100)
  })

  test('a share of the frames to a host comes twice (seed 12)', () => {
    const { world } = formed(2, { seed: 12 })
    const [one, other] = [world.host('n1'), world.host('n2')]
    const came: number[] = []
    known(other.node, 'n2').receive = (_, bytes, via) => {
      if (via === 'stream') came.push(bytes[0] ?? 0)
      return []
    }
    inflict(world, { kind: 'echo', nodes: ['n2'], share: 0.5, late: 200, span: 1000 })
    for (let value = 0; value < 40; value++)
      world.drive(one, () => [{ kind: 'stream', to: other.address, bytes: Uint8Array.of(value) }])
    world.run(1000)
    expect(new Set(came).size).toBe(40)
    expect(came.length).toBeGreaterThan(50)
    expect(came.length).toBeLessThan(70)
  })

  test('parted into sides, where the unnamed stay together (seed 10)', () => {
    const fault: Fault = { kind: 'partition', sides: [['n1', 'n2']], span: 20_000 }
    const { world, hosts } = struck(10, fault, 20_000)
    expect(whole(world, hosts.slice(0, 2))).toBe(true)
    expect(whole(world, hosts.slice(2))).toBe(true)
    expect(world.until(() => whole(world), 8000)).toBeDefined()
  })

  test('that lose what one host sends (seed 11)', () => {
    const { world, hosts } = formed(6, { seed: 11 })
    inflict(world, { kind: 'lossy', nodes: ['n2'], way: 'out', share: 0.8, span: 5000 })
    const { barriers } = world.network
    const micros = world.now * 1000
    expect(barriers.loss(nth(hosts, 1).index, 0, micros)).toBeCloseTo(0.8)
    expect(barriers.loss(0, nth(hosts, 1).index, micros)).toBe(0)
    world.run(6000)
    expect(barriers.loss(nth(hosts, 1).index, 0, micros)).toBe(0)
  })

  test('slower between two datacenters for a while', () => {
    const { world } = formed(3, { seed: 12 })
    const { links } = world.network
    const link = { delay: { kind: 'constant', of: 50 } } as const
    inflict(world, { kind: 'link', between: ['dc1', 'dc2'], link, span: 1000 })
    expect(links.between('dc2', 'dc1').delay).toEqual(link.delay)
    expect(links.between('dc1', 'dc1').delay.kind).toBe('uniform')
    world.run(1000)
    expect(links.between('dc2', 'dc1').delay.kind).toBe('uniform')
  })
})

test('a disk that fails for a while silences who needs it (seed 13)', () => {
  const { world } = formed(4, { seed: 13 })
  inflict(world, { kind: 'disk', nodes: ['n2'], storing: 'fails', span: 2000 })
  inflict(world, { kind: 'rejoin', nodes: ['n2'] })
  world.run(3000)
  expect(tales(world, 'store.failed').map(({ by }) => by)).toContain('n2')
  expect(world.host('n2').storing).toBe('works')
})

test('a slow disk keeps its order, and a crash loses what is not written (seed 15)', () => {
  const { world } = formed(2, { seed: 15 })
  const host = world.host('n2')
  inflict(world, { kind: 'writes', nodes: ['n2'], most: 500, span: 1000 })
  const written: string[] = []
  const write = host.write.bind(host)
  host.write = (key, bytes) => {
    written.push(`${bytes?.[0]}`)
    write(key, bytes)
  }
  const store = (value: number): void =>
    world.drive(host, () => [
      { kind: 'persist', ticket: 2 * value, key: 'row', bytes: Uint8Array.of(value) },
    ])
  for (let value = 0; value < 5; value++) store(value)
  world.run(1000)
  expect(written).toEqual(['0', '1', '2', '3', '4'])
  expect(host.writes).toBe(0)
  store(5)
  inflict(world, { kind: 'crash', nodes: ['n2'] })
  world.run(1000)
  expect(written).toHaveLength(5)
})

test('a script strikes at its times, in its order (seed 14)', () => {
  const { world, hosts } = formed(4, { seed: 14 })
  const from = world.now
  const steps: readonly Step[] = [
    { at: from + 1000, fault: { kind: 'crash', nodes: ['n2'] } },
    { at: from + 2000, fault: { kind: 'start', nodes: ['n2'] } },
    { at: from + 2000, fault: { kind: 'crash', nodes: ['n3'] } },
  ]
  plan(world, steps)
  const lives = (): string => hosts.map(({ node }) => (node === undefined ? '-' : '+')).join('')
  const seenAt = [500, 1000, 1000].map((span) => {
    world.run(span)
    return lives()
  })
  expect(seenAt).toEqual(['++++', '+-++', '++-+'])
})
