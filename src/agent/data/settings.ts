/** Settings of the data beside a node. */
import type { Declarations } from '../../base/settings.js'

export const dataSettings = {
  kv: {
    kind: 'flag',
    default: false,
    why:
      'Keeps rows beside this node: a small key-value store, replicated as the ring says. The ' +
      'same for all agents of a cluster.',
  },
  ownData: {
    kind: 'flag',
    default: false,
    why:
      'A data plane of your own runs beside this agent: movements wait until it says over the ' +
      'API that what they bring is there.',
  },
  copyRate: {
    kind: 'number',
    unit: 'MiB/s',
    default: 32,
    min: 0,
    max: 100000,
    why:
      'Most bytes of rows that this node takes in, and gives out, a second while ranges move; 0 ' +
      'for no limit. More of it moves ranges sooner. While clients are served and the processor ' +
      'is short, it is less by itself, down to a sixteenth.',
  },
  copyLinkRate: {
    kind: 'number',
    unit: 'MiB/s',
    default: 0,
    min: 0,
    max: 100000,
    rare: true,
    why: 'Most bytes of rows taken from any one node a second; 0 for no limit but copyRate.',
  },
  copyParallel: {
    kind: 'number',
    unit: 'ranges',
    default: 4,
    min: 1,
    max: 64,
    rare: true,
    why: 'Ranges copied at a time; each holds at most some 4 MiB of rows in memory.',
  },
  dataReserve: {
    kind: 'number',
    unit: 'MiB',
    default: 256,
    min: 0,
    max: 1048576,
    rare: true,
    why:
      'Room that must stay free on the disk: with less, rows are refused and movements wait, so ' +
      'that the store can still compact what it has.',
  },
} as const satisfies Declarations
