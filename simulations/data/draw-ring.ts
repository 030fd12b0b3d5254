/**
 * Draws a scenario of ring changes from a seed. As in the swarm of gossip, whole kinds of acts are
 * switched off in each, and what is rare when all happens at once is common when little else does.
 */
import type { Millis } from '../../src/base/machine.js'
import { Random } from '../../src/base/random.js'
import type { Override } from '../links.js'
import type { NodePlan } from '../scenario.js'
import { SIZES, type Size } from './draw-size.js'
import { drawAilment, drawTrouble } from './draw-trouble.js'
import type { Act, Request, RingScenario, RingStep } from './ring-scenario.js'

const NODES = 9

const kinds = [
  'join',
  'join',
  'decommission',
  'decommission',
  'remove',
  'replace',
  'rebalance',
  'cancel',
  'cancel',
  'ambush',
  'keyspaces',
  'alter',
  'crash',
  'revive',
  'revive',
  'restart',
  'lost disk',
  'old disk',
  'stall',
  'slow',
  'clock',
  'partition',
  'cut',
  'lossy',
  'writes',
  'lag',
  'lag',
  'echo',
  'trap',
  'trap',
  'found disk',
] as const

type Kind = (typeof kinds)[number]

/** Each costs a node for good: too much of it leaves no majority to watch. */
const RARE = new Set<Kind>(['lost disk', 'old disk'])

interface Cast {
  readonly random: Random
  readonly names: readonly string[]
  /** Started at some time; bounded by the names. */
  readonly there: Set<string>
  /** Thought to be down; bounded likewise. */
  readonly down: Set<string>
  /** Those that lost a disk; bounded likewise. */
  readonly lost: Set<string>
}

export function drawRing(seed: number): RingScenario {
  const random = Random.from(seed).fork('ring scenario')
  const size = random.pick(SIZES)
  const founders = random.pick(size.founders)
  const nodes = drawNodes(random.fork('nodes'), founders)
  const pause = random.pick(size.pauses)
  const trouble = Math.round(random.between(size.from, size.to))
  return {
    name: `ring-${seed}`,
    founders,
    nodes,
    links: drawLinks(random.fork('links')),
    tokens: random.pick([1, 2, 4, 4, 8]),
    copies: random.pick([1, 1, 2, 3, 3, 3]),
    load: { clients: random.pick(size.clients), keys: random.pick([4, 12, 40]), pause },
    disk: random.pick([4, 400, 1500]),
    writes: random.pick([0, 0, 0, 20, 200]),
    steps: drawSteps(random.fork('steps'), nodes, founders, trouble, size),
    trouble,
  }
}

function drawNodes(random: Random, founders: number): NodePlan[] {
  const centers = random.pick([1, 1, 1, 2])
  const racks = random.pick([1, 1, 2, 3])
  return Array.from({ length: NODES }, (_, index) => ({
    name: `n${index + 1}`,
    dc: `dc${1 + (index % centers)}`,
    rack: `rack${1 + random.int(racks)}`,
    startAt: index < founders ? 0 : null,
  }))
}

function drawLinks(random: Random): Override[] {
  const delay = random.pick([
    { kind: 'uniform', from: 0.2, to: 0.8 },
    { kind: 'uniform', from: 0.2, to: 0.8 },
    { kind: 'exponential', from: 0.2, mean: 20 },
    { kind: 'lognormal', median: 2, sigma: 1.5 },
    { kind: 'uniform', from: 20, to: 120 },
  ] as const)
  return [{ link: { delay, loss: random.pick([0, 0, 0.02]) } }]
}

