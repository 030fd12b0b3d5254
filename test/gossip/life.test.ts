/**
 * One's own life, step by step: nothing is said before the generation is stored, what others say
 * too soon is refuted, leaving and draining end it, and whoever was said to have left begins again
 * with a higher generation.
 */
import { describe, expect, test } from '@jest/globals'
import { NUMBER_LIMIT, type Claim, type Introduction } from '../../src/gossip/claim.js'
import { Counters } from '../../src/gossip/counters.js'
import type { GossipEvent } from '../../src/gossip/event.js'
import { WallTime } from '../../src/gossip/evidence.js'
import { Health } from '../../src/gossip/health.js'
import type { Identity } from '../../src/gossip/identity.js'
import { Life } from '../../src/gossip/life.js'
import { SELF, type Members } from '../../src/gossip/members.js'
import { Outbox } from '../../src/gossip/outbox.js'
import type { Standing } from '../../src/gossip/precedence.js'
import { Rumors } from '../../src/gossip/rumors.js'
import { node, tableOf } from './fixture.js'
import { settingsFor } from '../../src/gossip/settings.js'

const WALL = 5_000_000

interface Lived {
  readonly life: Life
  readonly members: Members
  readonly health: Health
  readonly rumors: Rumors
  /** What was done since the last look: tickets by key, and events. */
  readonly look: () => { tickets: Map<string, number>; events: GossipEvent[] }
}

function born(): Lived {
  const [members, outbox, rumors] = [tableOf(3), new Outbox(), new Rumors(4)]
  const health = new Health(settingsFor('lan'), outbox)
  const parts = { members, rumors, outbox, health, counters: new Counters() }
  const life = new Life({ ...parts, wall: new WallTime(WALL, 0) }, 'test', node(0))
  const look = () => {
    const tickets = new Map<string, number>()
    const events: GossipEvent[] = []
    for (const effect of outbox.drain()) {
      if (effect.kind === 'persist') tickets.set(effect.key, effect.ticket)
      if (effect.kind === 'event') events.push(effect.event)
    }
    return { tickets, events }
  }
  return { life, members, health, rumors, look }
}

function running(): Lived {
  const it = born()
  it.life.start(0)
  for (const ticket of it.look().tickets.values()) it.life.stored(ticket, true, 0)
  it.look()
  return it
}

function claim(standing: Standing, incarnation: number): Claim {
  return { kind: 'claim', about: node(0).tag, standing, incarnation, accusers: [] }
}

function introduction(identity: Identity, standing: Standing = 'alive'): Introduction {
  return { kind: 'introduction', identity, standing, incarnation: 0, age: 0 }
}

const kinds = (events: readonly GossipEvent[]): string[] => events.map(({ kind }) => kind)

describe('a start', () => {
  test('stores who it is and its generation, and speaks once both are stored', () => {
    const { life, rumors, look } = born()
    life.start(0)
    const { tickets, events } = look()
    expect([...tickets.keys()]).toEqual(['node', 'generation', 'seen'])
    expect([life.phase, events, rumors.pending]).toEqual(['starting', [], false])
    const [own = 0, generation = 0, seen = 0] = tickets.values()
    expect(life.stored(seen, true, 1)).toBe(false)
    expect(life.stored(generation, true, 1)).toBe(false)
    expect(life.running).toBe(false)
    expect(life.stored(own, true, 2)).toBe(true)
    expect([life.running, rumors.pending]).toEqual([true, true])
    expect(look().events).toEqual([
      { kind: 'gossip.started', self: node(0) },
      { kind: 'member.up', member: node(0), incarnation: 0 },
    ])
  })

  test('that cannot be stored is silent for good', () => {
    for (const failing of [0, 1]) {
      const { life, look } = born()
      life.start(0)
      const tickets = [...look().tickets.values()]
      tickets.forEach((ticket, i) => life.stored(ticket, i !== failing, 0))
      expect(life.phase).toBe('failed')
      expect(kinds(look().events)).toEqual(['store.failed'])
      life.start(1)
      expect(look().tickets.size).toBe(0)
    }
  })

  test('hears nothing before it speaks', () => {
    const { life, look } = born()
    expect(life.hear(claim('suspect', 0), 0)).toBe(false)
    expect(life.hear(claim('left', 0), 0)).toBe(false)
    expect(look().tickets.size).toBe(0)
  })
})

