/** The doctor: each thing that blocks or endangers the ring is found, with what to do about it. */
import { expect, test } from '@jest/globals'
import { diagnose } from '../../src/cluster/doctor.js'
import type { Sealed } from '../../src/cluster/record/record-bytes.js'
import { clusterIdOf } from '../../src/cluster/record/record.js'
import type { PeerView, RingView } from '../../src/cluster/ring-view.js'
import type { GossipView, MemberView } from '../../src/gossip/view.js'
import { after, finished, founders, idOf, newcomer, withKeyspace } from './fixture.js'

const NOW = 1_000_000
const four = withKeyspace(founders('n1', 'n2', 'n3', 'n4'))

function member(name: string, more: Partial<MemberView> = {}): MemberView {
  const { hostId, address, dc, rack } = newcomer(name)
  const numbers = { generation: 1, incarnation: 0, tokenCount: 8, since: NOW - 60_000, version: 1 }
  const seen = { liveness: 'up', gone: null, phi: null, rtt: null } as const
  const lists = { facts: [], observers: [], self: name === 'n1' }
  return { hostId, name, address, dc, rack, ...numbers, ...seen, ...lists, ...more }
}

function view(...members: readonly MemberView[]): GossipView {
  const rest = { digest: 0, differing: [], health: 0, seeds: [], counters: {} }
  return { cluster: 'demo', self: idOf('n1'), started: true, members, ...rest }
}

function ring(held: Sealed | null, more: Partial<RingView> = {}): RingView {
  const clusterId = held === null ? '' : clusterIdOf(held.record, held.digest)
  const lists = {
    history: [],
    holds: [],
    own: [],
    peers: [],
    foreigners: [],
    doubts: [],
    copies: [],
    drop: null,
  }
  return {
    current: held,
    clusterId,
    frozen: false,
    votes: true,
    recalls: false,
    outgrown: null,
    pledged: '',
    ...lists,
    ...more,
  }
}

function peer(name: string, held: Sealed, more: Partial<PeerView> = {}): PeerView {
  const { record, digest } = held
  const clusterId = clusterIdOf(record, digest)
  const said = { clusterId, epoch: record.epoch, digest }
  return { hostId: idOf(name), present: true, votes: true, ...said, ...more }
}

const all = ['n1', 'n2', 'n3', 'n4'].map((name) => member(name))
const down = (...names: string[]): MemberView[] =>
  all.map((each) => (names.includes(each.name) ? { ...each, liveness: 'down' } : each))

test('a ring in which all is well has no findings', () => {
  expect(diagnose(view(...all), ring(four), NOW)).toEqual([])
})

