/**
 * Is it them, or is it me: when a failure says nothing, and when it must be believed all the same.
 */
import { expect, test } from '@jest/globals'
import { Isolation } from '../../src/gossip/isolation.js'

const CAP = 6000

test('a failure is void when nobody has answered since the probe began', () => {
  const isolation = new Isolation(CAP, 0)
  isolation.proved(1000)
  expect(isolation.explains(1001, 1500, 5)).toBe(true)
  expect(isolation.explains(1000, 1500, 5)).toBe(false)
  isolation.proved(1200)
  expect(isolation.explains(1001, 1500, 5)).toBe(false)
})

test('for no longer than the cap, or the last of three would never be found dead', () => {
  const isolation = new Isolation(CAP, 0)
  expect(isolation.explains(100, CAP, 3)).toBe(true)
  expect(isolation.explains(100, CAP + 1, 3)).toBe(false)
})

test('never between two, where nobody else could have answered', () => {
  const isolation = new Isolation(CAP, 0)
  expect([1, 2, 3].map((present) => isolation.explains(100, 200, present))).toEqual([
    false,
    false,
    true,
  ])
})

test('a stall is not held against the others', () => {
  const isolation = new Isolation(CAP, 0)
  isolation.shift(10000)
  expect(isolation.explains(10100, 10200, 5)).toBe(true)
  expect(isolation.explains(9900, 10200, 5)).toBe(false)
})

test('past the cap those who do not answer are taken for gone', () => {
  const isolation = new Isolation(CAP, 0)
  isolation.proved(1000)
  expect([isolation.outlasted(1000 + CAP), isolation.outlasted(1001 + CAP)]).toEqual([false, true])
})
