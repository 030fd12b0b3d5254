/**
 * The member table against the dumb way: after any operations its sums, counts and indexes are what
 * a recount from scratch gives, and tables of the same content compare equal however they came to
 * it.
 */
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { scramble } from '../../src/base/random.js'
import { tagOf } from '../../src/gossip/identity.js'
import { Members, NO_ROW, SELF, standOf, type Member, type Row } from '../../src/gossip/members.js'
import { isGone, isPresent, standings } from '../../src/gossip/precedence.js'
import { node, tableOf } from './fixture.js'

const standing = fc.constantFrom(...standings)
const who = fc.nat(11)
const small = fc.nat(3)

const step = fc.oneof(
  fc.record({ kind: fc.constant('add'), who, generation: small, standing, incarnation: small }),
  fc.record({ kind: fc.constant('renew'), who, generation: small, standing, incarnation: small }),
  fc.record({ kind: fc.constant('set'), who, standing, incarnation: small }),
  fc.record({ kind: fc.constant('facts'), who, version: fc.nat(5) }),
  fc.record({ kind: fc.constantFrom('drop', 'retire'), who }),
)
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never

function perform(members: Members, one: Step): void {
  const row = members.rowOfHost(node(one.who).hostId)
  if (one.kind === 'add') {
    const added = members.add({ ...one, identity: instance(one) }, 0)
    expect(added === NO_ROW).toBe(row !== NO_ROW)
    return
  }
  if (row === NO_ROW) return
  if (one.kind === 'renew') members.renew(row, { ...one, identity: instance(one) }, 0)
  else if (one.kind === 'set') members.set(row, one.standing, one.incarnation, 0)
  else if (one.kind === 'facts') members.setFacts(row, [], one.version)
  else if (!isGone(members.standing(row))) return
  else if (one.kind === 'drop') members.drop(row)
  else members.retire(row)
}

function instance({ who: number, generation }: { who: number; generation: number }) {
  return node(number, { generation: 1000 + generation })
}

function rowsOf(members: Members): Row[] {
  return Array.from({ length: members.end }, (_, row) => row).filter((row) => members.has(row))
}

/** A row's hash as the comparison defines it. */
function hashOf(members: Members, row: Row): number {
  if (members.isRetired(row)) return 0
  const { tag } = members.identity(row)
  const place = scramble(tag % 4294967296, Math.floor(tag / 4294967296))
  const version = isGone(members.standing(row)) ? 0 : members.version(row)
  return scramble(
    scramble(place, standOf(members.standing(row), members.incarnation(row))),
    version,
  )
}

function recount(members: Members, fold: number): number[] {
  const sums = Array.from({ length: fold }, () => 0)
  for (const row of rowsOf(members)) {
    const bucket = (tagOf(members.identity(row).hostId, 0) % 256) % fold
    sums[bucket] = ((sums[bucket] ?? 0) + hashOf(members, row)) >>> 0
  }
  return sums
}

const sum = (list: readonly number[]): number => list.reduce((all, one) => (all + one) >>> 0, 0)

test('after any operations every sum, count and index is what a recount gives', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const members = new Members()
      for (const one of steps) perform(members, one)
      const rows = rowsOf(members)
      expect(members.size).toBe(rows.length)
      expect(members.digest).toBe(sum(recount(members, 1)))
      expect([...members.buckets]).toEqual(recount(members, 256))
      for (const fold of [1, 4, 64]) {
        expect(members.folded(fold)).toEqual(recount(members, fold))
        expect(sum(members.folded(fold))).toBe(members.digest)
      }
      for (const one of standings) {
        expect(members.count(one)).toBe(rows.filter((row) => members.standing(row) === one).length)
      }
      expect(members.present).toBe(rows.filter((row) => isPresent(members.standing(row))).length)
      for (const row of rows) {
        expect(members.rowOfTag(members.tag(row))).toBe(row)
        expect(members.rowOfHost(members.identity(row).hostId)).toBe(row)
      }
    }),
    { numRuns: 200 },
  )
})

