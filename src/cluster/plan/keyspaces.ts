/** Keyspaces as metadata: created and dropped by intents, judged under a record. */
import { describeReplication, type Replication } from '../../ring/replication.js'
import type { RingRecord } from '../record/record.js'
import { clash } from './independence.js'
import { begin } from './begin.js'
import { changesOf, ringOf } from './layout.js'
import { movement } from './membership.js'
import { done, refused, vain, waits, type Verdict } from './verdict.js'

const KEYSPACES_MAX = 256

export function judgeCreate(record: RingRecord, name: string, replication: Replication): Verdict {
  const there = record.keyspaces.find((keyspace) => keyspace.name === name)
  if (there !== undefined) {
    const same = describeReplication(there.replication) === describeReplication(replication)
    if (same) return vain(`the keyspace ${name} exists already`)
    return refused(
      `the keyspace ${name} exists with ${describeReplication(there.replication)}`,
      'Drop it first, or take another name.',
    )
  }
  if (record.keyspaces.length >= KEYSPACES_MAX) {
    return refused(`there are ${KEYSPACES_MAX} keyspaces already`, 'Drop one first.')
  }
  const unknown = unknownDatacenter(record, replication)
  if (unknown !== undefined) return nobodyIn(record, unknown)
  const moves = record.moves.map((move) => changesOf(record, move))
  if (clash(ringOf(record), [replication], moves) !== undefined) {
    return waits('movements under way would share ranges of it')
  }
  const created = { name, replication, born: record.epoch + 1 }
  const keyspaces = [...record.keyspaces, created]
  keyspaces.sort((a, b) => (a.name < b.name ? -1 : 1))
  return done({ ...record, keyspaces }, `keyspace ${name} with ${describeReplication(replication)}`)
}

/** Another number of copies is a movement like any other: who gains a copy is read from last. */
export function judgeAlter(
  record: RingRecord,
  id: string,
  name: string,
  replication: Replication,
): Verdict {
  const there = record.keyspaces.find((keyspace) => keyspace.name === name)
  if (there === undefined) return refused(`there is no keyspace ${name}`, 'Create it instead.')
  const [before, after] = [there.replication, replication].map(describeReplication)
  if (before === after) return vain(`the keyspace ${name} is kept so already`)
  const unknown = unknownDatacenter(record, replication)
  if (unknown !== undefined) return nobodyIn(record, unknown)
  const move = { ...movement(record, id, 'alter', []), alters: { ...there, replication } }
  return begin(record, move, `keyspace ${name} from ${before ?? ''} to ${after ?? ''}`)
}

export function judgeDrop(record: RingRecord, name: string): Verdict {
  const keyspaces = record.keyspaces.filter((keyspace) => keyspace.name !== name)
  if (keyspaces.length === record.keyspaces.length) return vain(`there is no keyspace ${name}`)
  return done({ ...record, keyspaces }, `keyspace ${name} dropped`)
}

function nobodyIn(record: RingRecord, dc: string): Verdict {
  const dcs = [...new Set(record.members.map((member) => member.dc))].sort().join(', ')
  return refused(`no node is in ${dc}`, `Name one of ${dcs}.`)
}

function unknownDatacenter(record: RingRecord, replication: Replication): string | undefined {
  if (replication.kind === 'simple') return undefined
  const there = new Set(record.members.map(({ dc }) => dc))
  return [...replication.factors.keys()].sort().find((dc) => !there.has(dc))
}
