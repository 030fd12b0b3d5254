/** Draws one fault of a kind: whom it strikes, how hard and for how long. */
import { assertNever } from '../../src/base/assert.js'
import type { Millis } from '../../src/base/machine.js'
import type { Random } from '../../src/base/random.js'
import type { Fault } from '../fault.js'

export const kinds = [
  'crash',
  'revival',
  'restart',
  'lost disk',
  'old disk',
  'leave',
  'drain',
  'rejoin',
  'ban',
  'publish',
  'stall',
  'blink',
  'slow',
  'clock',
  'drift',
  'cut',
  'flipflop',
  'partition',
  'lossy',
  'link',
  'readdress',
  'disk',
] as const

export type Kind = (typeof kinds)[number]

/** Who plays, and who is thought to be out of it. */
export interface Cast {
  readonly names: readonly string[]
  readonly centers: readonly string[]
  /** Thought to be down; bounded by the names. */
  readonly down: Set<string>
  /** Removed or replaced at some time; bounded by the names. */
  readonly banned: Set<string>
  /**
   * When each starts first, or was struck last; one that is struck twice in a second speaks in the
   * generation of the next. Bounded by the names.
   */
  readonly started: Map<string, Millis>
}

/** Who starts twice in one second from one disk lives one generation twice. */
const SECOND: Millis = 2000

/** @returns undefined where there is nobody to strike */
export function drawFault(
  random: Random,
  kind: Kind,
  cast: Cast,
  { now, end }: { readonly now: Millis; readonly end: Millis },
): Fault | undefined {
  const span = Math.round(Math.min(end - now, random.pick([500, 2000, 5000, 12_000, 25_000])))
  switch (kind) {
    case 'crash':
    case 'leave':
    case 'drain':
    case 'rejoin':
    case 'restart':
    case 'lost disk':
    case 'old disk':
    case 'revival':
    case 'readdress':
      return drawLifeAndDeath(random, kind, cast, now)
    case 'ban':
    case 'publish':
      return drawOrder(random, kind, cast)
    case 'stall':
    case 'blink':
    case 'slow':
    case 'clock':
    case 'drift':
    case 'disk':
      return drawAilment(random, kind, some(random, cast.names), span)
    case 'cut':
    case 'flipflop':
    case 'partition':
    case 'lossy':
    case 'link':
      return drawTrouble(random, kind, cast, span)
    default:
      return assertNever(kind)
  }
}

function drawLifeAndDeath(
  random: Random,
  kind: Kind & (Fault['kind'] | 'revival' | 'lost disk' | 'old disk'),
  { names, down, banned, started }: Cast,
  now: Millis,
): Fault | undefined {
  const fits = (name: string): boolean => {
    if (kind === 'rejoin') return true
    if (kind === 'old disk') return now - (started.get(name) ?? 0) > SECOND
    return down.has(name) === (kind === 'revival')
  }
  const nodes = some(random, names.filter(fits))
  if (nodes.length === 0) return undefined
  for (const name of nodes) started.set(name, Math.max(now, (started.get(name) ?? 0) + 1000))
  switch (kind) {
    case 'crash':
    case 'leave':
    case 'drain':
      for (const name of nodes) down.add(name)
      return { kind, nodes }
    case 'revival':
      for (const name of nodes) down.delete(name)
      return { kind: 'start', nodes }
    case 'restart':
      return { kind, nodes, disk: 'kept' }
    case 'lost disk':
      for (const name of nodes) banned.delete(name)
      return { kind: 'restart', nodes, disk: 'lost' }
    case 'old disk':
      return { kind: 'restart', nodes, disk: 'old' }
    default:
      return { kind: kind === 'rejoin' ? 'rejoin' : 'readdress', nodes }
  }
}

function drawOrder(random: Random, kind: 'ban' | 'publish', cast: Cast): Fault {
  const node = random.pick(cast.names)
  if (kind === 'publish') {
    const value = 'v'.repeat(random.pick([0, 1, 20, 300, 2000])) + String(random.int(10))
    return { kind, node, key: random.pick(['a', 'b', 'c']), value }
  }
  cast.banned.add(node)
  cast.down.add(node)
  return { kind, node, as: random.pick(['removed', 'replaced']), by: random.pick(cast.names) }
}

function drawAilment(
  random: Random,
  kind: 'stall' | 'blink' | 'slow' | 'clock' | 'drift' | 'disk',
  nodes: readonly string[],
  span: Millis,
): Fault {
  switch (kind) {
    case 'stall':
      return { kind, nodes, span }
    case 'blink':
      return {
        kind,
        nodes,
        stop: random.pick([500, 2000, 8000]),
        run: random.pick([1, 100, 500]),
        span,
      }
    case 'slow':
      return { kind, nodes, perInput: random.pick([0.1, 1, 10, 40]), span }
    case 'clock':
      return { kind, nodes, jump: random.pick([-3_600_000, -5000, 400, 5000, 60_000]) }
    case 'drift':
      return { kind, nodes, rate: random.pick([0.8, 0.95, 1.05, 1.25]), span }
    case 'disk':
      return { kind, nodes, storing: random.pick(['fails', 'hangs']), span }
    default:
      return assertNever(kind)
  }
}

function drawTrouble(
  random: Random,
  kind: 'cut' | 'flipflop' | 'partition' | 'lossy' | 'link',
  { names, centers }: Cast,
  span: Millis,
): Fault {
  switch (kind) {
    case 'cut':
      return { kind, from: some(random, names), to: some(random, names), span }
    case 'flipflop': {
      const [on, off] = [random.pick([500, 3000, 8000]), random.pick([500, 3000])]
      return { kind, from: some(random, names), to: some(random, names), on, off, span }
    }
    case 'partition': {
      const order = random.sample(names, names.length)
      const place = random.int(names.length + 1)
      return { kind, sides: [order.slice(0, place), order.slice(place)], span }
    }
    case 'lossy': {
      const share = random.pick([0.1, 0.3, 0.5, 0.8])
      return {
        kind,
        nodes: some(random, names),
        way: random.pick(['in', 'out', 'both']),
        share,
        span,
      }
    }
    case 'link': {
      const [one, other] = [random.pick(centers), random.pick(centers)]
      const loss = random.pick([0, 0.2, 0.5])
      const delay = { kind: 'uniform', from: 1, to: random.pick([5, 100, 600]) } as const
      const capacity = random.pick([null, null, 4000, 50_000])
      return { kind, between: [one, other], link: { loss, delay, capacity }, span }
    }
    default:
      return assertNever(kind)
  }
}

/** One, mostly; sometimes several; the names are not empty, or nobody is drawn. */
function some(random: Random, names: readonly string[]): string[] {
  const count = random.pick([1, 1, 1, 2, Math.ceil(names.length / 2), names.length])
  return random.sample(names, count)
}
