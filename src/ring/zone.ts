/**
 * A workbench for one datacenter's part of a ring: tokens are put in, taken out and shifted, and
 * the exact share that every node would hold under the replication is carried along. Placement
 * counts each datacenter by itself, so nothing outside the zone matters; a change touches only the
 * ranges whose walk meets it.
 */
import { assert, at } from '../base/assert.js'
import { weightOf, type Member } from './member.js'
import { shareBetween, type Token } from './token.js'

/**
 * What a token of one node at a place would do to the shares, the place within the gap left open.
 */
export interface Effect {
  /** What the node gains of ranges before the gap. */
  gain: number
  /** Who loses, and how much, of ranges before the gap; `losers` entries count. */
  losers: number
  readonly loser: Uint16Array
  readonly loss: Float64Array
  /**
   * Who loses what the node takes of the gap itself; NOBODY when the node has it anyway, FREE when
   * nobody does.
   */
  taker: number
}

export const NOBODY = -1
export const FREE = -2
const UNREACHED = -3

export class Zone {
  /** In the order given; at most the members of a ring. */
  readonly nodes: readonly Member[]
  readonly weights: Float64Array
  /** Share that each node holds, replicas included; sums to `replicas`. */
  readonly loads: Float64Array
  readonly replicas: number
  private readonly repeats: number
  private readonly rackOf: Uint32Array
  /** In the order of the circle, wherever it starts; at most MOST_TOKENS, as of the next two. */
  readonly tokens: Token[] = []
  /** The node that owns each token; at most one a token. */
  readonly owners: number[] = []
  /** Of the range that ends at each token, as a share of the ring; at most one a token. */
  readonly widths: number[] = []
  /** Scratch of walks, per node and per rack: the number of the walk that last took from it. */
  private readonly takenIn: Float64Array
  private readonly metIn: Float64Array
  private walks = 0
  /** Scratch: replicas of one range, as it is and with a token put in. */
  private readonly found: Uint16Array
  private readonly altered: Uint16Array
  /** Whether the last walk took the node put in. */
  private took = false

  /** @param factor copies asked for in this datacenter, at least 1 */
  constructor(nodes: readonly Member[], factor: number) {
    const racks = [...new Set(nodes.map((node) => node.rack))]
    this.nodes = nodes
    this.weights = Float64Array.from(nodes, weightOf)
    this.loads = new Float64Array(nodes.length)
    this.replicas = Math.min(factor, nodes.length)
    this.repeats = factor - racks.length
    this.rackOf = Uint32Array.from(nodes, (node) => racks.indexOf(node.rack))
    this.takenIn = new Float64Array(nodes.length)
    this.metIn = new Float64Array(racks.length)
    this.found = new Uint16Array(this.replicas)
    this.altered = new Uint16Array(this.replicas)
  }

  get size(): number {
    return this.tokens.length
  }

  /** Fills the empty zone. @param owners per token, an index of `nodes` */
  fill(tokens: readonly Token[], owners: readonly number[]): void {
    assert(this.size === 0 && tokens.length === owners.length, 'filled once')
    for (let i = 0; i < tokens.length; i++) {
      const before = at(tokens, (i === 0 ? tokens.length : i) - 1)
      this.tokens.push(at(tokens, i))
      this.owners.push(at(owners, i))
      this.widths.push(tokens.length === 1 ? 1 : shareBetween(before, at(tokens, i)))
    }
    this.recount()
  }

  /** Counts the shares afresh. */
  recount(): void {
    this.loads.fill(0)
    for (let i = 0; i < this.size; i++) {
      const count = this.walk(this.found, i, -1, 0)
      for (let k = 0; k < count; k++) this.load(this.found[k] ?? 0, at(this.widths, i))
    }
  }

  /** Works out what a token of `node` in the gap before the token at `gap` would do. */
  weigh(effect: Effect, gap: number, node: number): void {
    effect.gain = 0
    effect.losers = 0
    effect.taker = this.displaced(gap, gap, node)
    for (let back = 1; back < this.size; back++) {
      const i = gap - back + (gap < back ? this.size : 0)
      const loser = this.displaced(i, gap, node)
      if (loser === UNREACHED) return
      if (loser === NOBODY) continue
      const width = this.widths[i] ?? 0
      effect.gain += width
      if (loser === FREE) continue
      effect.loser[effect.losers] = loser
      effect.loss[effect.losers++] = width
      if (effect.losers === effect.loser.length) return
    }
  }

