/** Whoever keeps no rows never says that it has copied some, and does not come into such a ring. */
import { expect, test } from '@jest/globals'
import { encodeUtf8 } from '../../src/base/utf8.js'
import { DATA_FACT } from '../../src/cluster/copy-fact.js'
import type { VirtualHost } from '../../simulations/host.js'
import type { World } from '../../simulations/world.js'
import { nth, tales } from './story.js'
import {
  founded,
  intend,
  joiner,
  keyspace,
  membersIn,
  recordOf,
  ringOf,
  settle,
} from './ring-story.js'

function keeps(world: World, hosts: readonly VirtualHost[], kind: string): void {
  const value = encodeUtf8(kind)
  for (const host of hosts) world.tell(host, { kind: 'publish', key: DATA_FACT, value })
  world.run(2000)
}

test('a node without rows does not join a ring whose members keep some, and says why', () => {
  const { world, hosts } = founded(3, { seed: 21, keepsData: true })
  keyspace(world, hosts)
  keeps(world, hosts, 'kv')
  const fourth = joiner(world, 'n4')
  world.run(10_000)
  expect(membersIn(recordOf(nth(hosts, 0)))).toEqual(['n1', 'n2', 'n3'])
  const [refused] = tales(world, 'ring.refused')
  expect(refused).toMatchObject({ by: 'n4', event: { wish: 'join' } })
  expect(refused?.event.reason).toMatch(
    /^this node keeps none beside it, and members of the ring rows of its own \(--kv\): n\d, n\d, n\d\. Start it anew/,
  )
  // The same the other way round; and who is like the others comes in.
  keeps(world, [fourth], 'own')
  world.run(31_000)
  expect(membersIn(recordOf(nth(hosts, 0)))).toEqual(['n1', 'n2', 'n3'])
  keeps(world, [fourth], 'kv')
  world.run(31_000)
  expect(membersIn(recordOf(nth(hosts, 0)))).toEqual(['n1', 'n2', 'n3', 'n4 joining'])
})

test('a member without rows acknowledges no copy while others keep some', () => {
  const { world, hosts } = founded(4, { seed: 22 })
  keyspace(world, hosts)
  const [first, last] = [nth(hosts, 0), nth(hosts, 3)]
  keeps(world, hosts.slice(0, 3), 'kv')
  intend(world, first, { kind: 'leave', hostId: nth(hosts, 1).hostId, force: false })
  world.run(20_000)
  expect(membersIn(recordOf(first))).toEqual(['n1', 'n2 leaving', 'n3', 'n4'])
  const [hold] = ringOf(first).holds
  expect(hold?.missing).toContain(last.hostId)
  expect(hold?.why).toMatch(/^waits for .*n4.* to copy its ranges$/)
  expect(last.node?.ringView().copies).toEqual([])
})

test('where nobody keeps rows there is nothing to wait for', () => {
  const { world, hosts } = founded(4, { seed: 22 })
  keyspace(world, hosts)
  intend(world, nth(hosts, 0), { kind: 'leave', hostId: nth(hosts, 1).hostId, force: false })
  const left = hosts.filter((_, i) => i !== 1)
  settle(world, left, (record) => membersIn(record).join() === 'n1,n3,n4')
})
