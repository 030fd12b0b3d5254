/** Facts: small ones spread, large ones are pulled, in order and without gaps; some are refused. */
import { describe, expect, test } from '@jest/globals'
import { decode } from '../../src/gossip/codec.js'
import { tagOf } from '../../src/gossip/identity.js'
import type { VirtualHost } from '../../simulations/host.js'
import type { World } from '../../simulations/world.js'
import { letter } from './letters.js'
import { counted, counter, formed, memberOf, nth, tales, whole } from './story.js'

function factOf(world: World, by: VirtualHost, of: VirtualHost, key: string): number[] | undefined {
  const facts = memberOf(world, by, of.hostId)?.facts ?? []
  const found = facts.find((fact) => fact.key === key)
  return found === undefined ? undefined : [...found.value]
}

function allHold(world: World, of: VirtualHost, key: string, value: number[] | undefined): boolean {
  return world.live.every((host) => factOf(world, host, of, key)?.join() === value?.join())
}

describe.each([1, 2])('a small fact (seed %i)', (seed) => {
  const { world, hosts } = formed(12, { seed })
  const owner = nth(hosts, 4)
  const since = world.now
  world.tell(owner, { kind: 'publish', key: 'load', value: new Uint8Array([1, 2, 3]) })
  const took = world.until(() => allHold(world, owner, 'load', [1, 2, 3]), 3000)
  const told = tales(world, 'member.facts', since)
  world.run(5000)
  world.tell(owner, { kind: 'publish', key: 'load', value: null })
  const undone = world.until(() => allHold(world, owner, 'load', undefined), 3000)

  test('is known to all within a second, and each is told once', () => {
    expect(took).toBeLessThanOrEqual(1000)
    expect(told.map(({ by }) => by).sort()).toEqual(hosts.map(({ name }) => name).sort())
    expect(new Set(told.flatMap(({ event }) => event.keys))).toEqual(new Set(['load']))
  })

  test('is deleted for all within a second', () => {
    expect(undone).toBeLessThanOrEqual(1000)
    world.run(3000)
    expect(whole(world)).toBe(true)
  })
})

test('a large fact goes by stream, and arrives whole (seed 3)', () => {
  const { world, hosts } = formed(8, { seed: 3 })
  const owner = nth(hosts, 2)
  const value = Uint8Array.from({ length: 20_000 }, (_, i) => i % 251)
  let largest = 0
  world.network.onSent = ({ bytes, via }) => {
    if (via === 'stream') largest = Math.max(largest, bytes.length)
  }
  world.tell(owner, { kind: 'publish', key: 'map', value })
  expect(world.until(() => allHold(world, owner, 'map', [...value]), 3000)).toBeDefined()
  expect(largest).toBeGreaterThan(20_000)
})

describe.each([4, 5])('many updates in a row, with loss and overtaking (seed %i)', (seed) => {
  const link = { loss: 0.2, late: 0.3, repeated: 0.1 }
  const { world, hosts } = formed(6, { seed, link })
  const owner = nth(hosts, 1)
  const reached = new Map<VirtualHost, { version: number; count: number }>()
  const backwards: string[] = []
  world.onStep = (host) => {
    const version = memberOf(world, host, owner.hostId)?.version ?? 0
    const count = factOf(world, host, owner, 'count')?.[0] ?? 0
    const before = reached.get(host) ?? { version: 0, count: 0 }
    if (version < before.version || count < before.count) backwards.push(host.name)
    reached.set(host, { version, count })
  }
  for (let count = 1; count <= 40; count++) {
    world.after(count * 50, () => {
      world.tell(owner, { kind: 'publish', key: 'count', value: new Uint8Array([count]) })
      world.tell(owner, { kind: 'publish', key: `k${count}`, value: new Uint8Array([count]) })
    })
  }
  world.run(4000)
  world.onStep = () => undefined
  world.network.links.link = { ...world.network.links.link, loss: 0 }

  test('are seen in order by everybody', () => {
    expect(backwards).toEqual([])
  })

  test('all arrive in the end', () => {
    expect(world.until(() => allHold(world, owner, 'count', [40]), 8000)).toBeDefined()
    expect(world.until(() => whole(world), 8000)).toBeDefined()
    for (let count = 1; count <= 40; count++) {
      expect(allHold(world, owner, `k${count}`, [count])).toBe(true)
    }
  })
})