describe('what others say of it', () => {
  test.each(['suspect', 'down'] as const)('%s is refuted by a higher incarnation', (standing) => {
    const { life, members, health } = running()
    expect(life.hear(claim(standing, 4), 10)).toBe(true)
    expect([members.standing(SELF), members.incarnation(SELF)]).toEqual(['alive', 5])
    expect(health.score).toBe(1)
  })

  test('long ago is answered, but costs nothing more', () => {
    const { life, members, health } = running()
    life.hear(claim('suspect', 4), 10)
    expect(life.hear(claim('suspect', 4), 11)).toBe(true)
    expect([members.incarnation(SELF), health.score]).toEqual([5, 1])
  })

  test('alive and further on than it is, is taken over without a word', () => {
    const { life, members } = running()
    expect(life.hear(claim('alive', 7), 10)).toBe(false)
    expect(members.incarnation(SELF)).toBe(7)
    expect(life.hear(claim('alive', 3), 10)).toBe(false)
    expect(members.incarnation(SELF)).toBe(7)
  })

  test('with an incarnation near the limit makes it begin again instead of wrapping', () => {
    const { life, members, look } = running()
    life.hear(claim('suspect', NUMBER_LIMIT - 1), 10)
    expect(life.phase).toBe('starting')
    life.stored(look().tickets.get('generation') ?? 0, true, 11)
    expect([life.running, members.incarnation(SELF)]).toEqual([true, 0])
  })

  test.each(['removed', 'replaced'] as const)('%s ends it for good', (as) => {
    const { life, look } = running()
    expect(life.hear(claim(as, 0), 10)).toBe(false)
    life.hear(claim(as, 0), 11)
    expect([life.phase, look().events]).toEqual(['failed', [{ kind: 'self.banned', as }]])
    expect(life.reborn(12)).toBe(false)
    expect(life.phase).toBe('failed')
  })
})

describe('a new generation', () => {
  test('follows the word that it left, is stored before it speaks, and keeps the facts', () => {
    const { life, members, look } = running()
    members.setFacts(SELF, [{ key: 'a', version: 3, value: null }], 3)
    expect(life.hear(claim('left', 0), 10_000)).toBe(false)
    const { tickets, events } = look()
    expect([life.phase, [...tickets.keys()], events]).toEqual(['starting', ['generation'], []])
    life.stored(tickets.get('generation') ?? 0, true, 10_001)
    const next = node(0, { generation: 5010 })
    expect(members.identity(SELF)).toEqual(next)
    expect([members.version(SELF), members.facts(SELF).length]).toEqual([3, 1])
    expect(look().events).toMatchObject([
      { kind: 'self.reborn', self: next },
      { kind: 'member.up' },
    ])
  })

  test('is higher than the former one though the clock stood still or went back', () => {
    const { life, members, look } = running()
    for (const expected of [5000, 5001, 5002]) {
      life.reborn(0)
      life.stored(look().tickets.get('generation') ?? 0, true, 0)
      expect(members.identity(SELF).generation).toBe(expected)
    }
  })
})

describe('another with the same host id', () => {
  test('and a higher generation is a conflict, and this one stops', () => {
    const { life, look } = running()
    const other = node(0, { generation: 2000, address: '10.7.7.7:1' })
    life.meet(introduction(other), 10)
    expect(life.phase).toBe('failed')
    expect(look().events).toEqual([
      { kind: 'identity.conflict', address: '10.7.7.7:1', generation: 2000 },
    ])
  })

  test('and the same generation elsewhere: the lower address begins again, the other stops', () => {
    const [low, high] = [running(), running()]
    low.life.meet(introduction(node(0, { address: '10.7.7.7:1' })), 10)
    expect(low.life.phase).toBe('starting')
    high.life.meet(introduction(node(0, { address: '10.0.0.0:1' })), 10)
    expect([high.life.phase, kinds(high.look().events)]).toEqual(['failed', ['identity.conflict']])
  })

  test('and a lower generation is its own past', () => {
    const { life, look } = running()
    life.meet(introduction(node(0, { generation: 999 }), 'down'), 10)
    expect([life.running, look().events]).toEqual([true, []])
  })

  test('that is itself, told by others, is refuted or not like any claim', () => {
    const { life, members } = running()
    expect(life.meet(introduction(node(0), 'down'), 10)).toBe(true)
    expect(members.incarnation(SELF)).toBe(1)
    expect(life.meet(introduction(node(0)), 10)).toBe(false)
  })
})

describe('the end', () => {
  test.each([
    ['left', false],
    ['down', true],
  ] as const)('by %s is announced, and told when it is over', (standing, drained) => {
    const { life, members, look } = running()
    expect(life.end(standing, 10)).toBe(true)
    expect([life.phase, members.standing(SELF)]).toEqual(['ending', standing])
    expect(life.end(standing, 11)).toBe(false)
    life.ended()
    expect(life.phase).toBe('ended')
    expect(look().events).toEqual([{ kind: 'self.left', drained }])
  })

  test('is none before there was a life', () => {
    expect(born().life.end('left', 0)).toBe(false)
  })
})

test('that it surely runs is stored every ten minutes', () => {
  const { life, look } = running()
  const times: number[] = []
  for (let i = 0; i < 3; i++) {
    times.push(life.wakeAt)
    life.wake(life.wakeAt - 1)
    expect(look().tickets.size).toBe(0)
    life.wake(life.wakeAt)
    expect([...look().tickets.keys()]).toEqual(['seen'])
  }
  expect(times).toEqual([600_000, 1_200_000, 1_800_000])
})