function drawSteps(
  random: Random,
  nodes: readonly NodePlan[],
  founders: number,
  trouble: Millis,
  { isRace }: Size,
): RingStep[] {
  const names = nodes.map(({ name }) => name)
  const there = new Set(names.slice(0, founders))
  const cast = { random, names, there, down: new Set<string>(), lost: new Set<string>() }
  const all = isRace ? RACING : kinds
  const enabled = all.filter((kind) => random.int(RARE.has(kind) ? 6 : 2) === 0)
  const pace = isRace ? 1500 : random.pick([700, 1500, 4000])
  const ailment = drawAilment(random.fork('ailment'), [...there], trouble)
  const steps: RingStep[] = isRace ? [{ at: 0, act: ailment }] : []
  for (let at = random.between(500, 3000); at < trouble; at += random.between(50, 2 * pace)) {
    if (enabled.length === 0) break
    const kind = random.pick(enabled)
    const act = drawAct(cast, kind, trouble - at)
    if (act === undefined) continue
    steps.push(...before(cast, act, at), { at, act }, ...regrets(cast, kind, at))
    steps.push(...company(cast, kind, at, enabled, trouble))
  }
  return steps
    .filter(({ act }) => !('nodes' in act) || act.nodes.length > 0)
    .map((step) => ({ ...step, at: Math.max(0, Math.round(step.at)) }))
    .sort((a, b) => a.at - b.at)
}

/** Only the dead are removed and replaced: mostly it has been down for a while. */
function before({ random, down }: Cast, act: Act, at: Millis): RingStep[] {
  const removed = act.kind === 'ask' && act.request.kind === 'remove' ? act.request.node : ''
  const node = act.kind === 'replace' ? act.node : removed
  if (node === '' || random.int(4) === 0) return []
  down.add(node)
  return [{ at: at - random.between(4000, 9000), act: { kind: 'crash', nodes: [node] } }]
}

const MOVES: readonly Kind[] = ['join', 'decommission', 'remove', 'replace', 'rebalance', 'alter']
/** What a race is between: the others would end it. */
const RACING = ['join', 'decommission', 'rebalance', 'alter', 'cancel', 'writes', 'trap'] as const
const SLOWING = ['writes', 'lag', 'stall', 'cut', 'lossy', 'trap', 'slow'] as const

/** What slows somebody down befalls as often as not while a range moves. */
function company(
  cast: Cast,
  kind: Kind,
  at: Millis,
  enabled: readonly Kind[],
  end: Millis,
): RingStep[] {
  const { random } = cast
  const slowing = SLOWING.filter((each) => enabled.includes(each))
  if (!MOVES.includes(kind) || slowing.length === 0) return []
  return Array.from({ length: random.int(3) }, (): RingStep[] => {
    const when = at + random.between(0, 2500)
    const act = drawAct(cast, random.pick(slowing), end - when)
    return act === undefined || when >= end ? [] : [{ at: when, act }]
  }).flat()
}

/** A movement is often thought better of, at any stage of it. */
function regrets({ random, there }: Cast, kind: Kind, at: Millis): RingStep[] {
  if (!MOVES.includes(kind) || random.int(3) > 0) return []
  const by = random.pick([...there])
  const cancels = Array.from({ length: 1 + random.int(4) }, (): RingStep => ({
    at: at + random.between(300, 9000),
    act: { kind: 'ask', by, request: { kind: 'cancel' } },
  }))
  // What holds it in its stage meanwhile: somebody whom a barrier waits for.
  const nodes = random.sample([...there], random.int(3))
  const stall: Act = { kind: 'stall', nodes, span: random.pick([3000, 8000]) }
  return [...cancels, { at: at + random.between(300, 3000), act: stall }]
}