test('tables of the same members have the same digest and folds, whatever the order', () => {
  const order = fc.shuffledSubarray([0, 1, 2, 3, 4, 5, 6, 7, 8, 9], { minLength: 10 })
  fc.assert(
    fc.property(order, (numbers) => {
      const members = new Members()
      for (const number of numbers) {
        members.add({ identity: node(number), standing: 'suspect', incarnation: 9 }, number)
      }
      for (const row of rowsOf(members)) members.set(row, 'alive', 0, 5)
      expect(members.digest).toBe(tableOf(10).digest)
      expect(members.folded(8)).toEqual(tableOf(10).folded(8))
    }),
  )
})

describe('a comparison', () => {
  test('takes a suspect for alive, and sees every other difference', () => {
    const digests = new Set<number>()
    const look = (change: (members: Members) => void): number => {
      const members = tableOf(3)
      change(members)
      digests.add(members.digest)
      return members.digest
    }
    const plain = look(() => undefined)
    expect(look((members) => members.set(1, 'suspect', 0, 0))).toBe(plain)
    look((members) => members.set(1, 'alive', 1, 0))
    look((members) => members.set(1, 'down', 0, 0))
    look((members) => members.set(1, 'down', 1, 0))
    look((members) => members.set(1, 'left', 0, 0))
    look((members) => members.set(1, 'removed', 0, 0))
    look((members) => members.set(1, 'replaced', 0, 0))
    look((members) => members.setFacts(1, [], 1))
    look((members) =>
      members.renew(
        1,
        { identity: node(1, { generation: 2 }), standing: 'alive', incarnation: 0 },
        0,
      ),
    )
    expect(digests.size).toBe(9)
  })

  test('does not see the incarnation or the facts of those gone', () => {
    const [one, other] = [tableOf(3), tableOf(3)]
    one.setFacts(2, [], 7)
    one.set(2, 'left', 5, 0)
    other.set(2, 'left', 0, 0)
    expect(one.digest).toBe(other.digest)
  })

  test('leaves out a retired tombstone: who dropped it and who did not look alike', () => {
    const [kept, dropped] = [tableOf(3), tableOf(3)]
    for (const members of [kept, dropped]) members.set(2, 'left', 0, 0)
    kept.retire(2)
    dropped.drop(2)
    expect(kept.digest).toBe(tableOf(2).digest)
    expect(dropped.digest).toBe(kept.digest)
    expect([kept.isRetired(1), kept.isRetired(2)]).toEqual([false, true])
  })
})

describe('a row', () => {
  test('that was dropped is used again, with nothing of its former member', () => {
    const members = tableOf(4)
    members.set(2, 'left', 3, 9)
    members.setFacts(2, [{ key: 'a', version: 1, value: null }], 1)
    members.agree(2)
    members.drop(2)
    expect([members.has(2), members.size, members.end]).toEqual([false, 3, 4])
    const row = members.add({ identity: node(7), standing: 'alive', incarnation: 0 }, 11)
    expect(row).toBe(2)
    expect([members.version(2), members.facts(2), members.agreed(2)]).toEqual([0, [], -1])
    expect([members.since(2), members.rowOfHost(node(2).hostId)]).toEqual([11, NO_ROW])
  })

  test('is dropped only as a tombstone', () => {
    const members = tableOf(2)
    expect(() => members.drop(1)).toThrow('only tombstones')
    members.set(1, 'down', 0, 0)
    expect(() => members.drop(1)).toThrow('only tombstones')
  })

  test('is renewed only by its own host id, and then has no facts', () => {
    const members = tableOf(2)
    members.setFacts(1, [{ key: 'a', version: 4, value: null }], 4)
    const identity = node(1, { generation: 1001 })
    const next: Member = { identity, standing: 'alive', incarnation: 0 }
    members.renew(1, next, 5)
    expect([members.version(1), members.facts(1)]).toEqual([0, []])
    expect(members.rowOfTag(node(1).tag)).toBe(NO_ROW)
    expect(() => members.renew(SELF, next, 5)).toThrow('same host id')
  })

  test('remembers since when it stands as it does, and what may correct that', () => {
    const members = tableOf(2)
    members.set(1, 'alive', 3, 10)
    expect(members.since(1)).toBe(0)
    members.set(1, 'down', 3, 20)
    expect(members.since(1)).toBe(20)
    members.backdate(1, 15)
    expect(members.since(1)).toBe(15)
  })
})

