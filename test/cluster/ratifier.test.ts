/** What a voter has against a wish that a planner cannot see: who is alive, where, for how long. */
import { expect, test } from '@jest/globals'
import { withDefaults } from '../../src/base/settings.js'
import { Random } from '../../src/base/random.js'
import { IntentBook } from '../../src/cluster/intent-book.js'
import { NOBODY_ASKED, type Wish } from '../../src/cluster/intent.js'
import { intentOf } from '../../src/cluster/intent-bytes.js'
import { Peers, type Roll } from '../../src/cluster/peers.js'
import { NO_INPUTS, plan } from '../../src/cluster/plan/plan.js'
import { Ratifier } from '../../src/cluster/ratifier.js'
import { Proposer } from '../../src/cluster/ratify/proposer.js'
import { seal, type Sealed } from '../../src/cluster/record/record-bytes.js'
import { RingOutbox } from '../../src/cluster/ring-outbox.js'
import { ringSettings } from '../../src/cluster/ring-settings.js'
import { VoteMemory } from '../../src/cluster/vote-memory.js'
import { known } from '../../src/base/assert.js'
import type { Identity } from '../../src/gossip/identity.js'
import { after, founders, idOf, newcomer } from './fixture.js'

const HOUR = 3_600_000
const four = founders('n1', 'n2', 'n3', 'n4')

/** n1's view: n4 has been down since 0, the others are alive. */
function ratifier(wishes: readonly Wish[] = []): Ratifier {
  const standing = (hostId: string) => (hostId === idOf('n4') ? 'down' : 'alive')
  const roll: Roll = {
    member: (hostId) => ({ identity: identityOf(hostId), standing: standing(hostId), since: 0 }),
    standing,
    facts: () => [],
    present: () => [],
  }
  const outbox = new RingOutbox()
  const peers = new Peers(roll, new VoteMemory(outbox, []))
  const book = new IntentBook(outbox, [])
  for (const wish of wishes) book.add(intentOf(idOf('n1'), 1, 0, wish))
  const proposer = new Proposer(idOf('n1'), outbox)
  const parts = { outbox, peers, book, proposer, random: Random.from(1) }
  return new Ratifier(parts, withDefaults(ringSettings, {}), 200)
}

function identityOf(hostId: string): Identity {
  const name = `n${Number(hostId.slice(-4))}`
  const { address, dc, rack } = newcomer(name)
  const numbers = { generation: 1, tag: 0, hostTag: 0, tokenCount: 8, tokenDigest: 0 }
  return { hostId, name, address, dc, rack, ...numbers }
}

function holdOn(wish: Wish): string {
  const asked = ratifier([wish])
  const own = { hostId: idOf('n1'), clusterId: four.digest, epoch: 1, copied: [] }
  asked.work(four, own, true, HOUR)
  return asked.holds.map(({ why }) => why).join('; ')
}

test('a newcomer at the address of a member that is alive waits, and is told so', () => {
  const who = { ...newcomer('n9'), address: newcomer('n3').address }
  const says = 'n9 is at 10.0.0.3:7946, the address of n3, which is alive'
  expect(holdOn({ kind: 'join', who })).toBe(says)
  expect(holdOn({ kind: 'replace', hostId: idOf('n4'), by: who, loseData: false })).toBe(says)
})

test('a newcomer at the address of a member that is dead comes in', () => {
  const by = { ...newcomer('n9'), address: newcomer('n4').address }
  expect(holdOn({ kind: 'replace', hostId: idOf('n4'), by, loseData: false })).toBe('')
  expect(holdOn({ kind: 'join', who: by })).toBe('')
})

test.each<[string, Wish]>([
  ['removed', { kind: 'remove', hostIds: [idOf('n3')], loseData: false }],
  ['replaced', { kind: 'replace', hostId: idOf('n3'), by: newcomer('n9'), loseData: false }],
])('one that is alive is not %s', (_, wish) => {
  expect(holdOn(wish)).toBe('n3 is heard from: only the dead are removed or replaced')
})

/** What n1 says to a proposal of others that nobody asked for. */
function objection(parent: Sealed, wish: Wish, now: number): string | undefined {
  const intent = intentOf(NOBODY_ASKED, parent.record.epoch, 7, wish)
  const inputs = { ...NO_INPUTS, intents: [intent] }
  const made = plan(parent, inputs)
  if (made.kind === 'nothing') throw new Error('nothing follows from it')
  const { bytes } = known(seal(made.record), 'a record that fits')
  return ratifier().objection(parent, bytes, inputs, now)
}

test('a removal that nobody asked for needs the policy, and to have been seen long enough', () => {
  const remove = { kind: 'remove', hostIds: [idOf('n4')], loseData: false } as const
  const on = after(four, [{ kind: 'configure', name: 'autoReplace', value: 'true' }])
  expect(objection(four, remove, 2 * HOUR)).toBe('autoReplace is off')
  expect(objection(on, remove, HOUR / 2)).toBe('n4 has not been down for long enough here')
  expect(objection(on, remove, HOUR)).toBeUndefined()
})

test('nothing else happens that nobody asked for', () => {
  const drop = { kind: 'drop', name: 'shop' } as const
  const shop = after(four, [
    {
      kind: 'create',
      name: 'shop',
      replication: { kind: 'simple', factor: { all: 1, transient: 0 } },
    },
  ])
  expect(objection(shop, drop, HOUR)).toBe('nobody asked for it, and no policy would drop')
})
