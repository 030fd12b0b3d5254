/**
 * How much memory a simulation will need, told before it starts: every node holds a row for every
 * other one.
 */
import { freemem } from 'node:os'
import { wrongUse } from '../failure.js'

/**
 * Measured with full views and all checks: what one node knows of another, what a node is besides.
 */
const ROW_BYTES = 120
const NODE_BYTES = 60_000
const PROCESS_BYTES = 120e6

export function memoryFor(nodes: number): number {
  return PROCESS_BYTES + nodes * NODE_BYTES + nodes * nodes * ROW_BYTES
}

/** @throws {CommandFailure} naming what is needed, the limit, and how many nodes fit */
export function refuseTooLarge(nodes: number, limit = memoryLimit()): void {
  const needed = memoryFor(nodes)
  if (needed <= limit) return
  const fits = largestWithin(limit)
  throw wrongUse(
    `${nodes} nodes need about ${gigabytes(needed)} of memory, and ${gigabytes(limit)} are free ` +
      `here: at most ${fits} nodes fit. Give fewer, or run it on a larger machine.`,
  )
}

/**
 * What the machine still has: the tables of nodes are typed arrays, which no limit of Node binds.
 */
function memoryLimit(): number {
  return freemem() + process.memoryUsage().rss
}

function largestWithin(limit: number): number {
  let [fits, tooMany] = [1, 1_000_000]
  while (tooMany - fits > 1) {
    const middle = Math.floor((fits + tooMany) / 2)
    if (memoryFor(middle) <= limit) fits = middle
    else tooMany = middle
  }
  return fits
}

function gigabytes(bytes: number): string {
  return `${(bytes / 1e9).toFixed(1)} GB`
}
