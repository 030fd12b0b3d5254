/** The ring that nodes wish: from what was heard, the same everywhere, junk and gaps survived. */
import { describe, expect, test } from '@jest/globals'
import { endpointsOf } from '../../src/cluster/endpoints.js'
import { keyspaceOf, type Keyspace } from '../../src/cluster/keyspace.js'
import { ringStatusOf } from '../../src/cluster/ring-status.js'
import { statusOf } from '../../src/cluster/status.js'
import { TOKENS_FACT, wishedTokens } from '../../src/cluster/wish.js'
import { knownRing } from '../../src/cluster/known-ring.js'
import type { FactView, GossipView, MemberView } from '../../src/gossip/view.js'
import { describeReplication } from '../../src/ring/replication.js'
import { formed, nth, viewOf } from '../world/story.js'

function hostId(number: number): string {
  return `00000000-0000-4000-8000-00000000000${number}`
}

function tokensFact(...tokens: readonly bigint[]): FactView {
  const value = new Uint8Array(tokens.length * 8)
  tokens.forEach((token, i) => new DataView(value.buffer).setBigInt64(i * 8, token))
  return { key: TOKENS_FACT, version: 1, value }
}

function member(
  number: number,
  tokens: readonly bigint[],
  more: Partial<MemberView> = {},
): MemberView {
  return {
    hostId: hostId(number),
    name: `n${number}`,
    address: `10.0.0.${number}:7946`,
    dc: 'dc1',
    rack: `r${number}`,
    liveness: 'up',
    gone: null,
    generation: 1,
    incarnation: 0,
    tokenCount: tokens.length,
    phi: null,
    rtt: null,
    since: 0,
    version: 1,
    facts: [tokensFact(...tokens)],
    observers: [],
    self: number === 1,
    ...more,
  }
}

function heard(...members: readonly MemberView[]): GossipView {
  const rest = { digest: 0, differing: [], health: 0, seeds: [], counters: {} }
  return { cluster: 'demo', self: hostId(1), started: true, members, ...rest }
}

function keyspace(view: GossipView, replication?: string): Keyspace {
  const read = keyspaceOf(knownRing(view).ring, 'ks', replication)
  if (read.kind === 'refused') throw new Error(read.says)
  return read.keyspace
}

const QUARTER = 2n ** 62n
const four = heard(
  member(1, [-QUARTER]),
  member(2, [0n]),
  member(3, [QUARTER]),
  member(4, [2n ** 63n - 1n]),
)

describe('the ring that nodes wish', () => {
  test('is what they published, with their shares in status and ring', () => {
    const { nodes, clashes, waitingFor, epoch } = ringStatusOf(four)
    expect(nodes.map(({ tokens }) => tokens)).toEqual([
      ['-4611686018427387904'],
      ['0'],
      ['4611686018427387904'],
      ['9223372036854775807'],
    ])
    expect(nodes.map(({ owns }) => owns)).toEqual([0.25, 0.25, 0.25, 0.25])
    expect({ clashes, waitingFor, epoch }).toEqual({ clashes: [], waitingFor: [], epoch: null })
    expect(statusOf(four).nodes.map(({ owns }) => owns)).toEqual([0.25, 0.25, 0.25, 0.25])
  })

  test('with a keyspace counts every copy', () => {
    const owns = statusOf(four, keyspace(four, 'dc1=3')).nodes.map((node) => node.owns)
    expect(owns).toEqual([0.75, 0.75, 0.75, 0.75])
    const status = ringStatusOf(four, keyspace(four))
    expect(status).toMatchObject({
      keyspace: 'ks',
      replication: 'NetworkTopologyStrategy {dc1=3}',
    })
  })

  test('keeps who is down, and forgets who left or was removed', () => {
    const view = heard(
      member(1, [0n]),
      member(2, [5n], { liveness: 'down' }),
      member(3, [9n], { liveness: 'down', gone: 'left' }),
      member(4, [7n], { liveness: 'down', gone: 'removed' }),
    )
    expect(knownRing(view).ring.members.map(({ id }) => id)).toEqual([hostId(1), hostId(2)])
    expect(ringStatusOf(view).nodes.map(({ name }) => name)).toEqual(['n1', 'n2'])
    expect(statusOf(view).nodes.map(({ owns }) => owns === null)).toEqual([
      false,
      false,
      true,
      true,
    ])
  })

  test('gives a token that two wish to the lower host id, and says so', () => {
    const view = heard(member(1, [3n, 8n]), member(2, [8n, -1n]))
    expect(ringStatusOf(view)).toMatchObject({
      nodes: [{ tokens: ['3', '8'] }, { tokens: ['-1'] }],
      clashes: [{ token: '8', winner: hostId(1), loser: hostId(2) }],
    })
  })

  test.each([
    ['nothing', []],
    ['half a token', [{ key: TOKENS_FACT, version: 1, value: new Uint8Array(12) }]],
    ['no bytes', [{ key: TOKENS_FACT, version: 1, value: new Uint8Array(0) }]],
    ['fewer tokens than it has', [tokensFact(1n)]],
    ['more tokens than it has', [tokensFact(1n, 2n, 3n)]],
  ])('waits for a node that published %s', (_, facts) => {
    const view = heard(member(1, [0n]), member(2, [1n, 2n], { facts }))
    const { nodes, waitingFor } = ringStatusOf(view)
    expect(nodes[1]).toMatchObject({ tokens: [], owns: null })
    expect(waitingFor).toEqual([{ name: 'n2', hostId: hostId(2), for: 'its tokens' }])
    expect(endpointsOf(view, keyspace(view), new Uint8Array(0)).waitingFor).toEqual(waitingFor)
  })

  test('stays within what a ring can hold, and waits for the rest', () => {
    const many = 1_500_000
    const value = new Uint8Array(many * 8)
    const facts = [{ key: TOKENS_FACT, version: 1, value }]
    const view = heard(
      member(1, [], { tokenCount: many, facts }),
      member(2, [], { tokenCount: many, facts }),
    )
    expect(knownRing(view).unheard).toEqual([hostId(2)])
  })

  test('wishes the same tokens after each start, and others than another node', () => {
    expect(wishedTokens(hostId(1), 16)).toEqual(wishedTokens(hostId(1), 16))
    expect(wishedTokens(hostId(1), 16)).not.toEqual(wishedTokens(hostId(2), 16))
  })
})

