/**
 * Tokens for a joiner, so that what every node holds, copies counted, stays level. The sum of
 * squares of the shares is quadratic in the place of one token within a gap, so the best place
 * there has a closed form; every gap is tried, the best is taken, and then each token is taken up
 * and placed again until nothing is gained. Cassandra's allocator (ReplicationAwareTokenAllocator,
 * CASSANDRA-7032) tries the middle of each gap, once.
 */
import { assert, at, known } from '../base/assert.js'
import { Random } from '../base/random.js'
import { crowdOf, type Crowd } from './crowd.js'
import { level } from './level.js'
import { memberOf, weightOf, type Claim, type Member } from './member.js'
import type { Replication } from './replication.js'
import type { Ring } from './ring.js'
import { MIN_TOKEN, nextToken, sameToken, shareBetween, stepFrom, type Token } from './token.js'
import { newEffect, FREE, type Effect, type Zone } from './zone.js'
import { partsOf, zoneOf } from './zones.js'

/** Tokens of a node of weight 1, as in Cassandra 4.0. */
export const DEFAULT_TOKENS = 16

export interface Wanted {
  /** Who joins; must not be in the ring. */
  readonly joiner: Member
  /** How many tokens, 1..1536; DEFAULT_TOKENS times the weight when absent. */
  readonly count?: number
}

/**
 * Narrowest part of a gap that a token leaves on either side, so that gaps stay worth splitting.
 */
const LEAST_PART = 1 / 32
/**
 * What an uneven gap weighs beside an uneven share: enough that spare tokens do not pile up, see
 * the bench.
 */
const EVENNESS = 0.000625
/**
 * A newcomer starts this much lighter: the others grow into it while its tokens do not reach them
 * all.
 */
const NEWCOMER = 0.97
/** What the gaps between all racks' tokens weigh beside those of one rack, which are wider. */
const CROWD = 20
/** Where a token is tried: at the best place for its rack, and a little before and behind it. */
const HERE = [1] as const
const AROUND = [1, 0.8, 1.2, 0.6, 1.4] as const
/**
 * Most gaps tried for one token; in a larger ring an even sample is as good, and beyond twice as
 * many gaps one of half the size, so that planning for a thousand nodes takes no noticeable time.
 */
const MOST_TRIED = 2048
/** Times each token is taken up and placed again; once where gaps are sampled. */
const MOST_ROUNDS = 3

/**
 * The tokens of a joiner, ascending: the same for the same ring, joiner and seed.
 * @param seed such as the digest of the parent ring; it decides only the first node of an empty
 * zone
 */
export function allocate(ring: Ring, replication: Replication, wanted: Wanted, seed = ''): Token[] {
  const { joiner } = wanted
  assert(!ring.has(joiner.id), `${joiner.id} is not in the ring yet`)
  const count = wanted.count ?? Math.max(Math.round(DEFAULT_TOKENS * weightOf(joiner)), 1)
  const joined = ring.with({ ...memberOf(joiner), tokens: [] })
  const parts = partsOf(joined, replication, joiner.id)
  const part = parts.find(({ nodes }) => nodes.some((node) => node.id === joiner.id))
  const own = known(part, 'the part of the joiner')
  const zone = zoneOf(ring, own)
  const crowd = crowdOf(ring, own)
  const node = zone.nodes.findIndex(({ id }) => id === joiner.id)
  const random = Random.from(0).fork(`${seed}/${joiner.id}`)
  const tokens = zone.size === 0 ? spread(count, random, crowd) : settle(zone, node, count, crowd)
  return apart(ring, tokens)
}

/**
 * Claims of several joiners, one after the other; a datacenter that is new is levelled as a whole
 * at the end.
 */
