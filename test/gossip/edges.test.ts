/**
 * The steady edges: who observes whom follows from the member set alone, so any two nodes that see
 * the same members agree; nobody is left unobserved; and one member more or less moves few edges.
 */
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { Random } from '../../src/base/random.js'
import { Edges, observersOf, ordersFor, subjectsOf } from '../../src/gossip/edges.js'
import { identityOf } from '../../src/gossip/identity.js'
import { Members, SELF, type Row } from '../../src/gossip/members.js'
import { settingsFor } from '../../src/gossip/settings.js'
import { node, tableOf } from './fixture.js'

const settings = settingsFor('lan')
const orders = fc.integer({ min: 1, max: 6 })
const some = fc.uniqueArray(fc.nat(500), { minLength: 2, maxLength: 30 })

function tableWith(numbers: readonly number[]): Members {
  const members = new Members()
  for (const number of numbers) {
    members.add({ identity: node(number), standing: 'alive', incarnation: 0 }, 0)
  }
  return members
}

function rowsOf(members: Members): Row[] {
  return Array.from({ length: members.end }, (_, row) => row)
}

/** Every edge by the names of both ends. */
function edgesOf(members: Members, count: number): Set<string> {
  const name = (row: Row): string => members.identity(row).name
  const list = rowsOf(members)
    .filter((row) => members.isPresent(row))
    .flatMap((row) => subjectsOf(members, row, count).map((to) => `${name(row)}>${name(to)}`))
  return new Set(list)
}

describe('who observes whom', () => {
  test('is the inverse of who is observed by whom', () => {
    fc.assert(
      fc.property(some, orders, (numbers, count) => {
        const members = tableWith(numbers)
        for (const row of rowsOf(members)) {
          const observers = observersOf(members, row, count)
          const inverse = rowsOf(members).filter((other) =>
            subjectsOf(members, other, count).includes(row),
          )
          expect([...observers].sort()).toEqual(inverse.sort())
        }
      }),
    )
  })

  test('leaves nobody without an observer, gives nobody more than K, and nobody himself', () => {
    fc.assert(
      fc.property(some, orders, (numbers, count) => {
        const members = tableWith(numbers)
        for (const row of rowsOf(members)) {
          const observers = observersOf(members, row, count)
          expect(observers.length).toBeGreaterThanOrEqual(1)
          expect(observers.length).toBeLessThanOrEqual(Math.min(count, numbers.length - 1))
          expect(new Set(observers).size).toBe(observers.length)
          expect(observers).not.toContain(row)
        }
      }),
    )
  })

  test('does not depend on how a node came to know the members', () => {
    const shuffled = some.chain((numbers) =>
      fc.tuple(fc.constant(numbers), fc.shuffledSubarray(numbers, { minLength: numbers.length })),
    )
    fc.assert(
      fc.property(shuffled, orders, ([numbers, again], count) => {
        expect(edgesOf(tableWith(again), count)).toEqual(edgesOf(tableWith(numbers), count))
      }),
    )
  })

  test('changes by at most three edges an order when one member comes or goes', () => {
    fc.assert(
      fc.property(some, orders, (numbers, count) => {
        const [first, ...rest] = numbers
        // Smaller ones are complete: there everybody observes everybody.
        fc.pre(first !== undefined && rest.length - 1 > count)
        const [before, after] = [
          edgesOf(tableWith(rest), count),
          edgesOf(tableWith(numbers), count),
        ]
        const come = [...after].filter((edge) => !before.has(edge))
        const gone = [...before].filter((edge) => !after.has(edge))
        expect(come.length).toBeLessThanOrEqual(2 * count)
        expect(gone.length).toBeLessThanOrEqual(count)
      }),
    )
  })

  test('is everybody for everybody while there are no more others than orders', () => {
    const members = tableOf(4)
    for (const row of rowsOf(members)) {
      const others = rowsOf(members).filter((other) => other !== row)
      expect(subjectsOf(members, row, 3)).toEqual(others)
      expect(observersOf(members, row, 3)).toEqual(others)
    }
  })

  test('heeds only those present', () => {
    const members = tableOf(10)
    for (const row of [3, 4, 5]) members.set(row, 'down', 0, 0)
    members.set(6, 'left', 0, 0)
    const all = rowsOf(members).flatMap((row) => subjectsOf(members, row, 4))
    expect(all.filter((row) => row >= 3 && row <= 6)).toEqual([])
  })

  test('uses one order less from edgesThin members on, but never none', () => {
    expect([2, 99, 100, 10000].map((count) => ordersFor(settings, count))).toEqual([3, 3, 2, 2])
    expect(ordersFor({ ...settings, edges: 1 }, 100)).toBe(1)
    expect(ordersFor({ ...settings, edges: 0 }, 100)).toBe(0)
  })
})

