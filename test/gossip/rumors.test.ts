/**
 * Rumors, written one byte a rumor so that room is easy to count: who is told first, how often, how
 * news of one member merges, and that what is written never passes the room there is.
 */
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { Writer } from '../../src/base/bytes.js'
import { NEWS, Rumors, type News } from '../../src/gossip/rumors.js'

/** One datagram with room for so many rumors of one byte. @returns the rows told */
function told(rumors: Rumors, room: number, present = 9): number[] {
  const out = new Writer(1000).reset(room)
  const count = rumors.fill(out, present, (into, { row }) => into.u8(row))
  const rows = [...out.take()]
  expect(rows).toHaveLength(count)
  return rows
}

/** What would be said of a row, as it stands. */
function newsOf(rumors: Rumors): News[] {
  const all: News[] = []
  rumors.fill(new Writer(10), 9, (_, news) => void all.push({ ...news }))
  return all
}

describe('a rumor', () => {
  test('is told retransmits x ceil(log10(N + 1)) times, then no more', () => {
    for (const [present, times] of [
      [2, 4],
      [9, 4],
      [10, 8],
      [99, 8],
      [100, 12],
      [9999, 16],
    ] as const) {
      const rumors = new Rumors(4)
      rumors.spread(1, NEWS.standing)
      let count = 0
      while (rumors.pending) count += told(rumors, 10, present).length
      expect(count).toBe(times)
    }
  })

  test('is told from the start when there is news again', () => {
    const rumors = new Rumors(4)
    rumors.spread(1, NEWS.standing)
    for (let i = 0; i < 3; i++) told(rumors, 10)
    rumors.spread(1, NEWS.standing)
    let count = 0
    while (rumors.pending) count += told(rumors, 10).length
    expect(count).toBe(4)
  })

  test('is forgotten with its member', () => {
    const rumors = new Rumors(4)
    rumors.spread(1, NEWS.standing)
    rumors.forget(1)
    expect([rumors.pending, told(rumors, 10)]).toEqual([false, []])
  })
})

describe('the least told go first', () => {
  test('so that all are told once before any is told again', () => {
    const rumors = new Rumors(4)
    for (let row = 1; row <= 9; row++) rumors.spread(row, NEWS.standing)
    const order = Array.from({ length: 6 }, () => told(rumors, 3)).flat()
    expect(order.slice(0, 9)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9])
    expect(new Set(order.slice(9))).toEqual(new Set([1, 2, 3, 4, 5, 6, 7, 8, 9]))
  })

  test('and a newcomer before those told already', () => {
    const rumors = new Rumors(4)
    rumors.spread(1, NEWS.standing)
    rumors.spread(2, NEWS.standing)
    told(rumors, 2)
    rumors.spread(3, NEWS.standing)
    expect(told(rumors, 2)).toEqual([3, 1])
  })

  test('by any course: counts never differ by more than one while all are pending', () => {
    const run = fc.record({
      rows: fc.integer({ min: 1, max: 12 }),
      rooms: fc.array(fc.nat(6), { maxLength: 20 }),
    })
    fc.assert(
      fc.property(run, ({ rows, rooms }) => {
        const rumors = new Rumors(32)
        const counts = new Map<number, number>()
        for (let row = 1; row <= rows; row++) {
          rumors.spread(row, NEWS.standing)
          counts.set(row, 0)
        }
        for (const room of rooms) {
          const now = told(rumors, room)
          expect(new Set(now).size).toBe(now.length)
          expect(now).toHaveLength(Math.min(room, rows))
          for (const row of now) counts.set(row, (counts.get(row) ?? 0) + 1)
          const values = [...counts.values()]
          expect(Math.max(...values) - Math.min(...values)).toBeLessThanOrEqual(1)
        }
      }),
    )
  })
})

describe('news of one member', () => {
  test('is one rumor that says all of it, facts from the oldest version on', () => {
    const rumors = new Rumors(4)
    rumors.spread(1, NEWS.facts, 7)
    rumors.spread(1, NEWS.standing)
    rumors.spread(1, NEWS.facts, 5)
    rumors.spread(1, NEWS.facts, 9)
    rumors.spread(1, NEWS.introduction)
    const what = NEWS.facts | NEWS.standing | NEWS.introduction
    expect(newsOf(rumors)).toEqual([{ row: 1, what, after: 5, sends: 0 }])
  })

  test('takes the first version of facts that come after other news', () => {
    const rumors = new Rumors(4)
    rumors.spread(1, NEWS.standing)
    rumors.spread(1, NEWS.facts, 7)
    expect(newsOf(rumors)).toMatchObject([{ what: NEWS.facts | NEWS.standing, after: 7 }])
  })

  test('takes one place, however often it comes while nobody is told', () => {
    const rumors = new Rumors(4)
    for (let i = 0; i < 50; i++) rumors.spread(1, NEWS.facts, i)
    let asked = 0
    rumors.fill(new Writer(10).reset(0), 9, (into) => {
      asked++
      into.u8(1)
    })
    expect(asked).toBe(1)
  })
})

describe('room', () => {
  test('that is too small for one rumor goes to smaller ones behind it', () => {
    const rumors = new Rumors(4)
    for (let row = 1; row <= 3; row++) rumors.spread(row, NEWS.standing)
    const out = new Writer(10).reset(4)
    rumors.fill(out, 9, (into, { row }) => into.raw(new Uint8Array(row === 1 ? 5 : 2).fill(row)))
    expect([...out.take()]).toEqual([2, 2, 3, 3])
    expect(told(rumors, 1)).toEqual([1])
  })

  test('is given up after a few that do not fit', () => {
    const rumors = new Rumors(4)
    for (let row = 1; row <= 100; row++) rumors.spread(row, NEWS.standing)
    let asked = 0
    rumors.fill(new Writer(10).reset(0), 9, (into, { row }) => {
      asked++
      into.u8(row)
    })
    expect(asked).toBe(4)
    expect(told(rumors, 200)).toHaveLength(100)
  })
})
