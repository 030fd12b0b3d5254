/** Messages of those who are ahead of us, kept until we have caught up: the latest of each. */
import type { Address } from '../base/machine.js'
import type { HostId } from '../gossip/identity.js'
import type { ChainMessage } from './ratify/message.js'

/** Further ones are dropped: whoever sent them tries again. */
const HELD_MAX = 64

export interface Letter {
  readonly message: ChainMessage
  readonly from: Address
}

export class Mailbox {
  /** By sender; at most HELD_MAX. */
  private readonly held = new Map<HostId, Letter>()

  hold(message: ChainMessage, from: Address): void {
    const { sender } = message.head
    this.held.delete(sender)
    if (this.held.size < HELD_MAX) this.held.set(sender, { message, from })
  }

  /** All of them, the oldest first; the box is empty then. */
  release(): Letter[] {
    const letters = [...this.held.values()]
    this.held.clear()
    return letters
  }
}
