/** Whether the ring is so uneven, and a pass so good, that it is levelled without being asked. */
import { DEFAULT_BAR, rebalance } from '../../ring/rebalance.js'
import { settingsIn } from '../cluster-settings.js'
import { allocationOf, ringOf } from '../plan/layout.js'
import type { RingRecord } from '../record/record.js'

/** What the policy asks for: the usual bar, in thousandths. */
export const POLICY_BAR = Math.round(DEFAULT_BAR * 1000)

/** Answers for records that are still held: a pass over a large ring is no small thing. */
const answers = new WeakMap<RingRecord, boolean>()

export function isWorthLevelling(record: RingRecord): boolean {
  const held = answers.get(record)
  if (held !== undefined) return held
  const answer = judged(record)
  answers.set(record, answer)
  return answer
}

function judged(record: RingRecord): boolean {
  const { rebalanceAbove, rebalanceGain } = settingsIn(record.config)
  const pass = rebalance(ringOf(record), allocationOf(record, []), DEFAULT_BAR)
  const gain = pass.before - pass.after
  return pass.moves.length > 0 && pass.before > rebalanceAbove && gain >= rebalanceGain
}
