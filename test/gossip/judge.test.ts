/** What a failed probe says of the probed, and what of the prober. Virtual time. */
import { describe, expect, test } from '@jest/globals'
import { Random } from '../../src/base/random.js'
import { SELF, type Row } from '../../src/gossip/members.js'
import { assemble, type Parts } from '../../src/gossip/parts.js'
import type { Probe } from '../../src/gossip/prober.js'
import { PHI_MAX } from '../../src/gossip/phi.js'
import { settingsFor, type GossipSettings } from '../../src/gossip/settings.js'
import { node } from './fixture.js'

const PROBED: Row = 1

/** A node of eight that was answered a moment ago, and a probe of its that began before. */
function prober(
  unheard: Row[] = [],
  more: Partial<Probe> = {},
  changes: Partial<GossipSettings> = {},
): { parts: Parts; probe: Probe } {
  const self = node(0)
  const settings = settingsFor('lan', changes)
  const options = { ...self, settings, cluster: 'test', restored: null, wall: 1_000_000 }
  const parts = assemble({ ...options, random: Random.from(1) }, 0)
  for (let i = 1; i < 8; i++) parts.roster.admit(node(i), 0, 0)
  parts.isolation.proved(600)
  const { tag } = node(PROBED)
  const probed = { seq: 1, row: PROBED, tag, steady: false, again: false, startedAt: 500 }
  const outcome = { stage: 'indirect', deadline: 1000, unheard, refused: false } as const
  return { parts, probe: { ...probed, ...outcome, ...more } }
}

function standing({ members }: Parts): string {
  return members.standing(PROBED)
}

describe('a probe that failed', () => {
  test('costs the health of the prober a point for each relay that owes an answer', () => {
    const { parts, probe } = prober([2, 3])
    parts.judge.failed(probe, 1000)
    expect(parts.health.score).toBe(2)
  })

  test('costs nothing for a relay that was found dead meanwhile', () => {
    const { parts, probe } = prober([2, 3])
    parts.members.set(2, 'down', 0, 900)
    parts.members.set(3, 'left', 0, 900)
    parts.judge.failed(probe, 1000)
    expect([parts.health.score, standing(parts)]).toEqual([0, 'suspect'])
  })

  test('costs nothing where nobody listens, and accuses at once even one that distrusts itself', () => {
    const { parts, probe } = prober([2, 3], { refused: true })
    parts.health.worsen(3)
    parts.judge.failed(probe, 1000)
    expect([parts.health.score, standing(parts)]).toEqual([3, 'suspect'])
  })

  test('must be followed by a second one of an accuser that distrusts itself', () => {
    const { parts, probe } = prober([2])
    parts.judge.failed(probe, 1000)
    expect([parts.prober.size, standing(parts)]).toEqual([1, 'alive'])
    parts.judge.failed({ ...probe, again: true }, 2000)
    expect(standing(parts)).toBe('suspect')
  })
})

describe('a silence that phi finds improbable', () => {
  const LONG = 60_000

  /** A node whose edges were chosen, and have been silent for a minute; a subject of its. */
  function listener(settings: Partial<GossipSettings> = {}): { parts: Parts; subject: Row } {
    const { parts } = prober([], {}, settings)
    parts.edges.take(1000, false)
    const subject = [1, 2, 3, 4, 5, 6, 7].find((row) => parts.edges.observes(row)) ?? SELF
    return { parts, subject }
  }

  test('accuses, once', () => {
    const { parts, subject } = listener()
    parts.isolation.proved(LONG)
    parts.judge.silent(LONG)
    parts.judge.silent(LONG + 1)
    expect(parts.members.standing(subject)).toBe('suspect')
    expect(parts.suspicions.accusers(subject)).toEqual([{ by: node(0).tag, phi: PHI_MAX }])
  })

  test('confirms what another suspects', () => {
    const { parts, subject } = listener()
    const about = parts.members.tag(subject)
    const accusers = [{ by: node(9).tag, phi: 9 }]
    const claim = { kind: 'claim', about, standing: 'suspect', incarnation: 0, accusers } as const
    parts.judge.hear(claim, 1000)
    parts.isolation.proved(LONG)
    parts.judge.silent(LONG)
    expect(parts.suspicions.accusers(subject).map(({ by }) => by)).toEqual([
      node(9).tag,
      node(0).tag,
    ])
  })

  test('says nothing while nobody at all has answered since the answer was due', () => {
    const { parts, subject } = listener({ isolationCap: 2 * LONG })
    parts.judge.silent(LONG)
    expect(parts.members.standing(subject)).toBe('alive')
  })

  test('says nothing where that job is switched off', () => {
    const { parts, subject } = listener({ phiAccuses: false })
    parts.isolation.proved(LONG)
    parts.judge.silent(LONG)
    expect(parts.members.standing(subject)).toBe('alive')
  })
})

describe('a probe that another instance answered', () => {
  test('accuses at once, however the prober fares', () => {
    const { parts, probe } = prober([2, 3])
    parts.health.worsen(3)
    parts.judge.displaced(probe, 700)
    expect([parts.health.score, standing(parts)]).toEqual([3, 'suspect'])
  })

  test('says nothing of the next generation', () => {
    const { parts, probe } = prober()
    parts.roster.admit(node(PROBED, { generation: 2000 }), 0, 650)
    parts.judge.displaced(probe, 700)
    expect(standing(parts)).toBe('alive')
  })
})

test('a ping that was to verify a verdict says nothing once its subject is forgotten', () => {
  const { parts } = prober()
  const { tag } = node(PROBED)
  const down = { standing: 'down', incarnation: 0, accusers: [] } as const
  const claim = { kind: 'claim', about: tag, ...down } as const
  parts.judge.hear(claim, 700)
  expect(parts.verdicts.passing.get(PROBED)).toBe(claim)
  parts.judge.bury(PROBED, 'left', 800)
  parts.roster.forget(PROBED, 900)
  parts.judge.believe(PROBED, claim, 1000)
  expect(parts.members.has(PROBED)).toBe(false)
})

test('who gets the row of one that is forgotten has no round trips yet', () => {
  const { parts } = prober()
  parts.trips.measured(PROBED, 300)
  parts.judge.bury(PROBED, 'left', 800)
  parts.roster.forget(PROBED, 900)
  expect(parts.roster.admit(node(9), 0, 1000)).toBe(PROBED)
  expect(parts.trips.of(PROBED)).toBe(null)
})