describe('the endpoints of a key', () => {
  test('are the replicas in order, each with how it is', () => {
    const down = heard(
      ...four.members.map((one, i): MemberView => (i === 1 ? { ...one, liveness: 'down' } : one)),
    )
    const found = endpointsOf(down, keyspace(down, '2'), new TextEncoder().encode('123'))
    expect(found).toMatchObject({
      keyspace: 'ks',
      replication: 'NetworkTopologyStrategy {dc1=2}',
      replicationFrom: 'asked',
      token: '-7468325962851647638',
    })
    expect(found.endpoints.map(({ name, liveness }) => `${name} ${liveness}`)).toEqual([
      'n1 up',
      'n2 down',
    ])
  })
})

describe('a keyspace', () => {
  const two = heard(member(1, [0n]), member(2, [1n], { dc: 'dc2' }))

  test.each([
    [undefined, 'NetworkTopologyStrategy {dc1=3, dc2=3}'],
    ['2', 'NetworkTopologyStrategy {dc1=2, dc2=2}'],
    ['dc2=2', 'NetworkTopologyStrategy {dc2=2}'],
    ['dc1=3, dc2=3/1', 'NetworkTopologyStrategy {dc1=3, dc2=3/1}'],
    ['simple:3', 'SimpleStrategy {3}'],
  ])('with the replication %s keeps %s', (asked, says) => {
    expect(describeReplication(keyspace(two, asked).replication)).toBe(says)
  })

  test.each([
    ['ks', 'dc3=1', 'no node is in the datacenter dc3: did you mean dc1?'],
    ['ks', 'west=1', 'no node is in the datacenter west: there are dc1, dc2'],
    ['ks', 'dc1=x', '"dc1=x" is no replication'],
    ['ks', 'dc1=1,dc1=2', 'dc1 is named twice'],
    ['ks', 'many', '"many" is no replication'],
    ['ks', '', '"" is no replication'],
    ['ks', 'simple:', '"simple:" is no replication'],
    ['a b', '3', '"a b" is no name of a keyspace'],
    ['', '3', '"" is no name of a keyspace'],
  ])('%j with the replication %j is refused', (name, asked, says) => {
    const read = keyspaceOf(knownRing(two).ring, name, asked)
    expect(read.kind === 'refused' && read.says).toContain(says)
  })
})

test.each([1, 2])('every agent of a cluster answers the same (seed %i)', (seed) => {
  const { world, hosts } = formed(12, { seed })
  const answer = (host: (typeof hosts)[number]): unknown => {
    const { nodes, clashes, waitingFor } = ringStatusOf(viewOf(world, host))
    return {
      nodes: nodes.map(({ name, tokens, owns }) => ({ name, tokens, owns })),
      clashes,
      waitingFor,
    }
  }
  const first = answer(nth(hosts, 0))
  expect(first).toMatchObject({ waitingFor: [] })
  for (const host of hosts) expect(answer(host)).toEqual(first)
})

test("the fact that holds a node's tokens is not published by anybody else", () => {
  const { world, hosts } = formed(3, { seed: 3 })
  const owner = nth(hosts, 0)
  const before = ringStatusOf(viewOf(world, owner)).nodes
  world.tell(owner, { kind: 'publish', key: TOKENS_FACT, value: new Uint8Array(8) })
  world.run(3000)
  const after = ringStatusOf(viewOf(world, nth(hosts, 1))).nodes
  expect(after.map(({ tokens }) => tokens)).toEqual(before.map(({ tokens }) => tokens))
})
