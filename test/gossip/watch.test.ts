/**
 * The watch in virtual time: it speaks when things have settled, says of many changes what remains
 * of them, gives one cut the same name at every node, and tells of a conflict once.
 */
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { GossipEvent } from '../../src/gossip/event.js'
import { SELF, type Members } from '../../src/gossip/members.js'
import { Outbox } from '../../src/gossip/outbox.js'
import { cutId, Watch } from '../../src/gossip/watch.js'
import { eventsOf, node, tableOf } from './fixture.js'

const settings = { viewQuiet: 1500, cutQuiet: 2500 }

interface Watched {
  readonly members: Members
  readonly watch: Watch
  /** What is said until a time, with when. */
  readonly until: (end: number) => [number, GossipEvent][]
}

function watched(members = tableOf(12)): Watched {
  const outbox = new Outbox()
  const watch = new Watch(settings, members, outbox)
  const until = (end: number): [number, GossipEvent][] => {
    const all: [number, GossipEvent][] = []
    for (let now = watch.wakeAt; now <= end; now = watch.wakeAt) {
      watch.wake(now)
      for (const event of eventsOf(outbox)) all.push([now, event])
    }
    return all
  }
  return { members, watch, until }
}

const ids = (...numbers: number[]): string[] => numbers.map((number) => node(number).hostId).sort()

describe('a view', () => {
  test('is told when it has been the same for the quiet window, with all that changed', () => {
    const { watch, until } = watched()
    watch.joined(node(1), 0)
    watch.joined(node(2), 1000)
    watch.gone(node(3), 'left', 2000)
    expect(until(99999)).toEqual([
      [3500, { kind: 'view.changed', size: 12, joined: ids(1, 2), gone: ids(3) }],
    ])
  })

  test('is not told when what changed changed back', () => {
    const { watch, until } = watched()
    watch.joined(node(1), 0)
    watch.gone(node(1), 'left', 100)
    watch.gone(node(2), 'down', 200)
    watch.joined(node(2), 300)
    expect(until(99999)).toEqual([])
  })

  test('has the restarted among those who came, and misses them if they then leave', () => {
    const { watch, until } = watched()
    watch.renewed(node(1), 0)
    watch.renewed(node(2), 0)
    watch.gone(node(2), 'left', 100)
    watch.joined(node(3), 200)
    watch.renewed(node(3), 300)
    watch.gone(node(3), 'left', 400)
    expect(until(9999)).toMatchObject([[1900, { joined: ids(1), gone: ids(2) }]])
  })

  test('waits for no more than twenty windows while changes go on', () => {
    const { watch, until } = watched()
    const said: number[] = []
    for (let now = 0; now < 40000; now += 1000) {
      said.push(...until(now).map(([at]) => at))
      if ((now / 1000) % 2 === 0) watch.joined(node(now / 1000 + 20), now)
      else watch.gone(node((now - 1000) / 1000 + 500), 'left', now)
    }
    expect(said).toEqual([30000])
  })
})

describe('a cut', () => {
  test('is all that fell, told when the verdicts have been the same for the stable window', () => {
    const { watch, until } = watched()
    watch.gone(node(5), 'down', 0)
    watch.gone(node(3), 'down', 2000)
    const cuts = until(99999).filter(([, { kind }]) => kind === 'cut.detected')
    expect(cuts).toMatchObject([[4500, { members: [node(3), node(5)] }]])
  })

  test('is none when those who fell came back, or had left, or were removed', () => {
    const { watch, until } = watched()
    for (const number of [1, 2, 3]) watch.gone(node(number), 'down', 0)
    watch.joined(node(1), 2499)
    watch.gone(node(2), 'left', 2499)
    watch.gone(node(3), 'removed', 2499)
    expect(until(99999).map(([, { kind }]) => kind)).toEqual(['view.changed'])
  })

  test('has the same id wherever and in whatever order they were seen to fall', () => {
    const fallen = fc.uniqueArray(fc.nat(200), { minLength: 1, maxLength: 12 })
    const both = fallen.chain((numbers) =>
      fc.tuple(fc.constant(numbers), fc.shuffledSubarray(numbers, { minLength: numbers.length })),
    )
    const idOf = (numbers: readonly number[]): unknown => {
      const { watch, until } = watched()
      numbers.forEach((number, i) => watch.gone(node(number), 'down', i))
      const cut = until(99999).find(([, { kind }]) => kind === 'cut.detected')
      return cut?.[1]
    }
    fc.assert(
      fc.property(both, ([numbers, again]) => {
        expect(idOf(again)).toEqual(idOf(numbers))
      }),
    )
  })

  test('of others, or of another generation of the same, has another id', () => {
    const ids = [
      cutId([node(1)]),
      cutId([node(2)]),
      cutId([node(1), node(2)]),
      cutId([node(1, { generation: 1001 })]),
      cutId([]),
    ]
    expect(new Set(ids).size).toBe(5)
    for (const id of ids) expect(id).toMatch(/^[0-9a-f]{16}$/)
  })

  test('after a stall waits for the window again', () => {
    const { watch, until } = watched()
    watch.gone(node(1), 'down', 0)
    watch.shift(60000)
    expect(until(99999).map(([at]) => at)).toEqual([61500, 62500])
  })
})

describe('a conflict', () => {
  function joinedBy(watchOf: Watched, number: number, now: number): GossipEvent[] {
    watchOf.watch.joined(node(number), now)
    return watchOf.until(now + 5000).map(([, event]) => event)
  }

  test('of names or addresses is told once while it lasts, and again when it comes back', () => {
    const it = watched(tableOf(2))
    const twin = node(7, { name: 'n1', address: node(0).address })
    it.members.add({ identity: twin, standing: 'alive', incarnation: 0 }, 0)
    const conflicts = [
      { kind: 'name.conflict', name: 'n1', hostIds: ids(1, 7) },
      { kind: 'address.conflict', address: node(0).address, hostIds: ids(0, 7) },
    ]
    expect(joinedBy(it, 7, 0).slice(1)).toEqual(conflicts)
    expect(joinedBy(it, 8, 10000).slice(1)).toEqual([])
    it.members.set(2, 'down', 0, 20000)
    expect(joinedBy(it, 9, 20000).slice(1)).toEqual([])
    it.members.set(2, 'alive', 1, 30000)
    expect(joinedBy(it, 7, 30000).slice(1)).toEqual(conflicts)
  })

  test('is also seen where only the node itself has the name', () => {
    const it = watched(tableOf(1))
    it.members.add({ identity: node(1, { name: 'n0' }), standing: 'alive', incarnation: 0 }, 0)
    expect(it.members.identity(SELF).name).toBe('n0')
    expect(joinedBy(it, 1, 0)).toContainEqual({
      kind: 'name.conflict',
      name: 'n0',
      hostIds: ids(0, 1),
    })
  })
})
