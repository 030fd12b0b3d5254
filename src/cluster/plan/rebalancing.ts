/** Rebalancing as a movement: the ring's own plan, one pass at a time. */
import { rebalance } from '../../ring/rebalance.js'
import { compareTokens } from '../../ring/token.js'
import type { RingRecord } from '../record/record.js'
import { begin } from './begin.js'
import { allocationOf, ringOf } from './layout.js'
import { movement } from './membership.js'
import { vain, waits, type Verdict } from './verdict.js'

/** @param bar thousandths of its rack's mean that a node may hold */
export function judgeRebalance(record: RingRecord, id: string, bar: number): Verdict {
  if (record.moves.length > 0) return waits('movements are under way')
  const ring = ringOf(record)
  const pass = rebalance(ring, allocationOf(record, []), Math.max(1.001, bar / 1000))
  if (pass.moves.length === 0) return vain(pass.reason)
  const changed = new Set(pass.moves.map(({ id }) => id))
  const tokens = record.members
    .filter(({ hostId }) => changed.has(hostId))
    .map(({ hostId }) => ({ hostId, tokens: [...pass.ring.tokensOf(hostId)].sort(compareTokens) }))
  return begin(record, { ...movement(record, id, 'rebalance', []), tokens }, pass.reason)
}
