/**
 * What every toy is made of: messages of a few words, an outbox, and one deadline. A toy answers
 * to the same contract as the real node, so the same world drives it.
 */
import { NEVER } from '../../../src/base/machine.js'
import type { Address, Channel, Effect, Machine, Millis } from '../../../src/base/machine.js'
import type { Random } from '../../../src/base/random.js'
import { encodeUtf8, readUtf8 } from '../../../src/base/utf8.js'
import { disturb, type Disturbance } from '../../disturbance.js'
import { Kernel, type Telling } from '../../kernel.js'
import type { Link } from '../../links.js'

export type Words = readonly string[]

export abstract class Toy<Event extends Telling> implements Machine<Words, Event> {
  /** The time it wants to be woken at. */
  wakeAt: Millis = NEVER
  /** Bounded: emptied at the end of every call. */
  private outbox: Effect<Event>[] = []

  /** A message came. */
  protected abstract hear(from: Address, words: Words, now: Millis): void
  /** The deadline passed. */
  protected abstract due(now: Millis): void
  /** Somebody outside wants something. */
  protected asked(_words: Words, _now: Millis): void {
    // Most toys take no orders.
  }

  protected send(to: Address, ...words: readonly (string | number)[]): void {
    this.outbox.push({ kind: 'send', to, bytes: encodeUtf8(words.join(' ')) })
  }

  protected say(event: Event): void {
    this.outbox.push({ kind: 'event', event })
  }

  receive(from: Address, bytes: Uint8Array, _via: Channel, now: Millis): Effect<Event>[] {
    this.hear(from, (readUtf8(bytes) ?? '').split(' '), now)
    return this.emptied()
  }

  wake(now: Millis): Effect<Event>[] {
    if (now >= this.wakeAt) this.due(now)
    return this.emptied()
  }

  command(words: Words, now: Millis): Effect<Event>[] {
    this.asked(words, now)
    return this.emptied()
  }

  /** Toys have no disk and no streams. */
  stored(): Effect<Event>[] {
    return []
  }

  closed(): Effect<Event>[] {
    return []
  }

  private emptied(): Effect<Event>[] {
    const all = this.outbox
    this.outbox = []
    return all
  }
}

/** What a toy is born with. */
export interface Birth {
  readonly self: Address
  /** All the others; bounded by the village. */
  readonly peers: readonly Address[]
  readonly random: Random
  readonly now: Millis
}

/** The first thing a toy hears of its host, which looks at its deadline then. */
const START: Words = ['start']

export type Village<M extends Toy<E>, E extends Telling> = Kernel<M, Words, E>

/** So many toys, named n1, n2, ..., all started at time 0. */
export function village<M extends Toy<E>, E extends Telling>(
  count: number,
  world: { readonly seed: number; readonly link?: Partial<Link> },
  make: (birth: Birth) => M & Toy<E>,
): Village<M, E> {
  const kernel: Village<M, E> = new Kernel<M, Words, E>({
    ...world,
    birth: (host, now, random) => {
      const addresses = kernel.hosts.map(({ address }) => address)
      const peers = addresses.filter((address) => address !== host.address)
      return make({ self: host.address, peers, random, now })
    },
  })
  for (let i = 1; i <= count; i++) kernel.add(`n${i}`)
  for (const host of kernel.hosts) kernel.begin(host, [START])
  return kernel
}

/** Lets a fault happen after so much time. */
export function later<M extends Toy<E>, E extends Telling>(
  kernel: Village<M, E>,
  after: Millis,
  fault: Disturbance,
): void {
  kernel.after(after, () => disturb(kernel, fault, (host) => void kernel.begin(host, [START])))
}
