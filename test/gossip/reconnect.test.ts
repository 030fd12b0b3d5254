/**
 * Trying again: at a rate that the whole cluster shares, fairly among all that are out of reach.
 * Virtual time.
 */
import { describe, expect, test } from '@jest/globals'
import { Random } from '../../src/base/random.js'
import type { Members } from '../../src/gossip/members.js'
import { Missing } from '../../src/gossip/missing.js'
import { Outbox } from '../../src/gossip/outbox.js'
import { Reconnect, type Attempt } from '../../src/gossip/reconnect.js'
import { Seeds } from '../../src/gossip/seeds.js'
import { node, tableOf } from './fixture.js'

const PACE = 4

interface Side {
  readonly seeds: Seeds
  readonly missing: Missing
  readonly reconnect: Reconnect
}

function sideOf(members: Members, seed = 1): Side {
  const seeds = new Seeds(node(0).address, members, new Outbox())
  const missing = new Missing(members)
  const reconnect = new Reconnect(PACE, members, seeds, missing, Random.from(seed))
  return { seeds, missing, reconnect }
}

/** Every attempt until a time. */
function attempts({ reconnect }: Side, until: number): Attempt[] {
  const all: Attempt[] = []
  for (let now = reconnect.wakeAt; now <= until; now = reconnect.wakeAt) {
    const attempt = reconnect.take(now)
    if (attempt !== undefined) all.push(attempt)
  }
  return all
}

describe('attempts', () => {
  test.each([[4], [30], [200]])('of %d nodes together come at the same pace', (present) => {
    const minutes = 5
    let all = 0
    for (let seed = 0; seed < present; seed++) {
      const members = tableOf(present + 1)
      members.set(1, 'down', 0, 0)
      const side = sideOf(members, seed)
      side.reconnect.start(0)
      all += attempts(side, minutes * 60_000).length
    }
    const pace = all / (minutes * 60)
    expect(pace).toBeGreaterThan(PACE * 0.9)
    expect(pace).toBeLessThan(PACE * 1.15)
  })

  test('of one node alone are at least 125 ms apart', () => {
    const members = tableOf(2)
    members.set(1, 'down', 0, 0)
    const side = sideOf(members)
    side.reconnect.start(0)
    expect(attempts(side, 60_000).length).toBeLessThan(300)
  })

  test('are none before the start, and none while nobody is out of reach', () => {
    const side = sideOf(tableOf(5))
    expect(side.reconnect.wakeAt).toBe(Infinity)
    side.reconnect.start(0)
    expect(attempts(side, 60_000)).toEqual([])
  })

  test('go to those down, to seeds not joined and to those missing, to each about as often', () => {
    const members = tableOf(6)
    for (const row of [1, 2]) members.set(row, 'down', 0, 0)
    members.set(3, 'left', 0, 0)
    const side = sideOf(members)
    side.seeds.set(['10.9.9.9:1'])
    side.missing.expect({ identity: node(9), incarnation: 4 })
    side.missing.expect({ identity: node(4), incarnation: 4 })
    side.reconnect.start(0)
    const counts = new Map<string, number>()
    for (const attempt of attempts(side, 400_000)) {
      const whom =
        attempt.kind === 'member'
          ? `row ${attempt.row}`
          : attempt.kind === 'seed'
            ? attempt.address
            : attempt.stranger.identity.name
      counts.set(whom, (counts.get(whom) ?? 0) + 1)
    }
    expect([...counts.keys()].sort()).toEqual(['10.9.9.9:1', 'n9', 'row 1', 'row 2'])
    const values = [...counts.values()]
    expect(Math.max(...values) / Math.min(...values)).toBeLessThan(1.5)
  })
})

describe('those missing', () => {
  test('are missed until the table holds them, in whatever standing', () => {
    const members = tableOf(2)
    const missing = new Missing(members)
    missing.expect({ identity: node(7), incarnation: 0 })
    missing.expect({ identity: node(8), incarnation: 0 })
    expect(missing.list().map(({ identity }) => identity.name)).toEqual(['n7', 'n8'])
    members.add({ identity: node(7), standing: 'left', incarnation: 0 }, 0)
    expect(missing.list().map(({ identity }) => identity.name)).toEqual(['n8'])
  })
})
