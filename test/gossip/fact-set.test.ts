/**
 * Facts and their deltas (scuttlebutt): one owner that changes its facts at random, readers that
 * are told any part of it in any order, twice or never. A reader that knows a version has no gap
 * before it, and one repair makes it equal.
 */
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { FactClaim } from '../../src/gossip/claim.js'
import { Counters } from '../../src/gossip/counters.js'
import {
  factOf,
  factsAfter,
  noFacts,
  weigh,
  withFact,
  type Facts,
} from '../../src/gossip/fact-set.js'
import { FactKeeper } from '../../src/gossip/facts.js'
import { NO_ROW, SELF, type Members } from '../../src/gossip/members.js'
import { Outbox } from '../../src/gossip/outbox.js'
import { Rumors } from '../../src/gossip/rumors.js'
import { eventsOf, node, tableOf } from './fixture.js'

const QUOTA = 1024
const OWNER = 1

interface Reader {
  readonly members: Members
  readonly keeper: FactKeeper
  readonly outbox: Outbox
  readonly counters: Counters
}

function reader(quota = QUOTA): Reader {
  const [members, outbox, counters] = [tableOf(3), new Outbox(), new Counters()]
  const parts = { members, outbox, counters, rumors: new Rumors(4) }
  return { members, outbox, counters, keeper: new FactKeeper(quota, parts) }
}

function tell(to: Reader, claims: readonly FactClaim[]): void {
  for (const claim of claims) to.keeper.hear(claim, 2, false, 0)
}

const change = fc.record({
  key: fc.constantFrom('a', 'b', 'c', 'd'),
  value: fc.option(fc.uint8Array({ maxLength: 8 })),
})

/** What the owner had after each change. */
function historyOf(changes: readonly { key: string; value: Uint8Array | null }[]): Facts[] {
  let facts = noFacts
  return [
    noFacts,
    ...changes.map(
      ({ key, value }, i) => (facts = withFact(facts, { key, value, version: i + 1 })),
    ),
  ]
}

const about = node(OWNER).tag

describe('deltas', () => {
  const telling = fc.record({ at: fc.nat(), from: fc.nat(), skip: fc.nat(6), take: fc.nat(6) })

  test('in any parts and any order leave no gap, and a repair makes equal', () => {
    const run = fc.record({
      changes: fc.array(change, { minLength: 1, maxLength: 15 }),
      tellings: fc.array(telling, { maxLength: 20 }),
    })
    fc.assert(
      fc.property(run, ({ changes, tellings }) => {
        const history = historyOf(changes)
        const newest = history[history.length - 1] ?? noFacts
        const it = reader()
        for (const { at, from, skip, take } of tellings) {
          const facts = history[at % history.length] ?? noFacts
          const delta = factsAfter(about, facts, from % history.length)
          tell(it, delta.slice(skip, skip + take))
          noGap(it, newest)
        }
        tell(it, factsAfter(about, newest, it.members.version(OWNER)))
        expect(it.members.version(OWNER)).toBe(changes.length)
        expect(it.members.facts(OWNER)).toEqual(newest)
      }),
      { numRuns: 500 },
    )
  })

  /** Whatever of the newest facts is no newer than the version known, is known. */
  function noGap({ members }: Reader, newest: Facts): void {
    const known = members.version(OWNER)
    for (const fact of newest) {
      if (fact.version <= known) expect(factOf(members.facts(OWNER), fact.key)).toEqual(fact)
    }
  }

  test('name what lies before them, so that the one who lacks it asks', () => {
    const history = historyOf(['a', 'b', 'a', 'c'].map((key) => ({ key, value: null })))
    expect(factsAfter(about, history[4] ?? noFacts, 2)).toMatchObject([
      { key: 'a', after: 2, version: 3 },
      { key: 'c', after: 3, version: 4 },
    ])
    const it = reader()
    tell(it, factsAfter(about, history[4] ?? noFacts, 3))
    expect(it.members.version(OWNER)).toBe(0)
    expect(it.keeper.take(100)).toEqual(new Map([[2, [{ about, after: 0 }]]]))
  })

  test('of an owner within its quota are taken by a reader that holds what it has replaced', () => {
    const big = (key: string, size: number) => ({ key, value: new Uint8Array(size) })
    const history = historyOf([
      big('a', 500),
      big('b', 300),
      big('a', 1),
      big('c', 600),
      big('a', 2),
    ])
    const newest = history[5] ?? noFacts
    expect(history.every((facts) => weigh(facts) <= QUOTA)).toBe(true)
    const it = reader()
    tell(it, factsAfter(about, history[2] ?? noFacts, 0))
    tell(it, factsAfter(about, newest, 2))
    expect(it.members.facts(OWNER)).toEqual(newest)
  })

  test('without end are refused, and counted', () => {
    const it = reader()
    for (let version = 1; version <= 100; version++) {
      const claim = { about, after: version - 1, version, key: `k${version}` }
      tell(it, [{ kind: 'fact', ...claim, value: new Uint8Array(100) }])
    }
    expect(weigh(it.members.facts(OWNER))).toBeLessThanOrEqual(4 * QUOTA)
    expect(it.counters.get('facts.overquota')).toBeGreaterThan(0)
  })
})

