/**
 * Dedicated gossip in virtual time: rounds only while there is something to say, within an
 * allowance of bytes.
 */
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { NEVER } from '../../src/base/machine.js'
import { Random } from '../../src/base/random.js'
import { Belonging } from '../../src/gossip/belonging.js'
import { NO_ROW } from '../../src/gossip/members.js'
import { Outbox } from '../../src/gossip/outbox.js'
import { Post } from '../../src/gossip/post.js'
import { choosePresent } from '../../src/gossip/prober.js'
import { Allowance, Rounds } from '../../src/gossip/rounds.js'
import { NEWS, Rumors } from '../../src/gossip/rumors.js'
import { settingsFor } from '../../src/gossip/settings.js'
import { Teller } from '../../src/gossip/teller.js'
import { node, tableOf } from './fixture.js'

const settings = settingsFor('lan')

describe('an allowance', () => {
  test('never lets more through than its rate, one second saved up and one last message', () => {
    const step = fc.record({ pass: fc.nat(400), bytes: fc.integer({ min: 1, max: 1400 }) })
    fc.assert(
      fc.property(fc.array(step), (steps) => {
        const allowance = new Allowance(1000, 0)
        let [now, spent] = [0, 0]
        for (const { pass, bytes } of steps) {
          now += pass
          if (!allowance.open(now)) continue
          expect(spent).toBeLessThanOrEqual(1000 + now)
          allowance.spend(bytes)
          spent += bytes
        }
      }),
    )
  })

  test('is open again once what was spent has come back', () => {
    const allowance = new Allowance(1000, 0)
    allowance.spend(1500)
    expect([allowance.open(500), allowance.open(501), allowance.open(999999)]).toEqual([
      false,
      true,
      true,
    ])
    allowance.spend(1000)
    expect(allowance.open(999999)).toBe(false)
  })
})

describe('rounds', () => {
  function roundsOf(size: number, more = {}) {
    const [members, rumors, outbox] = [tableOf(size), new Rumors(4), new Outbox()]
    const teller = new Teller(members, { accusers: () => [], passed: () => undefined }, 256, 1400)
    const post = new Post(
      { members, rumors, teller, outbox, tombstones: { settled: true } },
      new Belonging('test'),
      settingsFor('lan'),
    )
    const parts = { members, rumors, post }
    const rounds = new Rounds({ ...settings, ...more }, parts, Random.from(1), 0)
    return { rounds, rumors, outbox }
  }

  /** Times and receivers of what is sent until a time. */
  function sentUntil({ rounds, outbox }: ReturnType<typeof roundsOf>, until: number) {
    const all: [number, string, number][] = []
    rounds.arm(0)
    for (let now = rounds.wakeAt; now <= until; now = rounds.wakeAt) {
      rounds.wake(now)
      for (const effect of outbox.drain()) {
        if (effect.kind === 'send') all.push([now, effect.to, effect.bytes.length])
      }
      rounds.arm(now)
    }
    return all
  }

  test('tell a few members each, at the pace, until all is told', () => {
    const it = roundsOf(20)
    it.rumors.spread(1, NEWS.standing)
    const sent = sentUntil(it, 60_000)
    expect(sent.map(([now]) => now)).toEqual([0, 0, 0, 200, 200, 200, 400, 400])
    const firstRound = sent.slice(0, 3).map(([, to]) => to)
    expect(new Set(firstRound).size).toBe(3)
    expect(firstRound).not.toContain(node(0).address)
    expect(it.rounds.wakeAt).toBe(NEVER)
  })

  test('are none while there is nothing to say, or nobody to be told', () => {
    expect(sentUntil(roundsOf(20), 60_000)).toEqual([])
    const alone = roundsOf(1)
    alone.rumors.spread(0, NEWS.introduction)
    expect(sentUntil(alone, 60_000)).toEqual([])
  })

  test('keep to the bandwidth, whatever there is to say', () => {
    const it = roundsOf(60, { bandwidth: 4096 })
    for (let row = 1; row < 60; row++) it.rumors.spread(row, NEWS.introduction)
    const sent = sentUntil(it, 10_000)
    let bytes = 0
    for (const [now, , size] of sent) {
      bytes += size
      expect(bytes).toBeLessThanOrEqual(4096 * (1 + now / 1000) + 3 * 1400)
    }
    expect(bytes).toBeGreaterThan(16_000)
  })
})

describe('the choice of members', () => {
  test('has live others only, each once, not the one left out, as many as there are', () => {
    const choice = fc.record({
      size: fc.integer({ min: 1, max: 12 }),
      count: fc.nat(6),
      seed: fc.nat(),
    })
    fc.assert(
      fc.property(choice, fc.nat(12), fc.nat(12), ({ size, count, seed }, down, without) => {
        const members = tableOf(size)
        if (down > 0 && down < size) members.set(down, 'down', 0, 0)
        const fits = Array.from({ length: size }, (_, row) => row).filter(
          (row) => row > 0 && row !== without && members.standing(row) === 'alive',
        )
        const chosen = choosePresent(members, Random.from(seed), count, without)
        expect(new Set(chosen).size).toBe(chosen.length)
        expect(chosen.every((row) => fits.includes(row))).toBe(true)
        expect(chosen).toHaveLength(Math.min(count, fits.length))
      }),
    )
  })

  test('falls on each about as often', () => {
    const [members, random] = [tableOf(10), Random.from(5)]
    const counts = Array.from({ length: 10 }, () => 0)
    for (let i = 0; i < 3000; i++) {
      for (const row of choosePresent(members, random, 3, NO_ROW)) {
        counts[row] = (counts[row] ?? 0) + 1
      }
    }
    const others = counts.slice(1)
    expect(Math.max(...others) - Math.min(...others)).toBeLessThan(200)
  })
})
