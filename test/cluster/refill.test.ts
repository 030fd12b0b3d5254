/**
 * Fewer copies: whatever majority acknowledged a row, a majority of those who stay has it in the
 * end, and nothing is copied where that is so anyhow.
 */
import { describe, expect, test } from '@jest/globals'
import { known } from '../../src/base/assert.js'
import { tasksOf } from '../../src/cluster/copy-tasks.js'
import { majority } from '../../src/cluster/record/record.js'
import { refills } from '../../src/cluster/plan/refill.js'
import { Placement } from '../../src/ring/placement.js'
import { network, simple } from '../../src/ring/replication.js'
import { sameToken } from '../../src/ring/token.js'
import { differences } from '../../src/ring/transfer.js'
import { ringOf } from '../../src/cluster/plan/layout.js'
import { after, founders, idOf, withKeyspace } from './fixture.js'

const { record } = founders('n1', 'n2', 'n3', 'n4', 'n5', 'n6')

/** Every set of at least so many of them. */
function atLeast<T>(some: readonly T[], count: number): T[][] {
  const sets = some.reduce<T[][]>(
    (held, one) => [...held, ...held.map((set) => [...set, one])],
    [[]],
  )
  return sets.filter(({ length }) => length >= count)
}

describe.each([1, 2, 3, 4, 5])('from %i copies', (before) => {
  test.each([1, 2, 3, 4, 5])('to %i', (next) => {
    const [old, then] = [before, next].map((n) => new Placement(ringOf(record), simple(n)))
    const [from, to] = [known(old, 'before'), known(then, 'after')]
    const refilled = refills(from, to)
    for (const { olds, news, range } of differences(from, to)) {
      const stay = news.filter(({ id }) => olds.some((each) => each.id === id))
      const gained = news.length - stay.length
      // Whoever gains a range has merged a majority of the old replicas.
      const isSafe = atLeast(olds, majority(olds.length)).every(
        (wrote) =>
          stay.filter((each) => wrote.includes(each)).length + gained >= majority(news.length),
      )
      const here = refilled.filter((each) => sameToken(each.range.right, range.right))
      expect(here.map(({ target }) => target.id).sort()).toEqual(
        isSafe ? [] : stay.map(({ id }) => id).sort(),
      )
    }
  })
})

test('a datacenter that loses a copy is looked at by itself', () => {
  const two = founders('n1@dc1/r', 'n2@dc1/r', 'n3@dc1/r', 'n4@dc2/r', 'n5@dc2/r', 'n6@dc2/r')
  const place = (dc1: number, dc2: number): Placement =>
    new Placement(ringOf(two.record), network({ dc1, dc2 }))
  expect(refills(place(3, 2), place(3, 3))).toEqual([])
  const refilled = refills(place(3, 2), place(2, 3))
  expect(refilled.length).toBeGreaterThan(0)
})

test('a datacenter without copies leaves what its own quorum acknowledged to the others', () => {
  const wide = founders('n1@dc1/r', 'n2@dc2/r')
  const replication = network({ dc1: 1, dc2: 1 })
  const shop = after(wide, [{ kind: 'create', name: 'shop', replication }])
  const leaving = after(shop, [{ kind: 'leave', hostId: idOf('n1'), force: true }])
  const move = known(leaving.record.moves[0], 'the movement')
  const tasks = tasksOf(leaving.record, move, idOf('n2'))
  expect(tasks.length).toBeGreaterThan(0)
  for (const { quorums } of tasks) expect(quorums).toContainEqual({ of: [idOf('n1')], needed: 1 })
})

test('who stays copies from so many of the others that one of each quorum is among them', () => {
  const shop = withKeyspace(founders('n1', 'n2', 'n3'), 3)
  const leaving = after(shop, [{ kind: 'leave', hostId: idOf('n3'), force: true }])
  const [move] = leaving.record.moves
  const tasks = tasksOf(leaving.record, known(move, 'the movement'), idOf('n1'))
  expect(tasks.length).toBeGreaterThan(0)
  for (const { source, quorums } of tasks) {
    expect(source).toBeNull()
    expect(quorums.map(({ of, needed }) => [[...of].sort(), needed])).toEqual([
      [[idOf('n2'), idOf('n3')], 1],
    ])
  }
})
