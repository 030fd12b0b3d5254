/** Every number of the ring's protocol, with its reason. Times are milliseconds. */
import type { Declarations, Values } from '../base/settings.js'

export const ringSettings = {
  quietRounds: {
    kind: 'number',
    unit: 'rounds',
    default: 2,
    min: 1,
    max: 100,
    why:
      'Gossip rounds, times log2 of the members, for which all voters must have agreed before a ' +
      'change is proposed: news should have reached everybody.',
  },
  quietWindows: {
    kind: 'number',
    unit: 'windows',
    default: 5,
    min: 1,
    max: 100,
    why:
      'Quiet windows after which an agreeing majority goes on without the laggards: one stuck ' +
      'member must not freeze the cluster.',
  },
  rankDelay: {
    kind: 'number',
    unit: 'ms',
    default: 400,
    min: 1,
    max: 60000,
    why: 'Each rank in the order of proposers waits so much longer, so that usually one proposes.',
  },
  ballotPatience: {
    kind: 'number',
    unit: 'ms',
    default: 1500,
    min: 10,
    max: 60000,
    why: 'How long a ballot waits for a majority before it is given up and tried again.',
  },
  askPatience: {
    kind: 'number',
    unit: 'ms',
    default: 1000,
    min: 10,
    max: 60000,
    why: 'How long one peer is waited for that was asked for records, before the next is asked.',
  },
  silentFor: {
    kind: 'number',
    unit: 'ms',
    default: 5000,
    min: 0,
    max: 86400000,
    why:
      'A node that was heard from within so long is not voted out, whatever others say: only the ' +
      'dead are removed or replaced.',
  },
  dropGrace: {
    kind: 'number',
    unit: 'ms',
    default: 10000,
    min: 0,
    max: 86400000,
    why:
      'How long a node that gave a range away keeps its copy after all who have it now confirmed ' +
      'it: requests under way may still read it there.',
  },
  historyRecords: {
    kind: 'number',
    unit: 'records',
    default: 256,
    min: 1,
    max: 65536,
    why:
      'Most records of the ring that are kept, in memory and on the disk: from the oldest of ' +
      'them on, changes can be watched again.',
  },
  historyBytes: {
    kind: 'number',
    unit: 'bytes',
    default: 1_000_000,
    min: 0,
    max: 1_000_000_000,
    why: 'Most bytes of them; the record that is acted on is kept in any case.',
  },
} as const satisfies Declarations

export type RingSettings = Values<typeof ringSettings>
