/**
 * What waits for a moment instead of a time: as soon as somebody proposes a record, begins to copy,
 * or reads new copies, it is struck, or others are. What matters in a protocol of messages happens
 * within milliseconds of them; a time that is drawn blindly hardly ever meets it.
 */
import type { Millis } from '../../src/base/machine.js'
import type { NodeEvent } from '../../src/cluster/node.js'
import { inflict } from '../fault.js'
import type { World } from '../world.js'
import { perform, type Act } from './ring-scenario.js'

type Ambush = Extract<Act, { kind: 'ambush' }>
type Trap = Extract<Act, { kind: 'trap' }>

/** From its second stage a movement goes on in an instant: only an ambush meets it there. */
const AMBUSH: Millis = 12_000
const CANCELS: readonly Millis[] = [4000, 7000, 10_000]

export class Traps {
  private readonly world: World
  /** Bounded by the scenario, as the next. */
  private readonly ambushes: Ambush[] = []
  private readonly traps: Trap[] = [] // bounded likewise
  private armed = true

  constructor(world: World) {
    this.world = world
  }

  set(act: Ambush | Trap): void {
    if (act.kind === 'ambush') this.ambushes.push(act)
    else this.traps.push(act)
  }

  /** From now on nobody is struck any more. */
  disarm(): void {
    this.armed = false
  }

  /** Somebody says what happened to it. */
  told(name: string, { kind }: NodeEvent): void {
    const { world } = this
    if (!this.armed) return
    const place = this.traps.findIndex(({ on }) => `ring.${on}` === kind)
    for (const trap of place < 0 ? [] : this.traps.splice(place, 1))
      world.after(trap.wait, () => {
        if (this.armed) snap(world, trap, name)
      })
    if (kind !== 'ring.changed' || this.ambushes.length === 0) return
    const moves = world.host(name).node?.record?.record.moves ?? []
    if (!moves.some(({ stage }) => stage === 'read-new')) return
    for (const ambush of this.ambushes.splice(0)) world.after(0, () => spring(world, ambush))
  }
}

function snap(world: World, { what, span, to }: Trap, name: string): void {
  switch (what) {
    case 'crash':
      inflict(world, { kind: 'crash', nodes: [name] })
      return world.after(span, () => inflict(world, { kind: 'start', nodes: [name] }))
    case 'stall':
      return inflict(world, { kind: 'stall', nodes: [name], span })
    case 'cut off':
      return inflict(world, { kind: 'partition', sides: [[name]], span })
    case 'late':
      return inflict(world, { kind: 'lag', from: [name], to, by: span, span })
    case 'slow disk':
      return inflict(world, { kind: 'writes', nodes: [name], most: span, span })
  }
}

function spring(world: World, { nodes, by }: Ambush): void {
  inflict(world, { kind: 'crash', nodes })
  for (const wait of CANCELS)
    world.after(wait, () => perform(world, { kind: 'ask', by, request: { kind: 'cancel' } }))
  world.after(AMBUSH, () => inflict(world, { kind: 'start', nodes }))
}
