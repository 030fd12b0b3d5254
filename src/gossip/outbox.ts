/**
 * Where the parts of a step put what is to be done; drained once at its end, so that inner
 * functions stay free of plumbing and nothing is called back in the middle of a decision.
 */
import type { Address, Channel, Effect, Ticket } from '../base/machine.js'
import type { GossipEvent } from './event.js'

const NOTHING: readonly Effect<GossipEvent>[] = []

export class Outbox {
  /** Bounded by what one step causes: it is emptied after each. */
  private effects: Effect<GossipEvent>[] = []
  private tickets: Ticket = 0

  send(to: Address, bytes: Uint8Array, via: Channel): void {
    this.effects.push({ kind: via === 'stream' ? 'stream' : 'send', to, bytes })
  }

  persist(key: string, bytes: Uint8Array | null): Ticket {
    const ticket = ++this.tickets
    this.effects.push({ kind: 'persist', ticket, key, bytes })
    return ticket
  }

  event(event: GossipEvent): void {
    this.effects.push({ kind: 'event', event })
  }

  drain(): readonly Effect<GossipEvent>[] {
    if (this.effects.length === 0) return NOTHING
    const drained = this.effects
    this.effects = []
    return drained
  }
}
