/**
 * How news should spread in theory, to be held against how it did. Both are mean fields: they know
 * shares, not nodes, and no loss.
 */
import { assert } from '../../src/base/assert.js'
import type { Millis } from '../../src/base/machine.js'
import { exp } from '../../src/base/math.js'

export interface Epidemic {
  readonly nodes: number
  /** Told at once by whoever comes to know, and again in each period. */
  readonly fanout: number
  readonly period: Millis
  /** Times that each tells it in all. */
  readonly sends: number
  /** Mean time from one to another. */
  readonly delay: Millis
}

export interface Share {
  readonly after: Millis
  /** Of those who should know, 0..1. */
  readonly share: number
}

/** One step is one delay; a run of so many is long enough for any cluster. */
const STEPS_MAX = 20_000

/**
 * Each who comes to know tells `fanout` others, drawn by chance, at once and then in each period
 * until it has told it `sends` times: the share that does not know shrinks by e to the minus
 * tellings per node (Kermack and McKendrick's epidemic in steps of one delay).
 */
export function epidemic({ nodes, fanout, period, sends, delay }: Epidemic): Share[] {
  assert(nodes >= 2 && delay > 0, 'an epidemic needs two nodes and some delay')
  const rounds = Math.max(1, Math.floor(sends / fanout))
  const everySteps = Math.max(1, Math.round(period / delay))
  const learned: number[] = [1 / nodes]
  const curve: Share[] = []
  let ignorant = 1 - 1 / nodes
  for (let step = 1; step < STEPS_MAX && ignorant * nodes > 0.01; step++) {
    let tellers = 0
    for (let round = 0; round < rounds; round++) {
      tellers += learned[step - 1 - round * everySteps] ?? 0
    }
    const left = ignorant * exp(-Math.min(700, fanout * tellers))
    learned.push(ignorant - left)
    ignorant = left
    curve.push({ after: step * delay, share: 1 - (ignorant * nodes) / (nodes - 1) })
    if (step > (rounds + 1) * everySteps && tellers === 0) break
  }
  return curve
}

/**
 * The logistic curve of gossip in rounds, one period apart, without telling at once: what Serf's
 * documentation drew, at a contact rate of `fanout` a period.
 */
export function logistic({ nodes, fanout, period }: Epidemic, points = 120): Share[] {
  const rate = fanout / period
  const length = (period / fanout) * 4 * Math.max(1, nodes.toString(2).length)
  return Array.from({ length: points }, (_, i) => {
    const after = ((i + 1) / points) * length
    const grown = exp(-Math.min(700, rate * after))
    return { after, share: 1 / (1 + (nodes - 1) * grown) }
  })
}
