/** Old copies may go only when nobody can need them: after the movement, all owners, the grace. */
import { describe, expect, test } from '@jest/globals'
import { known } from '../../src/base/assert.js'
import type { Spare } from '../../src/cluster/ring-event.js'
import { Placement } from '../../src/ring/placement.js'
import { holds } from '../../src/ring/range.js'
import { tokenOf } from '../../src/ring/token.js'
import type { World } from '../../simulations/world.js'
import { nth, tales } from './story.js'
import { network } from '../../src/ring/replication.js'
import { founded, heal, intend, joiner, keyspace, part, recordOf, settle } from './ring-story.js'

/** What each host was told that it may drop, the last word of each. */
function dropped(world: World, epoch: number): Map<string, readonly Spare[]> {
  const told = tales(world, 'ring.drop').filter((tale) => tale.event.epoch === epoch)
  return new Map(told.map(({ by, event }) => [by, event.spares]))
}

/** Answers each copy as soon as it is asked for. */
function copyAtOnce(world: World): void {
  const seen = new Set<string>()
  world.until(() => {
    for (const { by, event } of tales(world, 'ring.copy')) {
      const host = known(
        world.hosts.find(({ name }) => name === by),
        by,
      )
      if (!seen.has(`${by} ${event.move}`)) world.tell(host, { kind: 'copied', move: event.move })
      seen.add(`${by} ${event.move}`)
    }
    return false
  }, 8000)
}

describe('old copies', () => {
  test('may go once a join is done, all have confirmed it and the grace has passed', () => {
    const { world, hosts } = founded(4, { seed: 11, keepsData: true })
    keyspace(world, hosts)
    joiner(world, 'n5')
    copyAtOnce(world)
    settle(world, world.hosts, ({ members }) => members.length === 5)
    const { epoch, keyspaces } = recordOf(nth(hosts, 0))
    expect(dropped(world, epoch).size).toBe(0)
    world.run(11_000)
    const told = dropped(world, epoch)
    expect([...told.keys()].sort()).toEqual(['n1', 'n2', 'n3', 'n4', 'n5'])
    const ring = known(nth(hosts, 0).node, 'node').ring(world.now)
    const placement = new Placement(ring, known(keyspaces[0], 'shop').replication)
    for (let i = 0; i < 300; i++) {
      const token = tokenOf(`key ${i}`)
      const owners = placement.replicasOf(token).map(({ id }) => id)
      for (const host of world.hosts) {
        const spare = known(told.get(host.name), host.name).find(({ range }) => holds(range, token))
        const isOwner = owners.includes(host.hostId)
        expect(spare === undefined).toBe(isOwner)
        if (spare !== undefined) expect([...spare.owners].sort()).toEqual([...owners].sort())
      }
    }
  })

  test('stay where a record is not known yet, and while a movement is under way', () => {
    const { world, hosts } = founded(5, { seed: 12, keepsData: true })
    part(world, hosts.slice(0, 2))
    const majority = hosts.slice(2)
    intend(world, nth(hosts, 4), { kind: 'create', name: 'shop', replication: network({ dc1: 3 }) })
    settle(world, majority, ({ keyspaces }) => keyspaces.length === 1)
    const { epoch } = recordOf(nth(hosts, 4))
    // The owners of what n3 to n5 hold too much of are n1 and n2 as well, and these do not know.
    world.run(30_000)
    expect(dropped(world, epoch).size).toBe(0)
    heal(world)
    world.run(30_000)
    expect(dropped(world, epoch).size).toBe(5)
    joiner(world, 'n6')
    world.until(() => tales(world, 'ring.copy').length > 0, 9000)
    const before = tales(world, 'ring.drop').length
    world.run(30_000)
    expect(tales(world, 'ring.drop').length).toBe(before)
  })

  test('may go again after a start: what a former life left undone is told anew', () => {
    const { world, hosts } = founded(4, { seed: 13, keepsData: true })
    keyspace(world, hosts)
    world.run(15_000)
    const first = nth(hosts, 0)
    world.crash(first)
    world.run(1000)
    world.start(first, world.seedsOf(first))
    world.run(20_000)
    const { epoch } = recordOf(first)
    const told = tales(world, 'ring.drop').filter(
      ({ by, event }) => by === first.name && event.epoch === epoch,
    )
    expect(told.length).toBe(2)
    expect(told[0]?.event).toEqual(told[1]?.event)
  })
})