function drawAct(cast: Cast, kind: Kind, left: Millis): Act | undefined {
  const { random, there, down } = cast
  const span = Math.round(Math.min(left, random.pick([300, 1500, 4000, 10_000])))
  const up = [...there].filter((name) => !down.has(name))
  switch (kind) {
    case 'join':
    case 'replace':
      return newcomer(cast, kind)
    case 'decommission':
    case 'remove':
    case 'rebalance':
    case 'cancel':
    case 'keyspaces':
    case 'alter':
      return ask(cast, kind)
    case 'ambush': {
      const [by = '', ...nodes] = random.sample(up, 1 + random.pick([1, 2, 2, 3]))
      return nodes.length === 0 ? undefined : { kind, nodes, by }
    }
    case 'crash': {
      const nodes = random.sample(up, random.pick([1, 1, 1, 2]))
      for (const name of nodes) down.add(name)
      return { kind: 'crash', nodes }
    }
    case 'revive': {
      const nodes = random.sample([...down], 2)
      for (const name of nodes) down.delete(name)
      return nodes.length === 0 ? undefined : { kind: 'start', nodes }
    }
    case 'restart':
    case 'lost disk':
    case 'old disk':
    case 'found disk':
      return restart(cast, kind)
    case 'trap':
      return trap(random, [...there])
    case 'stall':
    case 'slow':
    case 'clock':
    case 'partition':
    case 'cut':
    case 'lossy':
    case 'writes':
    case 'lag':
    case 'echo':
      return drawTrouble(random, [...there], kind, span)
  }
}

function trap(random: Random, names: readonly string[]): Act {
  return {
    kind: 'trap',
    on: random.pick(['proposed', 'proposed', 'changed', 'copy']),
    wait: random.pick([0, 1, 5, 10, 50, 400]),
    what: random.pick(['crash', 'crash', 'stall', 'cut off', 'late', 'late', 'slow disk']),
    span: random.pick([300, 1500, 5000]),
    to: random.sample(names, random.pick([1, 2, names.length])),
  }
}

function restart(
  { random, there, down, lost }: Cast,
  kind: 'restart' | 'lost disk' | 'old disk' | 'found disk',
): Act | undefined {
  if (kind === 'found disk') {
    const nodes = random.sample([...lost], 1)
    return nodes.length === 0 ? undefined : { kind: 'restart', nodes, disk: 'found' }
  }
  const up = [...there].filter((name) => !down.has(name))
  const nodes = random.sample(up, 1)
  if (kind === 'lost disk') for (const name of nodes) lost.add(name)
  const disk = kind === 'restart' ? 'kept' : kind === 'lost disk' ? 'lost' : 'old'
  return { kind: 'restart', nodes, disk }
}

function newcomer({ random, names, there, down }: Cast, kind: 'join' | 'replace'): Act | undefined {
  const [name] = names.filter((each) => !there.has(each))
  if (name === undefined) return undefined
  const old = target(random, there, down)
  there.add(name)
  return kind === 'join'
    ? { kind: 'start', nodes: [name] }
    : { kind: 'replace', node: old, by: name }
}

/** One that is down already, if there is one. */
function target(random: Random, there: ReadonlySet<string>, down: ReadonlySet<string>): string {
  return random.pick(down.size > 0 && random.int(2) > 0 ? [...down] : [...there])
}

function ask(
  { random, there, down }: Cast,
  kind: 'decommission' | 'remove' | 'rebalance' | 'cancel' | 'keyspaces' | 'alter',
): Act {
  const node = kind === 'remove' ? target(random, there, down) : random.pick([...there])
  const others = [...there].filter((name) => name !== node && !down.has(name))
  const by = random.pick(others.length === 0 ? [node] : others)
  return { kind: 'ask', by, request: drawRequest(random, kind, node) }
}

function drawRequest(random: Random, kind: Kind, node: string): Request {
  switch (kind) {
    case 'decommission':
      return { kind, node, force: random.int(2) === 0 }
    case 'remove':
      return { kind, node, loseData: random.int(6) === 0 }
    case 'cancel':
      return { kind }
    case 'alter':
      return { kind, copies: random.pick([1, 2, 3]) }
    case 'keyspaces': {
      const keyspace = `k${random.int(2)}`
      return random.int(2) === 0
        ? { kind: 'create', keyspace, copies: random.pick([1, 2, 3]) }
        : { kind: 'drop keyspace', keyspace }
    }
    default:
      return { kind: 'rebalance' }
  }
}
