/**
 * Announcements are numbered, kept for a while and replayed honestly; and every event has one
 * shape.
 */
import { expect, test } from '@jest/globals'
import { flat, sayingOf } from '../../src/agent/announcement.js'
import { eventLine } from '../../src/agent/event-line.js'
import { Journal } from '../../src/agent/journal.js'
import { identityOf } from '../../src/gossip/identity.js'

const START = Date.UTC(2026, 10, 23, 12, 0, 0)
const own = { name: 'n1', hostId: '00000000-0000-4000-8000-000000000001' }
const other = identityOf({
  hostId: '00000000-0000-4000-8000-000000000002',
  generation: 7,
  address: '127.0.0.1:7002',
  name: 'n2',
  dc: 'dc1',
  rack: 'rack1',
  tokenCount: 16,
  tokenDigest: 0,
})

function journalOf(count: number, kept = 4): Journal {
  const journal = new Journal(own, () => START, kept)
  for (let i = 1; i <= count; i++) journal.announce({ level: 'info', event: `e${i}`, details: {} })
  return journal
}

function names(journal: Journal, id: string | undefined): readonly string[] {
  return journal.since(id).missed.map(({ event }) => event)
}

test('who comes back with a number gets what came after it', () => {
  const journal = journalOf(3)
  expect(names(journal, `${START}-1`)).toEqual(['e2', 'e3'])
  expect(journal.since(`${START}-1`)).toMatchObject({ gap: false, at: `${START}-1` })
})

test('who saw everything missed nothing, and who has no number neither', () => {
  const journal = journalOf(3)
  expect(journal.since(`${START}-3`)).toEqual({ missed: [], gap: false, at: `${START}-3` })
  expect(journal.since(undefined)).toEqual({ missed: [], gap: false, at: `${START}-3` })
})

test('what is no longer kept is called a gap', () => {
  const journal = journalOf(10)
  expect(names(journal, `${START}-3`)).toEqual(['e7', 'e8', 'e9', 'e10'])
  expect(journal.since(`${START}-3`)).toMatchObject({ gap: true, at: `${START}-6` })
  expect(journal.since(`${START}-6`).gap).toBe(false)
})

test.each([`${START - 1}-2`, `${START}-99`, 'junk', ''])(
  'the number %j of another run is a gap, and all that is kept follows',
  (id) => {
    const journal = journalOf(2)
    expect(journal.since(id)).toMatchObject({ gap: true, at: `${START}-0` })
    expect(names(journal, id)).toEqual(['e1', 'e2'])
  },
)

test('listeners hear what is announced until they stop', () => {
  const journal = journalOf(0)
  const heard: string[] = []
  const stop = journal.subscribe(({ event }) => heard.push(event))
  journal.announce({ level: 'info', event: 'a', details: {} })
  stop()
  journal.announce({ level: 'info', event: 'b', details: {} })
  expect(heard).toEqual(['a'])
  expect([...journal.counts]).toEqual([
    ['a', 1],
    ['b', 1],
  ])
})

test('an event of a member names the subject first and the speaker beside it', () => {
  const said = journalOf(0).announce(
    sayingOf({
      kind: 'member.down',
      member: other,
      by: [{ name: 'n3', hostId: null, phi: 8.5 }],
    }),
  )
  expect(flat(said)).toEqual({
    time: '2026-11-23T12:00:00.000Z',
    level: 'warn',
    event: 'member.down',
    node: 'n2',
    hostId: other.hostId,
    agent: 'n1',
    address: '127.0.0.1:7002',
    generation: 7,
    by: [{ name: 'n3', hostId: null, phi: 8.5 }],
    id: `${START}-1`,
  })
  expect(eventLine(said)).toBe(
    '2026-11-23T12:00:00.000Z warn  member.down n2 (00000000) ' +
      'address=127.0.0.1:7002 generation=7 by=n3(phi 8.5)',
  )
})

test('an event of the agent itself names it as the subject', () => {
  const said = journalOf(0).announce(sayingOf({ kind: 'health.changed', score: 2 }))
  expect(flat(said)).toMatchObject({ node: 'n1', hostId: own.hostId, agent: 'n1', score: 2 })
  expect(eventLine(said)).toBe('2026-11-23T12:00:00.000Z info  health.changed score=2')
})
