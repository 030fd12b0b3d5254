/**
 * The order of the round robin against its promise (SWIM, section 4.3): every member once a cycle,
 * so each within 2N - 1 turns, newcomers before the cycle ends, and those no longer there not at
 * all.
 */
import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { Random } from '../../src/base/random.js'
import { SELF, type Members } from '../../src/gossip/members.js'
import { Rotation } from '../../src/gossip/rotation.js'
import { node, tableOf } from './fixture.js'

function rotationOf(members: Members, seed: number): Rotation {
  return new Rotation(members, Random.from(seed).fork('rotation'))
}

function takes(rotation: Rotation, count: number): (number | undefined)[] {
  return Array.from({ length: count }, () => rotation.take())
}

const size = fc.integer({ min: 2, max: 40 })

test('each cycle has every other member once', () => {
  fc.assert(
    fc.property(fc.nat(), size, (seed, count) => {
      const rotation = rotationOf(tableOf(count), seed)
      const others = Array.from({ length: count - 1 }, (_, i) => i + 1)
      for (let cycle = 0; cycle < 3; cycle++) {
        expect(takes(rotation, count - 1).sort((a = 0, b = 0) => a - b)).toEqual(others)
      }
    }),
  )
})

test('no member waits longer than 2N - 1 turns, and the order is not the same twice', () => {
  const count = 20
  const rotation = rotationOf(tableOf(count), 1)
  const turns = takes(rotation, 400)
  const last = new Map<number | undefined, number>()
  turns.forEach((row, turn) => {
    expect(turn - (last.get(row) ?? 0)).toBeLessThanOrEqual(2 * count - 1)
    last.set(row, turn)
  })
  expect(turns.slice(0, 19)).not.toEqual(turns.slice(19, 38))
})

test('a newcomer has its turn within the cycle it came in', () => {
  fc.assert(
    fc.property(fc.nat(), size, fc.nat(60), (seed, count, taken) => {
      const members = tableOf(count)
      const rotation = rotationOf(members, seed)
      takes(rotation, taken)
      const left = (count - 1 - (taken % (count - 1))) % (count - 1)
      const row = members.add({ identity: node(99), standing: 'alive', incarnation: 0 }, 0)
      rotation.add(row)
      expect(takes(rotation, left + 1)).toContain(row)
    }),
  )
})

test('those that are down or gone have no turn, those suspected do', () => {
  const members = tableOf(5)
  const rotation = rotationOf(members, 3)
  takes(rotation, 2)
  members.set(1, 'down', 0, 0)
  members.set(2, 'left', 0, 0)
  members.set(3, 'suspect', 0, 0)
  expect(new Set(takes(rotation, 12))).toEqual(new Set([3, 4]))
})

test('alone there is nobody, and nobody probes himself', () => {
  const members = tableOf(1)
  const rotation = rotationOf(members, 4)
  rotation.add(SELF)
  expect(takes(rotation, 3)).toEqual([undefined, undefined, undefined])
  members.add({ identity: node(1), standing: 'down', incarnation: 0 }, 0)
  expect(rotation.take()).toBeUndefined()
  members.set(1, 'alive', 1, 0)
  expect(rotation.take()).toBe(1)
})
