/** Earlier records come from others to whoever was away, and outlast the end of everybody. */
import { expect, test } from '@jest/globals'
import type { World } from '../../simulations/world.js'
import type { VirtualHost } from '../../simulations/host.js'
import { nth } from './story.js'
import { founded, intend, joiner, settle } from './ring-story.js'

function change(world: World, hosts: readonly VirtualHost[], times: number): void {
  for (let i = 0; i < times; i++) {
    const before = nth(hosts, 0).node?.record?.record.epoch ?? 0
    const value = `${400 + before}`
    intend(world, nth(hosts, 0), { kind: 'configure', name: 'rebalancePause', value })
    settle(world, hosts, ({ epoch }) => epoch > before)
  }
}

function epochs(host: VirtualHost): number[] {
  return (host.node?.records ?? []).map(({ record }) => record.epoch)
}

const upTo = (last: number): number[] => Array.from({ length: last }, (_, i) => i + 1)

test('a node that joins learns all that came before it', () => {
  const { world, hosts } = founded(3, { seed: 1 })
  change(world, hosts, 4)
  const fresh = joiner(world, 'n4')
  settle(world, [...hosts, fresh], ({ members }) =>
    members.every(({ state }) => state === 'normal'),
  )
  world.run(3000)
  expect(epochs(fresh)).toEqual(upTo(epochs(nth(hosts, 0)).at(-1) ?? 0))
  expect(epochs(fresh).length).toBeGreaterThan(5)
})

test('records are still there after all have started again, and go on from there', () => {
  const { world, hosts } = founded(3, { seed: 2 })
  change(world, hosts, 4)
  for (const host of hosts) world.crash(host)
  for (const host of hosts) world.start(host, world.seedsOf(host))
  world.run(3000)
  change(world, hosts, 1)
  expect(hosts.map(epochs)).toEqual([upTo(6), upTo(6), upTo(6)])
})

test('a node that lost what it kept learns it again, though it was not away', () => {
  const { world, hosts } = founded(3, { seed: 3 })
  change(world, hosts, 4)
  const third = nth(hosts, 2)
  world.crash(third)
  for (const key of [...third.disk.keys()])
    if (key.startsWith('ring/history/')) third.disk.delete(key)
  world.start(third, world.seedsOf(third))
  world.run(5000)
  expect(epochs(third)).toEqual(upTo(5))
})
