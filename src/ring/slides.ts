/**
 * Slides: tokens shifted between their neighbours and never past them. Then each token is a border
 * across which data flows from one node to one other, by just the width of the slide; and levelling
 * is a flow from nodes above the bar to nodes below their due, along the fewest borders, so that
 * almost nothing moves twice.
 */
import { at } from '../base/assert.js'
import type { Zone } from './zone.js'

/** Part of its width that a range keeps at the least, so that it stays worth sliding. */
const KEPT = 0.1
/** Flows below this part of the mean are not worth a step. */
const TRIFLE = 1e-7
/** Flows for each token before levelling gives up. */
const MOST_FLOWS = 64

/** One way to move data out of a node: its token, or the one before its range, slides. */
interface Border {
  readonly position: number
  /** -1: the token slides back, 1: on. */
  readonly way: -1 | 1
  readonly to: number
}

interface Step {
  readonly from: number
  readonly border: Border
  readonly room: number
}

export class Slides {
  private readonly zone: Zone
  private readonly bar: number
  /** Per node: what it is to hold, by the weights of its rack. */
  private readonly due: Float64Array
  /** Per node its ways out: over all nodes at most two for each token. */
  private readonly borders: readonly (readonly Border[])[]
  /** The least width of each token's range; at most one a token. */
  private readonly kept: readonly number[]
  /** Per token: how far it slid in all, as a share of the ring. */
  readonly shifts: Float64Array
  /** Nodes above the bar that nothing can flow out of; at most all nodes. */
  private readonly stuck: Set<number>

  constructor(zone: Zone, due: Float64Array, bar: number) {
    this.zone = zone
    this.bar = bar
    this.due = due
    this.borders = bordersOf(zone)
    this.kept = zone.widths.map((width) => width * KEPT)
    this.shifts = new Float64Array(zone.size)
    this.stuck = new Set()
  }

  /**
   * Lets flow until no node is above the bar, or no way of at most `borders` borders leads out of
   * those that are.
   */
  run(borders: number): void {
    for (let flows = MOST_FLOWS * this.zone.size; flows > 0; flows--) {
      const heavy = this.heaviest()
      if (heavy < 0) return
      const path = this.pathFrom(heavy, borders)
      if (path === undefined) this.stuck.add(heavy)
      else this.flow(heavy, path)
    }
  }

  /** The node that most exceeds the bar, or -1. */
  private heaviest(): number {
    let found = -1
    let most = this.bar + TRIFLE * 2
    for (let node = 0; node < this.due.length; node++) {
      const ratio = this.ratio(node)
      if (ratio <= most || this.stuck.has(node)) continue
      most = ratio
      found = node
    }
    return found
  }

  /**
   * The fewest borders from `heavy` to a node below its due; of several such nodes the lightest.
   */
  private pathFrom(heavy: number, borders: number): Step[] | undefined {
    const reached = new Map<number, Step | undefined>([[heavy, undefined]])
    let edge = [heavy]
    for (let length = 1; edge.length > 0 && length <= borders; length++) {
      const next = this.widen(edge, reached)
      let lightest = -1
      let least = 1 - TRIFLE
      for (const node of next) {
        if (this.ratio(node) >= least) continue
        least = this.ratio(node)
        lightest = node
      }
      if (lightest >= 0) return trace(lightest, reached)
      edge = next
    }
    return undefined
  }

  /** The nodes one border further, each by its widest border. */
  private widen(edge: readonly number[], reached: Map<number, Step | undefined>): number[] {
    const found = new Map<number, Step>()
    for (const from of edge)
      for (const border of at(this.borders, from)) {
        if (reached.has(border.to)) continue
        const room = this.room(border)
        const best = found.get(border.to)?.room ?? this.trifle(from)
        if (room > best) found.set(border.to, { from, border, room })
      }
    for (const [node, step] of found) reached.set(node, step)
    return [...found.keys()]
  }

  private flow(heavy: number, path: readonly Step[]): void {
    const light = at(path, path.length - 1).border.to
    const excess = at(this.zone.loads, heavy) - this.bar * at(this.due, heavy)
    const lack = at(this.due, light) - at(this.zone.loads, light)
    const amount = path.reduce((least, { room }) => Math.min(least, room), Math.min(excess, lack))
    for (const { border } of path) this.slide(border, Math.max(amount, this.trifle(heavy)))
    this.carry(heavy, -amount)
    this.carry(light, amount)
  }

  private slide({ position, way }: Border, amount: number): void {
    const { widths } = this.zone
    const next = (position + 1) % widths.length
    widths[position] = at(widths, position) + way * amount
    widths[next] = at(widths, next) - way * amount
    this.shifts[position] = at(this.shifts, position) + way * amount
  }

  private carry(node: number, share: number): void {
    this.zone.loads[node] = at(this.zone.loads, node) + share
  }

  private room({ position, way }: Border): number {
    const shrinking = way < 0 ? position : (position + 1) % this.zone.size
    return at(this.zone.widths, shrinking) - at(this.kept, shrinking)
  }

  private ratio(node: number): number {
    return at(this.zone.loads, node) / at(this.due, node)
  }

  private trifle(node: number): number {
    return at(this.due, node) * TRIFLE
  }
}

function trace(node: number, reached: ReadonlyMap<number, Step | undefined>): Step[] {
  const path: Step[] = []
  for (let step = reached.get(node); step !== undefined; step = reached.get(step.from))
    path.unshift(step)
  return path
}

function bordersOf(zone: Zone): Border[][] {
  const borders = zone.nodes.map((): Border[] => [])
  for (let position = 0; position < zone.size; position++) {
    const { leaves, comes } = zone.borderAt(position)
    if (leaves < 0 || comes < 0) continue
    at(borders, leaves).push({ position, way: -1, to: comes })
    at(borders, comes).push({ position, way: 1, to: leaves })
  }
  return borders
}
