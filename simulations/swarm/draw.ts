/**
 * Draws a scenario from a seed. Whole kinds of faults are switched off in each (swarm testing;
 * Groce et al., ISSTA 2012): what is rare when everything happens at once is common when little
 * else does. Settings are scaled so that tombstones are made and collected within a run.
 */
import type { Millis } from '../../src/base/machine.js'
import { Random } from '../../src/base/random.js'
import type { GossipSettings, Profile } from '../../src/gossip/settings.js'
import type { Delay } from '../delay.js'
import type { Step } from '../fault.js'
import type { Override } from '../links.js'
import type { NodePlan, Scenario } from '../scenario.js'
import { kinds, drawFault, type Cast, type Kind } from './draw-fault.js'

/** Small clusters have rules of their own, and most bugs show in them. */
const SIZES = [1, 2, 2, 3, 3, 3, 4, 4, 5, 5, 6, 6, 7, 8, 8, 10, 12]
const LARGE = { share: 0.02, from: 16, to: 32 }

/** Far more than most need: where most members are dead instances, one is found after the other. */
const CALM: Record<Profile, Millis> = { lan: 180_000, calm: 180_000, wan: 300_000 }

/** After so long those who lost each other have met again. */
const RECOVERY: Millis = 45_000

/** These many of the first hosts are who the others join by: they are up when calm begins. */
const SEEDS = 4

export function drawScenario(seed: number): Scenario {
  const random = Random.from(seed).fork('scenario')
  const profile = random.pick(['lan', 'lan', 'lan', 'lan', 'calm', 'wan'] as const)
  const nodes = drawNodes(random.fork('nodes'))
  const trouble = Math.round(random.between(25_000, 80_000))
  const steps = drawSteps(random.fork('steps'), nodes, trouble)
  return {
    name: `swarm-${seed}`,
    nodes,
    links: drawLinks(random.fork('links'), nodes),
    settings: { profile, ...drawSettings(random.fork('settings')) },
    steps,
    trouble: trouble + 1000,
    calm: CALM[profile],
  }
}

function drawNodes(random: Random): NodePlan[] {
  const large = random.between(0, 1) < LARGE.share
  const size = large ? LARGE.from + random.int(LARGE.to - LARGE.from) : random.pick(SIZES)
  const centers = random.pick([1, 1, 1, 2, 3])
  const racks = random.pick([1, 2, 3])
  const spread = random.pick([0, 500, 8000])
  return Array.from({ length: size }, (_, index) => ({
    name: `n${index + 1}`,
    dc: `dc${1 + (index % centers)}`,
    rack: `rack${1 + random.int(racks)}`,
    startAt: Math.round(random.between(0, spread)),
  }))
}

function drawLinks(random: Random, nodes: readonly NodePlan[]): Override[] {
  const delay = random.pick<Delay | null>([
    null,
    null,
    { kind: 'constant', of: 1 },
    { kind: 'exponential', from: 0.2, mean: 3 },
    { kind: 'lognormal', median: 1, sigma: 1 },
  ])
  const base = {
    ...(delay === null ? {} : { delay }),
    loss: random.pick([0, 0, 0.01, 0.05]),
    repeated: random.pick([0, 0, 0.05, 0.2]),
    late: random.pick([0, 0, 0.05]),
    lateMax: random.pick([100, 1000]),
  }
  const centers = [...new Set(nodes.map(({ dc }) => dc))]
  const far = centers.flatMap((one, i) =>
    centers.slice(i + 1).map((other): Override => {
      const link = {
        delay: { kind: 'lognormal', median: random.pick([5, 20]), sigma: 0.2 },
      } as const
      return { between: [one, other], link }
    }),
  )
  return [{ link: base }, ...far]
}

function drawSettings(random: Random): Partial<GossipSettings> {
  return {
    tombstoneFloor: Math.round(random.between(6000, 25_000)),
    factInline: random.pick([256, 256, 16]),
    gossipFanout: random.pick([3, 3, 1]),
    retransmits: random.pick([4, 4, 1]),
    syncWait: random.pick([1000, 1000, 200]),
    bandwidth: random.pick([65536, 65536, 8192]),
    relays: random.pick([3, 3, 1]),
  }
}

function drawSteps(random: Random, nodes: readonly NodePlan[], trouble: Millis): Step[] {
  const enabled = compatible(kinds.filter(() => random.int(3) === 0))
  const cast: Cast = {
    started: new Map(nodes.map(({ name, startAt }) => [name, startAt ?? 0])),
    names: nodes.map(({ name }) => name),
    centers: [...new Set(nodes.map(({ dc }) => dc))],
    down: new Set(),
    banned: new Set(),
  }
  const steps: Step[] = []
  const pace = random.pick([1000, 3000, 8000])
  for (let at = random.between(2000, 10_000); at < trouble; at += random.between(0, 2 * pace)) {
    if (enabled.length === 0) break
    const fault = drawFault(random, random.pick(enabled), cast, { now: at, end: trouble })
    if (fault !== undefined) steps.push({ at: Math.round(at), fault })
  }
  return [
    ...steps,
    ...revival(cast, trouble + 100, enabled.includes('disk')),
    ...lastBlow(random, cast, trouble + RECOVERY),
  ]
}

/** Once all have found each other again some crash for good, or their machines do. */
function lastBlow(random: Random, { names }: Cast, at: Millis): Step[] {
  if (names.length < 2 || random.int(2) === 0) return []
  const count = random.pick([1, 1, 1, 2, Math.ceil(names.length / 3), names.length - 1])
  const nodes = random.sample(names, Math.min(count, names.length - 1))
  const kind = random.pick(['crash', 'outage'] as const)
  return [{ at: Math.round(at), fault: { kind, nodes } }]
}

/** An old disk and a clock set back together give a generation that was lived before. */
function compatible(enabled: readonly Kind[]): Kind[] {
  return enabled.filter((kind) => kind !== 'clock' || !enabled.includes('old disk'))
}

/**
 * Those that others join by are up at the end: the banned as somebody new, and all of them begin
 * again where a disk may have refused them, for then they are silent for good.
 */
function revival({ names, banned }: Cast, at: Millis, again: boolean): Step[] {
  const seeds = names.slice(0, SEEDS)
  const lost = seeds.filter((name) => banned.has(name))
  const kept = seeds.filter((name) => !banned.has(name))
  const restart = (nodes: readonly string[], disk: 'kept' | 'lost'): Step[] =>
    nodes.length === 0 ? [] : [{ at, fault: { kind: 'restart', nodes, disk } }]
  if (again || kept.length === 0) return [...restart(lost, 'lost'), ...restart(kept, 'kept')]
  return [...restart(lost, 'lost'), { at, fault: { kind: 'start', nodes: kept } }]
}
