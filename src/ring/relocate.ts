/**
 * One token put elsewhere, where slides find no straight way: every token is taken up in turn and
 * tried in every gap, and the place is chosen that brings nodes furthest below the bar for what it
 * copies.
 */
import { at } from '../base/assert.js'
import { stepFrom, type Token } from './token.js'
import { FREE, newEffect, type Effect, type Zone } from './zone.js'

/**
 * What a share above the bar may cost to remove: a little more than a way through a third node,
 * which copies twice.
 */
const PRICE = 2.2
/** Smallest gain worth a move, as a part of what is above the bar. */
const WORTH = 0.02
/** How far into the gap the token is tried. */
const PARTS = [0.1, 0.3, 0.5, 0.7, 0.9] as const

interface Place {
  readonly position: number
  readonly gap: number
  readonly width: number
  readonly gain: number
}

/**
 * Does the best relocation, if one is worth it. @param origins follows the token to its new place
 */
export function relocate(
  zone: Zone,
  due: Float64Array,
  bar: number,
  origins: Map<Token, Token>,
): boolean {
  const search = new Search(zone, due, bar)
  const place = search.best()
  if (place === undefined) return false
  const token = at(zone.tokens, place.position)
  const node = at(zone.owners, place.position)
  const effect = newEffect()
  zone.remove(place.position, effect)
  const before = at(zone.tokens, (place.gap === 0 ? zone.size : place.gap) - 1)
  const put = stepFrom(before, place.width)
  zone.insert(place.gap, node, put, place.width, effect)
  origins.set(put, origins.get(token) ?? token)
  origins.delete(token)
  return true
}

class Search {
  private readonly zone: Zone
  /** Per node: the most that it should hold. */
  private readonly most: Float64Array
  private readonly lifted: Effect = newEffect()
  private readonly effect: Effect = newEffect()

  constructor(zone: Zone, due: Float64Array, bar: number) {
    this.zone = zone
    this.most = due.map((share) => share * bar)
  }

  best(): Place | undefined {
    const { zone } = this
    const excess = this.excess()
    let best: Place | undefined
    let least = excess * WORTH
    for (let position = 0; excess > 1e-9 && position < zone.size; position++) {
      const node = at(zone.owners, position)
      const token = at(zone.tokens, position)
      const width = at(zone.widths, position)
      zone.remove(position, this.lifted)
      const removed = (excess - this.excess()) * PRICE - copied(this.lifted, width)
      for (let gap = 0; gap < zone.size; gap++) {
        const place = this.bestIn(position, gap, node, removed)
        if (place === undefined || place.gain <= least) continue
        best = place
        least = place.gain
      }
      zone.insert(position, node, token, width, this.effect)
    }
    return best
  }

  /** Share above the most, over all nodes. */
  private excess(): number {
    const { loads } = this.zone
    let sum = 0
    for (let i = 0; i < loads.length; i++) sum += Math.max(0, at(loads, i) - at(this.most, i))
    return sum
  }

  private bestIn(position: number, gap: number, node: number, removed: number): Place | undefined {
    const { zone, effect } = this
    zone.weigh(effect, gap, node)
    let fixed = removed - effect.gain
    for (let k = 0; k < effect.losers; k++)
      fixed += this.relief(at(effect.loser, k), at(effect.loss, k))
    let best: Place | undefined
    for (const part of PARTS) {
      const width = at(zone.widths, gap) * part
      const taken = effect.taker >= 0 || effect.taker === FREE ? width : 0
      let gain = fixed - taken + this.relief(node, -effect.gain - taken)
      if (effect.taker >= 0) gain += this.relief(effect.taker, taken)
      if (best === undefined || gain > best.gain) best = { position, gap, width, gain }
    }
    return best
  }

  /** What it is worth that a node holds `less` less. */
  private relief(node: number, less: number): number {
    const load = at(this.zone.loads, node)
    const most = at(this.most, node)
    return (Math.max(0, load - most) - Math.max(0, load - less - most)) * PRICE
  }
}

/** What others copy when a token is taken up that had this effect and this width. */
function copied(effect: Effect, width: number): number {
  let sum = effect.taker >= 0 ? width : 0
  for (let k = 0; k < effect.losers; k++) sum += at(effect.loss, k)
  return sum
}