test('what a member agreed to is named by a revision that any later change passes', () => {
  const members = tableOf(4)
  members.agree(1)
  expect(members.agreed(1)).toBe(-1) // nobody left, so nobody asks
  members.set(3, 'left', 0, 0)
  members.agree(1)
  expect(members.agreed(1)).toBe(members.revision)
  members.set(2, 'suspect', 0, 0)
  expect(members.agreed(1)).toBe(members.revision)
  members.set(2, 'down', 0, 0)
  expect(members.agreed(1)).toBeLessThan(members.revision)
})

test('changes are kept once they are asked for, each with the state before and after it', () => {
  const members = tableOf(2)
  members.set(1, 'suspect', 0, 1)
  expect(members.takeChanges()).toEqual([])
  members.keepChanges()
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const rows = new Map(rowsOf(members).map((row) => [row, stoodOf(members, row)]))
      for (const one of steps) perform(members, one)
      for (const { row, before, after } of members.takeChanges()) {
        expect(before).toEqual(rows.get(row) ?? null)
        if (after === null) rows.delete(row)
        else rows.set(row, after)
      }
      const now = rowsOf(members).map((row) => [row, stoodOf(members, row)] as const)
      expect(rows).toEqual(new Map(now))
    }),
  )
})

function stoodOf(members: Members, row: Row) {
  return { ...members.member(row), version: members.version(row) }
}

test('numbers beyond 32 bits are kept as they are, and do not outlive their row', () => {
  const members = tableOf(3)
  for (const large of [2 ** 32 - 2, 2 ** 32 - 1, 2 ** 32, 2 ** 48 - 1]) {
    members.set(1, 'alive', large, 0)
    members.setFacts(1, [], large)
    expect([members.incarnation(1), members.version(1)]).toEqual([large, large])
    expect([members.incarnation(2), members.version(2)]).toEqual([0, 0])
  }
  members.set(1, 'left', 0, 0)
  members.drop(1)
  const row = members.add({ identity: node(7), standing: 'alive', incarnation: 0 }, 0)
  expect([row, members.incarnation(row), members.version(row)]).toEqual([1, 0, 0])
})

test('a copy is the same table, with its own node first', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const original = tableOf(5)
      for (const one of steps) perform(original, one)
      fc.pre(original.has(SELF)) // nobody drops himself
      const own = rowsOf(original).at(-1) ?? SELF
      const copy = new Members()
      copy.add(original.member(own), 0)
      copy.copy(original)
      expect(copy.identity(SELF)).toBe(original.identity(own))
      expect([copy.digest, copy.size, copy.present]).toEqual([
        original.digest,
        original.size,
        original.present,
      ])
      expect(copy.folded(64)).toEqual(original.folded(64))
      for (const row of rowsOf(original)) {
        const found = copy.rowOfTag(original.tag(row))
        expect(copy.rowOfHost(original.identity(row).hostId)).toBe(found)
        expect(stoodOf(copy, found)).toEqual(stoodOf(original, row))
        expect(copy.since(found)).toBe(original.since(row))
        expect(copy.isRetired(found)).toBe(original.isRetired(row))
      }
    }),
  )
})

test('what is written into a copy, or into its original, does not show in the other', () => {
  const some = fc.array(step, { maxLength: 20 })
  fc.assert(
    fc.property(some, some, some, (before, inOne, inOther) => {
      const [original, alone] = [tableOf(5), tableOf(5)]
      for (const table of [original, alone]) for (const one of before) perform(table, one)
      fc.pre(original.has(SELF))
      const [copy, apart] = [copied(original), copied(alone)]
      for (const one of inOne) perform(copy, one)
      for (const one of inOther) perform(original, one)
      for (const one of inOne) perform(apart, one)
      const fresh = tableOf(5)
      for (const one of [...before, ...inOther]) perform(fresh, one)
      expect(contentOf(copy)).toEqual(contentOf(apart))
      expect(contentOf(original)).toEqual(contentOf(fresh))
    }),
  )
})

/** As a node in its first row takes it over. */
function copied(original: Members): Members {
  const copy = new Members()
  copy.add(original.member(SELF), 0)
  copy.copy(original)
  return copy
}

function contentOf(members: Members): unknown {
  return {
    digest: members.digest,
    rows: rowsOf(members).map((row) => [
      members.tag(row),
      stoodOf(members, row),
      members.since(row),
      members.rowOfTag(members.tag(row)),
    ]),
  }
}
