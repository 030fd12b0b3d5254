/**
 * `gossipinfo`, `failuredetector`, `info`, `explain` and event lines, from fixed values to exact
 * text.
 */
import { describe, expect, test } from '@jest/globals'
import type { Explanation, GossipMember, Info } from '../../src/cli/answers.js'
import { movesLines } from '../../src/cli/layout/changes.js'
import { eventLine, readEvent } from '../../src/cli/layout/event.js'
import { failureDetectorLines, gossipInfoLines } from '../../src/cli/layout/gossip.js'
import { infoLines } from '../../src/cli/layout/info.js'
import { accusers, storyLines } from '../../src/cli/layout/story.js'
import { natural } from '../../src/cli/layout/order.js'
import { ago, clockTime, dayAndTime, duration } from '../../src/cli/layout/time.js'
import { id } from './fake-world.js'

function member(number: number, part: Partial<GossipMember> = {}): GossipMember {
  return {
    hostId: id(String(number)),
    name: `n${number}`,
    address: `10.0.0.${number}:7946`,
    dc: 'dc1',
    rack: 'rack1',
    liveness: 'up',
    gone: null,
    generation: 1700000000,
    incarnation: 2,
    phi: null,
    version: 7,
    ring: null,
    facts: [],
    self: false,
    ...part,
  }
}

describe('gossipinfo', () => {
  test('an endpoint a block, its states with their versions, TOKENS last', () => {
    const facts = [
      { key: 'load', version: 7, size: 4, text: '1024' },
      { key: 'apiAddress', version: 3, size: 14, text: '10.0.0.1:7980' },
      { key: 'blob', version: 5, size: 9 },
    ]
    expect(gossipInfoLines({ members: [member(1, { facts })] })).toEqual([
      '/10.0.0.1:7946',
      '  generation:1700000000',
      '  heartbeat:7',
      '  STATUS:0:NORMAL',
      '  DC:0:dc1',
      '  RACK:0:rack1',
      '  INTERNAL_ADDRESS_AND_PORT:0:10.0.0.1:7946',
      `  HOST_ID:0:${id('1')}`,
      '  NAME:0:n1',
      '  INCARNATION:0:2',
      '  API_ADDRESS:3:10.0.0.1:7980',
      '  BLOB:5:<9 bytes>',
      '  LOAD:7:1024',
      '  TOKENS: not present',
    ])
  })

  test('tokens are hidden, and what left or was removed says so', () => {
    const tokens = [{ key: 'tokens', version: 4, size: 99 }]
    const members = [
      member(1, { facts: tokens }),
      member(2, { gone: 'left' }),
      member(3, { gone: 'removed' }),
    ]
    const lines = gossipInfoLines({ members })
    expect(lines).toContain('  TOKENS:4:<hidden>')
    expect(lines.filter((line) => line.includes('STATUS'))).toEqual([
      '  STATUS:0:NORMAL',
      '  STATUS:0:LEFT',
      `  STATUS:0:removed,${id('3')}`,
    ])
  })
})

test('failuredetector: ten and sixteen wide, eight decimals, ? where there is no edge', () => {
  const members = [
    member(10, { phi: 0.25 }),
    member(9, { address: '9:1', phi: 12.123456789 }),
    member(1, { self: true }),
    member(2),
    member(3, { gone: 'left', phi: 1 }),
  ]
  expect(failureDetectorLines({ members })).toEqual([
    '  Endpoint,             Phi',
    '       9:1,     12.12345679',
    '10.0.0.2:7946,               ?',
    '10.0.0.10:7946,      0.25000000',
  ])
})

test('info: names padded to 23', () => {
  const info: Info = {
    hostId: id('1'),
    name: 'n1',
    cluster: 'demo',
    address: '10.0.0.1:7946',
    dc: 'dc1',
    rack: 'rack1',
    generation: 1700000000,
    incarnation: 0,
    tokens: 16,
    gossipActive: true,
    uptime: 61.7,
    rss: 52 * 1024 * 1024,
    heapUsed: 8.5 * 1024 * 1024,
    heapTotal: 12 * 1024 * 1024,
    health: 0,
    epoch: null,
    digest: null,
    members: { up: 4, suspect: 0, down: 1 },
    pid: 4711,
    release: '0.1.0',
  }
  const lines = infoLines(info)
  expect(lines.slice(0, 11)).toEqual([
    `ID                     : ${id('1')}`,
    'Gossip active          : true',
    'Native Transport active: false',
    'Load                   : ?',
    'Generation No          : 1700000000',
    'Uptime (seconds)       : 61',
    'Heap Memory (MB)       : 8.50 / 12.00',
    'Off Heap Memory (MB)   : 40.00',
    'Data Center            : dc1',
    'Rack                   : rack1',
    'Token                  : (invoke with -T/--tokens to see all 16 tokens)',
  ])
  expect(lines).toContain('Members                : 4 up, 0 suspect, 1 down')
})

const NOON = new Date(2026, 2, 1, 12, 0, 0).getTime()

