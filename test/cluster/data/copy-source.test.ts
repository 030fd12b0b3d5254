/** From whom a range is copied: the one who loses it, else as many others as a quorum needs. */
import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { objectionTo } from '../../../src/cluster/data/copy-permit.js'
import { nextSource } from '../../../src/cluster/data/copy-source.js'
import { RangeSources } from '../../../src/cluster/data/range-sources.js'
import { MIN_TOKEN } from '../../../src/ring/token.js'

const task = {
  source: 'c',
  others: ['a', 'b'],
  quorums: [{ of: ['c', 'a', 'b'], needed: 2 }],
}

test('the replica that loses the range is copied, and no other', () => {
  expect(nextSource(task, new Set(), () => false)).toEqual({ kind: 'from', hostId: 'c' })
  expect(nextSource(task, new Set(['c']), () => false)).toEqual({ kind: 'copied' })
  // Copies of others begun while it was down do not stand in for it once it is back.
  expect(nextSource(task, new Set(['a']), () => false)).toEqual({ kind: 'from', hostId: 'c' })
})

test('a majority of the others is merged when it is dead, else they are waited for', () => {
  const dead = (...down: string[]) => {
    return (hostId: string): boolean => down.includes(hostId)
  }
  expect(nextSource(task, new Set(), dead('c'))).toEqual({ kind: 'from', hostId: 'a' })
  expect(nextSource(task, new Set(['a']), dead('c'))).toEqual({ kind: 'from', hostId: 'b' })
  expect(nextSource(task, new Set(['a', 'b']), dead('c'))).toEqual({ kind: 'copied' })
  const waiting = nextSource(task, new Set(['a']), dead('c', 'b'))
  expect(waiting).toEqual({ kind: 'waits', for: ['c', 'b'] })
})

test('a datacenter of its own needs its own majority', () => {
  const far = {
    source: 'c',
    others: ['a', 'b', 'x', 'y', 'z'],
    quorums: [
      { of: ['c', 'a', 'b'], needed: 2 },
      { of: ['x', 'y', 'z'], needed: 2 },
    ],
  }
  const next = nextSource(far, new Set(['a', 'x', 'y']), (hostId) => hostId === 'c')
  expect(next).toEqual({ kind: 'from', hostId: 'b' })
})

test('whatever is down, what counts as copied has every write that a quorum acknowledged', () => {
  const all = ['c', 'a', 'b', 'd', 'e']
  const five = { source: 'c', others: all.slice(1), quorums: [{ of: all, needed: 3 }] }
  fc.assert(
    fc.property(fc.subarray(all), fc.subarray(all, { minLength: 3 }), (down, acknowledged) => {
      const done = new Set<string>()
      for (;;) {
        const next = nextSource(five, done, (hostId) => down.includes(hostId))
        if (next.kind === 'from') done.add(next.hostId)
        if (next.kind === 'waits') expect(down.length).toBeGreaterThan(2)
        // The write had c among its acknowledgers, or leaves a quorum without it.
        if (next.kind === 'copied' && acknowledged.includes('c'))
          expect(acknowledged.some((hostId) => done.has(hostId))).toBe(true)
        if (next.kind !== 'from') break
      }
    }),
  )
})

test('tries follow each other ever more slowly until one comes to something', () => {
  const range = { left: MIN_TOKEN, right: MIN_TOKEN }
  const sources = new RangeSources({ ...task, keyspace: 'shop', range, share: 1 })
  const waits = Array.from({ length: 7 }, () => sources.failed())
  expect(waits).toEqual([200, 400, 800, 1600, 3200, 5000, 5000])
  sources.took('a')
  expect(sources.failed()).toBe(200)
  const sight = { isDown: (hostId: string) => hostId === 'c', isKept: () => true }
  expect(sources.next(sight)).toEqual({ kind: 'from', hostId: 'b' })
  sources.took('b')
  expect(sources.next(sight)).toEqual({ kind: 'copied' })
})

test('of a keyspace that was dropped nothing is waited for', () => {
  const range = { left: MIN_TOKEN, right: MIN_TOKEN }
  const sources = new RangeSources({ ...task, keyspace: 'shop', range, share: 1 })
  const sight = { isDown: () => true, isKept: (keyspace: string) => keyspace !== 'shop' }
  expect(sources.next({ ...sight, isKept: () => true }).kind).toBe('waits')
  expect(sources.next(sight)).toEqual({ kind: 'copied' })
})

test('a node lets itself be copied once it acts on the epoch of the movement, and is sure', () => {
  const node = { self: 'n1', epoch: 7, trusted: true, isUnderWay: (move: string) => move === 'm1' }
  expect(objectionTo({ of: 'n1', move: 'm1', epoch: 7 }, node)).toBeUndefined()
  // Who lives at its address by now, without its rows, is not it.
  expect(objectionTo({ of: 'n2', move: 'm1', epoch: 7 }, node)).toMatch('is not n2')
  expect(objectionTo({ of: 'n1', move: 'm1', epoch: 8 }, node)).toMatch('acts on epoch 7 only')
  expect(objectionTo({ of: 'n1', move: 'm2', epoch: 7 }, node)).toMatch('m2 is not under way')
  expect(objectionTo({ of: 'n1', move: 'm1', epoch: 7 }, { ...node, trusted: false })).toMatch(
    'its last',
  )
})
