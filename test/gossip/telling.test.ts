/**
 * Words and parcels: what is told of a member, what the receiver must hear whatever else there is,
 * and that every rumor fits some datagram, so that none stays for ever.
 */
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { at } from '../../src/base/assert.js'
import type { Claim, Rumor } from '../../src/gossip/claim.js'
import { Belonging, markOf } from '../../src/gossip/belonging.js'
import { decode } from '../../src/gossip/codec.js'
import { withFact, type Facts } from '../../src/gossip/fact-set.js'
import { SELF, type Members } from '../../src/gossip/members.js'
import type { Message } from '../../src/gossip/message.js'
import { Outbox } from '../../src/gossip/outbox.js'
import { ENCRYPTION_RESERVE, Post, type Dispatch } from '../../src/gossip/post.js'
import { NEWS, Rumors } from '../../src/gossip/rumors.js'
import { Teller } from '../../src/gossip/teller.js'
import { node, tableOf } from './fixture.js'
import { settingsFor } from '../../src/gossip/settings.js'

const INLINE = 256
const TO = '10.0.0.2:7946'

interface Speaker {
  readonly members: Members
  readonly rumors: Rumors
  readonly teller: Teller
  readonly send: (dispatch?: Partial<Dispatch>) => Message
}

function speaker(datagram = 1400, passed?: Claim, buddy = true): Speaker {
  const [members, rumors, outbox] = [tableOf(4), new Rumors(4), new Outbox()]
  const accusers = { accusers: () => [{ by: node(3).tag, phi: 9 }], passed: () => passed }
  const teller = new Teller(members, accusers, INLINE, datagram)
  const post = new Post(
    { members, rumors, teller, outbox, tombstones: { settled: true } },
    new Belonging('test'),
    settingsFor('lan', { datagram, buddy }),
  )
  const send = (dispatch: Partial<Dispatch> = {}): Message => {
    post.send({ kind: 'gossip' }, { to: TO, via: 'datagram', ...dispatch })
    const effect = at(outbox.drain(), 0)
    if (effect.kind !== 'send' && effect.kind !== 'stream') throw new Error(effect.kind)
    if (effect.kind === 'send') {
      expect(effect.bytes.length).toBeLessThanOrEqual(datagram - ENCRYPTION_RESERVE)
    }
    const message = decode(effect.bytes, 65536)
    if ('kind' in message) throw new Error(message.reason)
    return message
  }
  return { members, rumors, teller, send }
}

function factsOf(sizes: readonly number[]): Facts {
  return sizes.reduce<Facts>(
    (facts, size, i) =>
      withFact(facts, { key: `k${i}`, version: i + 1, value: new Uint8Array(size) }),
    [],
  )
}

/** Everything it tells until it has nothing more to tell. */
function allTold(it: Speaker): Rumor[] {
  const all: Rumor[] = []
  for (let sent = 0; it.rumors.pending; sent++) {
    expect(sent).toBeLessThan(200)
    all.push(...it.send().rumors)
  }
  return all
}

describe('every rumor is told some time', () => {
  test.each([[512], [1400]])('by datagrams of %d bytes, whatever facts there are', (datagram) => {
    const sizes = fc.array(fc.oneof(fc.nat(300), fc.constantFrom(255, 256, 257)), { maxLength: 12 })
    fc.assert(
      fc.property(sizes, fc.boolean(), (list, introduced) => {
        const it = speaker(datagram)
        it.members.setFacts(SELF, factsOf(list), list.length)
        it.rumors.spread(SELF, NEWS.facts | (introduced ? NEWS.introduction : 0))
        it.rumors.spread(1, NEWS.standing)
        const told = allTold(it)
        const reached = told.map((rumor) =>
          rumor.kind === 'fact' || rumor.kind === 'version' ? rumor.version : 0,
        )
        expect(Math.max(...reached)).toBe(list.length)
        if (introduced) expect(told.some(({ kind }) => kind === 'introduction')).toBe(true)
      }),
    )
  })

  test('small facts in full, and from the first large one on that they exist', () => {
    const it = speaker()
    it.members.setFacts(SELF, factsOf([10, 20, INLINE + 1, 30]), 4)
    it.rumors.spread(SELF, NEWS.facts, 1)
    expect(it.send().rumors).toMatchObject([
      { kind: 'fact', after: 1, version: 2 },
      { kind: 'version', version: 4 },
    ])
  })
})

describe('the receiver hears first', () => {
  test('what is said of it, with who says so', () => {
    const it = speaker()
    it.members.set(2, 'suspect', 5, 0)
    expect(it.send({ row: 1 }).rumors).toEqual([])
    const accusers = [{ by: node(3).tag, phi: 9 }]
    const claim = {
      kind: 'claim',
      about: node(2).tag,
      standing: 'suspect',
      incarnation: 5,
      accusers,
    }
    expect(it.send({ row: 2, bare: true }).rumors).toEqual([claim])
  })

  test('with no buddy nothing of a suspicion, but of a verdict, for it must know to come back', () => {
    const it = speaker(1400, undefined, false)
    it.members.set(2, 'suspect', 5, 0)
    expect(it.send({ row: 2, bare: true }).rumors).toEqual([])
    it.members.set(2, 'down', 5, 0)
    expect(it.send({ row: 2, bare: true }).rumors).toMatchObject([{ standing: 'down' }])
  })

  test('a verdict of others that is only passed on as that verdict', () => {
    const about = node(2).tag
    const passed: Claim = { kind: 'claim', about, standing: 'down', incarnation: 7, accusers: [] }
    const it = speaker(1400, passed)
    it.rumors.spread(2, NEWS.standing)
    expect(it.send().rumors).toEqual([passed])
  })

  test('who we are, with the name of the cluster, where it may not know us', () => {
    const it = speaker()
    it.members.setFacts(SELF, factsOf([10]), 1)
    const { clusterName, rumors } = it.send({ introduce: true })
    expect(clusterName).toBe('test')
    expect(rumors).toMatchObject([
      { kind: 'introduction', identity: node(0), standing: 'alive' },
      { kind: 'fact', version: 1 },
    ])
  })
})

test('a head says who speaks, of which cluster, and how its table looks', () => {
  const it = speaker()
  it.members.set(SELF, 'alive', 6, 0)
  expect(it.send({ whoAreYou: true })).toMatchObject({
    cluster: markOf('test'),
    sender: node(0).tag,
    incarnation: 6,
    digest: it.members.digest,
    whoAreYou: true,
  })
})

test('those gone are told with the age of their tombstone, the others without', () => {
  const it = speaker()
  it.members.set(2, 'left', 0, 1000)
  it.teller.at(8999)
  it.rumors.spread(2, NEWS.introduction)
  it.rumors.spread(3, NEWS.introduction)
  expect(it.send().rumors).toMatchObject([
    { identity: node(2), standing: 'left', age: 7 },
    { identity: node(3), standing: 'alive', age: 0 },
  ])
})