export function allocateAll(
  ring: Ring,
  replication: Replication,
  all: readonly Wanted[],
  seed = '',
): Claim[] {
  let grown = ring
  for (const wanted of all) {
    const tokens = allocate(grown, replication, wanted, seed)
    grown = grown.with({ ...memberOf(wanted.joiner), tokens })
  }
  const joiners = new Set(all.map(({ joiner }) => joiner.id))
  const fresh = partsOf(grown, replication).filter(({ nodes }) =>
    nodes.every(({ id }) => joiners.has(id)),
  )
  for (const part of fresh) grown = level(grown, part, 1).ring
  return grown.claims().filter(({ id }) => joiners.has(id))
}

/** Tokens by chance alone, as Cassandra took them before it had an allocator. */
export function randomTokens(ring: Ring, count: number, seed: string): Token[] {
  const random = Random.from(0).fork(seed)
  const tokens = Array.from({ length: count }, () => ({ hi: random.bits() | 0, lo: random.bits() }))
  return apart(ring, tokens)
}

/** One token in each of `count` equal parts of the ring, the roomiest of a few places by chance. */
function spread(count: number, random: Random, crowd: Crowd): Token[] {
  return Array.from({ length: count }, (_, i) => {
    const places = Array.from({ length: 8 }, () => random.between(0.2, 0.8))
    const room = (place: number): number =>
      crowd.size === 0 ? 0 : crowd.room(i / count, place / count, 1 / count)
    const best = places.reduce((a, b) => (room(b) > room(a) ? b : a))
    return stepFrom(MIN_TOKEN, (i + best) / count)
  })
}

/** Moves tokens on until none is taken, neither in the ring nor among themselves. */
function apart(ring: Ring, tokens: readonly Token[]): Token[] {
  const chosen: Token[] = []
  const taken = (token: Token): boolean =>
    (ring.size > 0 && sameToken(ring.tokenAt(ring.find(token)), token)) ||
    chosen.some((other) => sameToken(other, token))
  for (let token of tokens) {
    while (taken(token)) token = nextToken(token)
    chosen.push(token)
  }
  return chosen
}

function settle(zone: Zone, node: number, count: number, crowd: Crowd): Token[] {
  const bench = new Bench(zone, node, count, crowd)
  for (let i = 0; i < count; i++) bench.place()
  const rounds = zone.size > MOST_TRIED ? 1 : MOST_ROUNDS
  for (let round = 0; round < rounds; round++) {
    const before = bench.unevenness()
    for (const token of bench.placed()) bench.placeAgain(token)
    if (bench.unevenness() > before * (1 - 1e-7)) break
  }
  return bench.placed()
}

/** A gap, how far into it, and what that does to the unevenness. */
interface Choice {
  readonly gap: number
  readonly width: number
  readonly change: number
}

/** The tokens of one node being placed in a zone. */
class Bench {
  private readonly zone: Zone
  private readonly node: number
  /** Per node of the zone; the newcomer's is a little less. */
  private readonly weights: Float64Array
  private readonly evenness: number
  private readonly crowd: Crowd
  private readonly effect: Effect = newEffect()
  /** Where the next sample of gaps begins. */
  private offset = 0

  constructor(zone: Zone, node: number, count: number, crowd: Crowd) {
    this.crowd = crowd
    this.zone = zone
    this.node = node
    this.weights = zone.weights.slice()
    this.weights[node] = at(this.weights, node) * NEWCOMER
    const density = (zone.size + count) / zone.nodes.length
    this.evenness = EVENNESS * zone.replicas * zone.replicas * density
  }

  placed(): Token[] {
    return this.zone.tokens.filter((_, i) => this.zone.owners[i] === this.node)
  }

  placeAgain(token: Token): void {
    this.zone.remove(this.zone.tokens.indexOf(token), this.effect)
    this.place()
  }

  place(): void {
    const { zone } = this
    const most = zone.size > 2 * MOST_TRIED ? MOST_TRIED / 2 : MOST_TRIED
    const stride = Math.ceil(zone.size / most)
    let best: Choice = { gap: 0, width: at(zone.widths, 0) / 2, change: Infinity }
    for (let gap = this.offset++ % stride; gap < zone.size; gap += stride) {
      const choice = this.bestIn(gap, best.change)
      if (choice !== undefined) best = choice
    }
    const before = at(zone.tokens, (best.gap === 0 ? zone.size : best.gap) - 1)
    zone.insert(best.gap, this.node, stepFrom(before, best.width), best.width, this.effect)
  }

