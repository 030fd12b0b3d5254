/**
 * How much memory a simulation will need, told before it starts: every node holds a row for every
 * other one.
 */
import { freemem } from 'node:os'
import { getHeapStatistics } from 'node:v8'
import { wrongUse } from '../failure.js'

/** Measured with full views: what one node knows of another, and what a node is besides. */
const ROW_BYTES = 700
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
    `${nodes} nodes need about ${gigabytes(needed)} of memory, and this process may use ` +
      `${gigabytes(limit)}: at most ${fits} nodes fit. Give fewer, or more memory with ` +
      `NODE_OPTIONS=--max-old-space-size=${mebibytes(needed)} if the machine has it.`,
  )
}

/** What Node's heap may grow to, and the machine still has. */
function memoryLimit(): number {
  return Math.min(getHeapStatistics().heap_size_limit, freemem() + process.memoryUsage().rss)
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

function mebibytes(bytes: number): number {
  return Math.ceil(bytes / 2 ** 20 / 256) * 256
}

function gigabytes(bytes: number): string {
  return `${(bytes / 1e9).toFixed(1)} GB`
}
