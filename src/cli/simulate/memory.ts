/**
 * How much memory a simulation will need, told before it starts. Hosts that have known each other
 * all along share what they know; those that meet hold a row each for every other, with its
 * evidence, and on their disks.
 */
import { freemem } from 'node:os'
import { getHeapStatistics } from 'node:v8'
import type { Scenario } from '../../../simulations/scenario.js'
import { wrongUse } from '../failure.js'

/**
 * The largest size of the process, garbage included: `detection` of 300 and 1,500, a crash among
 * 10,000, `bootstrap` of 100 and 220.
 */
const PROCESS_BYTES = 110e6
const NODE_BYTES = 120_000
const SHARED_ROW_BYTES = 12
const MET_ROW_BYTES = 4000

/** What of it lies in the heap that Node limits, rather than in typed arrays. */
const HEAP_SHARE = 0.6

type Cluster = Pick<Scenario, 'nodes' | 'settled'>

/** @throws {CommandFailure} naming what is needed, the limit, and how many nodes fit */
export function refuseTooLarge(cluster: Cluster, limit = memoryLimit()): void {
  const nodes = cluster.nodes.length
  const share = cluster.settled === true ? settledOf(cluster) / nodes : 0
  const needed = memoryFor(nodes, share)
  if (needed <= limit) return
  const fits = largestWithin(limit, share)
  throw wrongUse(
    `${nodes} nodes need about ${gigabytes(needed)} of memory, and ${gigabytes(limit)} can be ` +
      `had here: at most ${fits} nodes fit. Give fewer, or a larger machine, or Node a larger ` +
      `heap (NODE_OPTIONS=--max-old-space-size=MEGABYTES).`,
  )
}

/** @param share of the nodes that have known each other all along, 0..1 */
function memoryFor(nodes: number, share: number): number {
  const known = nodes * share
  const shared = known * known
  const met = nodes * nodes - shared
  return PROCESS_BYTES + nodes * NODE_BYTES + shared * SHARED_ROW_BYTES + met * MET_ROW_BYTES
}

function settledOf({ nodes }: Cluster): number {
  return nodes.filter(({ startAt }) => startAt === 0).length
}

/** What the machine still has, and what Node lets the heap take. */
function memoryLimit(): number {
  const machine = freemem() + process.memoryUsage().rss
  return Math.min(machine, getHeapStatistics().heap_size_limit / HEAP_SHARE)
}

function largestWithin(limit: number, share: number): number {
  let [fits, tooMany] = [1, 1_000_000]
  while (tooMany - fits > 1) {
    const middle = Math.floor((fits + tooMany) / 2)
    if (memoryFor(middle, share) <= limit) fits = middle
    else tooMany = middle
  }
  return fits
}

function gigabytes(bytes: number): string {
  return `${(bytes / 1e9).toFixed(1)} GB`
}
