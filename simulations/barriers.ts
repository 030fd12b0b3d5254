/**
 * What stands between hosts for a while: cuts of one way, cuts that come and go, partitions, cards
 * that lose part of what one host sends or receives, ways that take longer, and frames that come
 * twice.
 */
import { assertNever } from '../src/base/assert.js'
import type { Micros } from './clock.js'

/** Hosts by their numbers. */
type Hosts = ReadonlySet<number>

export type Barrier =
  | { readonly kind: 'cut'; readonly from: Hosts; readonly to: Hosts }
  /** Cut for the time `on`, whole for the time `off`, from `since` on. */
  | {
      readonly kind: 'flipflop'
      readonly from: Hosts
      readonly to: Hosts
      readonly on: Micros
      readonly off: Micros
      readonly since: Micros
    }
  /** The side of each; whoever is on none is on one with all the others that are on none. */
  | { readonly kind: 'partition'; readonly sides: ReadonlyMap<number, number> }
  | {
      readonly kind: 'lossy'
      readonly hosts: Hosts
      readonly way: 'in' | 'out' | 'both'
      readonly share: number
    }
  /** It takes so much longer from the first to the second. */
  | { readonly kind: 'lag'; readonly from: Hosts; readonly to: Hosts; readonly by: Micros }
  /** A share of the frames to these comes again, up to so much later. */
  | { readonly kind: 'echo'; readonly hosts: Hosts; readonly share: number; readonly late: Micros }

export class Barriers {
  /** Bounded by the scenario. */
  private readonly standing: Barrier[] = []

  raise(barrier: Barrier): void {
    this.standing.push(barrier)
  }

  lift(barrier: Barrier): void {
    const place = this.standing.indexOf(barrier)
    if (place >= 0) this.standing.splice(place, 1)
  }

  /** The share of what one sends that does not reach the other: 1 where nothing does. */
  loss(from: number, to: number, now: Micros): number {
    let passes = 1
    for (const barrier of this.standing) passes *= 1 - lossAt(barrier, from, to, now)
    return 1 - passes
  }

  /** So much longer it takes from one to the other. */
  lag(from: number, to: number): Micros {
    let lag = 0
    for (const barrier of this.standing)
      if (barrier.kind === 'lag' && barrier.from.has(from) && barrier.to.has(to)) lag += barrier.by
    return lag
  }

  /** What makes frames to a host come again, if anything does. */
  echo(to: number): Extract<Barrier, { kind: 'echo' }> | undefined {
    for (const barrier of this.standing)
      if (barrier.kind === 'echo' && barrier.hosts.has(to)) return barrier
    return undefined
  }
}

function lossAt(barrier: Barrier, from: number, to: number, now: Micros): number {
  switch (barrier.kind) {
    case 'cut':
      return barrier.from.has(from) && barrier.to.has(to) ? 1 : 0
    case 'flipflop': {
      const { on, off, since } = barrier
      const closed = (now - since) % (on + off) < on
      return closed && barrier.from.has(from) && barrier.to.has(to) ? 1 : 0
    }
    case 'partition':
      return barrier.sides.get(from) === barrier.sides.get(to) ? 0 : 1
    case 'lossy': {
      const out = barrier.way !== 'in' && barrier.hosts.has(from)
      const into = barrier.way !== 'out' && barrier.hosts.has(to)
      const { share } = barrier
      return out && into ? 1 - (1 - share) * (1 - share) : out || into ? share : 0
    }
    case 'lag':
    case 'echo':
      return 0
    default:
      return assertNever(barrier)
  }
}
