/** Changes of the ring, decided by whoever is there: no leader, no sleep, and never by a minority. */
import { describe, expect, test } from '@jest/globals'
import { Random } from '../../src/base/random.js'
import type { World } from '../../simulations/world.js'
import { nth, tales } from './story.js'
import {
  epochOf,
  founded,
  heal,
  intend,
  joiner,
  keyspace,
  membersIn,
  part,
  recordOf,
  ringOf,
  settle,
} from './ring-story.js'

describe('a join', () => {
  test('of a fourth node settles within five seconds, by itself', () => {
    const { world, hosts } = founded(3, { seed: 1 })
    keyspace(world, hosts)
    joiner(world, 'n4')
    const took = settle(world, world.hosts, ({ members }) => members.length === 4)
    expect(took).toBeLessThan(5000)
    const why = tales(world, 'ring.changed').map(({ event }) => event.why.join())
    expect([...new Set(why)].slice(-3)).toEqual([
      'n4 joins with 16 tokens: prepared',
      'join n4: the new copies are read',
      'join n4: done',
    ])
  })

  test('of several at once is queued, and none is refused', () => {
    const { world, hosts } = founded(3, { seed: 2 })
    keyspace(world, hosts)
    for (const name of ['n4', 'n5', 'n6']) joiner(world, name)
    settle(world, world.hosts, ({ members }) => members.every(({ state }) => state === 'normal'))
    settle(world, world.hosts, ({ members }) => members.length === 6)
    const outcomes = recordOf(nth(hosts, 0)).settled.map(({ outcome }) => outcome)
    expect(outcomes).toEqual(['done', 'done', 'done', 'done'])
  })

  test('waits for the copies, and goes on when they are there', () => {
    const { world, hosts } = founded(3, { seed: 3, keepsData: true })
    keyspace(world, hosts)
    const fourth = joiner(world, 'n4')
    const asked = world.until(() => tales(world, 'ring.copy').length > 0, 9000)
    expect(asked).toBeDefined()
    world.run(20_000)
    expect(membersIn(recordOf(fourth))).toEqual(['n1', 'n2', 'n3', 'n4 joining'])
    expect(ringOf(nth(hosts, 0)).holds.map(({ why }) => why)).toEqual([
      'waits for n4 to copy its ranges',
    ])
    const { move, tasks } = nth(tales(world, 'ring.copy'), 0).event
    const isOfShop = (label: string): boolean => label.startsWith('shop@')
    expect(tasks.every(({ keyspace, source }) => isOfShop(keyspace) && source !== null)).toBe(true)
    world.tell(fourth, { kind: 'copied', move })
    settle(world, world.hosts, ({ members }) => members.every(({ state }) => state === 'normal'))
  })

  test('that is cancelled leaves the ring as it was, and bans the newcomer', () => {
    const { world, hosts } = founded(3, { seed: 4, keepsData: true })
    keyspace(world, hosts)
    const fourth = joiner(world, 'n4')
    settleStage(world, 'prepare')
    const first = nth(hosts, 0)
    const [move] = recordOf(first).moves
    intend(world, first, { kind: 'cancel', move: move?.id ?? '' })
    settle(world, hosts, ({ banned }) => banned.length === 1)
    expect(membersIn(recordOf(first))).toEqual(['n1', 'n2', 'n3'])
    world.run(2000)
    expect(fourth.node).toBeUndefined()
    expect(tales(world, 'self.banned').map(({ by }) => by)).toEqual(['n4'])
  })

  test('goes on after the joiner, or any other, crashed and came back', () => {
    for (let victim = 0; victim < 4; victim++) {
      const { world, hosts } = founded(3, { seed: 10 + victim })
      keyspace(world, hosts)
      joiner(world, 'n4')
      world.run(1000 + victim * 150)
      const host = nth(world.hosts, victim)
      world.crash(host)
      world.run(4000)
      world.start(host, world.seedsOf(host))
      settle(world, world.hosts, (record) => membersIn(record).join() === 'n1,n2,n3,n4')
    }
  })
})

function settleStage(world: World, stage: string): void {
  const there = world.until(
    () => world.hosts.some((host) => epochOf(host) > 0 && recordOf(host).moves[0]?.stage === stage),
    9000,
  )
  expect(there).toBeDefined()
}

