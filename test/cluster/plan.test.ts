/** The planner: what follows from which wishes, and the sentence with which it says no. */
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { intentOf } from '../../src/cluster/intent-bytes.js'
import { NO_INPUTS, plan } from '../../src/cluster/plan/plan.js'
import { seal, type Sealed } from '../../src/cluster/record/record-bytes.js'
import { SETTLED_MAX, votersOf } from '../../src/cluster/record/record.js'
import { network } from '../../src/ring/replication.js'
import {
  after,
  allAcks,
  finished,
  founders,
  idOf,
  names,
  newcomer,
  planned,
  verdict,
  withKeyspace,
} from './fixture.js'

const three = founders('n1', 'n2', 'n3')
const shop = withKeyspace(three)
const join = (called: string) => ({ kind: 'join', who: newcomer(called) }) as const
const leave = (name: string, force = false) =>
  ({ kind: 'leave', hostId: idOf(name), force }) as const
const remove = (list: readonly string[], loseData = false) =>
  ({ kind: 'remove', hostIds: list.map(idOf), loseData }) as const
const replace = (name: string, by: string) =>
  ({ kind: 'replace', hostId: idOf(name), by: newcomer(by), loseData: false }) as const

describe('a movement', () => {
  test('takes three records where data is kept, and one where there is none', () => {
    expect(names(after(three, [join('n4')]).record)).toEqual(['n1', 'n2', 'n3', 'n4'])
    const prepared = after(shop, [join('n4')])
    expect(names(prepared.record)).toEqual(['n1', 'n2', 'n3', 'n4 joining'])
    expect(prepared.record.moves).toMatchObject([{ kind: 'join', stage: 'prepare', since: 3 }])
    const reading = after(prepared, [], allAcks(prepared))
    expect(reading.record.moves).toMatchObject([{ stage: 'read-new', since: 4 }])
    const done = after(reading, [], allAcks(reading))
    expect(done.record.moves).toEqual([])
    expect(names(done.record)).toEqual(['n1', 'n2', 'n3', 'n4'])
  })

  test('does not go on before everybody that its barrier names has acknowledged', () => {
    const prepared = after(shop, [join('n4')])
    const { applied, copied } = allAcks(prepared)
    const without = (name: string) => applied.filter(([hostId]) => hostId !== idOf(name))
    expect(planned(prepared, [], { applied: without('n4'), copied }).kind).toBe('nothing')
    expect(planned(prepared, [], { applied, copied: [] })).toMatchObject({
      kind: 'nothing',
      holds: [{ why: 'waits for n4 to copy its ranges', missing: [idOf('n4')] }],
    })
    const late = applied.map(([hostId]) => [hostId, 2] as const)
    expect(planned(prepared, [], { applied: late, copied }).kind).toBe('nothing')
  })

  test('that is cancelled goes back in one step, or in two once new copies are read', () => {
    const prepared = after(shop, [join('n4')])
    const cancel = { kind: 'cancel', move: prepared.record.moves[0]?.id ?? '' } as const
    const undone = after(prepared, [cancel])
    expect(names(undone.record)).toEqual(['n1', 'n2', 'n3'])
    expect(undone.record.banned).toMatchObject([{ name: 'n4', as: 'cancelled' }])
    const reading = after(prepared, [], allAcks(prepared))
    const back = after(reading, [cancel])
    expect(back.record.moves).toMatchObject([{ stage: 'back', since: 5 }])
    expect(names(after(back, [], allAcks(back)).record)).toEqual(['n1', 'n2', 'n3'])
  })

  test('holds its ranges: another that would touch one waits, and says for which', () => {
    const prepared = after(shop, [join('n4')])
    expect(verdict(prepared, join('n5'))).toMatchObject({
      kind: 'waits',
      why: expect.stringContaining('join n4'),
    })
  })

  test('of many nodes in one ring leaves every range with all its copies', () => {
    let held = withKeyspace(founders('n1@a', 'n2@b', 'n3@c'))
    for (const name of ['n4@a', 'n5@b', 'n6@c']) held = finished(after(held, [join(name)]))
    held = finished(after(held, [leave('n1')]))
    held = finished(after(held, [replace('n2', 'n7@b')]))
    held = finished(after(held, [remove(['n5'])]))
    expect(names(held.record)).toEqual(['n3', 'n4', 'n6', 'n7'])
    expect(held.record.banned.map(({ name, as }) => `${name} ${as}`)).toEqual([
      'n1 left',
      'n2 replaced',
      'n5 removed',
    ])
  })
})

