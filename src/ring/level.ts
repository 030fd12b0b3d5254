/**
 * Levels a part of a ring with little data moved. Slides come first, straight from those above the
 * bar to those below their due; where no straight way is left and the part is small, single tokens
 * are put elsewhere; what then remains flows through third nodes, twice copied.
 */
import { assert, at, known } from '../base/assert.js'
import type { Claim } from './member.js'
import { relocate } from './relocate.js'
import { Ring } from './ring.js'
import { Slides } from './slides.js'
import { nextToken, sameToken, stepFrom, type Token } from './token.js'
import type { Zone } from './zone.js'
import { zoneOf, type Part } from './zones.js'

export interface TokenMove {
  readonly id: string
  readonly from: Token
  readonly to: Token
}

export interface Levelled {
  readonly ring: Ring
  readonly moves: readonly TokenMove[]
}

/** Largest part in which every place for every token is tried: the work grows with its square. */
const SMALL = 512
/** Tokens put elsewhere at the most. */
const MOST_RELOCATIONS = 24

/**
 * The ring with this part levelled until no node holds more than `bar` times its due, or as far as
 * that goes.
 * @param bar at least 1: share over the mean of its rack by weight
 */
export function level(ring: Ring, part: Part, bar: number): Levelled {
  assert(bar >= 1, `bar ${bar}`)
  const zone = zoneOf(ring, part)
  const due = dueOf(zone)
  /** Where each token of the zone stood at first; at most one entry a token. */
  const origins = new Map(zone.tokens.map((token) => [token, token]))
  slide(zone, due, bar, 1, origins)
  if (zone.size <= SMALL)
    for (let i = 0; i < MOST_RELOCATIONS && relocate(zone, due, bar, origins); i++)
      slide(zone, due, bar, 1, origins)
  slide(zone, due, bar, zone.nodes.length, origins)
  return moved(ring, zone, origins)
}

function slide(
  zone: Zone,
  due: Float64Array,
  bar: number,
  borders: number,
  origins: Map<Token, Token>,
): void {
  const slides = new Slides(zone, due, bar)
  slides.run(borders)
  slides.shifts.forEach((shift, i) => {
    if (shift === 0) return
    const token = at(zone.tokens, i)
    const shifted = stepFrom(token, shift)
    origins.set(shifted, known(origins.get(token), 'where a token came from'))
    origins.delete(token)
    zone.tokens[i] = shifted
  })
}

/** What each node is to hold: its rack's data by weight. */
function dueOf(zone: Zone): Float64Array {
  const data = new Map<string, number>()
  const weight = new Map<string, number>()
  zone.nodes.forEach(({ rack }, i) => {
    data.set(rack, (data.get(rack) ?? 0) + at(zone.loads, i))
    weight.set(rack, (weight.get(rack) ?? 0) + at(zone.weights, i))
  })
  return zone.weights.map((own, i) => {
    const { rack } = at(zone.nodes, i)
    return (own * (data.get(rack) ?? 0)) / (weight.get(rack) ?? 1)
  })
}

/**
 * The ring with the tokens where the zone has them; one that would meet another stops beside it.
 */
function moved(ring: Ring, zone: Zone, origins: ReadonlyMap<Token, Token>): Levelled {
  const moves: TokenMove[] = []
  const changed = new Map<string, Token[]>()
  zone.tokens.forEach((token, i) => {
    const { id } = at(zone.nodes, at(zone.owners, i))
    const from = known(origins.get(token), 'where a token came from')
    let to = token
    while (!sameToken(from, to) && sameToken(ring.tokenAt(ring.find(to)), to)) to = nextToken(to)
    changed.set(id, [...(changed.get(id) ?? []), to])
    if (!sameToken(from, to)) moves.push({ id, from, to })
  })
  const claims = ring
    .claims()
    .map((claim): Claim => ({ ...claim, tokens: changed.get(claim.id) ?? claim.tokens }))
  return { ring: moves.length > 0 ? Ring.of(claims) : ring, moves }
}
