/** Arbitrary values of the chain: every record, intent and message that a node could make. */
import fc from 'fast-check'
import type { Intent, Newcomer, Wish } from '../../src/cluster/intent.js'
import { intentOf } from '../../src/cluster/intent-bytes.js'
import type { Inputs } from '../../src/cluster/plan/plan.js'
import type { Body, ChainMessage } from '../../src/cluster/ratify/message.js'
import type {
  Banned,
  Keyspace,
  Move,
  RecordMember,
  RingRecord,
} from '../../src/cluster/record/record.js'
import { hostIdFromWords } from '../../src/gossip/identity.js'
import type { Replication } from '../../src/ring/replication.js'
import { compareTokens, sameToken, type Token } from '../../src/ring/token.js'

const word = fc.nat(0xffffffff)
const count = fc.nat(1_000_000)
const name = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 8 })
const id = fc
  .uint8Array({ minLength: 8, maxLength: 8 })
  .map((bytes) => [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join(''))
export const digest = fc
  .uint8Array({ minLength: 32, maxLength: 32 })
  .map((bytes) => [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join(''))
export const hostId = fc.tuple(word, word, word, word).map((words) => hostIdFromWords(...words))
const address = fc.nat(65535).map((port) => `10.0.0.1:${port}`)

const tokens: fc.Arbitrary<Token[]> = fc
  .array(fc.record({ hi: fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }), lo: word }), {
    maxLength: 4,
  })
  .map((list) => {
    const sorted = [...list].sort(compareTokens)
    return sorted.filter((token, i) => i === 0 || !sameToken(token, sorted[i - 1] ?? token))
  })

function setOf<T>(item: fc.Arbitrary<T>, key: (value: T) => string): fc.Arbitrary<T[]> {
  return fc
    .uniqueArray(item, { maxLength: 4, selector: key })
    .map((list) => [...list].sort((a, b) => (key(a) < key(b) ? -1 : 1)))
}

const hostIds = setOf(hostId, (value) => value)

const member: fc.Arbitrary<RecordMember> = fc.record({
  hostId,
  name,
  address,
  dc: name,
  rack: name,
  weight: fc.integer({ min: 1, max: 10_000 }),
  state: fc.constantFrom('joining', 'normal', 'leaving', 'lost'),
  tokens,
  features: count,
})

const banned: fc.Arbitrary<Banned> = fc.record({
  hostId,
  name,
  as: fc.constantFrom('left', 'removed', 'replaced', 'cancelled'),
  epoch: count,
})

const factor = fc.record({ all: fc.nat(9), transient: fc.nat(3) })
const replication: fc.Arbitrary<Replication> = fc.oneof(
  fc.record({ kind: fc.constant('simple'), factor }),
  fc.record({
    kind: fc.constant('network'),
    factors: setOf(fc.tuple(name, factor), ([dc]) => dc).map((list) => new Map(list)),
  }),
)
const keyspace: fc.Arbitrary<Keyspace> = fc.record({ name, replication, born: count })

const move: fc.Arbitrary<Move> = fc.record({
  id,
  kind: fc.constantFrom('join', 'leave', 'remove', 'replace', 'rebalance', 'alter'),
  nodes: hostIds,
  by: fc.oneof(fc.constant(''), hostId),
  tokens: setOf(fc.record({ hostId, tokens }), (holding) => holding.hostId),
  alters: fc.option(keyspace),
  loseData: fc.boolean(),
  stage: fc.constantFrom('prepare', 'read-new', 'back'),
  since: count,
})

export const record: fc.Arbitrary<RingRecord> = fc
  .record({
    epoch: fc.integer({ min: 1, max: 1000 }),
    parent: digest,
    clusterId: digest,
    generation: fc.nat(9),
    attempt: fc.nat(9),
    members: setOf(member, (each) => each.hostId),
    banned: setOf(banned, (each) => each.hostId),
    moves: fc.uniqueArray(move, { maxLength: 3, selector: (each) => each.id }),
    keyspaces: setOf(keyspace, (each) => each.name),
    config: setOf(fc.record({ name, value: name }), (each) => each.name),
    features: count,
    committee: hostIds,
    settled: fc.array(
      fc.record({ id, epoch: count, outcome: fc.constantFrom('done', 'refused', 'void') }),
      { maxLength: 4 },
    ),
    horizon: count,
    why: fc.array(fc.string({ maxLength: 20 }), { maxLength: 3 }),
  })
  .map((made) => (made.epoch === 1 ? { ...made, parent: '', clusterId: '' } : made))

