/** A majority is lost for good: the survivors are recovered by hand and go on, the rest never. */
import { expect, test } from '@jest/globals'
import { known } from '../../src/base/assert.js'
import { ringKeys } from '../../src/cluster/durable-ring.js'
import { recoverRing } from '../../src/cluster/recovery.js'
import { nth } from './story.js'
import { epochOf, founded, keyspace, membersIn, recordOf, settle } from './ring-story.js'

test.each([1, 2])('two of five go on as a ring of their own, and copy (seed %i)', (seed) => {
  const { world, hosts } = founded(5, { seed })
  keyspace(world, hosts)
  world.run(3000)
  const survivors = hosts.slice(0, 2)
  const before = known(nth(hosts, 0).node?.record, 'a record')
  for (const host of hosts) world.crash(host)
  const made = recoverRing(
    before,
    survivors.map(({ hostId }) => hostId),
  )
  if (made.kind === 'refused') throw new Error(made.why)
  for (const host of survivors) {
    host.disk.set(ringKeys.record, made.sealed.bytes)
    world.start(host, world.seedsOf(host))
  }
  settle(world, survivors, (record) => membersIn(record).join() === 'n1,n2')
  expect(
    recordOf(nth(hosts, 0))
      .banned.map(({ name }) => name)
      .sort(),
  ).toEqual(['n3', 'n4', 'n5'])
  const after = epochOf(nth(hosts, 0))
  const others = hosts.slice(2)
  for (const host of others) world.start(host, world.seedsOf(host))
  world.run(30_000)
  expect(survivors.map(epochOf)).toEqual([after, after])
  expect(others.flatMap(({ node }) => node?.record?.record.epoch ?? [])).not.toContain(after)
})