describe('explain', () => {
  const entry = (at: number, kind: string, by: string, phi: number | null, detail: string) => ({
    time: NOON + at,
    kind,
    by,
    phi,
    detail,
  })
  const story: Explanation = {
    node: 'n3',
    hostId: id('3'),
    verdict: 'down',
    since: NOON + 3000,
    evidence: [
      entry(-60_000, 'suspect', 'n5', 9.9, 'n5 got no answer from it'),
      entry(-59_000, 'refuted', 'n1', null, 'it answered'),
      entry(0, 'suspect', 'n2', 8.25, 'n2 got no answer from it'),
      entry(400, 'confirmed', 'n4', 7.5, 'n4 got no answer from it'),
      entry(900, 'confirmed', 'n4', 11, 'n4 got no answer from it'),
      entry(3000, 'down', 'n1', null, 'the suspicion was not refuted'),
    ],
  }

  test('tells the verdict, since when, the accusers, and the evidence in order', () => {
    expect(storyLines(story, '127.0.0.1:7980', NOON + 15_500)).toEqual([
      'n3 is down since 2026-03-01 12:00:03.000 (12.5 s ago).',
      `Host ID ${id('3')}`,
      'Accused by n2 at 12:00:00.000 (phi 8.3), n4 at 12:00:00.400 (phi 7.5).',
      '',
      'Evidence, oldest first:',
      'Time          Ago             What       Says  Phi   Why',
      '11:59:00.000  1 min 15 s ago  suspect    n5    9.9   n5 got no answer from it',
      '11:59:01.000  1 min 14 s ago  refuted    n1    -     it answered',
      '12:00:00.000  15.5 s ago      suspect    n2    8.3   n2 got no answer from it',
      '12:00:00.400  15.1 s ago      confirmed  n4    7.5   n4 got no answer from it',
      '12:00:00.900  14.6 s ago      confirmed  n4    11.0  n4 got no answer from it',
      '12:00:03.000  12.5 s ago      down       n1    -     the suspicion was not refuted',
      '',
      'This is what the agent at 127.0.0.1:7980 knows; ask another with --api.',
    ])
  })

  test('accusers count from the last proof of life on, each once', () => {
    expect(accusers(story.evidence).map((accuser) => accuser.by)).toEqual(['n2', 'n4'])
  })

  test('nobody is accused who is up', () => {
    const lines = storyLines({ ...story, verdict: 'up' }, 'a', NOON + 4000)
    expect(lines[0]).toBe('n3 is up since 2026-03-01 12:00:03.000 (1.00 s ago).')
    expect(lines[2]).toBe('')
  })

  test('a verdict without evidence is told as such', () => {
    const lines = storyLines({ ...story, evidence: [] }, 'a', NOON + 4000)
    expect(lines).toContain('Nobody accused it here: the verdict was heard as it is.')
    expect(lines).toContain('There is no evidence: nothing has changed since it was met.')
  })
})

describe('an event', () => {
  const time = new Date(NOON + 123).toISOString()
  const line = (event: object): string => {
    const read = readEvent(JSON.stringify(event))
    return read === undefined ? 'no event' : eventLine(read)
  }

  test('of a member names the accusers with their phi', () => {
    const by = [
      { name: 'n1', hostId: id('1'), phi: 8.21 },
      { name: 'n4', hostId: id('4'), phi: 7 },
    ]
    expect(line({ time, event: 'member.down', node: 'n3', hostId: id('3'), agent: 'n1', by })).toBe(
      '12:00:00.123  member.down      n3      accused by n1 (phi 8.2), n4 (phi 7.0)',
    )
    expect(line({ time, event: 'member.suspect', node: 'n3', by: by[0] })).toBe(
      '12:00:00.123  member.suspect   n3      accused by n1 (phi 8.2)',
    )
  })

  test('of another kind shows what it carries', () => {
    expect(
      line({ time, event: 'seed.silent', node: 'n1', address: '10.0.0.1:7946', tries: 3 }),
    ).toBe('12:00:00.123  seed.silent      n1      address 10.0.0.1:7946  tries 3')
  })

  test('is refused when it is none', () => {
    expect(line({ event: 'gap', after: '1-2' })).toBe('no event')
    expect(readEvent('{')).toBeUndefined()
  })
})

test('durations and times as people read them', () => {
  expect(
    [0, 420, 9990, 12_300, 60_000, 250_000, 3_600_000, 11_100_000, 187_200_000].map(duration),
  ).toEqual([
    '0.00 s',
    '0.42 s',
    '9.99 s',
    '12.3 s',
    '1 min',
    '4 min 10 s',
    '1 h',
    '3 h 5 min',
    '2 d 4 h',
  ])
  expect(ago(NOON, NOON + 5)).toBe('now')
  expect(ago(NOON, NOON - 5000)).toBe('now')
  expect(clockTime(NOON + 7)).toBe('12:00:00.007')
  expect(dayAndTime(NOON)).toBe('2026-03-01 12:00:00.000')
})

test('names sort as people expect', () => {
  expect(['n10', 'n2', 'n1', '10.0.0.10:1', '10.0.0.9:1', 'n2b'].sort(natural)).toEqual([
    '10.0.0.9:1',
    '10.0.0.10:1',
    'n1',
    'n2',
    'n2b',
    'n10',
  ])
})

test('copies of a movement show what came, what is left and what they wait for', () => {
  const copy = { node: 'n4', ranges: 9, rangesDone: 5, fraction: 0.62, bytes: 1.5 * 2 ** 30 }
  const going = { ...copy, bytesLeft: 700 * 2 ** 20, secondsLeft: 95, waitsFor: [] }
  const waiting = { ...copy, node: 'n5', bytesLeft: null, secondsLeft: null, waitsFor: ['room'] }
  const move = { id: 'm1', what: 'join n4', stage: 'prepare', since: 3, share: 0.2, waitsFor: null }
  const answer = { epoch: 3, frozen: false, intents: [] }
  const lines = movesLines({ ...answer, moves: [{ ...move, copies: [going, waiting] }] })
  expect(lines.slice(2, 5)).toEqual([
    'n4 copies for m1: 62%, 5 of 9 ranges, 1.5 GiB came, 700 MiB and about 1 min 35 s left',
    'n5 copies for m1: 62%, 5 of 9 ranges, 1.5 GiB came',
    '  waits for room',
  ])
})