const newcomer: fc.Arbitrary<Newcomer> = fc.record({
  hostId,
  name,
  address,
  dc: name,
  rack: name,
  tokens: fc.integer({ min: 1, max: 1024 }),
  features: count,
})

const wish: fc.Arbitrary<Wish> = fc.oneof(
  fc.record({ kind: fc.constant('join'), who: newcomer }),
  fc.record({ kind: fc.constant('leave'), hostId, force: fc.boolean() }),
  fc.record({
    kind: fc.constant('remove'),
    hostIds: hostIds.filter((list) => list.length > 0),
    loseData: fc.boolean(),
  }),
  fc.record({ kind: fc.constant('replace'), hostId, by: newcomer, loseData: fc.boolean() }),
  fc.record({ kind: fc.constant('rebalance'), bar: count }),
  fc.record({ kind: fc.constant('cancel'), move: id }),
  fc.record({ kind: fc.constant('create'), name, replication }),
  fc.record({ kind: fc.constant('drop'), name }),
  fc.record({ kind: fc.constant('alter'), name, replication }),
  fc.record({ kind: fc.constant('configure'), name, value: fc.string({ maxLength: 8 }) }),
  fc.record({ kind: fc.constant('upgrade'), features: count }),
  fc.record({ kind: fc.constant('understand'), hostId, features: count }),
  fc.record({
    kind: fc.constant('relieve'),
    hostIds: hostIds.filter((list) => list.length > 0),
  }),
)

export const intent: fc.Arbitrary<Intent> = fc
  .tuple(hostId, count, count, wish)
  .map((parts) => intentOf(...parts))

const inputs: fc.Arbitrary<Inputs> = fc.record({
  intents: fc.array(intent, { maxLength: 3 }),
  applied: fc.array(fc.tuple(hostId, count), { maxLength: 3 }),
  copied: fc.array(fc.tuple(id, hostId), { maxLength: 3 }),
})

const ballot = fc.record({ round: count, by: hostId })
const bytes = fc.uint8Array({ maxLength: 40 })
const accepted = fc.option(fc.record({ ballot, value: bytes }))

const body: fc.Arbitrary<Body> = fc.oneof(
  fc.record({ kind: fc.constant('ask'), epoch: count, digest }),
  fc.record({ kind: fc.constant('records'), records: fc.array(bytes, { maxLength: 3 }) }),
  fc.record({ kind: fc.constantFrom('prepare', 'accepted'), ballot }),
  fc.record({ kind: fc.constant('promise'), ballot, accepted }),
  fc.record({ kind: fc.constant('accept'), ballot, value: bytes, inputs: fc.option(inputs) }),
  fc.record({ kind: fc.constant('outranked'), ballot, by: ballot }),
  fc.record({ kind: fc.constant('refused'), ballot, reason: fc.string({ maxLength: 20 }) }),
  fc.record({ kind: fc.constant('pledge'), value: bytes }),
  fc.record({ kind: fc.constantFrom('pledged', 'unpledged'), digest }),
  fc.record({ kind: fc.constant('stale'), epoch: count, ballots: count }),
  fc.record({ kind: fc.constant('recall'), epoch: count }),
  fc.record({ kind: fc.constant('past'), records: fc.array(bytes, { maxLength: 3 }) }),
  fc.record({
    kind: fc.constant('holds'),
    generation: count,
    copied: fc.array(id, { maxLength: 3 }),
  }),
)

export const message: fc.Arbitrary<ChainMessage> = fc.record({
  head: fc.record({ sender: hostId, clusterId: digest, epoch: count, digest, ballots: count }),
  body,
})