describe('leaving', () => {
  test('hands the ranges over, and tells the node that it may stop', () => {
    const { world, hosts } = founded(4, { seed: 5 })
    keyspace(world, hosts)
    const [first, second, third, fourth] = hosts
    intend(world, nth(hosts, 0), { kind: 'leave', hostId: nth(hosts, 3).hostId, force: false })
    const stay = [first, second, third].flatMap((host) => host ?? [])
    settle(world, stay, (record) => membersIn(record).join() === 'n1,n2,n3')
    world.run(1000)
    expect(tales(world, 'ring.decommissioned').map(({ by }) => by)).toEqual([fourth?.name])
    expect(recordOf(nth(hosts, 0)).banned).toMatchObject([{ name: 'n4', as: 'left' }])
  })

  test('is refused at once where a keyspace would lack copies', () => {
    const { world, hosts } = founded(3, { seed: 6 })
    keyspace(world, hosts)
    intend(world, nth(hosts, 0), { kind: 'leave', hostId: nth(hosts, 2).hostId, force: false })
    expect(tales(world, 'command.refused').map(({ event }) => event.reason)).toEqual([
      'the keyspace shop keeps 3 copies in dc1, 2 nodes would be left. ' +
        'Add a node first, or repeat it with --force.',
    ])
  })
})

describe('the dead', () => {
  test('change nothing by being dead', () => {
    const { world, hosts } = founded(4, { seed: 7 })
    keyspace(world, hosts)
    const before = epochOf(nth(hosts, 0))
    world.crash(nth(hosts, 3))
    world.run(60_000)
    expect(hosts.slice(0, 3).map(epochOf)).toEqual([before, before, before])
  })

  test('are removed by an intent, and what they held is copied from the others', () => {
    const { world, hosts } = founded(4, { seed: 8 })
    keyspace(world, hosts)
    const dead = nth(hosts, 3)
    world.crash(dead)
    world.run(4000)
    const wish = { kind: 'remove', hostIds: [dead.hostId], loseData: false } as const
    intend(world, nth(hosts, 0), wish)
    settle(world, hosts.slice(0, 3), (record) => membersIn(record).join() === 'n1,n2,n3')
    world.start(dead, world.seedsOf(dead))
    world.run(10_000)
    expect(membersIn(recordOf(nth(hosts, 0)))).toEqual(['n1', 'n2', 'n3'])
    expect(dead.node).toBeUndefined()
  })

  test('are replaced by a node with another identity in the same place', () => {
    const { world, hosts } = founded(3, { seed: 9 })
    keyspace(world, hosts)
    const dead = nth(hosts, 2)
    const tokens = recordOf(dead).members.find(({ name }) => name === 'n3')?.tokens
    world.crash(dead)
    world.run(8000)
    const fresh = world.add('n4')
    fresh.replaces = dead.hostId
    world.start(fresh, world.seedsOf(fresh))
    settle(
      world,
      [...hosts.slice(0, 2), fresh],
      (record) => membersIn(record).join() === 'n1,n2,n4',
    )
    const taken = recordOf(fresh).members.find(({ name }) => name === 'n4')?.tokens
    expect(taken).toEqual(tokens)
  })

  test('are not removed while they are alive, whoever says so', () => {
    const { world, hosts } = founded(4, { seed: 10 })
    const wish = {
      kind: 'remove',
      hostIds: [nth(hosts, 3).hostId],
      loseData: false,
    } as const
    intend(world, nth(hosts, 0), wish)
    world.run(30_000)
    expect(epochOf(nth(hosts, 0))).toBe(1)
    expect(nth(ringOf(nth(hosts, 0)).holds, 0).why).toMatch(/n4 is heard from/)
  })
})

