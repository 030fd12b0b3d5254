/**
 * Repair between tables of very different sizes: every message must fit its channel, for the
 * smallest datagram that may be set and the largest table, and what was lacking must arrive.
 */
import { describe, expect, test } from '@jest/globals'
import { at } from '../../src/base/assert.js'
import type { Address } from '../../src/base/machine.js'
import { Belonging } from '../../src/gossip/belonging.js'
import { decode } from '../../src/gossip/codec.js'
import { Counters } from '../../src/gossip/counters.js'
import { SELF, type Members } from '../../src/gossip/members.js'
import type { Message } from '../../src/gossip/message.js'
import { Outbox } from '../../src/gossip/outbox.js'
import { ENCRYPTION_RESERVE, FRAME_MAX, Post } from '../../src/gossip/post.js'
import { Rumors } from '../../src/gossip/rumors.js'
import { Sync } from '../../src/gossip/sync.js'
import { Teller } from '../../src/gossip/teller.js'
import { node, tableOf } from './fixture.js'
import { settingsFor } from '../../src/gossip/settings.js'

interface Side {
  readonly members: Members
  readonly outbox: Outbox
  readonly sync: Sync
}

const nobodyAccuses = { accusers: () => [], passed: () => undefined }

function sideOf(members: Members, datagram: number): Side {
  const outbox = new Outbox()
  const rumors = new Rumors(4)
  const teller = new Teller(members, nobodyAccuses, 256, datagram)
  const post = new Post(
    { members, rumors, teller, outbox, tombstones: { settled: true } },
    new Belonging('test'),
    settingsFor('lan', { datagram }),
  )
  const sync = new Sync(1000, { members, teller, post, counters: new Counters() })
  return { members, outbox, sync }
}

interface Sent {
  readonly to: Address
  readonly via: 'datagram' | 'stream'
  readonly size: number
  readonly message: Message
}

function sentBy(side: Side): Sent[] {
  return side.outbox.drain().flatMap((effect) => {
    if (effect.kind !== 'send' && effect.kind !== 'stream') return []
    const message = decode(effect.bytes, FRAME_MAX)
    if ('kind' in message) throw new Error(`sent junk: ${message.reason}`)
    const via = effect.kind === 'stream' ? 'stream' : 'datagram'
    return [{ to: effect.to, via, size: effect.bytes.length, message }]
  })
}

/** One repair, begun by `a`, until nothing more is said. @returns every message in order */
function repair(a: Side, b: Side, rowOfB: number, rowOfA: number): Sent[] {
  a.sync.begin(rowOfB, 'datagram', 0)
  const all: Sent[] = []
  let [speaker, listener, rowOfSpeaker] = [a, b, rowOfA]
  for (let turn = 0; turn < 8; turn++) {
    const sent = sentBy(speaker)
    all.push(...sent)
    for (const { message, via } of sent) take(listener, message, via, rowOfSpeaker)
    const next = [listener, speaker, rowOfSpeaker === rowOfA ? rowOfB : rowOfA] as const
    ;[speaker, listener, rowOfSpeaker] = next
  }
  return all
}

function take(side: Side, message: Message, via: 'datagram' | 'stream', row: number): void {
  const { members, sync } = side
  for (const rumor of message.rumors) {
    if (rumor.kind !== 'introduction') continue
    const { identity, standing, incarnation } = rumor
    if (members.rowOfHost(identity.hostId) < 0) members.add({ identity, standing, incarnation }, 0)
  }
  const peer = { to: members.identity(row).address, via, row }
  if (message.buckets.length > 0) sync.buckets(message.buckets, peer)
  if (message.rows !== null) sync.rows(message.rows, peer)
  if (message.wants.length > 0) sync.wants(message.wants, peer)
}

/** A node that knows itself and one other, row 0 of the other's table. */
function newcomer(number: number, datagram: number): Side {
  const members = tableOf(0)
  members.add({ identity: node(number), standing: 'alive', incarnation: 0 }, 0)
  members.add({ identity: node(0), standing: 'alive', incarnation: 0 }, 0)
  return sideOf(members, datagram)
}

describe.each([
  [3, 1400],
  [100, 1400],
  [700, 512],
  [9000, 1400],
])('%d members, by datagrams of %d bytes', (size, datagram) => {
  test('are learnt by a newcomer that asks', () => {
    const large = sideOf(tableOf(size), datagram)
    const small = newcomer(size, datagram)
    const rowOfSmall = large.members.add(small.members.member(SELF), 0)
    const sent = repair(small, large, 1, rowOfSmall)
    expect(small.members.size).toBe(size + 1)
    expect(small.members.digest).toBe(large.members.digest)
    for (const { via, size: bytes } of sent) {
      expect(bytes).toBeLessThanOrEqual(
        via === 'stream' ? FRAME_MAX : datagram - ENCRYPTION_RESERVE,
      )
    }
  })

  test('are told to a newcomer that is asked', () => {
    const large = sideOf(tableOf(size), datagram)
    const small = newcomer(size, datagram)
    const rowOfSmall = large.members.add(small.members.member(SELF), 0)
    repair(large, small, rowOfSmall, 1)
    expect(small.members.digest).toBe(large.members.digest)
  })
})

test('rows with the largest numbers that are believed fit as well', () => {
  const large = sideOf(tableOf(80), 1400)
  for (let row = 1; row < 80; row++) {
    large.members.set(row, 'alive', 2 ** 48 - 1, 0)
    large.members.setFacts(row, [], 2 ** 48 - 1)
  }
  large.sync.buckets([1], { to: node(1).address, via: 'datagram', row: 1 })
  expect(at(sentBy(large), 0).via).toBe('stream')
})
