/**
 * Chance must be the same everywhere and look like chance: fixed outputs of our own generator (a
 * change of them breaks every recorded seed), forks that do not disturb each other, and chi-square
 * bounds on what is drawn.
 */
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { at } from '../../src/base/assert.js'
import { Random, scramble } from '../../src/base/random.js'

const seeds = fc.maxSafeInteger()

function countUp(counts: number[], index: number, by = 1): void {
  counts[index] = at(counts, index) + by
}

function draws(random: Random, count: number): number[] {
  return Array.from({ length: count }, () => random.bits())
}

/** Sum of squared deviations from equal counts, over the count expected. */
function chiSquare(counts: readonly number[]): number {
  const expected = counts.reduce((sum, count) => sum + count, 0) / counts.length
  return counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0)
}

/** The quantile that a true uniform exceeds once in a million (Wilson and Hilferty's cube). */
function chiSquareBound(freedom: number): number {
  const share = 2 / (9 * freedom)
  return freedom * (1 - share + 4.75 * Math.sqrt(share)) ** 3
}

describe('the same seed gives the same draws for ever', () => {
  test.each([
    [0, [1427488602, 1980682239, 456575201, 3300212312]],
    [1, [573063952, 3268221502, 703077755, 2308299391, 1950625580, 354034397]],
    [Number.MAX_SAFE_INTEGER, [4251970214, 283121339, 3233253927, 4087913446]],
    [-1, [754549516, 1829345342, 2785016680, 2378084626]],
  ])('of seed %d', (seed, expected) => {
    expect(draws(Random.from(seed), expected.length)).toEqual(expected)
  })

  test('of forks, and of forks of forks', () => {
    const network = Random.from(1).fork('network')
    expect(draws(network, 3)).toEqual([3157011719, 4242539744, 3937434022])
    expect(draws(network.fork('a'), 3)).toEqual([3489345531, 2172004603, 3440926078])
  })

  test('in every shape that a draw can take', () => {
    const cards = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]
    Random.from(7).shuffle(cards)
    expect(cards).toEqual([2, 9, 7, 6, 1, 4, 3, 8, 5, 0])
    expect(Random.from(7).sample([0, 1, 2, 3, 4, 5, 6, 7, 8, 9], 3)).toEqual([0, 6, 7])
    expect(Random.from(7).int(1000)).toBe(23)
    expect(Random.from(7).between(-1, 1)).toBe(-0.9531602784991264)
  })

  test('in the mixing of two words', () => {
    expect([scramble(0, 0), scramble(1, 0), scramble(0, 1)]).toEqual([0, 3667773003, 152309691])
    expect(scramble(0xdeadbeef, 42)).toBe(901624795)
    expect(scramble(4294967295, 4294967295)).toBe(1958662332)
  })
})

describe('a fork', () => {
  test('does not depend on how much its parent has drawn, nor disturbs it', () => {
    fc.assert(
      fc.property(seeds, fc.string(), fc.nat(50), (seed, purpose, drawn) => {
        const parent = Random.from(seed)
        draws(parent, drawn)
        const fork = parent.fork(purpose)
        expect(draws(fork, 3)).toEqual(draws(Random.from(seed).fork(purpose), 3))
        const undisturbed = Random.from(seed)
        draws(undisturbed, drawn)
        expect(draws(parent, 3)).toEqual(draws(undisturbed, 3))
      }),
    )
  })

  test('of another purpose, another seed or another depth draws otherwise', () => {
    const first = new Set<number>()
    for (let seed = 0; seed < 40; seed++) {
      const random = Random.from(seed)
      for (let node = 0; node < 20; node++) first.add(random.fork(`node/${node}`).bits())
      first.add(random.bits())
      first.add(random.fork('a').fork('b').bits())
      first.add(random.fork('b').fork('a').bits())
    }
    expect(first.size).toBe(40 * 23)
  })

  test('shares no course with its siblings: their bits agree half the time', () => {
    const [left, right] = [Random.from(5).fork('left'), Random.from(5).fork('right')]
    let agree = 0
    for (let i = 0; i < 2000; i++) {
      for (let rest = ~(left.bits() ^ right.bits()) >>> 0; rest > 0; rest >>>= 1) agree += rest & 1
    }
    expect(Math.abs(agree - 32000)).toBeLessThan(5 * Math.sqrt(64000 / 4))
  })
})

