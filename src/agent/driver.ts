/**
 * Drives one machine in real time: feeds it what happened with the time, performs its effects in
 * order and keeps a single timer for its next deadline. After a stall, what waits in the sockets is
 * read before deadlines fire.
 */
import { NEVER, type Address, type Channel, type Effect } from '../base/machine.js'
import type { Ending, Machine, Millis, Ticket } from '../base/machine.js'
import { monotonic } from './clock.js'

/** Later than this for a deadline, something may be waiting in the sockets. */
const LATE: Millis = 4
/** Turns of the event loop granted to what waits; one turn reads about 32 datagrams. */
const TURNS = 64
/** Longest that one timer can run. */
const LONGEST = 0x7fffffff

/** Where effects go. None of these may call back before it returned, except by `command`. */
export interface Outlets<Event> {
  send(to: Address, bytes: Uint8Array): void
  stream(to: Address, bytes: Uint8Array): void
  persist(ticket: Ticket, key: string, bytes: Uint8Array | null): void
  event(event: Event): void
}

export class Driver<Command, Event> {
  private readonly machine: Machine<Command, Event>
  private readonly outlets: Outlets<Event>
  private readonly now: () => Millis
  private timer: NodeJS.Timeout | undefined
  private armedFor: Millis = NEVER
  private heard = 0
  private yielding = false
  private performing = false
  private stopped = false
  /** Effects of commands given while others were performed; at most one entry a command. */
  private waiting: (readonly Effect<Event>[])[] = []

  constructor(machine: Machine<Command, Event>, outlets: Outlets<Event>, now = monotonic) {
    this.machine = machine
    this.outlets = outlets
    this.now = now
  }

  receive(from: Address, bytes: Uint8Array, via: Channel): void {
    if (this.stopped) return
    this.heard++
    this.perform(this.machine.receive(from, bytes, via, this.now()))
  }

  /** The effects are performed; they are given back so that a refusal can be read. */
  command(command: Command): readonly Effect<Event>[] {
    if (this.stopped) return []
    const effects = this.machine.command(command, this.now())
    this.perform(effects)
    return effects
  }

  stored(ticket: Ticket, ok: boolean): void {
    if (!this.stopped) this.perform(this.machine.stored(ticket, ok, this.now()))
  }

  closed(peer: Address, why: Ending): void {
    if (!this.stopped) this.perform(this.machine.closed(peer, why, this.now()))
  }

  /** Nothing reaches the machine after this. */
  stop(): void {
    this.stopped = true
    clearTimeout(this.timer)
  }

  private perform(effects: readonly Effect<Event>[]): void {
    if (this.performing) {
      this.waiting.push(effects)
      return
    }
    this.performing = true
    try {
      this.performAll(effects)
      for (let more = this.waiting.shift(); more !== undefined; more = this.waiting.shift()) {
        this.performAll(more)
      }
    } finally {
      this.performing = false
    }
    this.arm()
  }

  private performAll(effects: readonly Effect<Event>[]): void {
    for (const effect of effects) {
      switch (effect.kind) {
        case 'send':
          this.outlets.send(effect.to, effect.bytes)
          break
        case 'stream':
          this.outlets.stream(effect.to, effect.bytes)
          break
        case 'persist':
          this.outlets.persist(effect.ticket, effect.key, effect.bytes)
          break
        case 'event':
          this.outlets.event(effect.event)
      }
    }
  }

  /**
   * A deadline that moved later leaves the timer alone: one that rings early is cheaper than one
   * set again.
   */
  private arm(): void {
    const at = this.machine.wakeAt
    if (this.yielding || this.stopped || at >= this.armedFor) return
    clearTimeout(this.timer)
    this.armedFor = at
    const wait = Math.ceil(at - this.now())
    this.timer = setTimeout(this.ring, Math.min(Math.max(wait, 1), LONGEST))
  }

  private readonly ring = (): void => {
    this.armedFor = NEVER
    const late = this.now() - this.machine.wakeAt
    if (late < 0) this.arm()
    else if (late > LATE) this.yieldTurn(TURNS)
    else this.wake()
  }

  private yieldTurn(turns: number): void {
    const heard = this.heard
    this.yielding = true
    setImmediate(() => {
      if (this.heard !== heard && turns > 1) {
        this.yieldTurn(turns - 1)
        return
      }
      this.yielding = false
      this.wake()
    })
  }

  private wake(): void {
    if (!this.stopped) this.perform(this.machine.wake(this.now()))
  }
}
