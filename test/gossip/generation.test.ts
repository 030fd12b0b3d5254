/**
 * Which generations can be: up to a year beyond what this node, or the median of all, takes for the
 * present.
 */
import { expect, test } from '@jest/globals'
import { isPlausible } from '../../src/gossip/generation.js'
import { Members } from '../../src/gossip/members.js'
import { node } from './fixture.js'

const YEAR = 366 * 86400
const NOW = 1_800_000_000

/** A node of one generation among others. */
function among(own: number, ...others: number[]): Members {
  const members = new Members()
  for (const [number, generation] of [own, ...others].entries()) {
    members.add({ identity: node(number, { generation }), standing: 'alive', incarnation: 0 }, 0)
  }
  return members
}

test.each([
  ['the own clock', NOW, among(1)],
  ['the own generation, when the clock is behind it', 0, among(NOW)],
  ['the median of those accepted, when both are behind', 0, among(1, NOW, NOW, NOW, 5)],
])('it is measured from %s', (_, clock, members) => {
  expect(isPlausible(1, members, clock * 1000)).toBe(true)
  expect(isPlausible(NOW + YEAR, members, clock * 1000)).toBe(true)
  expect(isPlausible(NOW + YEAR + 1, members, clock * 1000)).toBe(false)
})

test('a few wrong clocks among many move nothing', () => {
  const members = among(NOW, NOW, NOW, NOW + YEAR, NOW + YEAR)
  expect(isPlausible(NOW + YEAR + 1, members, NOW * 1000)).toBe(false)
})

test('the fraction of a second counts for nothing', () => {
  expect(isPlausible(NOW + YEAR + 1, among(1), NOW * 1000 + 999)).toBe(false)
})
