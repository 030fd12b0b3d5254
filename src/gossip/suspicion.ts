/**
 * How long a suspicion lasts (Lifeguard, section IV-B): it starts at a maximum and shrinks with
 * each independent accuser towards a minimum that grows with log N. A pure function of counts, so
 * that a deadline never depends on how often somebody repeated himself.
 */
import type { Millis } from '../base/machine.js'
import { ln, log10 } from '../base/math.js'

export interface SuspicionSettings {
  readonly suspicionFactor: number
  readonly suspicionRange: number
  readonly confirmations: number
}

/** From this many present members on, waiting is stretched the full range. */
const SMALL = 4
const SMALL_RANGE = 3

/**
 * Milliseconds from the first accusation to the verdict.
 * @param present live and suspected members, this node included
 * @param accusers independent accusers so far, at least 1
 */
export function suspicionTime(
  settings: SuspicionSettings,
  present: number,
  accusers: number,
): Millis {
  const least = settings.suspicionFactor * Math.max(1, log10(Math.max(1, present))) * 1000
  const range =
    present <= SMALL ? Math.min(SMALL_RANGE, settings.suspicionRange) : settings.suspicionRange
  const wanted = confirmationsWanted(settings, present)
  if (wanted === 0) return least
  const confirmed = Math.min(wanted, Math.max(0, accusers - 1))
  const share = ln(confirmed + 1) / ln(wanted + 1)
  return least * (range - (range - 1) * share)
}

/** Further accusers that count: nobody but us and the accused can confirm more than N - 2 times. */
export function confirmationsWanted(settings: SuspicionSettings, present: number): number {
  return Math.max(0, Math.min(settings.confirmations, present - 2))
}
