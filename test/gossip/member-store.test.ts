/**
 * What the disk holds of the others: a write counts once it is answered, is given again where it
 * was refused or never answered, and a tombstone on its way is no acknowledgement. Virtual time.
 */
import { describe, expect, test } from '@jest/globals'
import { NEVER } from '../../src/base/machine.js'
import type { GossipEvent } from '../../src/gossip/event.js'
import type { Member } from '../../src/gossip/members.js'
import { MemberStore } from '../../src/gossip/member-store.js'
import { Outbox } from '../../src/gossip/outbox.js'
import type { Standing } from '../../src/gossip/precedence.js'
import { node } from './fixture.js'

interface Written {
  readonly store: MemberStore
  /** Tickets given out and events told since the last look. */
  readonly look: () => { tickets: number[]; events: GossipEvent[] }
}

function written(): Written {
  const outbox = new Outbox()
  const look = () => {
    const effects = outbox.drain()
    return {
      tickets: effects.flatMap((effect) => (effect.kind === 'persist' ? [effect.ticket] : [])),
      events: effects.flatMap((effect) => (effect.kind === 'event' ? [effect.event] : [])),
    }
  }
  return { store: new MemberStore(outbox), look }
}

function member(number: number, standing: Standing): Member {
  return { identity: node(number), standing, incarnation: 0 }
}

/** Answers every write as it is due, until a time. @returns when each was given */
function givenUntil({ store, look }: Written, end: number, ok: (now: number) => boolean): number[] {
  const given: number[] = []
  for (let now = 0; now <= end; now = store.wakeAt) {
    store.wake(now)
    for (const ticket of look().tickets) {
      given.push(now)
      store.stored(ticket, ok(now), now)
    }
  }
  return given
}

describe('a tombstone', () => {
  test.each(['left', 'removed', 'replaced'] as const)('(%s) is settled once stored', (standing) => {
    const { store, look } = written()
    expect(store.settled).toBe(true)
    store.remember(member(1, standing), 0, 0)
    expect(store.settled).toBe(false)
    for (const ticket of look().tickets) store.stored(ticket, true, 1)
    expect([store.settled, store.size, store.wakeAt]).toEqual([true, 0, NEVER])
  })

  test('counts by its last write alone', () => {
    const { store, look } = written()
    store.remember(member(1, 'alive'), 0, 0)
    store.remember(member(1, 'left'), 0, 0)
    const [alive = 0, left = 0] = look().tickets
    store.stored(alive, true, 1)
    expect(store.settled).toBe(false)
    store.stored(left, true, 2)
    expect(store.settled).toBe(true)
  })

  test('is none any more when its host came back', () => {
    const { store, look } = written()
    store.remember(member(1, 'left'), 0, 0)
    store.remember(member(1, 'alive'), 0, 5)
    expect(store.settled).toBe(true)
    const [left = 0, alive = 0] = look().tickets
    store.stored(left, false, 6)
    store.stored(alive, true, 6)
    expect([store.settled, store.size]).toEqual([true, 0])
  })
})

test.each(['alive', 'suspect', 'down'] as const)(
  '(%s) owes nobody an acknowledgement',
  (standing) => {
    const { store } = written()
    store.remember(member(1, standing), 0, 0)
    expect([store.settled, store.size]).toEqual([true, 1])
  },
)

describe('a write', () => {
  test('that is refused is given again, ever later up to a minute, until it is taken', () => {
    const it = written()
    it.store.remember(member(1, 'left'), 0, 0)
    const given = givenUntil(it, 400_000, (now) => now > 200_000)
    const gaps = given.slice(1).map((at, i) => at - (given[i] ?? 0))
    expect(gaps).toEqual([1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000, 60_000])
    expect([it.store.settled, it.store.wakeAt]).toEqual([true, NEVER])
  })

  test('that is never answered is given again', () => {
    const { store, look } = written()
    store.forget(node(1).hostId, 0)
    look()
    store.wake(9999)
    expect(look().tickets).toEqual([])
    store.wake(10_000)
    expect(look().tickets).toHaveLength(1)
  })

  test('that is refused is told once, until one succeeds', () => {
    const { store, look } = written()
    const refuse = (number: number, ok = false) => {
      store.remember(member(number, 'alive'), 0, 0)
      const { tickets } = look()
      for (const ticket of tickets) store.stored(ticket, ok, 0)
      return look().events.map(({ kind }) => kind)
    }
    expect([refuse(1), refuse(2), refuse(3, true), refuse(4)]).toEqual([
      ['store.failed'],
      [],
      [],
      ['store.failed'],
    ])
  })
})