describe('what is heard', () => {
  test('of nobody, of oneself and of those gone is not taken', () => {
    const it = reader()
    it.members.set(OWNER, 'left', 0, 0)
    const claim = { kind: 'fact', after: 0, version: 1, key: 'a', value: null } as const
    tell(it, [
      { ...claim, about: 99 },
      { ...claim, about: it.members.tag(SELF) },
      { ...claim, about },
    ])
    expect([it.members.version(SELF), it.members.version(OWNER)]).toEqual([0, 0])
  })

  test('only as a version is pulled soon, in one batch a teller, if it is news', () => {
    const it = reader()
    it.keeper.announced({ kind: 'version', about, version: 3 }, 2, 10)
    it.keeper.announced({ kind: 'version', about: node(2).tag, version: 1 }, 2, 30)
    it.keeper.announced({ kind: 'version', about: node(2).tag, version: 0 }, 1, 30)
    it.keeper.announced({ kind: 'version', about, version: 3 }, NO_ROW, 30)
    expect(it.keeper.wakeAt).toBe(60)
    expect(it.keeper.take(59).size).toBe(0)
    const wants = [
      { about, after: 0 },
      { about: node(2).tag, after: 0 },
    ]
    expect(it.keeper.take(60)).toEqual(new Map([[2, wants]]))
    expect(it.keeper.take(1000).size).toBe(0)
  })
})

describe('publishing', () => {
  const bytes = Uint8Array.from([1, 2])

  test('gives each change the next version, and what changes nothing none', () => {
    const { keeper, members, outbox } = reader()
    keeper.publish('a', bytes)
    keeper.publish('a', Uint8Array.from(bytes))
    keeper.publish('b', bytes)
    keeper.publish('a', null)
    expect(members.version(SELF)).toBe(3)
    expect(members.facts(SELF).map(({ key, version }) => [key, version])).toEqual([
      ['b', 2],
      ['a', 3],
    ])
    expect(eventsOf(outbox).map(({ kind }) => kind)).toEqual(Array(3).fill('member.facts'))
  })

  test.each([
    ['an empty key', '', bytes, 'the key of a fact has 1 to 64 bytes, not 0'],
    ['a long key', 'ä'.repeat(33), bytes, 'the key of a fact has 1 to 64 bytes, not 66'],
    ['a large value', 'a', new Uint8Array(32769), 'at most 32768 bytes, not 32769'],
    ['more than the quota', 'a', new Uint8Array(1008), 'would take 1025 bytes, its quota is 1024'],
  ])('refuses %s and says why', (_, key, value, reason) => {
    const { keeper, members, outbox } = reader()
    keeper.publish(key, value)
    expect(eventsOf(outbox)).toMatchObject([
      { kind: 'command.refused', command: 'publish', reason: expect.stringContaining(reason) },
    ])
    expect(members.version(SELF)).toBe(0)
  })

  test('counts a fact as its key, its value and sixteen bytes more', () => {
    expect(weigh([{ key: 'ä', version: 1, value: bytes }])).toBe(20)
    const { keeper, members } = reader()
    keeper.publish('a', new Uint8Array(1007))
    expect(members.version(SELF)).toBe(1)
  })
})
