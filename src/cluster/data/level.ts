/** Cassandra's consistency levels by name, apart from what they need: a command only lists them. */

export const LEVELS = ['ONE', 'TWO', 'QUORUM', 'ALL', 'LOCAL_QUORUM', 'EACH_QUORUM'] as const

export type Level = (typeof LEVELS)[number]
