/** Puts the small machines of the chain together. Each is given exactly what it uses. */
import type { Millis } from '../base/machine.js'
import type { Random } from '../base/random.js'
import type { HostId } from '../gossip/identity.js'
import { Acceptor } from './acceptor.js'
import { CatchUp } from './catch-up.js'
import { Copying } from './copying.js'
import { Dropping } from './dropping.js'
import type { RestoredRing } from './durable-ring.js'
import { Foreigners } from './foreigners.js'
import { Founding } from './founding.js'
import { IntentBook } from './intent-book.js'
import { Joining } from './joining.js'
import { Learning } from './learning.js'
import { Ledger } from './ledger.js'
import { OwnWishes } from './own-wishes.js'
import type { Peers } from './peers.js'
import { Policies } from './policies.js'
import { Probation } from './probation.js'
import { Ratifier } from './ratifier.js'
import { Recalling } from './recalling.js'
import { Proposer } from './ratify/proposer.js'
import type { RingOutbox } from './ring-outbox.js'
import type { RingSettings } from './ring-settings.js'
import type { VoteMemory } from './vote-memory.js'
import { Vouching } from './vouching.js'

export interface ChainOptions {
  readonly self: HostId
  readonly settings: RingSettings
  readonly gossipPeriod: Millis
  /** How many nodes found the cluster together; 0 when this one only joins. */
  readonly expect: number
  /** No data is kept beside this node: nothing is ever copied. */
  readonly empty: boolean
  /** Name or id of the dead member whose place this node takes; '' for a place of its own. */
  readonly replaces: string
  /** The highest feature level that this program understands. */
  readonly features: number
  readonly restored: RestoredRing
  /** Shared with the peers, whose facts it goes by too. */
  readonly memory: VoteMemory
  readonly random: Random
}

export type ChainParts = ReturnType<typeof assembleChain>

/** Gossip rounds, times `quietRounds`, for which all founders must have been there. */
const FOUNDING_QUIET = 3

export function assembleChain(options: ChainOptions, outbox: RingOutbox, peers: Peers) {
  const { self, settings, restored, random, gossipPeriod } = options
  const { askPatience, rankDelay, silentFor } = settings
  const common = { outbox, peers }
  const ledger = new Ledger(outbox, settings, restored)
  const book = new IntentBook(outbox, restored.intents)
  const acceptor = new Acceptor(outbox, restored.vote, restored.muted)
  const proposer = new Proposer(self, outbox)
  // A ballot of an earlier life must not be used again for another value.
  if (restored.vote.promised !== null) proposer.saw(restored.vote.promised)
  const catchUp = new CatchUp({ ...common, ledger }, askPatience, random.fork('ask'))
  const recalling = new Recalling(self, { ...common, ledger }, askPatience, random.fork('recall'))
  const wishing = { ...common, book, features: options.features }
  const wishes = new OwnWishes(self, wishing, options.replaces, silentFor)
  const policies = new Policies(self, { peers, book })
  const foreigners = new Foreigners()
  const vouching = new Vouching(self, common, askPatience)
  const joining = new Joining({ ...common, foreigners, vouching }, askPatience)
  const probation = new Probation(self, common, askPatience, restored.record === null)
  const copying = new Copying(outbox, options.empty, restored.copied)
  const dropping = new Dropping(self, common, settings.dropGrace, options.empty)
  const ratifying = { ...common, book, proposer, random: random.fork('retry') }
  const ratifier = new Ratifier(ratifying, settings, gossipPeriod)
  const quiet = gossipPeriod * settings.quietRounds * FOUNDING_QUIET
  const times = { quiet, rankDelay, patience: askPatience }
  const founding = new Founding(self, common, times, options.expect, restored.pledge)
  const { features } = options
  const learned = { outbox, ledger, vouching, joining, founding, acceptor, features }
  const learning = new Learning(self, learned)
  const deciding = { ledger, book, acceptor, proposer, ratifier, founding }
  const { memory } = options
  const serving = { catchUp, recalling, wishes, policies, joining, probation, copying, dropping }
  return { ...deciding, ...serving, memory, foreigners, vouching, learning }
}
