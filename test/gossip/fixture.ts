/** Members to test with: identities told apart by a number, and tables filled with them. */
import { hostIdFromWords, identityOf, type Identity } from '../../src/gossip/identity.js'
import { Members } from '../../src/gossip/members.js'
import type { Outbox } from '../../src/gossip/outbox.js'
import type { GossipEvent } from '../../src/gossip/event.js'

type Attributes = Partial<Omit<Identity, 'tag' | 'hostId'>>

/** The node of a number, `n7` at 10.0.0.7 for 7; the same number is the same host id. */
export function node(number: number, attributes: Attributes = {}): Identity {
  return identityOf({
    hostId: hostIdFromWords(0x10000000 + number, 1, 2, 3),
    generation: 1000,
    address: `10.0.${number >>> 8}.${number & 255}:7946`,
    name: `n${number}`,
    dc: 'dc1',
    rack: 'r1',
    tokenCount: 16,
    tokenDigest: number,
    ...attributes,
  })
}

/** A table of that many live nodes; row i is `node(i)`, row 0 the node itself. */
export function tableOf(count: number): Members {
  const members = new Members()
  for (let i = 0; i < count; i++) {
    members.add({ identity: node(i), standing: 'alive', incarnation: 0 }, 0)
  }
  return members
}

/** The events put into an outbox since it was last drained, in order. */
export function eventsOf(outbox: Outbox): GossipEvent[] {
  return outbox.drain().flatMap((effect) => (effect.kind === 'event' ? [effect.event] : []))
}
