/** A replica told what arrives: it waits for records, and asks the fence before and after. */
import { expect, test } from '@jest/globals'
import { encodeUtf8 } from '../../../src/base/utf8.js'
import { Replica, type ReplicaEffect } from '../../../src/cluster/data/replica.js'
import type { Request } from '../../../src/cluster/data/request.js'
import { rowKey } from '../../../src/cluster/data/row.js'
import type { RingRecord } from '../../../src/cluster/record/record.js'
import { after, founders, idOf, newcomer, withKeyspace } from '../fixture.js'

const first = withKeyspace(founders('n1', 'n2', 'n3'))
const replace = {
  kind: 'replace',
  hostId: idOf('n3'),
  by: newcomer('n4'),
  loseData: false,
} as const
const old = first.record
const prepared = after(first, [replace]).record
const key = rowKey('shop@2', encodeUtf8('a key'))
const entry = { key, value: Uint8Array.of(1, 2) }

function write(epoch: number): Request {
  return { epoch, by: idOf('n2'), to: idOf('n1'), ask: { kind: 'write', entry } }
}

function begin(history: readonly RingRecord[], trusted = true) {
  const standing = { history, trusted }
  return { standing, replica: new Replica<string>(idOf('n1'), standing) }
}

function answers(effects: readonly ReplicaEffect<string>[]): unknown[] {
  return effects.flatMap((effect) => (effect.kind === 'answer' ? [[effect.to, effect.answer]] : []))
}

test('a write is acknowledged when it is on the disk', () => {
  const { replica } = begin([old])
  const asked = replica.asked('c', write(old.epoch), 0)
  expect(asked).toEqual([{ kind: 'write', ticket: 1, entry }])
  expect(answers(replica.stored(1, true))).toEqual([['c', { kind: 'written' }]])
  expect(replica.stored(1, true)).toEqual([])
})

test('a write whose range changed on its way to the disk is not acknowledged', () => {
  const { standing, replica } = begin([old])
  replica.asked('c', write(old.epoch), 0)
  standing.history = [old, prepared]
  const stale = { kind: 'stale', epoch: prepared.epoch }
  expect(answers(replica.stored(1, true))).toEqual([['c', stale]])
  expect(answers(replica.asked('d', write(old.epoch), 0))).toEqual([['d', stale]])
})

test('nor is one whose coordinator was banned on its way to the disk', () => {
  const cancel = { kind: 'cancel', move: prepared.moves[0]?.id ?? '' } as const
  const undone = after(after(first, [replace]), [cancel]).record
  expect(undone.banned.map(({ hostId }) => hostId)).toEqual([idOf('n4')])
  const { standing, replica } = begin([old, prepared])
  replica.asked('c', { ...write(prepared.epoch), by: idOf('n4') }, 0)
  standing.history = [old, prepared, undone]
  const refused = { kind: 'refused', why: 'its node was cancelled' }
  expect(answers(replica.stored(1, true))).toEqual([['c', refused]])
})

test('a request of a later record waits for it', () => {
  const { standing, replica } = begin([old])
  expect(replica.asked('c', write(prepared.epoch), 0)).toEqual([
    { kind: 'catch up', epoch: prepared.epoch, by: idOf('n2') },
  ])
  expect(replica.waits).toBe(true)
  standing.history = [old, prepared]
  expect(replica.work(1)).toEqual([{ kind: 'write', ticket: 1, entry }])
  expect(replica.waits).toBe(false)
})

test('it does not wait for ever', () => {
  const { replica } = begin([old])
  replica.asked('c', write(prepared.epoch), 0)
  const due = replica.wakeAt
  expect(answers(replica.work(due - 1))).toEqual([])
  expect(answers(replica.work(due))).toEqual([['c', { kind: 'refused', why: 'it lags behind' }]])
  expect(replica.wakeAt).toBe(Infinity)
})

test('a disk that may be an old copy answers nothing', () => {
  const { standing, replica } = begin([old], false)
  expect(answers(replica.asked('c', write(old.epoch), 0))).toEqual([])
  expect(replica.waits).toBe(true)
  standing.trusted = true
  expect(replica.work(1)).toEqual([{ kind: 'write', ticket: 1, entry }])
})

test('a read gives what is stored, also that there is nothing, and a failing disk is no answer', () => {
  const { replica } = begin([old])
  const read: Request = { ...write(old.epoch), ask: { kind: 'read', key } }
  for (const caller of ['a', 'b', 'c']) replica.asked(caller, read, 0)
  expect(answers(replica.found(1, entry.value))).toEqual([
    ['a', { kind: 'row', value: entry.value }],
  ])
  expect(answers(replica.found(2, null))).toEqual([['b', { kind: 'row', value: null }]])
  expect(answers(replica.found(3, undefined))).toEqual([
    ['c', { kind: 'refused', why: 'its disk failed' }],
  ])
})
