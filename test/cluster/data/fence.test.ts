/** The fence against a dumb restatement, over whole movements and in the cases that lose writes. */
import { describe, expect, test } from '@jest/globals'
import { known } from '../../../src/base/assert.js'
import { encodeUtf8 } from '../../../src/base/utf8.js'
import { changedSince, rule, type Ruling } from '../../../src/cluster/data/fence.js'
import { placesOf, rowPlace, type RowPlace } from '../../../src/cluster/data/places.js'
import type { Request } from '../../../src/cluster/data/request.js'
import { rowKey } from '../../../src/cluster/data/row.js'
import type { Sealed } from '../../../src/cluster/record/record-bytes.js'
import type { RingRecord } from '../../../src/cluster/record/record.js'
import { after, allAcks, founders, idOf, newcomer, withKeyspace } from '../fixture.js'

/** Every record from the founding on: n4 replaces n3, then n5 joins and that is cancelled. */
const chain = makeChain()

function makeChain(): readonly Sealed[] {
  const first = founders('n1', 'n2', 'n3')
  const made = [first, withKeyspace(first)]
  const last = (): Sealed => known(made.at(-1), 'a record')
  const wish = { kind: 'replace', hostId: idOf('n3'), by: newcomer('n4'), loseData: false } as const
  made.push(after(last(), [wish]))
  while (last().record.moves.length > 0) made.push(after(last(), [], allAcks(last())))
  made.push(after(last(), [{ kind: 'join', who: newcomer('n5') }]))
  const move = known(last().record.moves[0], 'a movement').id
  made.push(after(last(), [{ kind: 'cancel', move }]))
  return made
}

const records = chain.map(({ record }) => record)
const keys = Array.from({ length: 40 }, (_, i) => rowKey('shop@2', encodeUtf8(`key ${i}`)))

function upTo(epoch: number): readonly RingRecord[] {
  return records.filter((record) => record.epoch <= epoch)
}

type Unsent = Omit<Request, 'to'>

function request(epoch: number, key: Uint8Array, kind: 'read' | 'write', by = idOf('n1')): Unsent {
  const ask =
    kind === 'read'
      ? ({ kind, key } as const)
      : ({ kind, entry: { key, value: new Uint8Array(1) } } as const)
  return { epoch, by, ask }
}

function ruled(asked: Unsent, self: string, history: readonly RingRecord[]): Ruling {
  return rule({ ...asked, to: self }, self, history)
}

function place(key: Uint8Array): RowPlace {
  return known(rowPlace(key), 'the place of a row')
}

/** Whom to write to and read from, in words. */
function said(record: RingRecord, key: Uint8Array): string {
  const places = placesOf(record, place(key))
  const ids = (list: readonly { id: string }[]): string =>
    list
      .map(({ id }) => id)
      .sort()
      .join()
  if (places === undefined) return 'nobody'
  return [...places.writes.map(({ members }) => ids(members)), ids(places.reads.members)].join(' ')
}

test('whatever the key and the epochs, it is stale exactly where something changed in between', () => {
  let stale = 0
  for (const key of keys)
    for (const { epoch } of records)
      for (const asked of records.filter((each) => each.epoch <= epoch)) {
        const between = upTo(epoch).filter((each) => each.epoch >= asked.epoch)
        const changed = new Set(between.map((each) => said(each, key))).size > 1
        expect(changedSince(upTo(epoch), place(key), asked.epoch)).toBe(changed)
        if (changed) stale++
      }
  expect(stale).toBeGreaterThan(100)
})

test('a range that a change does not touch is served at every epoch', () => {
  const epochs = records.map(({ epoch }) => epoch)
  const [join, cancelled] = [known(epochs.at(-2), 'join'), known(epochs.at(-1), 'cancel')]
  const rulings = keys.map(
    (key) => ruled(request(join - 1, key, 'write'), idOf('n1'), upTo(cancelled)).kind,
  )
  expect(new Set(rulings)).toEqual(new Set(['serve', 'stale']))
})

describe('what is refused', () => {
  const [key] = keys
  const newest = known(records.at(-1), 'a record').epoch
  const ask = (epoch: number, self: string, history: readonly RingRecord[], by?: string): Ruling =>
    ruled(request(epoch, known(key, 'a key'), 'write', by && idOf(by)), idOf(self), history)

  test('the epoch before the change, with the own epoch as the reason', () => {
    expect(ask(2, 'n1', upTo(3))).toEqual({ kind: 'stale', epoch: 3 })
  })

  test('a request from before a movement that was begun and cancelled', () => {
    const join = known(records.at(-2), 'join')
    const moved = keys.filter((each) => placesOf(join, place(each))?.writes.length === 2)
    const again = moved.map((each) => ruled(request(newest - 2, each, 'read'), idOf('n1'), records))
    expect(again.length).toBeGreaterThan(0)
    expect(new Set(again.map(({ kind }) => kind))).toEqual(new Set(['stale']))
  })

  test('what is older than the history kept', () => {
    expect(ask(2, 'n1', records.slice(-2))).toMatchObject({ kind: 'stale' })
  })

  test('a later request waits, and so does one before there is a record', () => {
    expect(ask(4, 'n1', upTo(3))).toEqual({ kind: 'behind' })
    expect(ask(1, 'n1', [])).toEqual({ kind: 'behind' })
  })

  test('a node that the record has banned coordinates nothing', () => {
    expect(ask(newest, 'n1', records, 'n3')).toEqual({
      kind: 'refuse',
      why: 'its node was replaced',
    })
  })

  test('who does not keep the key, and reads from who only receives', () => {
    expect(ask(2, 'n4', upTo(2))).toMatchObject({ kind: 'refuse' })
    const prepared = 3
    const read = ruled(request(prepared, known(key, 'a key'), 'read'), idOf('n4'), upTo(prepared))
    expect(read).toMatchObject({ kind: 'refuse' })
    expect(ask(prepared, 'n4', upTo(prepared))).toEqual({ kind: 'serve' })
  })
})

test('what is meant for another is refused, also by a replica that lives where that one lived', () => {
  const [newest] = records.slice(-1)
  const { epoch } = known(newest, 'a record')
  for (const key of keys)
    for (const kind of ['read', 'write'] as const) {
      const asked = { ...request(epoch, key, kind), to: idOf('n9') }
      expect(rule(asked, idOf('n1'), records).kind).toBe('refuse')
    }
})
