/**
 * Draws what befalls those who have a part by then: what befalls others shows nothing. Many a fault
 * of one node or of one way tells more than one of all: a protocol of majorities goes wrong where
 * the others go on.
 */
import type { Millis } from '../../src/base/machine.js'
import type { Random } from '../../src/base/random.js'
import type { Disturbance } from '../disturbance.js'

type Ailing = 'stall' | 'slow' | 'clock' | 'writes'
type Wires = 'partition' | 'cut' | 'lag' | 'echo' | 'lossy'

export function drawTrouble(
  random: Random,
  names: readonly string[],
  kind: Ailing | Wires,
  span: Millis,
): Disturbance {
  switch (kind) {
    case 'stall':
      return { kind, nodes: random.sample(names, random.pick([1, 1, 2])), span }
    case 'slow':
      return { kind, nodes: random.sample(names, 2), perInput: random.pick([1, 10]), span }
    case 'clock': {
      const jump = random.pick([-600_000, -3000, 500, 20_000])
      return { kind, nodes: random.sample(names, 1), jump }
    }
    case 'writes':
      return {
        kind,
        nodes: random.sample(names, random.pick([1, 1, 2, 9])),
        most: random.pick([50, 400, 1500]),
        span,
      }
    default:
      return drawWires(random, names, kind, span)
  }
}

/** Of one node, throughout: its disk is slow, or the ways to it, or those from it. */
export function drawAilment(random: Random, names: readonly string[], span: Millis): Disturbance {
  const [slow = '', ...others] = random.sample(names, names.length)
  const most = random.pick([500, 1500])
  const by = random.pick([500, 1500])
  const some = random.sample(others, random.pick([1, others.length]))
  return random.pick<Disturbance>([
    { kind: 'writes', nodes: [slow], most, span },
    { kind: 'writes', nodes: [slow], most, span },
    { kind: 'lag', from: some, to: [slow], by, span },
    { kind: 'lag', from: [slow], to: some, by, span },
  ])
}

function drawWires(
  random: Random,
  names: readonly string[],
  kind: Wires,
  span: Millis,
): Disturbance {
  switch (kind) {
    case 'partition': {
      const order = random.sample(names, names.length)
      const place = 1 + random.int(names.length - 1)
      return { kind, sides: [order.slice(0, place), order.slice(place)], span }
    }
    case 'cut':
      return {
        kind,
        from: random.sample(names, 2),
        to: random.sample(names, random.pick([1, 3])),
        span,
      }
    case 'lag': {
      const one = random.sample(names, 1)
      const others = random.sample(names, random.pick([1, 2, names.length]))
      const [from, to] = random.int(2) === 0 ? [one, others] : [others, one]
      return { kind, from, to, by: random.pick([30, 400, 1500, 2500]), span }
    }
    case 'echo':
      return {
        kind,
        nodes: random.sample(names, random.pick([1, 3, 9])),
        share: random.pick([0.1, 0.5]),
        late: random.pick([20, 1000, 6000]),
        span,
      }
    case 'lossy': {
      const share = random.pick([0.2, 0.6])
      return {
        kind,
        nodes: random.sample(names, random.pick([1, 3])),
        way: random.pick(['in', 'out', 'both']),
        share,
        span,
      }
    }
  }
}
