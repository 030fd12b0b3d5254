/** What a node wishes of itself: to be a member, as long as it would be one that answers. */
import { expect, test } from '@jest/globals'
import { IntentBook } from '../../src/cluster/intent-book.js'
import { OwnWishes } from '../../src/cluster/own-wishes.js'
import { Peers, type Roll } from '../../src/cluster/peers.js'
import { RingOutbox } from '../../src/cluster/ring-outbox.js'
import { VoteMemory } from '../../src/cluster/vote-memory.js'
import { founders, newcomer } from './fixture.js'

const record = founders('n1', 'n2')
const { tokens, ...who } = newcomer('n3')
const identity = {
  ...who,
  generation: 1,
  tag: 0,
  hostTag: 0,
  tokenCount: tokens,
  tokenDigest: 0,
}

test('a node whose disk has forgotten something stays out, and takes back that it wanted in', () => {
  const roll: Roll = {
    member: () => ({ identity, standing: 'alive', since: 0 }),
    standing: () => 'alive',
    facts: () => [],
    present: () => [identity],
  }
  const outbox = new RingOutbox()
  const book = new IntentBook(outbox, [])
  const peers = new Peers(roll, new VoteMemory(outbox, []))
  const wishes = new OwnWishes(identity.hostId, { outbox, peers, book, features: 1 }, '', 0)
  wishes.work(record, false, 0)
  expect(book.mine).toEqual([])
  wishes.work(record, true, 0)
  expect(book.mine.map(({ wish }) => wish.kind)).toEqual(['join'])
  wishes.work(record, false, 1000)
  expect(book.mine).toEqual([])
})
