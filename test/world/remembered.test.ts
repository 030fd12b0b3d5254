/** A member that is only remembered: it never came back after all had started again. */
import { expect, test } from '@jest/globals'
import { nth, viewOf } from './story.js'
import { founded, intend, membersIn, recordOf, settle } from './ring-story.js'

test('can be removed by its host id, and holds up nothing any more', () => {
  const { world, hosts } = founded(4, { seed: 1 })
  world.run(3000)
  const lost = nth(hosts, 3)
  const stay = hosts.slice(0, 3)
  for (const host of hosts) world.crash(host)
  for (const host of stay) world.start(host, world.seedsOf(host))
  world.run(20_000)
  const gone = (): (string | null | undefined)[] =>
    stay.map((host) => {
      const { members } = viewOf(world, host)
      return members.find(({ hostId }) => hostId === lost.hostId)?.gone
    })
  expect(gone()).toEqual([undefined, undefined, undefined])
  intend(world, nth(stay, 0), { kind: 'remove', hostIds: [lost.hostId], loseData: false })
  settle(world, stay, ({ members }) => members.length === 3)
  expect(membersIn(recordOf(nth(stay, 0)))).toEqual(['n1', 'n2', 'n3'])
  world.run(5000)
  expect(gone()).toEqual(['removed', 'removed', 'removed'])
})
