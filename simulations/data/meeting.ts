/**
 * Whether a read of one replica meets a write that all acknowledged: where each that may be read
 * from is among those that were written to. A barrier waits for majorities, so a replica that loses
 * a range may lag behind the end of the movement, and who lags answers itself at ONE what it had;
 * that is nobody's to know but its own, and no quorum counts it.
 */
import { known } from '../../src/base/assert.js'
import { encodeUtf8 } from '../../src/base/utf8.js'
import { keeps, placesOf, rowPlace, type Places } from '../../src/cluster/data/places.js'
import { rowKey } from '../../src/cluster/data/row.js'
import { labelOf, type RingRecord } from '../../src/cluster/record/record.js'

/** Of a key, with the record that the coordinator of the read or the write went by. */
export interface Meeting {
  readonly keyspace: string
  readonly key: string
  readonly read: RingRecord
  readonly written: RingRecord
}

export function meets({ keyspace, key, read, written }: Meeting): boolean {
  if (read.epoch >= written.epoch) return true
  const from = placesIn(read, keyspace, key)
  const to = placesIn(written, keyspace, key)
  if (from === undefined || to === undefined) return true
  return from.reads.members.every(({ id }) => to.writes.some((copies) => keeps(copies, id)))
}

function placesIn(record: RingRecord, keyspace: string, key: string): Places | undefined {
  const held = record.keyspaces.find(({ name }) => name === keyspace)
  if (held === undefined) return undefined
  const row = rowKey(labelOf(held), encodeUtf8(key))
  return placesOf(record, known(rowPlace(row), 'the place of a key'))
}
