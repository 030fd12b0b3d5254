/** What can be taken out of the protocol for comparison is really out, and only that. */
import { describe, expect, test } from '@jest/globals'
import { decode } from '../../src/gossip/codec.js'
import { FRAME_LIMIT } from '../../src/gossip/post.js'
import type { GossipSettings } from '../../src/gossip/settings.js'
import { lifeguardParts, plainSwim } from '../../simulations/variants.js'
import type { VirtualHost } from '../../simulations/host.js'
import { inflict } from '../../simulations/fault.js'
import { World } from '../../simulations/world.js'
import { known } from '../../src/base/assert.js'
import { calledDown, counted, formed, lastToKnow, nth, tales, whole, type Formed } from './story.js'

type Variant = Partial<GossipSettings>

interface Fallen extends Formed {
  /** Kinds of what was sent after the crash, with the channel: `ping stream`, `nack datagram`. */
  readonly sent: ReadonlySet<string>
  readonly since: number
  readonly took: number | undefined
}

/** A cluster in which some machines go, and half a minute of what follows. */
function fallen(count: number, victims: number, settings: Variant, seed: number): Fallen {
  const { world, hosts } = formed(count, { seed, settings })
  const sent = new Set<string>()
  world.network.onSent = ({ bytes, via }) => {
    const message = decode(bytes, FRAME_LIMIT)
    if (!('kind' in message)) sent.add(`${message.body.kind} ${via}`)
  }
  const since = world.now
  const dead = hosts.slice(2, 2 + victims)
  inflict(world, { kind: 'outage', nodes: dead.map(({ name }) => name) })
  world.run(30_000)
  return { world, hosts, sent, since, took: lastToKnow(world, dead, world.live, since) }
}

describe('plain SWIM (seed 1)', () => {
  const swim = fallen(30, 1, plainSwim, 1)
  const ours = fallen(30, 1, {}, 1)

  test('has no nacks, no streams that ask whether somebody lives, no edges', () => {
    expect(ours.sent).toContain('nack datagram')
    expect(ours.sent).toContain('ping stream')
    expect(swim.sent).not.toContain('nack datagram')
    expect(swim.sent).not.toContain('ping stream')
    expect(phis(swim.world)).toBe(0)
    expect(phis(ours.world)).toBeGreaterThan(29)
  })

  test('takes 5 log10 N seconds after the accusation, ours less than half of it', () => {
    const shortest = 5000 * Math.log10(30)
    expect(swim.took).toBeGreaterThan(shortest + 500)
    expect(swim.took).toBeLessThan(shortest + 5000)
    expect(ours.took).toBeLessThan(shortest / 2 + 500)
    expect(calledDown(swim.world, swim.since)).toEqual(['n3'])
  })

  test.each(Object.entries(lifeguardParts))('works with the part %s', (_, part) => {
    const { took, world, since } = fallen(30, 1, { ...plainSwim, ...part }, 2)
    expect(took).toBeLessThan(15_000)
    expect(calledDown(world, since)).toEqual(['n3'])
    expect(whole(world)).toBe(true)
  })
})

/** How many members are watched by phi, over all who live. */
function phis(world: World): number {
  return world.live.reduce((sum, host) => {
    const { members } = known(host.node, 'running node').view(world.now)
    return sum + members.filter(({ phi }) => phi !== null).length
  }, 0)
}

/** Details of how suspicions of one that stood still for a while were cleared. */
function acquittals(settings: Variant, seed: number): string[] {
  const { world, hosts } = formed(20, { seed, settings })
  const sleeper = nth(hosts, 5)
  world.stall(sleeper, 2000)
  world.run(10_000)
  expect(tales(world, 'member.refuted').length).toBeGreaterThan(0)
  return hosts.flatMap((host) => refutals(host, sleeper))
}

function refutals(by: VirtualHost, of: VirtualHost): string[] {
  const evidence = known(by.node, 'running node').evidence(of.hostId)
  return evidence.filter(({ kind }) => kind === 'refuted').map(({ detail }) => detail)
}

test('without phi as an accuser a wide area waits for its patient probes (seeds 1 to 8)', () => {
  const took = (settings: Variant): number => {
    let sum = 0
    for (let seed = 1; seed <= 8; seed++) {
      const world = new World({ seed, settings, profile: 'wan', link: { loss: 0.01 } })
      const hosts = Array.from({ length: 30 }, (_, index) => world.add(`n${index + 1}`))
      world.settle(hosts)
      world.run(30_000)
      const since = world.now
      const dead = hosts.slice(2, 3)
      inflict(world, { kind: 'outage', nodes: ['n3'] })
      world.run(14_000)
      sum += lastToKnow(world, dead, world.live, since) ?? Infinity
    }
    return sum
  }
  expect(took({ phiAccuses: false })).toBeGreaterThan(1.04 * took({}))
})

test('without proof of life nobody is cleared by speaking for itself, only by rumors', () => {
  const spoken = (detail: string): boolean => detail.startsWith('spoke')
  expect(acquittals({}, 3).some(spoken)).toBe(true)
  expect(acquittals({ lifeProof: false }, 3).some(spoken)).toBe(false)
})

test('without a second chance one failed probe accuses, even by those that distrust themselves', () => {
  const failures = (settings: Variant): number => {
    const { world } = fallen(20, 12, settings, 4)
    return counted(world, 'probes.failed') / tales(world, 'member.suspect').length
  }
  expect(failures({})).toBeGreaterThan(1.2 * failures({ secondChance: false }))
})
