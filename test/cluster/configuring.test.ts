/** Metadata of the cluster: settings with bounds, keyspaces that keep another number of copies. */
import { describe, expect, test } from '@jest/globals'
import { settingsIn } from '../../src/cluster/cluster-settings.js'
import { footprintOf } from '../../src/cluster/plan/footprint.js'
import { ringOf } from '../../src/cluster/plan/layout.js'
import { Placement } from '../../src/ring/placement.js'
import { network, describeReplication } from '../../src/ring/replication.js'
import {
  after,
  allAcks,
  finished,
  founders,
  idOf,
  newcomer,
  verdict,
  withKeyspace,
} from './fixture.js'

const three = founders('n1', 'n2', 'n3')
const configure = (name: string, value: string) => ({ kind: 'configure', name, value }) as const
const alter = (copies: number, name = 'shop') =>
  ({ kind: 'alter', name, replication: network({ dc1: copies }) }) as const

describe('a setting', () => {
  test('is in the record from one epoch on, and gone from it with its default', () => {
    const slow = after(three, [configure('autoReplaceAfter', '1800')])
    expect(slow.record.config).toEqual([{ name: 'autoReplaceAfter', value: '1800' }])
    expect(settingsIn(slow.record.config)).toMatchObject({
      autoReplaceAfter: 1800,
      autoReplace: false,
    })
    expect(slow.record.why).toEqual(['autoReplaceAfter from 3600 to 1800'])
    expect(after(slow, [configure('autoReplaceAfter', '')]).record.config).toEqual([])
    expect(after(slow, [configure('autoReplaceAfter', '3600')]).record.config).toEqual([])
  })

  test('has one form, however it is written', () => {
    const [a, b] = ['1.20', '1.2'].map((value) =>
      after(three, [configure('rebalanceAbove', value)]),
    )
    expect(a?.record.config).toEqual(b?.record.config)
    expect(
      verdict(after(three, [configure('autoReplace', '1')]), configure('autoReplace', 'true')),
    ).toMatchObject({ kind: 'void', why: 'autoReplace is true already' })
  })

  test.each([
    ['autoReplaceAfter', '60', /"60" is not valid, give 300 to 604800 s/],
    ['autoReplace', 'perhaps', /give true or false/],
    ['autoReplaced', 'true', /no such setting, did you mean autoReplace\?/],
  ])('%s = %s is refused', (name, value, why) => {
    expect(verdict(three, configure(name, value))).toMatchObject({
      kind: 'refused',
      why: expect.stringMatching(why),
    })
  })

  test('that this version does not know is left out, and kept for those who do', () => {
    const config = [{ name: 'later', value: 'x' }]
    expect(settingsIn(config)).toEqual(settingsIn([]))
  })
})

