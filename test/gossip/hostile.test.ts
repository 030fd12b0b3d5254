/**
 * A running node is told anything that the wire can carry, by known and unknown senders, true and
 * false, of its own members and of strangers, by datagram and stream. Whatever it is told, it
 * answers, keeps its books and never throws. RUNS in the environment says how many runs.
 */
import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { at } from '../../src/base/assert.js'
import type { Effect } from '../../src/base/machine.js'
import { Random } from '../../src/base/random.js'
import { markOf } from '../../src/gossip/belonging.js'
import type { GossipEvent } from '../../src/gossip/event.js'
import { Gossip } from '../../src/gossip/gossip.js'
import { hostIdFromWords, identityOf, type Identity } from '../../src/gossip/identity.js'
import { NUMBER_LIMIT, type Rumor } from '../../src/gossip/claim.js'
import type { Message } from '../../src/gossip/message.js'
import { settingsFor } from '../../src/gossip/settings.js'
import { bytesOf, message } from './arbitrary.js'
import { node } from './fixture.js'

const WALL = 1_700_000_000_000
const GENERATION = WALL / 1000

/** Who is spoken of: the node itself, eight others, one of them in two generations, and nobody. */
const nobody = identityOf({
  ...node(9),
  hostId: hostIdFromWords(0, 0, 0, 0),
  generation: GENERATION,
})
const known: Identity[] = [
  ...Array.from({ length: 9 }, (_, number) => node(number, { generation: GENERATION })),
  node(1, { generation: GENERATION + 1 }),
  nobody,
]

const someone = fc.constantFrom(...known)
const tagOfSomeone = someone.map(({ tag }) => tag)

/** Turns what is said of anybody into what is said of somebody known. */
function aim(rumor: Rumor, about: Identity): Rumor {
  if (rumor.kind === 'introduction') return { ...rumor, identity: about }
  if (rumor.kind !== 'claim') return { ...rumor, about: about.tag }
  const accusers = rumor.accusers.map((accusation) => ({ ...accusation, by: at(known, 2).tag }))
  return { ...rumor, about: about.tag, accusers }
}

const told: fc.Arbitrary<Message> = fc
  .record({
    message,
    sender: tagOfSomeone,
    abouts: fc.array(someone, { minLength: 5, maxLength: 5 }),
    aimed: fc.integer({ min: 0, max: 5 }),
    incarnation: fc.oneof(fc.nat(3), fc.constantFrom(NUMBER_LIMIT - 1, 2 ** 52 - 1)),
  })
  .map((parts) => ({
    ...parts.message,
    cluster: markOf('test'),
    clusterName: '',
    clusterId: '',
    sender: parts.sender,
    incarnation: parts.incarnation,
    rumors: parts.message.rumors.map((rumor, i) =>
      i < parts.aimed ? aim(rumor, at(parts.abouts, i)) : rumor,
    ),
    wants: parts.message.wants.map((want, i) => ({ ...want, about: at(parts.abouts, i).tag })),
  }))

const happening = fc.record({
  told,
  from: someone.map(({ address }) => address),
  via: fc.constantFrom('datagram', 'stream'),
  pause: fc.oneof(fc.constant(0), fc.nat(3000)),
})

class Witness {
  readonly gossip: Gossip
  now = 0

  constructor(seed: number) {
    const { hostId, name, address, dc, rack, tokenCount, tokenDigest } = node(0)
    const attributes = { hostId, name, address, dc, rack, tokenCount, tokenDigest }
    const rest = { cluster: 'test', restored: null, wall: WALL, random: Random.from(seed) }
    this.gossip = new Gossip({ settings: settingsFor('lan'), ...attributes, ...rest }, 0)
    this.perform(this.gossip.command({ kind: 'start' }, 0))
  }

  /** The disk answers at once. */
  perform(effects: readonly Effect<GossipEvent>[]): void {
    for (const effect of effects) {
      if (effect.kind === 'persist') this.perform(this.gossip.stored(effect.ticket, true, this.now))
    }
  }

  pass(until: number): void {
    for (let steps = 0; steps < 500 && this.gossip.wakeAt <= until; steps++) {
      this.now = Math.max(this.now, this.gossip.wakeAt)
      this.perform(this.gossip.wake(this.now))
    }
    this.now = Math.max(this.now, until)
  }
}

test('anything may be said to it, in any order, and it goes on', () => {
  fc.assert(
    fc.property(fc.nat(), fc.array(happening, { maxLength: 30 }), (seed, happenings) => {
      const witness = new Witness(seed)
      for (const { told: sent, from, via, pause } of happenings) {
        witness.pass(witness.now + pause)
        witness.perform(witness.gossip.receive(from, bytesOf(sent), via, witness.now))
      }
      witness.pass(witness.now + 5000)
      const view = witness.gossip.view(witness.now)
      expect(new Set(view.members.map(({ hostId }) => hostId)).size).toBe(view.members.length)
      expect(witness.gossip.wakeAt).toBeGreaterThan(witness.now)
    }),
    { numRuns: Number(process.env['RUNS'] ?? 60) },
  )
})
