/** Levels against a dumb restatement: which sets of answers are enough. */
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { needsOf } from '../../../src/cluster/data/consistency.js'
import { LEVELS, type Level } from '../../../src/cluster/data/level.js'
import { Tally } from '../../../src/cluster/data/tally.js'
import type { Member } from '../../../src/ring/member.js'
import { network, simple, type Replication } from '../../../src/ring/replication.js'

function member(id: string, dc: string): Member {
  return { id, dc, rack: 'r' }
}

const near = ['a', 'b', 'c'].map((id) => member(id, 'dc1'))
const far = ['x', 'y'].map((id) => member(id, 'dc2'))
const both = network({ dc1: 3, dc2: 2 })

function met(level: Level, yes: readonly string[], replication: Replication = both): boolean {
  const tally = new Tally(needsOf(level, { members: [...near, ...far], replication }, 'dc1'))
  for (const id of yes) tally.accept(id)
  return tally.met
}

describe('what is enough of three in dc1 and two in dc2', () => {
  test.each<[Level, string, boolean]>([
    ['ONE', 'y', true],
    ['TWO', 'y', false],
    ['TWO', 'ay', true],
    ['QUORUM', 'ab', false],
    ['QUORUM', 'abx', true],
    ['LOCAL_QUORUM', 'axy', false],
    ['LOCAL_QUORUM', 'ac', true],
    ['EACH_QUORUM', 'abcx', false],
    ['EACH_QUORUM', 'abxy', true],
    ['ALL', 'abcx', false],
    ['ALL', 'abcxy', true],
  ])('%s with %s: %s', (level, yes, enough) => {
    expect(met(level, yes.split(''))).toBe(enough)
  })

  test('SimpleStrategy knows no datacenters', () => {
    expect(met('LOCAL_QUORUM', ['a', 'b'], simple(5))).toBe(false)
    expect(met('EACH_QUORUM', ['a', 'x', 'y'], simple(5))).toBe(true)
  })
})

test('nobody who keeps it can meet no level', () => {
  for (const level of LEVELS) {
    const tally = new Tally(needsOf(level, { members: [], replication: both }, 'dc1'))
    expect([level, tally.met, tally.hopeless]).toEqual([level, false, true])
  }
})

const members = fc
  .uniqueArray(fc.nat(30), { minLength: 1, maxLength: 7 })
  .chain((ids) =>
    fc.tuple(...ids.map((id) => fc.constantFrom('dc1', 'dc2').map((dc) => member(String(id), dc)))),
  )
const answers = fc.array(fc.constantFrom('yes', 'no', 'silent'), { minLength: 7, maxLength: 7 })

/** The dumb way: counted from scratch, in the words of the documentation. */
function enough(level: Level, all: readonly Member[], yes: readonly Member[]): boolean {
  const dcs = [...new Set(all.map(({ dc }) => dc))]
  const most = (dc?: string): boolean => {
    const among = (list: readonly Member[]): number =>
      list.filter((each) => dc === undefined || each.dc === dc).length
    return among(yes) * 2 > among(all)
  }
  switch (level) {
    case 'ONE':
      return yes.length >= 1
    case 'TWO':
      return yes.length >= 2
    case 'ALL':
      return yes.length === all.length
    case 'QUORUM':
      return most()
    case 'LOCAL_QUORUM':
      return most('dc1')
    case 'EACH_QUORUM':
      return dcs.every((dc) => most(dc))
  }
}

test('met and hopeless say what the words say', () => {
  fc.assert(
    fc.property(fc.constantFrom(...LEVELS), members, answers, (level, all, said) => {
      const tally = new Tally(needsOf(level, { members: all, replication: both }, 'dc1'))
      all.forEach(({ id }, i) => {
        if (said[i] === 'yes') tally.accept(id)
        if (said[i] === 'no') tally.refuse(id)
      })
      const yes = all.filter((_, i) => said[i] === 'yes')
      const possible = all.filter((_, i) => said[i] !== 'no')
      expect(tally.met).toBe(enough(level, all, yes))
      expect(tally.hopeless).toBe(!enough(level, all, possible))
      expect(tally.met).toBe(tally.short.length === 0)
    }),
  )
})

test('a quorum of the same replicas always meets another', () => {
  fc.assert(
    fc.property(members, answers, answers, (all, some, others) => {
      const yes = (said: readonly string[]): Member[] => all.filter((_, i) => said[i] === 'yes')
      const [one, two] = [yes(some), yes(others)]
      fc.pre(enough('QUORUM', all, one) && enough('QUORUM', all, two))
      expect(one.some((each) => two.includes(each))).toBe(true)
    }),
  )
})
