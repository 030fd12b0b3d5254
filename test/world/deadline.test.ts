/**
 * A step that can have moved no deadline does not look for the earliest again. Whatever happens to
 * a cluster, what each node then says is what a search through all its parts finds.
 */
import { expect, test } from '@jest/globals'
import { World } from '../../simulations/world.js'
import { nth } from './story.js'

const SEED = 20_261_126

test(`a node is woken at the earliest deadline of all its parts (seed ${SEED})`, () => {
  const world = new World({ seed: SEED, link: { loss: 0.1 }, expect: 3, tokens: 4 })
  let steps = 0
  world.onStep = ({ name, node }) => {
    if (node === undefined) return
    steps++
    if (node.wakeAt !== node.deadline)
      throw new Error(`${name} at ${world.now}: ${node.wakeAt}, found ${node.deadline}`)
  }
  const hosts = world.boot(7)
  const [victim, slow, leaver] = [nth(hosts, 1), nth(hosts, 2), nth(hosts, 3)]
  world.run(5000)
  world.tell(nth(hosts, 0), { kind: 'publish', key: 'colour', value: new Uint8Array([7]) })
  world.crash(victim)
  world.stall(slow, 2500)
  world.run(15_000)
  world.start(victim, world.seedsOf(victim))
  world.tell(leaver, { kind: 'leave' })
  world.run(15_000)
  expect(steps).toBeGreaterThan(1000)
})
