/**
 * The tokens around a part of the ring that belong to others: where each rack is balanced by itself
 * its tokens should still not stand at the heels of another rack's, or the primary shares become
 * uneven.
 */
import { at } from '../base/assert.js'
import type { Ring } from './ring.js'
import { MIN_TOKEN, shareBetween } from './token.js'
import type { Part } from './zones.js'

export class Crowd {
  /**
   * Places of the tokens as shares from the least token, ascending; at most the tokens of a ring.
   */
  private readonly places: readonly number[]

  constructor(places: readonly number[]) {
    this.places = places
  }

  get size(): number {
    return this.places.length
  }

  /** How well a token splits the gap it stands in: the product of the two parts. */
  room(left: number, width: number, gap: number): number {
    const place = left + width
    const low = this.below(place >= 1 ? place - 1 : place)
    const behind = distance(low, place)
    const ahead = distance(place, this.above(place >= 1 ? place - 1 : place))
    return Math.min(behind, width) * Math.min(ahead, gap - width)
  }

  private below(place: number): number {
    const i = this.find(place)
    return at(this.places, (i === 0 ? this.places.length : i) - 1)
  }

  private above(place: number): number {
    const i = this.find(place)
    return at(this.places, i === this.places.length ? 0 : i)
  }

  /** How many places lie below `place`. */
  private find(place: number): number {
    let low = 0
    let high = this.places.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if (at(this.places, middle) < place) low = middle + 1
      else high = middle
    }
    return low
  }
}

/** Clockwise from one place to another, 0..1. */
function distance(from: number, to: number): number {
  const way = (to - from) % 1
  return way < 0 ? way + 1 : way
}

/** The tokens of the part's datacenter that are not its own. */
export function crowdOf(ring: Ring, part: Part): Crowd {
  if (part.rack === undefined) return new Crowd([])
  const own = new Set(part.nodes.map(({ id }) => id))
  const around = ring.members.map(({ id, dc }) => dc === part.dc && !own.has(id))
  const places: number[] = []
  ring.tokens.owners.forEach((owner, i) => {
    if (at(around, owner)) places.push(shareBetween(MIN_TOKEN, ring.tokenAt(i)))
  })
  return new Crowd(places)
}
