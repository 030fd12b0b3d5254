/**
 * Arbitrary values of the protocol, and their bytes: every rumor and message that a node could
 * send.
 */
import fc from 'fast-check'
import { Writer } from '../../src/base/bytes.js'
import { ACCUSERS_MAX, NUMBER_LIMIT, writeRumor, type Rumor } from '../../src/gossip/claim.js'
import {
  closeSection,
  openSection,
  SECTION,
  writeHead,
  writeRows,
  writeWant,
} from '../../src/gossip/codec.js'
import { hostIdFromWords, identityOf, type Identity } from '../../src/gossip/identity.js'
import type { Body, Message, RowsPart } from '../../src/gossip/message.js'
import { isGone, standings } from '../../src/gossip/precedence.js'

const word = fc.nat(0xffffffff)
export const tag = fc.integer({ min: 0, max: 2 ** 48 - 1 })
/** Small numbers, as they are, and numbers up to what is believed. */
export const count = fc.oneof(fc.nat(300), fc.integer({ min: 0, max: NUMBER_LIMIT - 1 }))
const name = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 8 })
const standing = fc.constantFrom(...standings)

export const address = fc.oneof(
  fc.tuple(fc.ipV4(), fc.integer({ min: 1, max: 65535 })).map(([host, port]) => `${host}:${port}`),
  fc.constantFrom('[::1]:7946', '[2001:db8::1]:1', '[1:2:3:4:5:6:7:8]:65535'),
)

export const identity: fc.Arbitrary<Identity> = fc
  .record({
    hostId: fc.tuple(word, word, word, word).map((words) => hostIdFromWords(...words)),
    generation: fc.integer({ min: 1, max: NUMBER_LIMIT - 1 }),
    address,
    name,
    dc: name,
    rack: name,
    tokenCount: count,
    tokenDigest: word,
  })
  .map(identityOf)

const accusation = fc.record({ by: tag, phi: fc.nat(255).map((tenths) => tenths / 10) })

export const rumor: fc.Arbitrary<Rumor> = fc.oneof(
  fc.record({
    kind: fc.constant('claim'),
    about: tag,
    standing,
    incarnation: count,
    accusers: fc.array(accusation, { maxLength: ACCUSERS_MAX }),
  }),
  fc
    .record({
      kind: fc.constant('introduction'),
      identity,
      standing,
      incarnation: count,
      age: count,
    })
    .map((told) => (isGone(told.standing) ? told : { ...told, age: 0 })),
  fc
    .record({
      kind: fc.constant('fact'),
      about: tag,
      after: count,
      version: count,
      key: name,
      value: fc.option(fc.uint8Array({ maxLength: 60 })),
    })
    .filter(({ after, version }) => after < version),
  fc.record({ kind: fc.constant('version'), about: tag, version: count }),
)

const seq = word
export const body: fc.Arbitrary<Body> = fc.oneof(
  fc.record({ kind: fc.constant('ping'), seq, target: tag }),
  fc.record({ kind: fc.constantFrom('ack', 'nack', 'mistaken'), seq }),
  fc.record({ kind: fc.constant('relay'), seq, target: tag, address, patience: count }),
  fc.record({ kind: fc.constant('relayed'), seq, target: tag, incarnation: count }),
  fc.record({ kind: fc.constant('gossip') }),
  fc.record({ kind: fc.constant('foreign'), cluster: name, id: name }),
)

const fold = fc.constantFrom(1, 2, 8, 256)

const rows: fc.Arbitrary<RowsPart> = fold.chain((size) =>
  fc.record({
    fold: fc.constant(size),
    told: fc.uniqueArray(fc.nat(size - 1), { maxLength: 8 }),
    rows: fc.array(fc.record({ about: tag, stand: count, version: count }), { maxLength: 8 }),
  }),
)

export const message: fc.Arbitrary<Message> = fc.record({
  body,
  cluster: word,
  sender: tag,
  incarnation: count,
  digest: word,
  whoAreYou: fc.boolean(),
  settled: fc.boolean(),
  clusterName: fc.oneof(fc.constant(''), name),
  clusterId: fc.oneof(fc.constant(''), name),
  rumors: fc.array(rumor, { maxLength: 5 }),
  buckets: fc.oneof(
    fc.constant([]),
    fold.chain((size) => fc.array(word, { minLength: size, maxLength: size })),
  ),
  rows: fc.option(rows),
  wants: fc.array(fc.record({ about: tag, after: count }), { maxLength: 4 }),
})

/** The bytes of a message, its sections in the order of their numbers. */
export function bytesOf(sent: Message): Uint8Array {
  const out = new Writer(65536)
  writeHead(out, sent, sent.body)
  section(out, SECTION.cluster, () => {
    if (sent.clusterName + sent.clusterId === '') return
    out.text(sent.clusterName)
    out.text(sent.clusterId)
  })
  section(out, SECTION.rumors, () => {
    for (const one of sent.rumors) writeRumor(out, one)
  })
  section(out, SECTION.buckets, () => {
    for (const sum of sent.buckets) out.u32(sum)
  })
  section(out, SECTION.rows, () => {
    if (sent.rows !== null) writeRows(out, sent.rows)
  })
  section(out, SECTION.wants, () => {
    for (const want of sent.wants) writeWant(out, want)
  })
  return out.take()
}

function section(out: Writer, number: number, write: () => void): void {
  const mark = openSection(out, number)
  write()
  closeSection(out, mark)
}
