/**
 * Where the parts of the chain put what is to be done, drained by the node at the end of a step.
 * What is said to oneself comes back as a message, so that a node is a voter like any other.
 */
import type { Address, Ticket } from '../base/machine.js'
import type { HostId } from '../gossip/identity.js'
import type { Body } from './ratify/message.js'
import type { RingEvent } from './ring-event.js'

export type Task =
  | { readonly kind: 'say'; readonly to: HostId; readonly by: Address; readonly body: Body }
  | {
      readonly kind: 'persist'
      readonly ticket: Ticket
      readonly key: string
      readonly bytes: Uint8Array | null
    }
  | { readonly kind: 'event'; readonly event: RingEvent }
  | { readonly kind: 'store.failed'; readonly key: string }
  /** A fact of one's own. */
  | { readonly kind: 'publish'; readonly key: string; readonly value: Uint8Array | null }
  /** The record bans a host id: gossip must know. */
  | { readonly kind: 'ban'; readonly hostId: HostId; readonly as: 'removed' | 'replaced' }

export class RingOutbox {
  /** Bounded by what one step causes: it is emptied after each. */
  private tasks: Task[] = []
  private tickets: Ticket = 0

  /** @param by the address it came from, for one that gossip does not know yet */
  say(to: HostId, body: Body, by: Address = ''): void {
    this.tasks.push({ kind: 'say', to, by, body })
  }

  persist(key: string, bytes: Uint8Array | null): Ticket {
    const ticket = ++this.tickets
    this.tasks.push({ kind: 'persist', ticket, key, bytes })
    return ticket
  }

  event(event: RingEvent): void {
    this.tasks.push({ kind: 'event', event })
  }

  storeFailed(key: string): void {
    this.tasks.push({ kind: 'store.failed', key })
  }

  publish(key: string, value: Uint8Array | null): void {
    this.tasks.push({ kind: 'publish', key, value })
  }

  ban(hostId: HostId, as: 'removed' | 'replaced'): void {
    this.tasks.push({ kind: 'ban', hostId, as })
  }

  get empty(): boolean {
    return this.tasks.length === 0
  }

  drain(): readonly Task[] {
    const drained = this.tasks
    this.tasks = []
    return drained
  }
}