describe('a partition', () => {
  test('lets the majority go on, freezes the minority, and both are one after it', () => {
    const { world, hosts } = founded(5, { seed: 11 })
    keyspace(world, hosts)
    const minority = hosts.slice(3)
    const majority = hosts.slice(0, 3)
    part(world, minority)
    world.run(10_000)
    const before = epochOf(nth(minority, 0))
    intend(world, nth(minority, 0), { kind: 'drop', name: 'shop' })
    world.run(10_000)
    expect(minority.map(epochOf)).toEqual([before, before])
    expect(tales(world, 'ring.frozen').map(({ by }) => by)).toContain('n4')
    const said = nth(minority, 0)
      .node?.status(world.now)
      .waitingFor.map((wait) => wait.for)
    expect(said).toContain(`a majority of the voters: ring frozen at epoch ${before}`)
    intend(world, nth(majority, 0), { kind: 'rebalance', bar: 1001 })
    world.run(10_000)
    heal(world)
    settle(world, hosts, ({ keyspaces }) => keyspaces.length === 0)
  })

  test('with a newcomer on either side lets only the majority take its own in', () => {
    const { world, hosts } = founded(5, { seed: 12 })
    const left = hosts.slice(0, 3)
    const right = hosts.slice(3)
    const [f, g] = [world.add('n6'), world.add('n7')]
    part(world, [...right, f])
    world.start(
      f,
      right.map(({ address }) => address),
    )
    world.start(
      g,
      left.map(({ address }) => address),
    )
    world.run(20_000)
    expect(membersIn(recordOf(nth(left, 0)))).toContain('n7')
    expect(membersIn(recordOf(nth(right, 0)))).not.toContain('n6')
    expect(epochOf(f)).toBe(0)
    heal(world)
    settle(world, world.hosts, ({ members }) => members.length === 7, 40_000)
  })
})

describe('whoever proposes', () => {
  test('any one may be killed, each time, and changes never stop', () => {
    const { world, hosts } = founded(5, { seed: 13 })
    for (let i = 0; i < 6; i++) {
      const proposed = tales(world, 'ring.proposed').at(-1)
      const victim = hosts.find(({ name }) => name === proposed?.by) ?? nth(hosts, 0)
      world.crash(victim)
      world.run(4000)
      const asker = hosts.find((host) => host.node !== undefined) ?? nth(hosts, 0)
      const create = i % 2 === 0
      if (create) keyspace(world, world.live)
      else {
        intend(world, asker, { kind: 'drop', name: 'shop' })
        settle(world, world.live, ({ keyspaces }) => keyspaces.length === 0)
      }
      world.start(victim, world.seedsOf(victim))
      world.run(3000)
    }
    settle(world, hosts, ({ epoch }) => epoch === 7)
  })

  test('and votes on an old copy of its disk never votes again', () => {
    const { world, hosts } = founded(3, { seed: 14 })
    const host = nth(hosts, 2)
    const old = new Map(host.disk)
    keyspace(world, hosts)
    world.crash(host)
    host.disk = old
    world.run(3000)
    world.start(host, world.seedsOf(host))
    world.run(8000)
    expect(tales(world, 'ring.muted').map(({ by }) => by)).toEqual(['n3'])
    expect(ringOf(host).votes).toBe(false)
    world.crash(host)
    world.start(host, world.seedsOf(host))
    world.run(5000)
    expect(ringOf(host).votes).toBe(false)
  })

  test('two operators who contradict each other: one is heard, and the ring goes on', () => {
    const { world, hosts } = founded(4, { seed: 15 })
    keyspace(world, hosts, 2)
    const target = nth(hosts, 3).hostId
    intend(world, nth(hosts, 0), { kind: 'leave', hostId: target, force: false })
    intend(world, nth(hosts, 1), { kind: 'leave', hostId: target, force: true })
    intend(world, nth(hosts, 2), { kind: 'drop', name: 'shop' })
    settle(world, hosts.slice(0, 3), (record) => membersIn(record).join() === 'n1,n2,n3')
    const outcomes = recordOf(nth(hosts, 0)).settled.map(({ outcome }) => outcome)
    expect([...outcomes].sort()).toEqual(['done', 'done', 'done', 'void'])
  })
})

