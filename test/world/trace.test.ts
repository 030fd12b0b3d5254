/** One seed, one run: the hash of all that happened is the same on any machine. */
import { expect, test } from '@jest/globals'
import type { Channel, Effect, Machine } from '../../src/base/machine.js'
import type { Random } from '../../src/base/random.js'
import { inflict } from '../../simulations/fault.js'
import { Kernel } from '../../simulations/kernel.js'
import { World } from '../../simulations/world.js'

/** Ten agents through ten seconds of trouble, on links of every kind of delay. */
function troubled(seed: number): string {
  const world = new World({
    seed,
    link: { delay: { kind: 'lognormal', median: 1, sigma: 0.5 }, loss: 0.05, repeated: 0.02 },
    links: [
      { between: ['a', 'b'], link: { delay: { kind: 'exponential', from: 5, mean: 3 } } },
      { between: ['b', 'b'], link: { delay: { kind: 'uniform', from: 0.1, to: 0.3 } } },
    ],
  })
  for (let i = 1; i <= 10; i++) world.add(`n${i}`, { dc: i % 2 === 0 ? 'a' : 'b' })
  inflict(world, { kind: 'start', nodes: world.hosts.map(({ name }) => name) })
  world.run(4000)
  inflict(world, { kind: 'crash', nodes: ['n4'] })
  inflict(world, { kind: 'drift', nodes: ['n5'], rate: 1.01, span: 3000 })
  inflict(world, { kind: 'stall', nodes: ['n6'], span: 2000 })
  inflict(world, { kind: 'partition', sides: [['n1', 'n2']], span: 3000 })
  world.run(6000)
  return world.traceHash
}

test('the same seed gives the same hash, another seed another', () => {
  const first = troubled(7)
  expect(troubled(7)).toBe(first)
  expect(troubled(8)).not.toBe(first)
})

interface Count {
  readonly kind: 'counted'
  readonly count: number
}

/** Passes a number on, one larger: a machine of twenty lines. */
class Relay implements Machine<number, Count> {
  wakeAt = Infinity
  private readonly random: Random

  constructor(random: Random) {
    this.random = random
  }

  receive(_from: string, bytes: Uint8Array, _via: Channel, now: number): readonly Effect<Count>[] {
    this.wakeAt = now + 10 + this.random.int(5)
    return [{ kind: 'event', event: { kind: 'counted', count: bytes[0] ?? 0 } }]
  }

  command(to: number): readonly Effect<Count>[] {
    return [{ kind: 'send', to: `10.0.0.${to}:7946`, bytes: new Uint8Array([to]) }]
  }

  wake(): readonly Effect<Count>[] {
    this.wakeAt = Infinity
    return this.command(this.random.int(3))
  }

  stored(): readonly Effect<Count>[] {
    return []
  }

  closed(): readonly Effect<Count>[] {
    return []
  }
}

/** It holds on any machine: nothing but integers and exact arithmetic went into it. */
test('a machine of any kind can live in such a world, and its trace is known', () => {
  const kernel = new Kernel<Relay, number, Count>({
    seed: 1,
    birth: (_, __, random) => new Relay(random),
  })
  for (const name of ['a', 'b', 'c']) kernel.begin(kernel.add(name), [1])
  kernel.run(1000)
  expect(kernel.told.length).toBeGreaterThan(50)
  expect(kernel.traceHash).toBe('2ce61821939ad254')
})