  /**
   * Puts a token of `node` in the gap before the one at `gap`, up to `size`. @param width 0..the
   * gap's
   */
  insert(gap: number, node: number, token: Token, width: number, effect: Effect): void {
    this.weigh(effect, gap === this.size ? 0 : gap, node)
    this.apply(effect, node, width, 1)
    this.tokens.splice(gap, 0, token)
    this.owners.splice(gap, 0, node)
    this.widths.splice(gap, 0, width)
    const next = (gap + 1) % this.size
    this.widths[next] = at(this.widths, next) - width
  }

  /** Takes the token at `position` out again; its range goes to the next one. */
  remove(position: number, effect: Effect): void {
    const node = at(this.owners, position)
    const width = at(this.widths, position)
    this.tokens.splice(position, 1)
    this.owners.splice(position, 1)
    this.widths.splice(position, 1)
    const gap = position === this.size ? 0 : position
    this.widths[gap] = at(this.widths, gap) + width
    this.weigh(effect, gap, node)
    this.apply(effect, node, width, -1)
  }

  /**
   * Who loses and who gains what the token at `position` gives up when it slides back a little; -1
   * for nobody.
   */
  borderAt(position: number): { leaves: number; comes: number } {
    const next = position + 1 === this.size ? 0 : position + 1
    const before = [...this.found.subarray(0, this.walk(this.found, position, -1, 0))]
    const after = [...this.found.subarray(0, this.walk(this.found, next, -1, 0))]
    return {
      leaves: before.find((node) => !after.includes(node)) ?? -1,
      comes: after.find((node) => !before.includes(node)) ?? -1,
    }
  }

  private apply(effect: Effect, node: number, width: number, sign: 1 | -1): void {
    this.load(node, sign * effect.gain)
    for (let k = 0; k < effect.losers; k++)
      this.load(at(effect.loser, k), -sign * at(effect.loss, k))
    if (effect.taker === NOBODY) return
    this.load(node, sign * width)
    if (effect.taker !== FREE) this.load(effect.taker, -sign * width)
  }

  private load(node: number, share: number): void {
    this.loads[node] = at(this.loads, node) + share
  }

  /** Who leaves the replicas of range `i` when a token of `node` stands before the one at `gap`. */
  private displaced(i: number, gap: number, node: number): number {
    const after = this.walk(this.altered, i, gap, node)
    if (!this.took) return UNREACHED
    const altered = this.walks
    const had = this.walk(this.found, i, -1, 0)
    if (this.takenIn[node] === this.walks) return NOBODY
    if (had < after) return FREE
    for (let k = 0; k < had; k++) this.takenIn[this.found[k] ?? 0] = 0
    for (let k = 0; k < after; k++) this.takenIn[this.altered[k] ?? 0] = altered
    for (let k = had - 1; k >= 0; k--) {
      const one = this.found[k] ?? 0
      if (this.takenIn[one] !== altered) return one
    }
    return NOBODY
  }

  /**
   * The replicas of range `i`, with a token of `node` put in before the one at `gap` (-1: none);
   * returns how many.
   */
  private walk(out: Uint16Array, i: number, gap: number, node: number): number {
    const walk = ++this.walks
    const size = this.owners.length
    let count = 0
    let spare = this.repeats
    this.took = false
    for (let step = 0; step < size && count < this.replicas; step++) {
      const p = i + step < size ? i + step : i + step - size
      if (p === gap && step < size && this.takenIn[node] !== walk) {
        const met = this.meets(node, walk)
        if (!met || spare > 0) {
          if (met) spare--
          this.takenIn[node] = walk
          this.took = true
          out[count++] = node
          if (count === this.replicas) break
        }
      }
      const owner = this.owners[p] ?? 0
      if (this.takenIn[owner] === walk) continue
      if (this.meets(owner, walk)) {
        if (spare <= 0) continue
        spare--
      }
      this.takenIn[owner] = walk
      out[count++] = owner
    }
    return count
  }

  /** Whether the walk has met the node's rack before. */
  private meets(node: number, walk: number): boolean {
    const rack = this.rackOf[node] ?? 0
    if (this.metIn[rack] === walk) return true
    this.metIn[rack] = walk
    return false
  }
}

export function newEffect(): Effect {
  return {
    gain: 0,
    losers: 0,
    loser: new Uint16Array(256),
    loss: new Float64Array(256),
    taker: FREE,
  }
}