test('one stuck voter does not freeze the ring: it is named, and passed over', () => {
  const { world, hosts } = founded(4, { seed: 16 })
  const stuck = nth(hosts, 3)
  // Its disk hangs: it is alive, and stays at the record that it has.
  stuck.storing = 'hangs'
  keyspace(world, hosts.slice(0, 3))
  intend(world, nth(hosts, 0), { kind: 'drop', name: 'shop' })
  settle(world, hosts.slice(0, 3), ({ keyspaces }) => keyspaces.length === 0, 30_000)
  expect(epochOf(stuck)).toBe(1)
  const named = tales(world, 'ring.laggards').flatMap(({ event }) => event.hostIds)
  expect(new Set(named)).toEqual(new Set([stuck.hostId]))
})

test('no two records of one epoch are ever held, through ten runs of trouble', () => {
  for (let seed = 1; seed <= 10; seed++) {
    const random = Random.from(seed).fork('ring trouble')
    const { world, hosts } = founded(5, { seed, link: { loss: 0.02 } })
    const byEpoch = new Map<number, string>()
    world.onStep = (host) => {
      const current = host.node?.record
      if (current === undefined) return
      const { epoch } = current.record
      const known = byEpoch.get(epoch) ?? current.digest
      byEpoch.set(epoch, known)
      if (known !== current.digest) throw new Error(`seed ${seed}: two records of epoch ${epoch}`)
    }
    keyspace(world, hosts)
    for (let step = 0; step < 14; step++) {
      const host = random.pick(world.hosts)
      const what = random.int(6)
      if (what === 0 && world.hosts.length < 7) joiner(world, `n${world.hosts.length + 1}`)
      else if (what === 1) part(world, random.sample(world.hosts, 1 + random.int(3)))
      else if (what === 2) heal(world)
      else if (host.node === undefined) world.start(host, world.seedsOf(host))
      else if (what === 3) world.crash(host)
      else if (what === 4) {
        const name = `k${random.int(3)}`
        const create = {
          kind: 'create',
          name,
          replication: { kind: 'simple', factor: { all: 2, transient: 0 } },
        } as const
        intend(world, host, random.int(2) === 0 ? create : { kind: 'drop', name })
      } else world.stall(host, random.between(500, 4000))
      world.run(random.between(100, 3000))
    }
    heal(world)
    for (const host of world.hosts)
      if (host.node === undefined) world.start(host, world.seedsOf(host))
    settle(
      world,
      world.hosts,
      ({ members }) => members.every(({ state }) => state === 'normal'),
      60_000,
    )
  }
})

describe('who a node says that it is', () => {
  test('may be the name of the dead node that it replaces', () => {
    const { world, hosts } = founded(3, { seed: 18 })
    world.crash(nth(hosts, 2))
    world.run(8000)
    const fresh = world.add('n4')
    fresh.replaces = 'n3'
    world.start(fresh, world.seedsOf(fresh))
    settle(
      world,
      [...hosts.slice(0, 2), fresh],
      (record) => membersIn(record).join() === 'n1,n2,n4',
    )
  })

  test('to replace nobody, or one of another rack, is told on the spot and asked of nobody', () => {
    const { world, hosts } = founded(3, { seed: 19 })
    const [lost, astray] = [world.add('n4'), world.add('n5', { rack: 'other' })]
    lost.replaces = 'n9'
    astray.replaces = 'n3'
    world.crash(nth(hosts, 2))
    for (const host of [lost, astray]) world.start(host, world.seedsOf(host))
    world.run(20_000)
    const told = tales(world, 'ring.refused').map(({ by, event }) => `${by}: ${event.reason}`)
    expect([...new Set(told)].sort()).toEqual([
      'n4: 0 members of the ring are called n9',
      'n5: n5 is in dc1 other, n3 was in dc1 rack1. ' +
        'Start the replacement in the same datacenter and rack.',
    ])
    expect(hosts.slice(0, 2).map(epochOf)).toEqual([1, 1])
  })
})

test('an old disk is known for one even after all who had seen it started again', () => {
  const { world, hosts } = founded(3, { seed: 20 })
  const host = nth(hosts, 2)
  const old = new Map(host.disk)
  keyspace(world, hosts)
  world.run(3000)
  for (const each of hosts) world.crash(each)
  host.disk = old
  for (const each of hosts) world.start(each, world.seedsOf(each))
  world.run(12_000)
  expect(tales(world, 'ring.muted').map(({ by }) => by)).toEqual(['n3'])
})