  /** Sum of squared shares by weight, and of squared gaps. */
  unevenness(): number {
    const { loads, widths } = this.zone
    let sum = 0
    for (let i = 0; i < loads.length; i++)
      sum += (at(loads, i) * at(loads, i)) / at(this.weights, i)
    return widths.reduce((total, width) => total + this.evenness * width * width, sum)
  }

  /** The best place in this gap, when it changes the unevenness to less than `bar` would. */
  private bestIn(gap: number, bar: number): Choice | undefined {
    const { effect, zone } = this
    zone.weigh(effect, gap, this.node)
    const fixed = this.takeLosses()
    const held = at(zone.loads, this.node) + effect.gain
    const taker = effect.taker < 0 ? 0 : at(zone.loads, effect.taker)
    this.returnLosses()
    const most = at(zone.widths, gap)
    const best = this.bestWidth(most, held, taker)
    let choice: Choice | undefined
    for (const part of this.crowd.size === 0 ? HERE : AROUND) {
      const width = Math.min(Math.max(best * part, most * LEAST_PART), most * (1 - LEAST_PART))
      const least = choice?.change ?? bar
      const lonely = fixed + this.changeOf(gap, width, held, taker)
      if (lonely - this.mostRoom(most) >= least) continue
      const change = lonely - this.room(gap, width)
      if (change < least) choice = { gap, width, change }
    }
    return choice
  }

  /**
   * What a token this far into the gap does to the unevenness, beside the losses before the gap.
   */
  private changeOf(gap: number, width: number, held: number, taker: number): number {
    const { effect, zone } = this
    const most = at(zone.widths, gap)
    const own = at(zone.loads, this.node)
    const after = held + (effect.taker >= 0 || effect.taker === FREE ? width : 0)
    let change = (after * after - own * own) / at(this.weights, this.node)
    if (effect.taker >= 0)
      change += (width * width - 2 * taker * width) / at(this.weights, effect.taker)
    return change - this.evenness * 2 * width * (most - width)
  }

  /** What the room between the tokens of other racks is worth. */
  private room(gap: number, width: number): number {
    const { zone, crowd } = this
    if (crowd.size === 0) return 0
    const before = at(zone.tokens, (gap === 0 ? zone.size : gap) - 1)
    const left = shareBetween(MIN_TOKEN, before)
    return this.evenness * CROWD * crowd.room(left, width, at(zone.widths, gap))
  }

  /** The room cannot be worth more than where it splits the whole gap in the middle. */
  private mostRoom(most: number): number {
    return this.crowd.size === 0 ? 0 : (this.evenness * CROWD * most * most) / 4
  }

  /** Where the derivative of the unevenness is 0. */
  private bestWidth(most: number, held: number, load: number): number {
    const { taker } = this.effect
    if (taker < 0) return most / 2
    const own = at(this.weights, this.node)
    const others = at(this.weights, taker)
    const pull = load / others - held / own + this.evenness * most
    return pull / (1 / own + 1 / others + 2 * this.evenness)
  }

  /**
   * Takes from the losers what lies before the gap; returns what that does to the sum of squares.
   */
  private takeLosses(): number {
    const { loads } = this.zone
    let change = 0
    for (let k = 0; k < this.effect.losers; k++) {
      const loser = at(this.effect.loser, k)
      const load = at(loads, loser)
      const left = load - at(this.effect.loss, k)
      change += (left * left - load * load) / at(this.weights, loser)
      loads[loser] = left
    }
    return change
  }

  private returnLosses(): void {
    const { loads } = this.zone
    for (let k = this.effect.losers - 1; k >= 0; k--) {
      const loser = at(this.effect.loser, k)
      loads[loser] = at(loads, loser) + at(this.effect.loss, k)
    }
  }
}
