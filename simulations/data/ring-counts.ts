/**
 * What happened in a run of ring changes, counted: a swarm in which any of these stays at nothing
 * has proved nothing of it.
 */
export const NOTHING_YET = {
  'ballots won': 0,
  'ballots lost': 0,
  'catch-ups': 0,
  'frozen minorities': 0,
  'laggards passed over': 0,
  'nodes muted': 0,
  'majorities lost': 0,
  'disks lost': 0,
  'old disks restored': 0,
  'lost disks found again': 0,
  'join prepare': 0,
  'join read-new': 0,
  'leave prepare': 0,
  'leave read-new': 0,
  'remove prepare': 0,
  'remove read-new': 0,
  'replace prepare': 0,
  'replace read-new': 0,
  'rebalance prepare': 0,
  'rebalance read-new': 0,
  'alter prepare': 0,
  'alter read-new': 0,
  'aborts from prepare': 0,
  'aborts from read-new': 0,
  'movements done': 0,
  'data given up': 0,
  'copies of the replaced': 0,
  'copies merged': 0,
  'ranges dropped': 0,
  reads: 0,
  writes: 0,
  'stale refusals': 0,
  'operations tried again': 0,
  'read repairs': 0,
  'operations unavailable': 0,
  'operations refused': 0,
  'operations timeout': 0,
} as const

export type RingCount = keyof typeof NOTHING_YET
export type RingCounts = Record<RingCount, number>