test('what is over the quota, or no key, is refused where it is published (seed 6)', () => {
  const { world, hosts } = formed(2, { seed: 6, settings: { factQuota: 1024 } })
  const owner = nth(hosts, 0)
  for (const [key, size] of [
    ['big', 2000],
    ['', 1],
    ['k'.repeat(65), 1],
    ['huge', 40_000],
  ] as const) {
    world.tell(owner, { kind: 'publish', key, value: new Uint8Array(size) })
  }
  const reasons = tales(world, 'command.refused').map(({ event }) => event.reason)
  expect(reasons).toHaveLength(4)
  expect(reasons[0]).toContain('its quota is 1024')
  expect(reasons[1]).toContain('1 to 64 bytes, not 0')
  expect(reasons[2]).toContain('1 to 64 bytes, not 65')
  expect(reasons[3]).toContain('at most 32768 bytes, not 40000')
  world.run(3000)
  expect(whole(world)).toBe(true)
})

test('a member that publishes over the quota is not believed by others (seed 7)', () => {
  const { world, hosts } = formed(3, { seed: 7, settings: { factQuota: 1024 } })
  const [host, owner] = [nth(hosts, 0), nth(hosts, 1)]
  const held = memberOf(world, host, owner.hostId)
  const about = tagOf(owner.hostId, held?.generation ?? 0)
  const version = held?.version ?? 0
  const value = new Uint8Array(5000)
  const fact = {
    kind: 'fact',
    about,
    after: version,
    version: version + 1,
    key: 'x',
    value,
  } as const
  world.inject(host.address, owner.address, letter({ sender: about, rumors: [fact] }), 'stream')
  world.run(5000)
  expect(factOf(world, host, owner, 'x')).toBeUndefined()
  expect(counter(world, host, 'facts.overquota')).toBe(1)
  expect(whole(world)).toBe(true)
})

test('what rumors missed is mended by comparison (seed 8)', () => {
  const { world, hosts } = formed(6, { seed: 8 })
  const [owner, deaf] = [nth(hosts, 1), nth(hosts, 4)]
  world.network.passes = (_, to) => to !== deaf
  world.tell(owner, { kind: 'publish', key: 'zone', value: new Uint8Array([7]) })
  world.run(1400)
  expect(factOf(world, deaf, owner, 'zone')).toBeUndefined()
  const before = counted(world, 'syncs')
  world.network.passes = () => true
  expect(world.until(() => factOf(world, deaf, owner, 'zone') !== undefined, 6000)).toBeDefined()
  expect(counted(world, 'syncs')).toBeGreaterThan(before)
  expect(tales(world, 'member.down')).toEqual([])
})

test('who missed a fact and hears of the next one asks for both (seed 10)', () => {
  const { world, hosts } = formed(6, { seed: 10 })
  const [owner, deaf] = [nth(hosts, 1), nth(hosts, 4)]
  world.network.passes = (_, to) => to !== deaf
  world.tell(owner, { kind: 'publish', key: 'first', value: new Uint8Array([1]) })
  world.run(1200)
  world.network.passes = () => true
  world.tell(owner, { kind: 'publish', key: 'second', value: new Uint8Array([2]) })
  const heard = world.until(() => factOf(world, deaf, owner, 'second') !== undefined, 2000, 5)
  expect(heard).toBeDefined()
  expect(factOf(world, deaf, owner, 'first')).toEqual([1])
})

test('equal tables cause no comparison at all (seed 9)', () => {
  const { world } = formed(12, { seed: 9 })
  let repairs = 0
  world.network.onSent = ({ bytes }) => {
    const message = decode(bytes, 1_048_576)
    if ('kind' in message) throw new Error('junk was sent')
    if (message.buckets.length + message.wants.length > 0 || message.rows !== null) repairs++
  }
  world.run(60_000)
  expect(repairs).toBe(0)
  expect(whole(world)).toBe(true)
})