test.each<[string, GossipView, RingView, boolean, RegExp, RegExp]>([
  ['no ring', view(...all), ring(null), false, /no ring: only gossip/, /--expect N/],
  [
    'a ring that a newcomer is too old for',
    view(...all),
    ring(null, { outgrown: { epoch: 7, features: 2, understood: 1 } }),
    true,
    /uses features up to 2 \(epoch 7\), the murmur of this node understands 1: it cannot join/,
    /start it with a newer murmur/,
  ],
  [
    'a ring that a member is too old for',
    view(...all),
    ring(four, { outgrown: { epoch: 7, features: 2, understood: 1 } }),
    true,
    /understands 1: it stays at epoch \d+/,
    /start it with a newer murmur/,
  ],
  [
    'a founding that waits',
    view(...all),
    ring(null, { pledged: 'ab'.repeat(32) }),
    false,
    /has pledged the founding abababababab/,
    /Start all nodes/,
  ],
  [
    'two rings within reach of a newcomer',
    view(...all),
    ring(null, {
      foreigners: [
        { id: 'aa11', from: '10.0.0.1:1' },
        { id: 'bb22', from: '10.0.0.2:1' },
      ],
    }),
    true,
    /two rings of the name demo are within reach: aa11, bb22/,
    /seeds of one of them alone/,
  ],
  [
    'another ring of our name',
    view(...all),
    ring(four, { foreigners: [{ id: 'aa11', from: '10.0.0.9:7946' }] }),
    true,
    /10\.0\.0\.9:7946 is of the ring aa11, this is/,
    /They never merge/,
  ],
  [
    'a voter whose disk is an old copy',
    view(...all),
    ring(four, { peers: [peer('n3', four, { votes: false })] }),
    true,
    /n3 does not vote/,
    /--replace/,
  ],
  [
    'one voter more than needed',
    view(...down('n4')),
    ring(four),
    false,
    /^3 of 4 voters are there, 3 are needed/,
    /if one more fails/,
  ],
  [
    'too few voters',
    view(...down('n3', 'n4')),
    ring(four),
    true,
    /ring frozen at epoch 2: 2 of 4 voters are there/,
    /cluster recover/,
  ],
  [
    'one of two nodes',
    view(member('n1'), member('n2', { liveness: 'down' })),
    ring(founders('n1', 'n2')),
    true,
    /1 of 2 voters are there, 2 are needed/,
    /Bring nodes back/,
  ],
  [
    'a member that was not met since the start',
    view(...all.slice(0, 3)),
    ring(four),
    false,
    /n4 is down/,
    /murmur remove n4/,
  ],
  [
    'ranges that miss a copy',
    view(...down('n4')),
    ring(four),
    false,
    /keyspace shop: \d+ of 32 ranges miss a copy, 0 have no majority/,
    /Bring the nodes/,
  ],
  [
    'a keyspace that is to keep more copies than there are nodes',
    view(...all.slice(0, 3)),
    ring(withKeyspace(founders('n1', 'n2', 'n3'), 5)),
    false,
    /keyspace shop is to keep 5 copies in dc1, of 3 nodes/,
    /Start more nodes/,
  ],
  [
    'a node that is given up before long',
    view(...down('n4')),
    ring(after(four, [{ kind: 'configure', name: 'autoReplace', value: 'true' }])),
    false,
    /n4 is given up in 3540 s, for autoReplace is on/,
    /autoReplace false/,
  ],
  [
    'one that holds an older record',
    view(...all),
    ring(four, { peers: [peer('n3', four, { epoch: 1, digest: 'ab' })] }),
    false,
    /n3 holds epoch 1, the ring is at 2/,
    /catches up by itself/,
  ],
  [
    'what does not go on',
    view(...all),
    ring(four, { holds: [{ id: 'f00', why: 'waits for n2 to copy', missing: [] }] }),
    false,
    /the intent f00: waits for n2 to copy/,
    /by itself/,
  ],
  [
    'one that is here and no member',
    view(...all, member('n9')),
    ring(four),
    false,
    /n9 is here and not in the ring/,
    /joins by itself/,
  ],
  [
    'one that is here though it left the ring for good',
    view(...all),
    ring(finished(after(four, [{ kind: 'leave', hostId: idOf('n4'), force: true }]))),
    false,
    /n4 is here and not in the ring/,
    /It left at epoch \d+, and its host id is banned/,
  ],
])('it finds %s', (_, seen, held, grave, what, next) => {
  const found = diagnose(seen, held, NOW).find((each) => what.test(each.what))
  expect(found).toMatchObject({ grave, next: expect.stringMatching(next) })
})

test('it finds two members of one name', () => {
  const { record } = four
  const members = record.members.map((each) => ({ ...each, name: 'same' }))
  const found = diagnose(view(...all), ring({ ...four, record: { ...record, members } }), NOW)
  expect(found.map(({ what }) => what).join()).toContain('4 members are called same')
})

test('it finds an uneven ring, and whether that is mended by itself', () => {
  const six = founders('n1', 'n2', 'n3', 'n4', 'n5', 'n6', 'n7', 'n8')
  let held = withKeyspace(six, 1)
  for (const name of ['n5', 'n6', 'n7', 'n8'])
    held = finished(after(held, [{ kind: 'leave', hostId: idOf(name), force: true }]))
  const off = after(held, [{ kind: 'configure', name: 'autoRebalance', value: 'false' }])
  const said = [held, off].map((each) =>
    diagnose(view(...all), ring(each), NOW).find(({ what }) => what.includes('the mean')),
  )
  expect(said.map((each) => each?.next)).toEqual([
    expect.stringContaining('by itself'),
    expect.stringContaining('murmur rebalance --dry-run'),
  ])
})

test.each([
  ['outside of a ring', null],
  ['in a ring', four],
])('a seed of another cluster is told of, %s', (_, held) => {
  const seeds = [
    { address: '10.0.0.8:7946', state: 'foreign', tries: 1 },
    { address: '10.0.0.9:7946', state: 'trying', tries: 3 },
  ] as const
  const found = diagnose({ ...view(...all), seeds }, ring(held), NOW)
  expect(found.filter(({ what }) => what.includes('seed'))).toEqual([
    {
      grave: true,
      what: 'the seed 10.0.0.8:7946 belongs to another cluster, this agent to demo',
      next: 'Give this agent seeds of its own cluster, or start it with the --cluster of the seed.',
    },
  ])
})
