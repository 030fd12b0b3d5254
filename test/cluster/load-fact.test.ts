/** How much a node holds is told when it is news, and read as it was told. */
import { expect, test } from '@jest/globals'
import { isNews, loadFactBytes, loadIn, LOAD_FACT } from '../../src/cluster/load-fact.js'

test('a load is news at first, and once it has changed by a tenth', () => {
  expect(isNews(undefined, 0)).toBe(true)
  expect([1_000_000, 1_090_000, 910_000].map((bytes) => isNews(1_000_000, bytes))).toEqual(
    Array(3).fill(false),
  )
  expect([1_110_000, 890_000, 0].map((bytes) => isNews(1_000_000, bytes))).toEqual(
    Array(3).fill(true),
  )
  // What an empty store has of files of its own is none.
  expect([isNews(0, 4000), isNews(0, 4200)]).toEqual([false, true])
})

test('it is read as it was told, and null where nothing, or junk, was told', () => {
  const loadOf = (value?: Uint8Array): number | null =>
    loadIn({ facts: value === undefined ? [] : [{ key: LOAD_FACT, version: 1, value }] })
  expect([0, 127, 5 * 1024 ** 3].map((bytes) => loadOf(loadFactBytes(bytes)))).toEqual([
    ...[0, 127, 5 * 1024 ** 3],
  ])
  expect(loadOf()).toBeNull()
  expect(loadOf(Uint8Array.of(255))).toBeNull()
})
