/**
 * When a tombstone may be dropped: not by age alone, but once everybody who is not one himself has
 * shown that he has it, those that are down included. Virtual time, with a floor of an hour.
 */
import { describe, expect, test } from '@jest/globals'
import { SELF, type Members, type Row } from '../../src/gossip/members.js'
import { Tombstones } from '../../src/gossip/tombstones.js'
import { node, tableOf } from './fixture.js'

const FLOOR = 3_600_000
const GONE = 1

interface Kept {
  readonly members: Members
  readonly tombstones: Tombstones
}

/** A table where row 1 left at time 0. */
function afterLeaving(size = 4): Kept {
  const members = tableOf(size)
  members.set(GONE, 'left', 0, 0)
  const tombstones = new Tombstones(FLOOR, members, { settled: true }, { any: false })
  tombstones.start(0)
  return { members, tombstones }
}

/** When each row was dropped, looking whenever it wants to until a time. */
function droppedUntil({ members, tombstones }: Kept, end: number): [number, Row][] {
  const all: [number, Row][] = []
  for (let now = tombstones.wakeAt; now <= end; now = tombstones.wakeAt) {
    for (const row of tombstones.take(now)) {
      members.drop(row)
      all.push([now, row])
    }
  }
  return all
}

function agreeAll(members: Members): void {
  for (let row = SELF + 1; row < members.end; row++) members.agree(row)
}

describe('a tombstone', () => {
  test('is kept for the floor, though everybody has it', () => {
    const { members, tombstones } = afterLeaving()
    droppedUntil({ members, tombstones }, FLOOR / 2)
    agreeAll(members)
    expect(droppedUntil({ members, tombstones }, FLOOR * 2)).toEqual([[FLOOR, GONE]])
  })

  test('is kept past the floor while one has not shown it, even one that is down', () => {
    const { members, tombstones } = afterLeaving()
    droppedUntil({ members, tombstones }, FLOOR / 2)
    for (const row of [2, 3]) members.agree(row)
    members.set(3, 'down', 0, FLOOR / 2)
    members.agree(2)
    expect(droppedUntil({ members, tombstones }, FLOOR * 100)).toEqual([[FLOOR, GONE]])

    const other = afterLeaving()
    other.members.set(3, 'down', 0, 0)
    droppedUntil(other, FLOOR / 2)
    other.members.agree(2)
    expect(droppedUntil(other, FLOOR * 100)).toEqual([])
    other.members.set(3, 'removed', 0, FLOOR * 100)
    expect(droppedUntil(other, FLOOR * 101)).toHaveLength(1)
  })

  test('does not wait for other tombstones, but for a newcomer until it has agreed', () => {
    const { members, tombstones } = afterLeaving(3)
    expect(droppedUntil({ members, tombstones }, FLOOR)).toEqual([])
    members.set(2, 'replaced', 0, FLOOR + 1)
    const identity = node(9)
    const row = members.add({ identity, standing: 'alive', incarnation: 0 }, FLOOR + 1)
    expect(droppedUntil({ members, tombstones }, FLOOR * 1.1)).toEqual([])
    members.agree(row)
    expect(droppedUntil({ members, tombstones }, FLOOR * 1.2)).toHaveLength(1)
  })

  test('is kept for one that comes back after the floor: it may have missed it', () => {
    const { members, tombstones } = afterLeaving(3)
    members.set(2, 'down', 0, 0)
    expect(droppedUntil({ members, tombstones }, FLOOR * 2)).toEqual([])
    members.set(2, 'alive', 1, FLOOR * 2)
    expect(droppedUntil({ members, tombstones }, FLOOR * 3)).toEqual([])
  })

  test('past the floor takes no part in comparisons any more', () => {
    const { members, tombstones } = afterLeaving()
    droppedUntil({ members, tombstones }, FLOOR - 1)
    expect(members.isRetired(GONE)).toBe(false)
    droppedUntil({ members, tombstones }, FLOOR)
    expect(members.isRetired(GONE)).toBe(true)
  })

  test('that was agreed to before it was made proves nothing', () => {
    const members = tableOf(3)
    agreeAll(members)
    members.set(GONE, 'left', 0, 0)
    const tombstones = new Tombstones(FLOOR, members, { settled: true }, { any: false })
    tombstones.start(0)
    expect(droppedUntil({ members, tombstones }, FLOOR * 3)).toEqual([])
    members.agree(2)
    expect(droppedUntil({ members, tombstones }, FLOOR * 4)).toHaveLength(1)
  })
})

test('bans are for ever, and those down are no tombstones', () => {
  const { members, tombstones } = afterLeaving(5)
  members.set(1, 'removed', 0, 0)
  members.set(2, 'replaced', 0, 0)
  members.set(3, 'down', 0, 0)
  droppedUntil({ members, tombstones }, FLOOR / 2)
  agreeAll(members)
  expect(droppedUntil({ members, tombstones }, FLOOR * 200)).toEqual([])
})

test('nothing is looked at before it begins, then a sixtieth of the floor apart', () => {
  const tombstones = new Tombstones(FLOOR, tableOf(2), { settled: true }, { any: false })
  expect(tombstones.wakeAt).toBe(Infinity)
  tombstones.start(1000)
  expect(tombstones.wakeAt).toBe(1000 + FLOOR / 60)
  tombstones.take(tombstones.wakeAt)
  expect(tombstones.wakeAt).toBe(1000 + FLOOR / 30)
})
