/**
 * A leave that follows its join at once: what was still to be told of the newcomer, and that it left,
 * travel in one introduction, which must not be taken for a sign of life.
 */
import { expect, test } from '@jest/globals'
import { World } from '../../simulations/world.js'

test.each([1, 2, 3, 4, 5])(
  'a member that leaves right after joining is left, not down (seed %i)',
  (seed) => {
    const world = new World({ seed })
    const [alice] = world.boot(1)
    const bob = world.add('bob')
    world.run(1000)
    world.start(bob, alice === undefined ? [] : [alice.address])
    const met = (): boolean =>
      world.told.some(
        ({ by, event }) => by === 'n1' && event.kind === 'member.up' && event.member.name === 'bob',
      )
    expect(world.until(met, 5000, 1)).toBeDefined()
    world.run(5)
    world.tell(bob, { kind: 'leave' })
    world.run(20)
    const kinds = world.told.filter(({ by }) => by === 'n1').map(({ event }) => event.kind)
    expect(kinds).toContain('member.left')
    world.crash(bob)
    world.run(20_000)
    expect(world.told.map(({ event }) => event.kind)).not.toContain('member.down')
  },
)
