/**
 * How large and how busy a run of ring changes is. What goes wrong mostly does so within a few
 * changes of a few nodes: most runs are short and small, for more of them fit into the same time.
 */
import type { Millis } from '../../src/base/machine.js'

/** Each list is drawn from. */
export interface Size {
  readonly founders: readonly number[]
  readonly clients: readonly number[]
  /** Mean pauses of a client between two operations. */
  readonly pauses: readonly Millis[]
  /** Shortest and longest time of trouble. */
  readonly from: Millis
  readonly to: Millis
  /** Whether somebody is late throughout, and nothing but changes and slowness befalls. */
  readonly isRace: boolean
}

const SMALL: Size = {
  founders: [2, 3, 3, 3, 4],
  clients: [2, 3],
  pauses: [100, 250],
  from: 5000,
  to: 14_000,
  isRace: false,
}

/** Many changes, and as many nodes as there are. */
const LARGE: Size = {
  ...SMALL,
  founders: [2, 3, 3, 4, 4, 5],
  clients: [2, 4, 6],
  from: 12_000,
  to: 32_000,
}

/**
 * Many writes: what harm a request of an earlier record can do is done in the moments in which one
 * node acts on the next record and another does not.
 */
const RACE: Size = { ...SMALL, clients: [6], pauses: [20, 40], to: 9000, isRace: true }

export const SIZES: readonly Size[] = [SMALL, SMALL, LARGE, RACE, RACE]