describe('an integer', () => {
  test('lies in [0, below)', () => {
    fc.assert(
      fc.property(seeds, fc.integer({ min: 1, max: 4294967296 }), (seed, below) => {
        const drawn = Random.from(seed).int(below)
        expect(Number.isInteger(drawn) && drawn >= 0 && drawn < below).toBe(true)
      }),
    )
  })

  test.each([[0], [-1], [4294967297], [NaN]])('below %d is a bug', (below) => {
    expect(() => Random.from(1).int(below)).toThrow('needs 1..2^32')
  })

  test.each([[2], [10], [97]])('below %d is uniform', (below) => {
    const random = Random.from(below)
    const counts = Array.from({ length: below }, () => 0)
    for (let i = 0; i < 500 * below; i++) countUp(counts, random.int(below))
    expect(chiSquare(counts)).toBeLessThan(chiSquareBound(below - 1))
  })
})

test('a number between two bounds reaches neither past one nor up to the other', () => {
  fc.assert(
    fc.property(seeds, fc.integer({ min: -1e6, max: 1e6 }), fc.nat(1e6), (seed, from, span) => {
      const drawn = Random.from(seed).between(from, from + span + 1)
      expect(drawn >= from && drawn < from + span + 1).toBe(true)
    }),
  )
})

describe('a shuffle', () => {
  test('keeps every element', () => {
    fc.assert(
      fc.property(seeds, fc.array(fc.nat(20)), (seed, list) => {
        const shuffled = [...list]
        Random.from(seed).shuffle(shuffled)
        expect(shuffled.sort()).toEqual([...list].sort())
      }),
    )
  })

  test('gives each of the 24 orders of four equally often', () => {
    const random = Random.from(3)
    const counts = new Map<string, number>()
    for (let i = 0; i < 24000; i++) {
      const order = ['a', 'b', 'c', 'd']
      random.shuffle(order)
      counts.set(order.join(''), (counts.get(order.join('')) ?? 0) + 1)
    }
    expect(counts.size).toBe(24)
    expect(chiSquare([...counts.values()])).toBeLessThan(chiSquareBound(23))
  })
})

describe('a sample', () => {
  test('has different elements of the list, as many as were asked for and exist', () => {
    fc.assert(
      fc.property(seeds, fc.uniqueArray(fc.nat()), fc.nat(12), (seed, list, count) => {
        const sample = Random.from(seed).sample(list, count)
        expect(sample).toHaveLength(Math.min(count, list.length))
        expect(new Set(sample).size).toBe(sample.length)
        expect(sample.every((element) => list.includes(element))).toBe(true)
      }),
    )
  })

  test('gives each ordered pair of five equally often', () => {
    const random = Random.from(11)
    const counts = Array.from({ length: 25 }, () => 0)
    for (let i = 0; i < 20000; i++) {
      const [first, second] = random.sample([0, 1, 2, 3, 4], 2)
      countUp(counts, (first ?? 0) * 5 + (second ?? 0))
    }
    const different = counts.filter((_, pair) => pair % 6 !== 0)
    expect(counts.filter((_, pair) => pair % 6 === 0)).toEqual([0, 0, 0, 0, 0])
    expect(chiSquare(different)).toBeLessThan(chiSquareBound(19))
  })
})

test('picking takes from the list, and from an empty one it is a bug', () => {
  fc.assert(
    fc.property(seeds, fc.array(fc.nat(), { minLength: 1 }), (seed, list) => {
      expect(list).toContain(Random.from(seed).pick(list))
    }),
  )
  expect(() => Random.from(1).pick([])).toThrow()
})

test('each bit of either word moves each bit of their mix about half the time', () => {
  const random = Random.from(13)
  const flips = Array.from({ length: 64 * 32 }, () => 0)
  const rounds = 400
  for (let round = 0; round < rounds; round++) {
    const [a, b] = [random.bits(), random.bits()]
    const mixed = scramble(a, b)
    for (let bit = 0; bit < 64; bit++) {
      const flip = (1 << (bit % 32)) >>> 0
      const other = bit < 32 ? scramble(a ^ flip, b) : scramble(a, b ^ flip)
      for (let to = 0; to < 32; to++) countUp(flips, bit * 32 + to, ((mixed ^ other) >>> to) & 1)
    }
  }
  const worst = Math.max(...flips.map((count) => Math.abs(count - rounds / 2)))
  expect(worst).toBeLessThan(6 * Math.sqrt(rounds / 4))
})
