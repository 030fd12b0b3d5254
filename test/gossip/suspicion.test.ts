/**
 * How long a suspicion lasts: the stated values for every small cluster and some large ones, and
 * the laws of the shrink rule (Lifeguard, section IV-B). Then the suspicions themselves, in virtual
 * time: who accuses, when the last checks and the verdict are due, and that nobody can restart one
 * by repeating himself.
 */
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { settingsFor } from '../../src/gossip/settings.js'
import { confirmationsWanted, suspicionTime } from '../../src/gossip/suspicion.js'
import { Suspicions } from '../../src/gossip/suspicions.js'

const settings = settingsFor('lan')
const ROW = 7

describe('the time of a suspicion', () => {
  /** Seconds with one accuser, two, and three or more. */
  test.each([
    [2, 1.4, 1.4, 1.4],
    [3, 4.2, 1.4, 1.4],
    [4, 4.2, 2.433, 1.4],
    [5, 8.4, 3.983, 1.4],
    [6, 8.4, 3.983, 1.4],
    [7, 8.4, 3.983, 1.4],
    [8, 8.4, 3.983, 1.4],
    [9, 8.4, 3.983, 1.4],
    [10, 8.4, 3.983, 1.4],
    [11, 8.748, 4.148, 1.458],
    [12, 9.065, 4.299, 1.511],
    [30, 12.408, 5.884, 2.068],
    [100, 16.8, 7.967, 2.8],
    [1000, 25.2, 11.95, 4.2],
  ])('in a cluster of %d: %d s, %d s, %d s', (present, one, two, three) => {
    const found = [1, 2, 3, 4].map((accusers) => suspicionTime(settings, present, accusers) / 1000)
    expect(found.map((seconds) => Math.round(seconds * 1000) / 1000)).toEqual([
      one,
      two,
      three,
      three,
    ])
  })

  test('shrinks with every accuser, between a minimum and its multiple, and grows with N', () => {
    const count = fc.integer({ min: 1, max: 20000 })
    const accuser = fc.integer({ min: 1, max: 6 })
    fc.assert(
      fc.property(count, accuser, (present, accusers) => {
        const time = suspicionTime(settings, present, accusers)
        const least = 1400 * Math.max(1, Math.log10(present))
        expect(time).toBeGreaterThanOrEqual(least - 1e-6)
        expect(time).toBeLessThanOrEqual(least * 6 + 1e-6)
        expect(suspicionTime(settings, present, accusers + 1)).toBeLessThanOrEqual(time)
        if (present > 4) {
          expect(suspicionTime(settings, present + 1, accusers)).toBeGreaterThanOrEqual(time)
        }
      }),
    )
  })

  test('wants no more confirmations than there are others to give them', () => {
    expect([1, 2, 3, 4, 5, 100].map((n) => confirmationsWanted(settings, n))).toEqual([
      0, 0, 1, 2, 2, 2,
    ])
    const alone = { ...settings, confirmations: 0 }
    expect(suspicionTime(alone, 100, 1)).toBeCloseTo(2800, 6)
  })
})

function suspected(now: number, present = 30): Suspicions {
  const suspicions = new Suspicions(settings)
  suspicions.start(ROW, now)
  suspicions.accuse(ROW, { by: 1, phi: 9 })
  suspicions.time(ROW, present, 1)
  return suspicions
}

/** When what is due, if every wake-up comes on time. */
function course(suspicions: Suspicions): [number, string][] {
  const all: [number, string][] = []
  for (let now = suspicions.wakeAt; all.length < 9 && now < Infinity; now = suspicions.wakeAt) {
    for (const { act } of suspicions.take(now)) all.push([Math.round(now), act])
  }
  return all
}

describe('a suspicion', () => {
  test('ends in two last checks and one verdict, each given once', () => {
    const least = Math.round(suspicionTime(settings, 30, 1))
    expect(course(suspected(0))).toEqual([
      [least - 240, 'check'],
      [least - 120, 'check'],
      [least, 'verdict'],
    ])
  })

  test('is shortened by other accusers, counted from its start', () => {
    const suspicions = suspected(0)
    suspicions.accuse(ROW, { by: 2, phi: 9 })
    suspicions.time(ROW, 30, 1)
    suspicions.accuse(ROW, { by: 3, phi: 9 })
    suspicions.time(ROW, 30, 1)
    expect(course(suspicions).map(([at]) => at)).toEqual([1828, 1948, 2068])
  })

  test('does not heed one who repeats himself, nor more accusers than a claim can carry', () => {
    const suspicions = suspected(0)
    expect(suspicions.accuse(ROW, { by: 1, phi: 25 })).toBe(false)
    for (const by of [2, 3, 4]) expect(suspicions.accuse(ROW, { by, phi: 9 })).toBe(true)
    expect(suspicions.accuse(ROW, { by: 5, phi: 9 })).toBe(false)
    expect(suspicions.accusers(ROW).map(({ by }) => by)).toEqual([1, 2, 3, 4])
  })

  test('never ends later for anything others say, in any order', () => {
    const say = fc.record({ by: fc.integer({ min: 1, max: 5 }), at: fc.nat(12000) })
    fc.assert(
      fc.property(fc.array(say, { maxLength: 30 }), (says) => {
        const suspicions = suspected(0)
        const before = course(suspected(0)).at(-1)?.[0] ?? NaN
        for (const { by } of says) {
          suspicions.accuse(ROW, { by, phi: 8 })
          suspicions.time(ROW, 30, 1)
        }
        const end = course(suspicions).at(-1)
        expect(end?.[1]).toBe('verdict')
        expect(end?.[0]).toBeLessThanOrEqual(before)
      }),
    )
  })

  test('waits longer for a node that distrusts itself, less once it trusts itself again', () => {
    const suspicions = suspected(0)
    suspicions.timeAll(30, 3)
    suspicions.timeAll(30, 1)
    suspicions.timeAll(30, 2)
    expect(course(suspicions).at(-1)?.[0]).toBe(Math.round(2 * suspicionTime(settings, 30, 1)))
  })

  test('that was answered gets a respite and new checks', () => {
    const suspicions = suspected(0, 10)
    expect(suspicions.take(8160)).toEqual([{ row: ROW, act: 'check' }])
    suspicions.postpone(ROW, 8200)
    expect(course(suspicions)).toEqual([
      [8960, 'check'],
      [9080, 'check'],
      [9200, 'verdict'],
    ])
  })

  test('loses no time to a stall, and has at least a second left after it', () => {
    const suspicions = suspected(0, 10)
    suspicions.shift(20000, 20100)
    expect(course(suspicions).at(-1)).toEqual([28400, 'verdict'])
    const nearly = suspected(0, 10)
    nearly.shift(1, 8390)
    expect(course(nearly).at(-1)).toEqual([9390, 'verdict'])
  })

  test('that has ended leaves nothing due', () => {
    const suspicions = suspected(0)
    suspicions.end(ROW)
    expect([suspicions.has(ROW), suspicions.size, suspicions.accusers(ROW)]).toEqual([false, 0, []])
    expect(suspicions.take(99999)).toEqual([])
    expect(suspicions.wakeAt).toBe(Infinity)
  })

  test('without a gap for checks goes straight to the verdict', () => {
    const suspicions = new Suspicions({ ...settings, checkGap: 0 })
    suspicions.start(ROW, 0)
    suspicions.accuse(ROW, { by: 1, phi: 9 })
    suspicions.time(ROW, 2, 1)
    expect(course(suspicions)).toEqual([[1400, 'verdict']])
  })
})