describe('a keyspace that is altered', () => {
  const shop = withKeyspace(founders('n1', 'n2', 'n3', 'n4'), 2)

  test('to more copies takes three records: who gains one copies it before it is read', () => {
    const prepared = after(shop, [alter(3)])
    const [move] = prepared.record.moves
    expect(move).toMatchObject({ kind: 'alter', stage: 'prepare', alters: { name: 'shop' } })
    expect(copiesIn(prepared)).toBe('NetworkTopologyStrategy {dc1=2}')
    const { targets, olds, news } = footprintOf(prepared.record, move ?? neverBegun())
    expect(targets).toHaveLength(4)
    expect(olds.every((group) => group.length === 2)).toBe(true)
    expect(news.every((group) => group.length === 3)).toBe(true)
    const reading = after(prepared, [], allAcks(prepared))
    expect(copiesIn(reading)).toBe('NetworkTopologyStrategy {dc1=2}')
    const done = after(reading, [], allAcks(reading))
    expect(copiesIn(done)).toBe('NetworkTopologyStrategy {dc1=3}')
    expect(done.record.moves).toEqual([])
  })

  test('to fewer copies moves nothing, and drops nobody before all know', () => {
    const prepared = after(shop, [alter(1)])
    const { targets } = footprintOf(prepared.record, prepared.record.moves[0] ?? neverBegun())
    expect(targets).toEqual([])
    const done = finished(prepared)
    const { replication } = done.record.keyspaces[0] ?? neverBegun()
    expect(new Placement(ringOf(done.record), replication).replicasAt(0)).toHaveLength(1)
  })

  test('holds every range: what would move one waits, and it waits for what does', () => {
    const join = { kind: 'join', who: newcomer('n5') } as const
    expect(verdict(after(shop, [alter(3)]), join)).toMatchObject({
      kind: 'waits',
      why: expect.stringContaining('(alter shop) holds one of its ranges'),
    })
    expect(verdict(after(shop, [join]), alter(3))).toMatchObject({
      kind: 'waits',
      why: expect.stringContaining('(join n5) holds one of its ranges'),
    })
  })

  test('and is dropped and created again meanwhile leaves the new one as it is', () => {
    const prepared = after(shop, [alter(3)])
    const dropped = after(prepared, [{ kind: 'drop', name: 'shop' }])
    const again = withKeyspace(dropped, 1)
    expect(again.record.keyspaces).toMatchObject([{ name: 'shop', born: 5 }])
    expect(copiesIn(finished(again))).toBe('NetworkTopologyStrategy {dc1=1}')
  })

  test('and cancelled is as it was', () => {
    const prepared = after(shop, [alter(3)])
    const cancel = { kind: 'cancel', move: prepared.record.moves[0]?.id ?? '' } as const
    const undone = after(prepared, [cancel])
    expect([copiesIn(undone), undone.record.moves]).toEqual(['NetworkTopologyStrategy {dc1=2}', []])
  })

  test.each([
    ['of no such name', alter(3, 'ship'), 'refused', /there is no keyspace ship/],
    [
      'to a datacenter without nodes',
      { ...alter(3), replication: network({ dc7: 3 }) },
      'refused',
      /no node is in dc7/,
    ],
    ['to what it is', alter(2), 'void', /is kept so already/],
  ])('%s', (_, wish, kind, why) => {
    expect(verdict(shop, wish)).toMatchObject({ kind, why: expect.stringMatching(why) })
  })
})

test('the feature level rises only to what every member understands', () => {
  const upgrade = { kind: 'upgrade', features: 2 } as const
  expect(verdict(three, upgrade)).toMatchObject({
    kind: 'refused',
    why: 'n1 understands features up to 1, not 2',
    next: 'Run a newer murmur on n1 first.',
  })
  expect(verdict(three, { kind: 'upgrade', features: 1 })).toMatchObject({ kind: 'void' })
  const { record } = three
  const members = record.members.map((member) => ({ ...member, features: 2 }))
  const able = { ...three, record: { ...record, members } }
  const raised = after(able, [upgrade])
  expect(raised.record.features).toBe(2)
  expect(verdict(raised, { kind: 'join', who: newcomer('n4') })).toMatchObject({
    kind: 'refused',
    why: 'n4 understands features up to 1, the cluster uses 2',
  })
})

test('a member says what its exchanged program understands, and then the level can rise', () => {
  const features = 2
  const upgraded = ['n1', 'n2', 'n3'].reduce(
    (held, name) => after(held, [{ kind: 'understand', hostId: idOf(name), features }]),
    three,
  )
  expect(upgraded.record.members.map((member) => member.features)).toEqual([2, 2, 2])
  expect(upgraded.record.why).toEqual(['n3 understands features up to 2'])
  const raised = after(upgraded, [{ kind: 'upgrade', features }])
  expect(raised.record.features).toBe(2)
  const older = { kind: 'understand', hostId: idOf('n2'), features: 1 } as const
  expect(after(upgraded, [older]).record.members.map((each) => each.features)).toEqual([2, 1, 2])
  expect(verdict(raised, older)).toMatchObject({
    kind: 'refused',
    why: 'n2 understands features up to 1, the cluster uses 2',
  })
  expect(verdict(raised, { ...older, features })).toMatchObject({ kind: 'void' })
  expect(verdict(three, { ...older, hostId: idOf('n9') })).toMatchObject({ kind: 'void' })
})

function copiesIn({ record }: typeof three): string {
  return record.keyspaces.map(({ replication }) => describeReplication(replication)).join()
}

function neverBegun(): never {
  throw new Error('it has not begun')
}
