/** The records that are kept: within bounds, whole over restarts, and taken from nobody's word. */
import { expect, test } from '@jest/globals'
import { known } from '../../src/base/assert.js'
import { restoreRing, ringKeys } from '../../src/cluster/durable-ring.js'
import { Ledger } from '../../src/cluster/ledger.js'
import { seal, type Sealed } from '../../src/cluster/record/record-bytes.js'
import { RingOutbox } from '../../src/cluster/ring-outbox.js'
import { after, founders } from './fixture.js'

const WIDE = { historyRecords: 100, historyBytes: 1_000_000 }

/** So many records, each of which changes a setting. */
function chain(length: number): Sealed[] {
  const records = [founders('n1', 'n2', 'n3')]
  while (records.length < length) {
    const value = `${300 + records.length}`
    const wish = { kind: 'configure', name: 'autoReplaceAfter', value } as const
    records.push(after(known(records.at(-1), 'a parent'), [wish]))
  }
  return records
}

/** A ledger over a disk that keeps what it is told to. */
class Rig {
  readonly disk: Map<string, Uint8Array>
  readonly ledger: Ledger
  private readonly outbox = new RingOutbox()

  constructor(bounds = WIDE, disk = new Map<string, Uint8Array>()) {
    this.disk = disk
    const found = restoreRing(disk)
    if (found.kind === 'damaged') throw new Error(`damaged: ${found.key}`)
    this.ledger = new Ledger(this.outbox, bounds, found.ring)
    this.store()
  }

  learn(records: readonly Sealed[]): void {
    this.ledger.learn(records)
    this.store()
  }

  recall(records: readonly Sealed[]): number {
    const count = this.ledger.history.recall(records)
    this.store()
    return count
  }

  get epochs(): number[] {
    return this.ledger.kept.map(({ record }) => record.epoch)
  }

  private store(): void {
    while (!this.outbox.empty)
      for (const task of this.outbox.drain()) {
        if (task.kind !== 'persist') continue
        if (task.bytes === null) this.disk.delete(task.key)
        else this.disk.set(task.key, task.bytes)
        if (!this.ledger.history.took(task.ticket)) this.ledger.stored(task.ticket, true)
      }
  }
}

test('what was learnt one by one is kept over a restart, and ends with the record in hand', () => {
  const rig = new Rig()
  const records = chain(6)
  for (const sealed of records) rig.learn([sealed])
  expect(rig.epochs).toEqual([1, 2, 3, 4, 5, 6])
  const again = new Rig(WIDE, rig.disk)
  expect(again.ledger.kept.map(({ digest }) => digest)).toEqual(records.map(({ digest }) => digest))
  again.learn(chain(7).slice(6))
  expect(new Rig(WIDE, again.disk).epochs).toEqual([1, 2, 3, 4, 5, 6, 7])
})

test('no more than the bounds allow is kept, on the disk neither', () => {
  const few = new Rig({ ...WIDE, historyRecords: 3 })
  for (const sealed of chain(9)) few.learn([sealed])
  expect(few.epochs).toEqual([7, 8, 9])
  expect([...few.disk.keys()].sort()).toEqual(['ring/history/7', 'ring/history/8', ringKeys.record])
  const size = known(chain(9).at(-1), 'the last').bytes.length
  const small = new Rig({ ...WIDE, historyBytes: size * 2.5 }, few.disk)
  expect(small.epochs).toEqual([8, 9])
  const one = new Rig({ ...WIDE, historyBytes: 0 }, small.disk)
  expect(one.epochs).toEqual([9])
  expect([...one.disk.keys()]).toEqual([ringKeys.record])
})

test('of several learnt at once each is kept', () => {
  const rig = new Rig()
  rig.learn(chain(5))
  expect(new Rig(WIDE, rig.disk).epochs).toEqual([1, 2, 3, 4, 5])
})

test('a record over a gap begins anew, and what it follows from is taken from anybody', () => {
  const records = chain(9)
  const rig = new Rig()
  rig.learn(records.slice(0, 3))
  rig.learn(records.slice(7, 8))
  expect(rig.epochs).toEqual([8])
  expect([...rig.disk.keys()]).toEqual([ringKeys.record])
  expect(rig.recall(records.slice(4, 7))).toBe(3)
  expect(rig.recall(records.slice(0, 4))).toBe(4)
  expect(rig.epochs).toEqual([1, 2, 3, 4, 5, 6, 7, 8])
  expect(new Rig(WIDE, rig.disk).epochs).toEqual(rig.epochs)
})

test('a record that is no ancestor is not taken, whoever tells of it', () => {
  const records = chain(5)
  const rig = new Rig()
  rig.learn(records.slice(4))
  const third = known(records[2], 'the third')
  const forged = known(seal({ ...third.record, why: ['never agreed on'] }), 'a record')
  expect(rig.recall([forged])).toBe(0)
  expect(rig.recall([forged, ...records.slice(3, 4)])).toBe(1)
  expect(rig.epochs).toEqual([4, 5])
  expect(rig.recall(records.slice(0, 1))).toBe(0)
})

test('entries of another chain are erased at a start', () => {
  const rig = new Rig()
  rig.learn(chain(4))
  const other = founders('n1', 'n2')
  rig.disk.set(ringKeys.record, other.bytes)
  const again = new Rig(WIDE, rig.disk)
  expect(again.epochs).toEqual([1])
  expect([...again.disk.keys()]).toEqual([ringKeys.record])
})

test('an entry that cannot be read is named', () => {
  const disk = new Map([['ring/history/7', new Uint8Array([1, 2, 3])]])
  expect(restoreRing(disk)).toEqual({ kind: 'damaged', key: 'ring/history/7' })
})
