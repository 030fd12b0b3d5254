/** What the proof with real rows goes by finds every fault that it is there to find. */
import { expect, test } from '@jest/globals'
import { judge, type Holdings } from './proof/holdings.js'
import { DELETED, Ledger } from './proof/ledger.js'

const REPLICAS = ['n1', 'n2', 'n3']

function ledger(): Ledger {
  const made = new Ledger(2, 40)
  for (const row of [0, 1]) made.acknowledged(row, made.next(row), 'QUORUM')
  return made
}

function held(...stores: readonly (readonly number[])[]): Map<string, Holdings> {
  const holdings = stores.map((each) => ({ versions: Uint32Array.from(each), strange: [] }))
  return new Map(holdings.map((each, i) => [`n${i + 1}`, each]))
}

const judged = (of: Ledger, stores: Map<string, Holdings>): readonly string[] =>
  judge(of, stores, () => REPLICAS).wrong

test('a reader may see what was tried, and never less than what was seen before', () => {
  const rows = ledger()
  rows.next(0)
  rows.read(0, rows.floor(0), rows.text(0, 2))
  expect(rows.wrong).toEqual([])
  expect(rows.floor(0)).toBe(2)
  rows.read(0, rows.floor(0), rows.text(0, 1))
  rows.read(0, rows.floor(0), rows.text(0, 3))
  rows.read(0, rows.floor(0), null)
  rows.read(0, rows.floor(0), rows.text(1, 2))
  expect(rows.wrong).toEqual([
    'customer 000000 is stale: version 1, not version 2',
    'customer 000000 is ahead: version 3, tried version 2',
    'customer 000000 is lost: nothing, not version 2',
    'customer 000000 reads what was never written',
  ])
})

test('what was deleted does not come back', () => {
  const rows = ledger()
  rows.deleting(1)
  rows.read(1, rows.floor(1), rows.text(1, 1))
  rows.acknowledged(1, DELETED, 'QUORUM')
  rows.read(1, rows.floor(1), null)
  expect(rows.wrong).toEqual([])
  rows.read(1, rows.floor(1), rows.text(1, 1))
  expect(rows.wrong).toEqual(['customer 000001 is stale: version 1, not deleted'])
})

test('a majority is enough for a quorum, and everything is needed for ALL', () => {
  const rows = ledger()
  expect(judge(rows, held([1, 1], [1, 1], [0, 1]), () => REPLICAS)).toEqual({
    ...{ whole: 1, partly: 1, wrong: [] },
  })
  expect(judged(rows, held([1, 1], [0, 1], [0, 1]))).toEqual([
    'customer 000000: version 1 was acknowledged, and is on 1 of 3',
  ])
  rows.acknowledged(0, 1, 'ALL')
  expect(judged(rows, held([1, 1], [1, 1], [0, 1]))).toEqual([
    'customer 000000: version 1 was acknowledged at ALL, n3 has nothing',
  ])
})

test('no store keeps what it has no part in, or what nobody wrote', () => {
  const rows = ledger()
  expect(judged(rows, held([1, 1], [1, 1], [1, 1], [0, 1]))).toEqual([
    'customer 000001: n4 keeps it and has no part in it',
  ])
  expect(judged(rows, held([1, 2], [1, 1], [1, 1]))).toEqual([
    'customer 000001: n1 has version 2, never tried',
  ])
  const stores = held([1, 1], [1, 1], [1, 1])
  stores.set('n1', { versions: Uint32Array.of(1, 1), strange: ['a row x that nobody wrote'] })
  expect(judged(rows, stores)).toEqual(['n1 has a row x that nobody wrote'])
})
