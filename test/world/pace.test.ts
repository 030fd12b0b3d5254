/** Narrow links, slow hosts and wrong clocks: what takes its time takes just so much. */
import { describe, expect, test } from '@jest/globals'
import { inflict } from '../../simulations/fault.js'
import { CALM, Links } from '../../simulations/links.js'
import { Kernel } from '../../simulations/kernel.js'
import { NEVER, type Effect, type Machine, type Millis } from '../../src/base/machine.js'
import { Random } from '../../src/base/random.js'
import { calledDown, formed, nth, tales, whole } from './story.js'

interface Beat {
  readonly kind: 'beat'
  readonly now: Millis
}

const PERIOD: Millis = 100

/** Beats each tenth of a second of its own clock, and says of each message when it was read. */
class Drum implements Machine<never, Beat> {
  wakeAt: Millis

  constructor(now: Millis) {
    this.wakeAt = now + PERIOD
  }

  receive(_from: string, _bytes: Uint8Array, _via: string, now: Millis): Effect<Beat>[] {
    return [{ kind: 'event', event: { kind: 'beat', now } }]
  }

  command(): Effect<Beat>[] {
    return []
  }

  stored(): Effect<Beat>[] {
    return []
  }

  closed(): Effect<Beat>[] {
    return []
  }

  wake(now: Millis): Effect<Beat>[] {
    this.wakeAt = this.wakeAt === NEVER ? NEVER : this.wakeAt + PERIOD
    return [{ kind: 'event', event: { kind: 'beat', now } }]
  }
}

function drum(): { kernel: Kernel<Drum, never, Beat>; host: ReturnType<typeof add> } {
  const kernel = new Kernel<Drum, never, Beat>({ seed: 1, birth: (_, now) => new Drum(now) })
  return { kernel, host: add(kernel) }
}

function add(kernel: Kernel<Drum, never, Beat>) {
  const host = kernel.add('drum')
  kernel.begin(host, [])
  return host
}

describe('a narrow link', () => {
  const stations = [0, 1, 2].map((index) => ({ index, dc: 'dc1' }))
  const [one, two, three] = [nth(stations, 0), nth(stations, 1), nth(stations, 2)]
  const link = { ...CALM, capacity: 10_000 }

  test('lets one after the other through, at its capacity', () => {
    const links = new Links(Random.from(1), link)
    const left = [500, 500, 1000].map((size) => links.leaves(link, one, two, size, 0))
    expect(left).toEqual([50_000, 100_000, 200_000])
    expect(links.leaves(link, one, two, 100, 1_000_000)).toBe(1_010_000)
  })

  test('is a sender’s own: others do not wait for it', () => {
    const links = new Links(Random.from(1), link)
    links.leaves(link, one, three, 1000, 0)
    expect(links.leaves(link, two, three, 1000, 0)).toBe(100_000)
  })

  test('drops what would wait longer than its buffer holds', () => {
    const links = new Links(Random.from(1), link)
    const left = Array.from({ length: 8 }, () => links.leaves(link, one, two, 1000, 0))
    expect(left.filter((at) => at === NEVER)).toHaveLength(2)
    expect(Math.max(...left.filter((at) => at !== NEVER))).toBe(600_000)
  })

  test('still carries a cluster at rest (seed 21)', () => {
    const { world } = formed(10, { seed: 21, link: { capacity: 10_000 } })
    world.run(20_000)
    expect(calledDown(world)).toEqual([])
    expect(whole(world)).toBe(true)
  })
})

describe('a slow host', () => {
  test('reads one message after the other, each at its price', () => {
    const { kernel, host } = drum()
    kernel.slow(host, 20)
    for (let i = 0; i < 4; i++) kernel.inject(host.address, host.address, new Uint8Array(1))
    kernel.run(PERIOD - 1)
    expect(kernel.told.map(({ at }) => at)).toEqual([0, 20, 40, 60])
  })

  test('is quick again when its time is over, and nobody calls it down (seed 22)', () => {
    const { world, hosts } = formed(6, { seed: 22 })
    inflict(world, { kind: 'slow', nodes: ['n2'], perInput: 30, span: 5000 })
    expect(nth(hosts, 1).perInput).toBe(30_000)
    world.run(5000)
    expect(nth(hosts, 1).perInput).toBe(0)
    expect(calledDown(world)).toEqual([])
  })
})

describe('a clock', () => {
  test('that jumps on makes everything due that it jumped over, once', () => {
    const { kernel, host } = drum()
    kernel.run(50)
    kernel.jump(host, 60)
    kernel.run(0)
    expect(kernel.told.map(({ at, event }) => [at, event.now])).toEqual([[50, 110]])
    kernel.run(100)
    expect(kernel.told.map(({ at }) => at)).toEqual([50, 140])
  })

  test('that jumps is noticed by a node as a stall of its own (seed 23)', () => {
    const { world } = formed(6, { seed: 23 })
    inflict(world, { kind: 'clock', nodes: ['n3'], jump: 30_000 })
    world.run(10_000)
    expect(tales(world, 'node.stalled').map(({ by }) => by)).toEqual(['n3'])
    expect(calledDown(world)).toEqual([])
  })

  test.each([
    [2, 20],
    [1.1, 11],
    [0.5, 5],
  ])('that runs at %f of the rate beats so often: %i times a second', (rate, beats) => {
    const { kernel, host } = drum()
    kernel.drift(host, rate)
    kernel.run(1000)
    expect(kernel.told).toHaveLength(beats)
    expect(kernel.told.at(-1)?.event.now).toBeCloseTo(beats * PERIOD, 2)
  })

  test('that ran too fast for a while runs at the world’s pace again, ahead (seed 24)', () => {
    const { world, hosts } = formed(6, { seed: 24 })
    const { clock } = nth(hosts, 1)
    const ahead = (): number => clock.at(world.now * 1000) - world.now
    inflict(world, { kind: 'drift', nodes: ['n2'], rate: 1.05, span: 10_000 })
    world.run(10_000)
    expect(ahead()).toBeCloseTo(500, 3)
    world.run(10_000)
    expect(ahead()).toBeCloseTo(500, 3)
    expect(calledDown(world)).toEqual([])
  })
})