describe('the edges of a node', () => {
  function edgesAt(members: Members, now: number): Edges {
    const edges = new Edges(settings, members, Random.from(1).fork('edges'))
    edges.take(now, false)
    return edges
  }

  /** How often each row was due until a time. */
  function dueUntil(edges: Edges, until: number): Map<Row, number> {
    const due = new Map<Row, number>()
    for (let now = edges.wakeAt; now <= until; now = edges.wakeAt) {
      for (const row of edges.take(now, false)) due.set(row, (due.get(row) ?? 0) + 1)
    }
    return due
  }

  test('go to its subjects, each once a period', () => {
    const members = tableOf(20)
    const edges = edgesAt(members, 0)
    const due = dueUntil(edges, 10 * settings.edgePeriod)
    expect([...due.keys()].sort()).toEqual(subjectsOf(members, SELF, 3).sort())
    for (const count of due.values()) expect([9, 10]).toContain(count)
  })

  test('go along with rounds that are near, and need no waking of their own then', () => {
    const edges = edgesAt(tableOf(20), 0)
    const last = new Map<Row, number>()
    for (let round = 1000; round < 100_000; round += 1001) {
      for (const row of edges.take(round, true)) {
        const interval = round - (last.get(row) ?? round - 3000)
        if (last.size === 3) expect(interval).toBeCloseTo(settings.edgePeriod, -1)
        last.set(row, round)
      }
      if (round > 4000) expect(edges.wakeAt).toBeGreaterThan(round + 1001)
    }
    expect(last.size).toBe(3)
  })

  test('are chosen anew soon after a change, and those that stay keep their history', () => {
    const members = tableOf(20)
    const edges = edgesAt(members, 0)
    const before = subjectsOf(members, SELF, 3).map((row) => ({ row, accrual: edges.of(row) }))
    const [lost] = before
    members.set(lost?.row ?? 0, 'down', 0, 1000)
    edges.changed(lost?.row ?? 0, 1000)
    edges.changed(lost?.row ?? 0, 1100)
    edges.take(1199, false)
    expect(edges.observes(lost?.row ?? 0)).toBe(true)
    edges.take(1200, false)
    expect(edges.observes(lost?.row ?? 0)).toBe(false)
    for (const { row, accrual } of before.slice(1)) expect(edges.of(row)).toBe(accrual)
  })

  test('fall silent one by one, and not while this process stood still', () => {
    const members = tableOf(3)
    const [edges, still] = [edgesAt(members, 0), edgesAt(members, 0)]
    edges.of(1)?.arrive(settings.edgePeriod)
    const later = 10 * settings.edgePeriod
    expect(edges.silent(settings.edgePeriod, 8)).toEqual([])
    expect(new Set(edges.silent(later, 8).map(({ row }) => row))).toEqual(new Set([1, 2]))
    still.shift(later)
    expect(still.silent(later, 8)).toEqual([])
  })

  test('hold nothing against the instance that came after the silent one', () => {
    const members = tableOf(3)
    const edges = edgesAt(members, 0)
    const later = 10 * settings.edgePeriod
    const identity = identityOf({ ...members.identity(1), generation: 7 })
    members.renew(1, { identity, standing: 'alive', incarnation: 0 }, later)
    expect(edges.silent(later, 8).map(({ row }) => row)).toEqual([2])
  })

  test('wake their node when the next silence says enough', () => {
    const edges = edgesAt(tableOf(3), 0)
    for (let now = 500; now < 300_000; now += settings.edgePeriod) {
      edges.take(now, true)
      for (const row of [1, 2]) edges.arrive(row, now + 10 * row)
      expect(edges.silent(now + 20, 8)).toEqual([])
    }
    edges.take(300_500, true)
    const first = edges.wakeAt
    expect(edges.silent(first - 1, 8)).toEqual([])
    expect(edges.silent(first, 8)).toEqual([
      { row: 1, phi: expect.closeTo(8, 5), since: expect.closeTo(300_510, 5) },
    ])
    expect(edges.wakeAt).toBeCloseTo(first + 10, 5)
    expect(edges.silent(edges.wakeAt, 8)).toHaveLength(2)
    expect(edges.wakeAt).toBe(303_500 + settings.edgePeriod / 12)
  })

  test('count intervals from the first answer on: what came before was none', () => {
    const edges = edgesAt(tableOf(3), 0)
    for (const now of [200, 3200, 6200]) edges.arrive(1, now)
    expect(edges.of(1)?.expectedAt).toBe(6200 + settings.edgePeriod)
  })
})