describe('it is refused, with the reason and the next step,', () => {
  const gone = finished(after(withKeyspace(founders('n1', 'n2', 'n3', 'n4')), [remove(['n4'])]))

  test.each<[string, Sealed, Parameters<typeof verdict>[1], RegExp]>([
    ['to join with a banned id', gone, join('n4'), /n4 was removed at epoch .*banned for good/],
    ['to leave copies short', shop, leave('n3'), /shop keeps 3 copies in dc1, 2 nodes/],
    [
      'to leave racks short',
      withKeyspace(founders('n1@a', 'n2@b', 'n3@c', 'n4@a')),
      leave('n3'),
      /2 racks would be left/,
    ],
    ['to leave while it joins', after(shop, [join('n4')]), leave('n4'), /n4 is still joining/],
    ['to remove one that joins', after(shop, [join('n4')]), remove(['n4']), /n4 is still joining/],
    [
      'to replace one that leaves',
      after(withKeyspace(founders('n1', 'n2', 'n3', 'n4')), [leave('n4')]),
      replace('n4', 'n9'),
      /n4 is leaving/,
    ],
    ['to replace by one that is banned', gone, replace('n3', 'n4'), /n4 was removed at epoch/],
    ['to remove everybody', founders('n1', 'n2'), remove(['n1', 'n2']), /nobody would be left/],
    ['to leave as the last', founders('n1'), leave('n1'), /n1 is the last node/],
    [
      'to remove so many that a range has no majority',
      withKeyspace(founders('n1', 'n2', 'n3', 'n4')),
      remove(['n1', 'n2']),
      /no majority is left of a range held by/,
    ],
    [
      'to replace by one of another rack',
      shop,
      replace('n3', 'n9@other'),
      /n9 is in dc1 other, n3 was in dc1 rack1/,
    ],
    [
      'to create a keyspace in a datacenter without nodes',
      three,
      { kind: 'create', name: 'k', replication: network({ dc9: 3 }) },
      /no node is in dc9/,
    ],
    [
      'to create a keyspace over another',
      shop,
      { kind: 'create', name: 'shop', replication: network({ dc1: 2 }) },
      /exists with NetworkTopologyStrategy/,
    ],
  ])('%s', (_, parent, wish, why) => {
    const said = verdict(parent, wish)
    expect(said).toMatchObject({ kind: 'refused', why: expect.stringMatching(why) })
    expect('next' in said && said.next.length > 10).toBe(true)
  })

  test('but done where the operator accepts the loss', () => {
    const four = withKeyspace(founders('n1', 'n2', 'n3', 'n4'))
    const held = finished(after(four, [remove(['n1', 'n2'], true)]))
    expect(names(held.record)).toEqual(['n3', 'n4'])
    expect(names(finished(after(shop, [leave('n3', true)])).record)).toEqual(['n1', 'n2'])
  })
})

describe('an intent', () => {
  test('is taken up once, however often it is heard again', () => {
    const intent = intentOf(idOf('n1'), 1, 7, { kind: 'drop', name: 'shop' })
    const inputs = { ...NO_INPUTS, intents: [intent] }
    const once = plan(shop, inputs)
    if (once.kind === 'nothing') throw new Error('it was not taken up')
    const next = seal(once.record)
    expect(next && plan(next, inputs).kind).toBe('nothing')
  })

  test('that is too old to be remembered is void', () => {
    let held = three
    const old = intentOf(idOf('n1'), 1, 0, { kind: 'drop', name: 'no such' })
    for (let i = 0; i <= SETTLED_MAX; i++) {
      const wish = { kind: 'drop', name: `k${i}` } as const
      held = after(held, [wish])
    }
    expect(held.record.settled).toHaveLength(SETTLED_MAX)
    expect(held.record.horizon).toBe(2)
    expect(plan(held, { ...NO_INPUTS, intents: [old] }).kind).toBe('nothing')
  })
})

test('the same inputs give the same bytes, in whatever order the intents come', () => {
  const wishes = [
    join('n4'),
    join('n5'),
    leave('n1', true),
    { kind: 'drop', name: 'shop' },
  ] as const
  const intents = wishes.map((wish, i) => intentOf(idOf('n2'), 2, i, wish))
  const expected = plan(shop, { ...NO_INPUTS, intents })
  fc.assert(
    fc.property(fc.shuffledSubarray(intents, { minLength: intents.length }), (shuffled) => {
      expect(plan(shop, { ...NO_INPUTS, intents: shuffled })).toEqual(expected)
    }),
    { numRuns: 20 },
  )
})

describe('the committee', () => {
  const many = founders(
    ...Array.from({ length: 52 }, (_, i) => `n${i + 1}@${['a', 'b', 'c'][i % 3] ?? 'a'}`),
  )

  test('votes beyond fifty members: nine seats, three in each of three racks', () => {
    const seats = votersOf(many.record)
    expect(seats).toHaveLength(9)
    const racks = seats.map(({ rack }) => rack).sort()
    expect(racks.join('')).toBe('aaabbbccc')
  })

  test('gives the seats of the dead to others, and moves no data', () => {
    const [first = '', second = ''] = many.record.committee
    const next = after(many, [{ kind: 'relieve', hostIds: [first, second].sort() }])
    expect(next.record.committee).toHaveLength(9)
    expect(next.record.committee).not.toContain(first)
    expect(next.record.moves).toEqual([])
    const kept = many.record.committee.filter((hostId) => ![first, second].includes(hostId))
    expect(next.record.committee).toEqual(expect.arrayContaining(kept))
  })

  test('is not needed up to fifty', () => {
    expect(votersOf(three.record)).toHaveLength(3)
    expect(three.record.committee).toEqual([])
  })
})
