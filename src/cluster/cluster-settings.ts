/**
 * The cluster's own settings: they stand in the record, so they are the same on all nodes and
 * change for all at one epoch. The record holds what differs from the defaults.
 */
import { settle, type Declarations, type Values } from '../base/settings.js'
import type { ConfigEntry } from './record/record.js'

export const clusterSettings = {
  autoReplace: {
    kind: 'flag',
    default: false,
    why:
      'Whether what a node kept is copied to others once it has been down for autoReplaceAfter: ' +
      'it is then removed for good.',
  },
  autoReplaceAfter: {
    kind: 'number',
    unit: 's',
    default: 3600,
    min: 300,
    max: 604800,
    why:
      'How long a node must have been down, for a majority of the voters, before autoReplace ' +
      'removes it: longer than any repair or restart that is planned.',
  },
  autoRebalance: {
    kind: 'flag',
    default: true,
    why: 'Whether the ring is levelled by itself after nodes have left, one pass at a time.',
  },
  rebalanceAbove: {
    kind: 'number',
    unit: 'of the mean',
    default: 1.1,
    min: 1.01,
    max: 10,
    fraction: true,
    why: 'How much over the mean of its rack the fullest node may hold before a pass begins.',
  },
  rebalanceGain: {
    kind: 'number',
    unit: 'of the mean',
    default: 0.05,
    min: 0,
    max: 10,
    fraction: true,
    why: 'What a pass must improve that by: copying data for less is not worth it.',
  },
  rebalancePause: {
    kind: 'number',
    unit: 's',
    default: 600,
    min: 1,
    max: 604800,
    why: 'How long the ring must have stood still before a pass: another change may be on its way.',
  },
} as const satisfies Declarations

export type ClusterSettings = Values<typeof clusterSettings>

/** Settings of records that are still held; an entry goes with its list. */
const read = new WeakMap<readonly ConfigEntry[], ClusterSettings>()

/** What a record says; an entry that this version does not know, or cannot take, is left out. */
export function settingsIn(entries: readonly ConfigEntry[]): ClusterSettings {
  const held = read.get(entries)
  if (held !== undefined) return held
  const given = entries.filter(({ name, value }) => problemOf(name, value) === undefined)
  const { values } = settle(
    clusterSettings,
    Object.fromEntries(given.map(({ name, value }) => [name, value])),
  )
  read.set(entries, values)
  return values
}

/** Why such an entry cannot be, undefined when it can. @param value '' takes the default again */
export function problemOf(name: string, value: string): string | undefined {
  const given = value === '' ? undefined : value
  return settle(clusterSettings, { [name]: given }).problems[0]?.says
}

/** One text for one value: `true`, `1`, `1.10` and `1.1` must not be different records. */
export function canonicalValue(name: string, value: string): string {
  const given = value === '' ? undefined : value
  const { values } = settle<Declarations>(clusterSettings, { [name]: given })
  return String(values[name])
}
