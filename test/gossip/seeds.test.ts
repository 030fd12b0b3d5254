/**
 * The addresses to join by: each in turn joined, silent, foreign, lost again, kept through a new
 * resolution or not.
 */
import { describe, expect, test } from '@jest/globals'
import { Outbox } from '../../src/gossip/outbox.js'
import type { Members } from '../../src/gossip/members.js'
import { Seeds } from '../../src/gossip/seeds.js'
import { eventsOf, node, tableOf } from './fixture.js'

const OWN = node(0).address
const [A, B, C] = [node(1).address, node(2).address, '10.9.9.9:1']

function seedsOf(...addresses: string[]): { seeds: Seeds; outbox: Outbox; members: Members } {
  const [members, outbox] = [tableOf(4), new Outbox()]
  const seeds = new Seeds(OWN, members, outbox)
  seeds.set(addresses)
  return { seeds, outbox, members }
}

describe('a seed', () => {
  test('is tried until a present member answers there, and again when that one is gone', () => {
    const { seeds, outbox, members } = seedsOf(A, B)
    expect(seeds.unjoined()).toEqual([A, B])
    seeds.answered(A, node(1))
    seeds.answered(A, node(1))
    expect(eventsOf(outbox)).toEqual([{ kind: 'seed.joined', address: A, member: node(1) }])
    expect(seeds.unjoined()).toEqual([B])
    members.set(1, 'suspect', 0, 0)
    expect(seeds.unjoined()).toEqual([B])
    members.set(1, 'down', 0, 0)
    expect(seeds.unjoined()).toEqual([A, B])
    seeds.answered(A, node(3))
    expect(eventsOf(outbox)).toMatchObject([{ kind: 'seed.joined', member: node(3) }])
  })

  test('that is silent is told of at once and at every twentieth try, not at each', () => {
    const { seeds, outbox } = seedsOf(A)
    for (let tries = 1; tries <= 45; tries++) seeds.silent(A)
    const said = eventsOf(outbox).map((event) => ('tries' in event ? event.tries : 0))
    expect(said).toEqual([1, 21, 41])
    seeds.answered(A, node(1))
    seeds.silent(A)
    expect(seeds.views()).toEqual([{ address: A, state: 'joined', tries: 0 }])
  })

  test('of another cluster is foreign until somebody of ours answers there', () => {
    const { seeds } = seedsOf(A)
    seeds.foreign(A)
    expect(seeds.views()).toEqual([{ address: A, state: 'foreign', tries: 0 }])
    seeds.answered(A, node(1))
    expect(seeds.views()).toMatchObject([{ state: 'joined' }])
  })

  test('that nobody named is not made one by an answer or a silence', () => {
    const { seeds, outbox } = seedsOf()
    seeds.answered(A, node(1))
    seeds.silent(A)
    seeds.foreign(A)
    expect([seeds.views(), eventsOf(outbox)]).toEqual([[], []])
  })
})

describe('the list', () => {
  test('has each address once, not the own one, and at most 64', () => {
    expect(seedsOf(A, OWN, A, B).seeds.unjoined()).toEqual([A, B])
    const many = Array.from({ length: 100 }, (_, i) => `10.1.1.${i}:1`)
    expect(seedsOf(...many).seeds.unjoined()).toEqual(many.slice(0, 64))
  })

  test('resolved again keeps what is known of the addresses that stay', () => {
    const { seeds, outbox } = seedsOf(A, B)
    seeds.answered(A, node(1))
    seeds.silent(B)
    eventsOf(outbox)
    seeds.set([C, B, A])
    expect(seeds.views()).toEqual([
      { address: C, state: 'trying', tries: 0 },
      { address: B, state: 'trying', tries: 1 },
      { address: A, state: 'joined', tries: 0 },
    ])
    seeds.set([C])
    expect(seeds.views()).toHaveLength(1)
  })

  test('has leads of an old view until anybody answers', () => {
    const { seeds } = seedsOf(A)
    for (const address of [B, C, A, OWN]) seeds.lead(address)
    expect(seeds.unjoined()).toEqual([A, B, C])
    seeds.set([A, B])
    expect(seeds.unjoined()).toEqual([A, B, C])
    seeds.answered(A, node(1))
    expect(seeds.unjoined()).toEqual([B])
  })
})
