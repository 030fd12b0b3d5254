/** The classes that the chain of a node consists of: what a snapshot of it may hold. */
import type { Classes } from '../base/snapshot.js'
import { Acceptor } from './acceptor.js'
import { CatchUp } from './catch-up.js'
import { Chain } from './chain.js'
import { Copying } from './copying.js'
import { Dropping } from './dropping.js'
import { Foreigners } from './foreigners.js'
import { Founding } from './founding.js'
import { History } from './history.js'
import { IntentBook } from './intent-book.js'
import { Joining } from './joining.js'
import { Learning } from './learning.js'
import { Ledger } from './ledger.js'
import { Mailbox } from './mailbox.js'
import { OwnWishes } from './own-wishes.js'
import { Peers } from './peers.js'
import { Policies } from './policies.js'
import { Probation } from './probation.js'
import { Ratifier } from './ratifier.js'
import { Proposer } from './ratify/proposer.js'
import { Recalling } from './recalling.js'
import { RingOutbox } from './ring-outbox.js'
import { RingSpeech } from './ring-speech.js'
import { VoteMemory } from './vote-memory.js'
import { Vouching } from './vouching.js'

export const chainClasses: Classes = {
  Acceptor,
  CatchUp,
  Chain,
  Copying,
  Dropping,
  Foreigners,
  Founding,
  History,
  IntentBook,
  Joining,
  Learning,
  Ledger,
  Mailbox,
  OwnWishes,
  Peers,
  Policies,
  Probation,
  Ratifier,
  Proposer,
  Recalling,
  RingOutbox,
  RingSpeech,
  VoteMemory,
  Vouching,
}
