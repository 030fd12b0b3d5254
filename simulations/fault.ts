/**
 * Faults as plain values: drawn by a swarm, written by people in files, shrunk to the few that
 * matter.
 */
import type { Millis } from '../src/base/machine.js'
import { encodeUtf8 } from '../src/base/utf8.js'
import type { NodeCommand } from '../src/cluster/node.js'
import { disturb, type Disturbance } from './disturbance.js'
import type { World } from './world.js'

/** What operators and applications ask of a node: no misfortune, but in the same scripts. */
type Order =
  | { readonly kind: 'leave' | 'drain' | 'rejoin'; readonly nodes: readonly string[] }
  | {
      readonly kind: 'ban'
      readonly node: string
      readonly as: 'removed' | 'replaced'
      readonly by: string
    }
  | {
      readonly kind: 'publish'
      readonly node: string
      readonly key: string
      readonly value: string
    }

export type Fault = Disturbance | Order

/** A fault at a time of the run. */
export interface Step {
  readonly at: Millis
  readonly fault: Fault
}

/** Plans the steps of a script, at times counted from the start of the world. */
export function plan(world: World, steps: readonly Step[]): void {
  for (const { at, fault } of steps) {
    world.after(at - world.now, () => {
      inflict(world, fault)
    })
  }
}

export function inflict(world: World, fault: Fault): void {
  const order = (names: readonly string[], command: NodeCommand): void =>
    names.forEach((name) => {
      world.tell(world.host(name), command)
    })
  switch (fault.kind) {
    case 'leave':
    case 'drain':
    case 'rejoin':
      return order(fault.nodes, { kind: fault.kind })
    case 'publish':
      return order([fault.node], {
        kind: 'publish',
        key: fault.key,
        value: encodeUtf8(fault.value),
      })
    case 'ban': {
      const { hostId } = world.host(fault.node)
      return order([fault.by], { kind: 'ban', hostId, as: fault.as })
    }
    default:
      return disturb(world, fault, (host) => world.start(host, world.seedsOf(host)))
  }
}
